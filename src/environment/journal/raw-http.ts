import { endpointOf } from './endpoints.js';
import type { Exchange } from './exchange.js';
import { withoutSecrets } from './hide-secrets.js';
import { clientOf, sentForm, sentQuery } from './sent-client.js';

/** A request in the form of the control API. */
export interface RawRequest {
  method: string;
  url: string;
  headers: Exchange['headers'];
  body?: string | undefined;
}

/** A response in the form of the control API. */
export interface RawAnswer {
  status: number;
  headers: Readonly<Record<string, unknown>>;
  body?: string | undefined;
  tookMilliseconds: number;
}

export const rawRequest = ({ method, url, headers, body }: Exchange): RawRequest => ({ method, url, headers, body });

export const rawAnswer = ({ answer }: Exchange): RawAnswer | undefined =>
  answer && { ...answer, tookMilliseconds: Math.round(answer.tookMilliseconds * 1000) / 1000 };

/** An entry of the journal in the form of the control API. */
export interface RecordedRequest extends RawRequest {
  id: string;
  at: string;
  endpoint: string;
  client?: string | undefined;
  environmentId?: string | undefined;
  transactionId?: string | undefined;
  query: Record<string, string>;
  /** The members of a form body. */
  form: Record<string, string>;
  answer?: RawAnswer | undefined;
  /** Descriptions of the faults that were injected. */
  faults?: readonly string[] | undefined;
}

export function toRecordedRequest(exchange: Exchange, hideSecrets: boolean): RecordedRequest {
  const shown = hideSecrets ? withoutSecrets(exchange) : exchange;
  const { id, environmentId, transactionId, faults } = exchange;
  return {
    id,
    at: new Date(exchange.at).toISOString(),
    endpoint: endpointOf(exchange),
    client: clientOf(exchange),
    environmentId,
    transactionId,
    ...rawRequest(shown),
    query: sentQuery(shown),
    form: sentForm(shown) ?? {},
    answer: rawAnswer(shown),
    faults,
  };
}
