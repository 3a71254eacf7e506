import type { CookieScope } from '../environment/public-urls.js';

/** The cookies of PingOne's sessions (docs/fidelity.md, 3.9): `ST`, and its twin `ST-NO-SS` with the same value. */

const names = ['ST', 'ST-NO-SS'] as const;

/** How long a session's cookies last. */
interface Lifetime {
  readonly now: number;
  readonly expiresAt: number;
  /** False if the browser drops them when it is closed. */
  readonly isPersistent: boolean;
}

const attributes = ({ path, secure }: CookieScope, end: readonly string[]): string =>
  [`Path=${path}`, ...end, ...(secure ? ['Secure', 'HttpOnly', 'SameSite=None'] : ['HttpOnly', 'SameSite=Lax'])].join('; ');

/** The `Set-Cookie` values that start a session in a browser. */
export function beginCookies(token: string, { now, expiresAt, isPersistent }: Lifetime, input: CookieScope): string[] {
  const seconds = Math.max(0, Math.round((expiresAt - now) / 1000));
  const end = isPersistent ? [`Max-Age=${seconds}`, `Expires=${dateOf(expiresAt)}`] : [];
  const shared = attributes(input, end);
  return names.map((name) => `${name}=${token}; ${shared}`);
}

// Many cookies end in the same second: caches the last.
let lastDate = { second: Number.NaN, text: '' };

function dateOf(at: number): string {
  const second = Math.floor(at / 1000);
  if (lastDate.second !== second) lastDate = { second, text: new Date(at).toUTCString() };
  return lastDate.text;
}

/** The `Set-Cookie` values that end it. */
export const endCookies = (input: CookieScope): string[] =>
  names.map((name) => `${name}=; ${attributes(input, ['Max-Age=0', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'])}`);

/** The session token that a browser sent, or undefined. `ST` takes precedence over its twin. */
export function readSessionToken(cookieHeader: string | undefined): string | undefined {
  if (cookieHeader === undefined) return undefined;
  const cookies = new Map<string, string>();
  for (const pair of cookieHeader.split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return names.map((name) => cookies.get(name)).find((value) => value !== undefined && value !== '');
}
