/** The header lists of CORS responses (Fetch §3.2). */

/** PingOne's Correlation-Id, and our header. */
export const exposedHeaders = 'Correlation-Id, x-mock-diagnosis';

/** PingOne's list, and the headers that its SDKs send (docs/fidelity.md, 8.3). */
export const requestHeaders = [
  'Accept',
  'Accept-Language',
  'Content-Language',
  'Content-Type',
  'Range',
  'Authorization',
  'Content-Length',
  'Cookie',
  'Correlation-Id',
  'Origin',
  'Origin-Cookies',
  'Referer',
  'Referrer',
  'X-Amz-Date',
  'X-Amz-Security-Token',
  'X-Api-Key',
  'X-client-version',
  'X-Content-Type-Options',
  'X-Requested-With',
  'X-Requested-Platform',
  'X-Ping-External-Transaction-ID',
  'X-Ping-External-Session-ID',
  'interactionId',
  'interactionToken',
].join(', ');

/** The list of the management API (docs/fidelity.md, management 1.4). */
export const managementHeaders = 'Content-Type,Content-Disposition,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,Correlation-Id';

/** How long browsers may cache a preflight response. */
export const preflightSeconds = 3600;
