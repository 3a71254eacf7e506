import { readClient } from '../../protocol/client-authentication.js';
import type { Exchange } from './exchange.js';

/** The members of a form or of a query, each with the first value that was sent for it. */
const formOf = (text: string | undefined): Record<string, string> => {
  const form: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text ?? '')) form[name] ??= value;
  return form;
};

const header = (exchange: Pick<Exchange, 'headers'>, name: string): string => String(exchange.headers[name] ?? '');

/** The form of a request's body; undefined where the body is none. */
export const sentForm = (exchange: Exchange): Record<string, string> | undefined =>
  exchange.body !== undefined && /^application\/x-www-form-urlencoded\b/i.test(header(exchange, 'content-type'))
    ? formOf(exchange.body)
    : undefined;

export const sentQuery = ({ url }: Pick<Exchange, 'url'>): Record<string, string> => {
  const at = url.indexOf('?');
  return at < 0 ? {} : formOf(url.slice(at + 1));
};

/** The client that a request says it comes from. Nothing of it is proven. */
export function clientOf(exchange: Exchange): string | undefined {
  const sent = { ...sentQuery(exchange), ...sentForm(exchange) };
  return readClient(header(exchange, 'authorization'), sent).clientId ?? sent.client_id;
}
