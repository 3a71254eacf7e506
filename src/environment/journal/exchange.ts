import type { Schema } from '../../lib/schema/compile.js';

/** Marks requests of our library to the management API, which set a test up and are not what it tests. */
export const ownRequestHeader = 'x-mock-own-request';

/** The schemas of what a route reads and answers: they say what is secret of it. */
export interface ExchangeSchemas {
  readonly query: readonly Schema[];
  readonly body: readonly Schema[];
  readonly answer: readonly Schema[];
}

/** An HTTP request and its response, as they went over the wire. */
export interface Exchange {
  /** The correlation id of the response. */
  readonly id: string;
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The client's IP address. */
  readonly remoteIp?: string | undefined;
  /** The raw body; undefined if there was none. */
  body?: string | undefined;
  /** The route, such as /:environmentId/as/token. */
  route?: string | undefined;
  readonly schemas?: ExchangeSchemas | undefined;
  /** A request to the mock itself, or one that sets a test up: no journal shows it, and faults and hooks do not apply. */
  readonly isOwn?: boolean | undefined;
  environmentId?: string | undefined;
  transactionId?: string | undefined;
  answer?: ExchangeAnswer | undefined;
  /** Descriptions of the faults that were injected. */
  faults?: string[] | undefined;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body?: string | undefined;
  readonly tookMilliseconds: number;
}
