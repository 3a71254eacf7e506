/** Whether a redirect_uri is one of those that the client registered (RFC 6749 §3.1.2.3, RFC 8252 §7.3). */

/**
 * Whether a browser runs or shows what has this scheme, or talks to it, instead of navigating there: no client would get the
 * answer (docs/fidelity.md, 3.1.1).
 */
export const hasInertScheme = (uri: string): boolean =>
  /^(javascript|data|vbscript|about|blob|file|filesystem|view-source|wss?):/i.test(uri);

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An http(s) URI, split as text: without normalisation, two different texts are never equal. */
const split = (uri: string): { scheme: string; host: string; port: string | undefined; rest: string } | undefined => {
  const match = /^(https?):\/\/(\[[0-9a-fA-F:.]+\]|[^/?#:@\\[\]]+)(?::(\d{1,5}))?([/?].*|)$/s.exec(uri);
  return match ? { scheme: match[1] as string, host: match[2] as string, port: match[3], rest: match[4] as string } : undefined;
};

/** Loopback: any valid port is accepted (RFC 8252 §7.3); scheme, host, path and query must be equal. */
const matchesLoopback = (registered: string, requested: string): boolean => {
  const [entry, asked] = [split(registered), split(requested)];
  if (!entry || !asked || !loopbackHosts.has(entry.host)) return false;
  const port = asked.port === undefined ? 80 : Number(asked.port);
  return asked.scheme === entry.scheme && asked.host === entry.host && asked.rest === entry.rest && port >= 1 && port <= 65_535;
};

/** One `*`, and only after the authority: it matches any part of path or query, but not of the host. */
const matchesWildcard = (registered: string, requested: string): boolean => {
  const star = registered.indexOf('*');
  if (star < 0 || registered.indexOf('*', star + 1) >= 0) return false;
  const [before, after] = [registered.slice(0, star), registered.slice(star + 1)];
  if (!/^https?:\/\/[^/?#]+[/?]/.test(before) && !/^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?]/i.test(before)) return false;
  if (requested.length < before.length + after.length || !requested.startsWith(before) || !requested.endsWith(after)) return false;
  const covered = requested.slice(before.length, requested.length - after.length);
  const [decoded, path] = [decodedFully(covered), decodedFully(requested.slice(before.lastIndexOf('/')))];
  if (decoded === undefined || path === undefined) return false;
  // A dot segment would lead out of the registered path once a browser resolves it; a server may drop parameters (..;x) first.
  if (/(^|[/\\])\.\.?([/\\?;]|$)/.test(path)) return false;
  if (hidesCharacters(covered)) return false;
  // Nor may it reach from the path into a query, or hide a slash that is decoded later.
  const beyond = before.includes('?') ? /[\\\s#]/ : /[?\\\s#]/;
  return !beyond.test(covered) && slashes(decoded) === slashes(covered);
};

/** Whether control characters are in a text, or characters that only some servers decode: overlong UTF-8, or `%u002e`. */
const hidesCharacters = (text: string): boolean => /%(25)*([01][0-9a-f]|7f|c[01]|e0%(25)*[89]|f0%(25)*8|u)/i.test(text);

const slashes = (text: string): number => text.split(/[/\\]/).length;

/** More than anybody encodes, and few enough to be cheap. */
const mostDecodings = 4;

/** A text with its percent-encoding undone, and that of the result; undefined if there is always more. */
function decodedFully(text: string): string | undefined {
  let now = text;
  for (let times = 0; times <= mostDecodings; times += 1) {
    const next = now.replace(/%([0-9a-f]{2})/gi, (_encoded, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (next === now) return now;
    now = next;
  }
  return undefined;
}

/** Finds the registered entry that a requested redirect_uri matches, or undefined. A fragment never matches. */
export function matchRedirectUri(
  requested: string,
  registered: readonly string[],
  { wildcards = false }: { wildcards?: boolean } = {},
): string | undefined {
  if (requested.includes('#') || hasInertScheme(requested)) return undefined;
  return (
    registered.find((entry) => entry === requested) ??
    registered.find((entry) => matchesLoopback(entry, requested)) ??
    (wildcards ? registered.find((entry) => matchesWildcard(entry, requested)) : undefined)
  );
}
