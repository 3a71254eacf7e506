/** Headers of requests that say something about the client or the connection, and hold no credentials. */
const harmless: ReadonlySet<string> = new Set([
  ...['host', 'user-agent', 'origin', 'referer', 'connection', 'keep-alive', 'date', 'expect', 'te', 'trailer', 'upgrade', 'via'],
  ...['accept', 'accept-charset', 'accept-encoding', 'accept-language', 'accept-datetime', 'range', 'last-event-id'],
  ...['content-type', 'content-length', 'content-encoding', 'content-language', 'transfer-encoding', 'cache-control', 'pragma'],
  ...['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range'],
  ...['access-control-request-method', 'access-control-request-headers', 'access-control-request-private-network'],
  ...['sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site', 'sec-fetch-user', 'sec-fetch-storage-access', 'sec-gpc', 'sec-purpose'],
  ...['sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform', 'sec-ch-prefers-color-scheme', 'dnt', 'priority'],
  ...['upgrade-insecure-requests', 'x-requested-with', 'x-http-method-override'],
  ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-prefix', 'x-forwarded-proto'],
  ...['x-forwarded-server', 'x-real-ip', 'traceparent', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled'],
  ...['correlation-id', 'x-correlation-id', 'request-id', 'x-request-id', 'x-mock-own-request'],
]);

/**
 * Whether PINGONE_MOCK_HIDE_SECRETS shows the value of a request's header. Nothing says which of the others hold credentials:
 * gateways and applications name theirs as they like.
 */
export const isShownHeader = (name: string): boolean => harmless.has(name.toLowerCase());
