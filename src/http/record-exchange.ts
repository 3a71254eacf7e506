import type { Context } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';

/** The journal is for inspection, not for storing files: longer bodies are cut. */
const longestBody = 64 * 1024;

/** A copy, since a substring would keep the whole string in memory. */
const shortened = (body: string): string =>
  `${Buffer.from(body.slice(0, longestBody)).toString()}… (cut: ${body.length} characters in all)`;

/** Records a request in the journal just before its answer is sent, and notifies those who watch its transaction. */
export function recordExchange({ environments, requests, unmatched, events }: Context, exchange: Exchange): void {
  if (exchange.isOwn) return;
  const { body, answer } = exchange;
  if (body !== undefined && body.length > longestBody) exchange.body = shortened(body);
  if (answer?.body !== undefined && answer.body.length > longestBody) exchange.answer = { ...answer, body: shortened(answer.body) };
  exchange.environmentId ??= environments.get(exchange.url.split('/', 2)[1] ?? '')?.id;
  const { environmentId, transactionId } = exchange;
  const environment = environmentId === undefined ? undefined : environments.get(environmentId);
  (environment?.requests ?? requests).add(exchange);
  const transaction = transactionId === undefined ? undefined : (environment?.transactions ?? unmatched).get(transactionId);
  if (transaction) events.push(transaction);
}
