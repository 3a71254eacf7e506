import { hasInertScheme } from '../../protocol/redirect-uri.js';

/** The kinds of URI in an application's members (docs/fidelity.md, management 3.3, 3.4, 3.8). */

const canParse = (text: string): boolean => !/\s/.test(text) && URL.canParse(text);

const parse = (text: string): URL | undefined => (canParse(text) ? new URL(text) : undefined);

const isLoopback = ({ hostname }: URL): boolean => hostname === 'localhost' || hostname === '127.0.0.1';

/** Any scheme without a fragment: redirect URIs and sign-off URLs. */
export const isAbsoluteUri = (text: string): boolean =>
  /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text) && !hasInertScheme(text) && !text.includes('#') && canParse(text);

/** http or https, on any host. */
export const isWebUrl = (text: string): boolean => /^https?:$/.test(parse(text)?.protocol ?? '');

/** https, or http on the local machine. */
export function isSecureUrl(text: string): boolean {
  const url = parse(text);
  return url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)));
}

/** http on a remote host: PingOne's clients refuse it, so it deserves a warning. */
export const insecureRedirectUris = (uris: readonly string[] = []): string[] =>
  uris.filter((uri) => !uri.startsWith('https://') && isWebUrl(uri) && !isSecureUrl(uri));

/** At most one `*`, and only in the path or the query. */
export function hasWildcardInPlace(text: string): boolean {
  const star = text.indexOf('*');
  return text.indexOf('*', star + 1) < 0 && /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#*]+[/?]/.test(text.slice(0, star));
}

/** An origin in corsSettings: http(s), a name, localhost or an IPv4 address, optionally with `*` as its subdomain. */
export const isOrigin = (text: string): boolean =>
  /^https?:\/\/(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.(\*|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?))*(:\d{1,5})?$/.test(text);
