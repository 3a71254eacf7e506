import type { Exchange } from './exchange.js';

/** Marks requests of our library to the management API, which set a test up and are not what it tests. */
export const ownRequestHeader = 'x-mock-own-request';

/** Whether a request comes from our library: it is not recorded, and faults and hooks do not apply to it. */
export const isOwnRequest = ({ headers, url }: Pick<Exchange, 'headers' | 'url'>): boolean =>
  headers[ownRequestHeader] !== undefined && url.startsWith('/v1/');
