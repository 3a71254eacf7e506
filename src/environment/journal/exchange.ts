/** One HTTP request and its answer, as they went over the wire. */
export interface Exchange {
  /** The correlation id of the answer. */
  readonly id: string;
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it came, or undefined where there was none. */
  body?: string | undefined;
  /** The pattern of the route, as /:environmentId/as/token. */
  route?: string | undefined;
  environmentId?: string | undefined;
  transactionId?: string | undefined;
  answer?: ExchangeAnswer | undefined;
  /** What was done to it on purpose ("fault injected"). */
  faults?: string[] | undefined;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body?: string | undefined;
  readonly tookMilliseconds: number;
}
