/** The header lists of cross-origin answers (Fetch §3.2). */

/** PingOne's one, and ours. */
export const exposedHeaders = 'Correlation-Id, x-mock-diagnosis';

/** PingOne's list, and what its SDKs send (docs/fidelity.md, 8.3). */
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
].join(', ');

/** Recorded (docs/fidelity.md, management 1.4). */
export const managementHeaders = 'Content-Type,Content-Disposition,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,Correlation-Id';

/** How long a browser need not ask again. */
export const preflightSeconds = 3600;
