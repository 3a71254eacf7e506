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

/** Headers of answers that hold no credentials. `location` is shown without the values of its query. */
const harmlessInAnswers: ReadonlySet<string> = new Set([
  ...[
    'content-type',
    'content-length',
    'content-encoding',
    'content-language',
    'content-disposition',
    'transfer-encoding',
    'accept-ranges',
  ],
  ...[
    'date',
    'age',
    'allow',
    'connection',
    'keep-alive',
    'server',
    'vary',
    'via',
    'upgrade',
    'retry-after',
    'location',
    'www-authenticate',
  ],
  ...['cache-control', 'pragma', 'expires', 'etag', 'last-modified', 'referrer-policy', 'content-security-policy'],
  ...['strict-transport-security', 'x-content-type-options', 'x-frame-options', 'x-xss-protection', 'x-accel-buffering'],
  ...['access-control-allow-credentials', 'access-control-allow-headers', 'access-control-allow-methods', 'access-control-allow-origin'],
  ...['access-control-allow-private-network', 'access-control-expose-headers', 'access-control-max-age', 'cross-origin-opener-policy'],
  ...['correlation-id', 'x-amzn-errortype', 'x-amzn-requestid', 'x-mock-diagnosis'],
]);

/** Whether it shows the value of an answer's header: hooks of tests and new endpoints may write any. */
export const isShownAnswerHeader = (name: string): boolean => harmlessInAnswers.has(name.toLowerCase());

/**
 * Whether PINGONE_MOCK_HIDE_SECRETS shows the value of a request's header. Nothing says which of the others hold credentials:
 * gateways and applications name theirs as they like.
 */
export const isShownHeader = (name: string): boolean => harmless.has(name.toLowerCase());
