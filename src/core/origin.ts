/** What a request says of the address under which it came. */
export interface RequestAddress {
  /** Whether it came over TLS. */
  readonly encrypted: boolean;
  readonly host: string | undefined;
}

const wellFormed = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/;

/** The public origin of a request, as http://localhost:9400; undefined where the Host header is missing or malformed. */
export function originOf({ encrypted, host }: RequestAddress, fixedBaseUrl?: string): string | undefined {
  if (fixedBaseUrl !== undefined) return fixedBaseUrl;
  return host !== undefined && wellFormed.test(host) ? `${encrypted ? 'https' : 'http'}://${host.toLowerCase()}` : undefined;
}
