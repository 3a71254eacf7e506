/** The original address of a request, as a proxy reports it: X-Forwarded-*, or Forwarded (RFC 7239). */
export interface ForwardedAddress {
  readonly scheme?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  /** The prefix that the proxy removed from the path, such as /idp. */
  readonly prefix?: string | undefined;
  /** Whether any part is malformed: the rest would be a guess. */
  readonly malformed?: boolean | undefined;
}

/** The address to which a request was sent. */
export interface RequestAddress {
  /** Whether it used TLS. */
  readonly encrypted: boolean;
  readonly host: string | undefined;
  /** Only from a trusted proxy. */
  readonly forwarded?: ForwardedAddress | undefined;
}

// The port may be empty (RFC 3986 §3.2.3).
const wellFormedHost = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::(\d{0,5}))?$/;
// Browsers resolve /. and /.. in any spelling, and would then request a different path.
/** What a proxy removes is short; a longer prefix is malformed. */
const longestPrefix = 1024;
const wellFormedPrefix = /^(\/(?!(?:\.|%2e){1,2}(?:\/|$))[a-z0-9._~!$&'()*+,;=:@%-]+)*$/i;
const standardPorts: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** The public origin of a request, such as http://localhost:9400; undefined if the Host header is missing or malformed (RFC 9112 §3.2). */
export function originOf({ encrypted, host, forwarded = {} }: RequestAddress): string | undefined {
  if (forwarded.malformed) return undefined;
  const scheme = forwarded.scheme?.toLowerCase() ?? (encrypted ? 'https' : 'http');
  const [, name, ownPort] = wellFormedHost.exec(forwarded.host ?? host ?? '') ?? [];
  const port = forwarded.port ?? ownPort;
  if ((forwarded.prefix?.length ?? 0) > longestPrefix) return undefined;
  const prefix = (forwarded.prefix ?? '').replace(/\/+$/, '');
  const standardPort = standardPorts[scheme];
  if (name === undefined || standardPort === undefined || !/^\d{0,5}$/.test(port ?? '') || !wellFormedPrefix.test(prefix)) return undefined;
  const origin = `${scheme}://${name.toLowerCase()}${port === undefined || port === '' || port === standardPort ? '' : `:${port}`}`;
  return URL.canParse(origin) ? origin + prefix : undefined;
}

/** The host name or address in an origin or URL, without the port. */
export const hostNameOf = (url: string): string => /^[a-z]+:\/\/(\[[^\]]*\]|[^:/]*)/.exec(url)?.[1] ?? '';

/** A host name or address as names are compared: in lower case, without the IPv6 brackets and the dot of the root. */
export const bareHost = (hostName: string): string =>
  hostName
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');

/** The host of a Host header as URLs spell it (lower case, IPv4 in dotted form), bare and without the port; undefined if it is malformed. */
export const hostOf = (authority: string): string | undefined => {
  const origin = originOf({ encrypted: false, host: authority });
  return origin === undefined ? undefined : bareHost(new URL(origin).hostname);
};

type Header = string | string[] | undefined;

/** The first value of a header to which each proxy appends its own. */
const first = (header: Header): string | undefined => {
  const value = (Array.isArray(header) ? header[0] : header)?.split(',', 1)[0]?.trim();
  return value === '' ? undefined : value;
};

// In practice a host with a port comes without quotes, though RFC 7239 §4 requires them.
const forwardedPair = /\s*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;,"\s]+))\s*)?(;|,|$)/gy;

/** The first element of a Forwarded header (RFC 7239 §4), its parameters by name; undefined if any part is malformed. */
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

/** What the first proxy of a chain reports. Forwarded wins over X-Forwarded-*, but has no prefix. */
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
