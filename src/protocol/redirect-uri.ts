/** Whether a redirect_uri is one of those that the client registered (RFC 6749 §3.1.2.3, RFC 8252 §7.3). */

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
  // A dot segment would lead out of the registered path once a browser resolves it.
  const leads = /(^|[/\\])(\.|%2e)(\.|%2e)?([/\\?]|$)/i.test(requested.slice(before.lastIndexOf('/')));
  // Nor may it reach from the path into a query, or hide an encoded slash.
  const beyond = before.includes('?') ? /[\\\s#]|%2f|%5c/i : /[?\\\s#]|%2f|%5c/i;
  return !leads && !beyond.test(covered);
};

/** Finds the registered entry that a requested redirect_uri matches, or undefined. A fragment never matches. */
export function matchRedirectUri(
  requested: string,
  registered: readonly string[],
  { wildcards = false }: { wildcards?: boolean } = {},
): string | undefined {
  if (requested.includes('#')) return undefined;
  return (
    registered.find((entry) => entry === requested) ??
    registered.find((entry) => matchesLoopback(entry, requested)) ??
    (wildcards ? registered.find((entry) => matchesWildcard(entry, requested)) : undefined)
  );
}
