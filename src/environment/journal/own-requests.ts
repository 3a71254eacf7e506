import type { Exchange } from './exchange.js';

/** Marks what a test's own library asks of the management API: setting up a test is not what it is about. */
export const ownRequestHeader = 'x-mock-own-request';

/** Whether a request is of the test's own: it is in no journal, and no fault or hook is for it. */
export const isOwnRequest = ({ headers, url }: Pick<Exchange, 'headers' | 'url'>): boolean =>
  headers[ownRequestHeader] !== undefined && url.startsWith('/v1/');
