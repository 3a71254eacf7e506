import type { Environment } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';
import { clientOf, sentForm } from '../environment/journal/sent-client.js';
import type { Transaction } from '../environment/journal/transactions.js';
import { beginTransaction } from '../environment/record.js';

/** The transaction of a request that no endpoint has seen: that of its code or refresh token, or a new one. */
async function transactionOf(environment: Environment, exchange: Exchange): Promise<Transaction> {
  const { store } = environment;
  const { code, refresh_token: refreshToken } = sentForm(exchange) ?? {};
  const trace =
    code !== undefined
      ? await store.codeTraces.get(code)
      : refreshToken !== undefined
        ? await store.refreshTokens.get(refreshToken)
        : undefined;
  const application = await store.applications.get(clientOf(exchange) ?? '');
  return beginTransaction(environment, {
    transactionId: trace?.transactionId,
    application: application?.grantTypes && application,
  });
}

/** Records in the transaction of a request what was done to it on purpose. Without a status there was no answer. */
export async function markFaults(environment: Environment, exchange: Exchange, status: number | undefined): Promise<void> {
  const { transactions } = environment;
  const known = exchange.transactionId === undefined ? undefined : transactions.get(exchange.transactionId);
  const transaction = known ?? (await transactionOf(environment, exchange));
  for (const fault of exchange.faults ?? [])
    transactions.step(transaction, {
      kind: 'fault',
      // The endpoint's own decision remains; an answer in its place is a failure.
      ok: known || (status !== undefined && status < 400) ? null : false,
      title: `fault injected: ${fault}`,
      checks: [],
      ...(!known && { exchange }),
    });
}
