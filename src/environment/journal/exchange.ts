/** An HTTP request and its response, as they went over the wire. */
export interface Exchange {
  /** The correlation id of the response. */
  readonly id: string;
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The raw body; undefined if there was none. */
  body?: string | undefined;
  /** The route, as /:environmentId/as/token. */
  route?: string | undefined;
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
