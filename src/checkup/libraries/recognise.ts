import { javascriptLibraries } from './javascript.js';
import type { Library, Signs } from './library.js';
import { otherLibraries } from './others.js';
import { sessionLibraries } from './sessions.js';

/** Every library that a report has lines for. Where two have a line for a case, the first one's is shown. */
export const libraries: readonly Library[] = [...javascriptLibraries, ...otherLibraries, ...sessionLibraries];

/** What an application shows of itself. */
export interface Traces {
  /** What its project declares: see `Signs.declared`. */
  readonly declared: readonly string[];
  /** The headers of its token requests, by lower-case name. */
  readonly tokenHeaders: readonly Readonly<Record<string, unknown>>[];
  readonly authorizationRequest: URL;
  /** The names of the cookies that it sets. */
  readonly cookies: readonly string[];
}

/** A library that was recognised, and by what. */
export interface Recognised {
  readonly name: string;
  readonly docs: string;
  /** The sign that gave it away, such as `user agent openid-client/v6.8.0`. */
  readonly by: string;
}

/** How to fix a case with one library. */
export interface Fix {
  readonly library: string;
  readonly line: string;
  readonly docs: string;
}

const redirectPathOf = ({ searchParams }: URL): string => {
  const uri = searchParams.get('redirect_uri') ?? '';
  return URL.canParse(uri) ? new URL(uri).pathname : '';
};

/** The sign by which a library is recognised, in words. */
function signIn({ declared, tokenHeaders, authorizationRequest, cookies }: Traces, signs: Signs): string | undefined {
  const agents = tokenHeaders.map((headers) => String(headers['user-agent'] ?? ''));
  const lines = tokenHeaders.flatMap((headers) => Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`));
  const find = (texts: readonly string[], sign: RegExp | undefined) => sign && texts.find((text) => sign.test(text));
  const agent = find(agents, signs.userAgent);
  if (agent !== undefined) return `user agent ${agent.slice(0, 80)}`;
  const header = find(lines, signs.header);
  if (header !== undefined) return `header ${header.slice(0, 80)}`;
  const declaration = find(declared, signs.declared);
  if (declaration !== undefined) return declaration.slice(0, 120);
  if (signs.parameter !== undefined && authorizationRequest.searchParams.has(signs.parameter)) return `parameter ${signs.parameter}`;
  const path = redirectPathOf(authorizationRequest);
  if (signs.redirectPath?.test(path)) return `redirect URI ${path.slice(0, 80)}`;
  const cookie = find(cookies, signs.cookie);
  return cookie === undefined ? undefined : `cookie ${cookie.slice(0, 80)}`;
}

/** The libraries that an application seems to use, in the order of the table. */
export const recognise = (traces: Traces): Recognised[] =>
  libraries.flatMap(({ name, docs, signs }) => {
    const by = signIn(traces, signs);
    return by === undefined ? [] : [{ name, docs, by }];
  });

/** How to fix a case with the libraries that were recognised; undefined if none of them has a line for it. */
export function fixOf({ id, group }: { readonly id: string; readonly group: string }, recognised: readonly Recognised[]): Fix | undefined {
  const names = new Set(recognised.map(({ name }) => name));
  for (const { name, docs, fixes } of libraries) {
    const found = names.has(name) && fixes.find(({ cases }) => cases.some((begin) => id.startsWith(begin) || group.startsWith(begin)));
    if (found) return { library: name, line: found.line, docs: found.docs ?? docs };
  }
  return undefined;
}
