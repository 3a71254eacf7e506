/** The cookie by which a callback is known to come from the browser that was sent to the provider. Its name is inferred. */
const name = 'RP';

interface CookieInput {
  /** The path of the environment, such as `/{environmentId}`. */
  readonly path: string;
  readonly secure: boolean;
}

/** What the browser sent back; undefined if it was never sent to a provider. */
export function browserOf(cookieHeader: string | undefined): string | undefined {
  for (const pair of (cookieHeader ?? '').split(';')) {
    const at = pair.indexOf('=');
    const value = pair.slice(at + 1).trim();
    if (at > 0 && pair.slice(0, at).trim() === name && /^[\w-]{20,64}$/.test(value)) return value;
  }
  return undefined;
}

/** Lasts as long as the browser stays open. The callback comes from another site, by a link or, over https, by a form. */
export const browserCookie = (value: string, { path, secure }: CookieInput): string =>
  `${name}=${value}; Path=${path === '/' ? '' : path}/rp; HttpOnly; SameSite=${secure ? 'None; Secure' : 'Lax'}`;
