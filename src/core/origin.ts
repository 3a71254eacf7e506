/** What a proxy says of the request that came to it: X-Forwarded-*, or Forwarded (RFC 7239). */
export interface ForwardedAddress {
  readonly scheme?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  /** What the proxy took off the path, as /idp. */
  readonly prefix?: string | undefined;
}

/** What a request says of the address under which it came. */
export interface RequestAddress {
  /** Whether it came over TLS. */
  readonly encrypted: boolean;
  readonly host: string | undefined;
  /** Only of a proxy that is believed. */
  readonly forwarded?: ForwardedAddress | undefined;
}

const wellFormedHost = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/;
const wellFormedPrefix = /^(\/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*$/;
const standardPorts: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** The public origin of a request, as http://localhost:9400; undefined where the Host header is missing or malformed (RFC 9112 §3.2). */
export function originOf({ encrypted, host, forwarded = {} }: RequestAddress): string | undefined {
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

/** The first element of a Forwarded header (RFC 7239 §4), its parameters by name. */
function firstForwarded(header: Header): Record<string, string> {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  const parameters: Record<string, string> = {};
  for (const [, name = '', quoted, token, end] of text.matchAll(/\s*([^=;,"\s]+)=(?:"((?:[^"\\]|\\.)*)"|([^;,"\s]*))\s*(;|,|$)/g)) {
    parameters[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, '$1') ?? token ?? '';
    if (end !== ';') break;
  }
  return parameters;
}

/** What the headers of a proxy say, the first one of a chain. Forwarded goes before X-Forwarded-*, which alone knows a prefix. */
export function readForwarded(headers: Readonly<Record<string, Header>>): ForwardedAddress {
  const { proto, host } = firstForwarded(headers.forwarded);
  const prefix = first(headers['x-forwarded-prefix']);
  if (proto !== undefined || host !== undefined) return { scheme: proto, host, prefix };
  return {
    scheme: first(headers['x-forwarded-proto']),
    host: first(headers['x-forwarded-host']),
    port: first(headers['x-forwarded-port']),
    prefix,
  };
}
