import { pairsOf } from '../../lib/form-pairs.js';
import { readClient } from '../../protocol/client-authentication.js';
import { readJwt } from '../../protocol/jwt.js';
import type { Exchange } from './exchange.js';

/** The parameters of a form or query; of repeated ones, the first. */
const formOf = (text: string | undefined): Record<string, string> => {
  const form: Record<string, string> = {};
  for (const [name, value] of pairsOf(text ?? '')) form[name] ??= value;
  return form;
};

const header = (exchange: Pick<Exchange, 'headers'>, name: string): string => String(exchange.headers[name] ?? '');

/** The parameters of a form body; undefined if the body is not a form. */
export const sentForm = (exchange: Exchange): Record<string, string> | undefined =>
  exchange.body !== undefined && /^application\/x-www-form-urlencoded\b/i.test(header(exchange, 'content-type'))
    ? formOf(exchange.body)
    : undefined;

export const sentQuery = ({ url }: Pick<Exchange, 'url'>): Record<string, string> => {
  const at = url.indexOf('?');
  return at < 0 ? {} : formOf(url.slice(at + 1));
};

/** The client that got the access token which a request brings (RFC 6750 §2.1, §2.2), unverified. */
export function clientOfToken(exchange: Exchange): string | undefined {
  const { 1: inHeader } = /^bearer +(\S+) *$/i.exec(header(exchange, 'authorization')) ?? [];
  const { client_id: client } = readJwt(inHeader ?? sentForm(exchange)?.access_token ?? '')?.claims ?? {};
  return typeof client === 'string' ? client : undefined;
}

/** The client id that a request names, unauthenticated. */
export function clientOf(exchange: Exchange): string | undefined {
  const sent = { ...sentQuery(exchange), ...sentForm(exchange) };
  return readClient(header(exchange, 'authorization'), sent).clientId ?? sent.client_id;
}
