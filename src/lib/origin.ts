/** What a proxy says of the request that came to it: X-Forwarded-*, or Forwarded (RFC 7239). */
export interface ForwardedAddress {
  readonly scheme?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  /** What the proxy took off the path, as /idp. */
  readonly prefix?: string | undefined;
  /** Whether it cannot be read as a whole: half of it would be a guess. */
  readonly malformed?: boolean | undefined;
}

/** What a request says of the address under which it came. */
export interface RequestAddress {
  /** Whether it came over TLS. */
  readonly encrypted: boolean;
  readonly host: string | undefined;
  /** Only of a proxy that is believed. */
  readonly forwarded?: ForwardedAddress | undefined;
}

// An empty port is none (RFC 3986 §3.2.3).
const wellFormedHost = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::(\d{0,5}))?$/;
// Browsers take /. and /.. away, however they are spelt, and would ask under another path than the one that was told.
const wellFormedPrefix = /^(\/(?!(?:\.|%2e){1,2}(?:\/|$))[a-z0-9._~!$&'()*+,;=:@%-]+)*$/i;
const standardPorts: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** The public origin of a request, as http://localhost:9400; undefined where the Host header is missing or malformed (RFC 9112 §3.2). */
export function originOf({ encrypted, host, forwarded = {} }: RequestAddress): string | undefined {
  if (forwarded.malformed) return undefined;
  const scheme = forwarded.scheme?.toLowerCase() ?? (encrypted ? 'https' : 'http');
  const [, name, ownPort] = wellFormedHost.exec(forwarded.host ?? host ?? '') ?? [];
  const port = forwarded.port ?? ownPort;
  const prefix = (forwarded.prefix ?? '').replace(/\/+$/, '');
  const standardPort = standardPorts[scheme];
  if (name === undefined || standardPort === undefined || !/^\d{0,5}$/.test(port ?? '') || !wellFormedPrefix.test(prefix)) return undefined;
  const origin = `${scheme}://${name.toLowerCase()}${port === undefined || port === '' || port === standardPort ? '' : `:${port}`}`;
  return URL.canParse(origin) ? origin + prefix : undefined;
}

/** The name or the address in an origin or a URL, lower case, without the port. */
export const hostNameOf = (url: string): string => /^[a-z]+:\/\/(\[[^\]]*\]|[^:/]*)/.exec(url)?.[1] ?? '';

type Header = string | string[] | undefined;

/** The first of the values of a header that proxies add to, each at its end. */
const first = (header: Header): string | undefined => {
  const value = (Array.isArray(header) ? header[0] : header)?.split(',', 1)[0]?.trim();
  return value === '' ? undefined : value;
};

// A host with a port stands without quotes in the wild, though RFC 7239 §4 wants them.
const forwardedPair = /\s*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;,"\s]+))\s*)?(;|,|$)/gy;

/** The first element of a Forwarded header (RFC 7239 §4), its parameters by name; undefined where any part of the header is malformed. */
function firstForwarded(header: Header): Map<string, string> | undefined {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  const elements = [new Map<string, string>()];
  let end = 0;
  for (const [whole, name, quoted, token, separator] of text.matchAll(forwardedPair)) {
    end += whole.length;
    const parameters = elements.at(-1) as Map<string, string>;
    if (name !== undefined) {
      if (parameters.has(name.toLowerCase())) return undefined;
      parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? (token as string));
    }
    if (separator === ',') elements.push(new Map());
  }
  return end === text.length ? (elements.find(({ size }) => size > 0) ?? elements[0]) : undefined;
}

/** What the headers of a proxy say, the first one of a chain. Forwarded goes before X-Forwarded-*, which alone knows a prefix. */
export function readForwarded(headers: Readonly<Record<string, Header>>): ForwardedAddress {
  const forwarded = firstForwarded(headers.forwarded);
  if (!forwarded) return { malformed: true };
  const [scheme, host] = [forwarded.get('proto'), forwarded.get('host')];
  const prefix = first(headers['x-forwarded-prefix']);
  if (scheme !== undefined || host !== undefined) return { scheme, host, prefix };
  return {
    scheme: first(headers['x-forwarded-proto']),
    host: first(headers['x-forwarded-host']),
    port: first(headers['x-forwarded-port']),
    prefix,
  };
}
