import type { Environment } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';
import type { Transaction } from '../environment/journal/transactions.js';
import { pairsOf } from '../lib/form-pairs.js';
import { readClient } from '../protocol/client-authentication.js';
import type { Diagnosis } from '../protocol/mistakes/index.js';

/** A library tries the other method at once. */
const mostMilliseconds = 5_000;
const mostTransactions = 50;

/** The parameters of a token request, without the client's credentials. */
const asksFor = ({ body = '' }: Exchange): string =>
  [...pairsOf(body)]
    .filter(([name]) => name !== 'client_id' && name !== 'client_secret')
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');

/** The secret of a token request, as it may have been meant. */
function secretsOf({ headers: { authorization }, body = '' }: Exchange): readonly string[] {
  const form = new Map(pairsOf(body));
  const presented = { client_id: form.get('client_id') ?? '', client_secret: form.get('client_secret') ?? '' };
  return readClient(typeof authorization === 'string' ? authorization : undefined, presented).secrets.filter(Boolean);
}

const isTokenRequest = ({ url }: Exchange): boolean => url.split('?', 1)[0]?.endsWith('/as/token') === true;

/** The last token request of a transaction that failed, except `exchange` itself. */
const failedRequest = ({ state, steps }: Transaction, exchange: Exchange): Exchange | undefined =>
  state === 'failed'
    ? steps.findLast((step) => step.exchange && step.exchange !== exchange && isTokenRequest(step.exchange))?.exchange
    : undefined;

/**
 * Why the same request was refused a moment ago, with the credentials in another place. Libraries that detect the method
 * themselves (Go's oauth2) repeat every refused request like this: the second refusal is about the method, whatever the first
 * was about. Undefined if there was no such request.
 */
export function diagnoseEarlierAttempt(environment: Environment, transaction: Transaction, exchange: Exchange): Diagnosis | undefined {
  const { id, application } = transaction;
  const others = environment.transactions
    .list()
    .slice(-mostTransactions)
    .filter((other) => other.id !== id && application !== undefined && other.application?.id === application.id);
  const wanted = asksFor(exchange);
  const secrets = secretsOf(exchange);
  for (const each of [transaction, ...others.reverse()]) {
    const earlier = failedRequest(each, exchange);
    const { diagnosis } = each;
    if (!earlier || !diagnosis || diagnosis.code === 'wrong_authentication_method') continue;
    if (exchange.at - earlier.at > mostMilliseconds) continue;
    if (asksFor(earlier) !== wanted || !secretsOf(earlier).some((secret) => secrets.includes(secret))) continue;
    return {
      ...diagnosis,
      why: `${diagnosis.why} The request before this one was refused for that (${earlier.id}). This one repeats it with the credentials in another place, as some libraries do after a refusal, and the application does not accept them there.`,
    };
  }
  return undefined;
}
