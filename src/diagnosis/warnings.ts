import type { Environment } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';
import { transactionUrl } from '../environment/journal/transaction-url.js';
import type { Transaction } from '../environment/journal/transactions.js';
import type { Diagnosis } from '../protocol/mistakes/index.js';
import { diagnoseScopesLeftOut } from '../protocol/mistakes/index.js';
import { knownScopes } from './scopes.js';

/** A transaction may last for months, so only this many warnings are kept. */
const mostWarnings = 10;

/** Records in the log and the transaction that a part of a request had no effect; the answer gets the header. */
export function warn({ log }: Environment, transaction: Transaction, exchange: Exchange, diagnosis: Diagnosis): void {
  const { warnings } = transaction;
  warnings.push({ ...diagnosis, severity: 'warning', requestId: exchange.id });
  if (warnings.length > mostWarnings) warnings.shift();
  const { code, title, confidence } = diagnosis;
  const application = transaction.application?.name;
  log.warn({ event: 'warning', application, diagnosis: code, confidence, see: transactionUrl(transaction) }, title);
}

interface Granting {
  readonly asked: readonly string[];
  readonly granted: readonly string[];
  readonly application: string;
  readonly exchange: Exchange;
}

/** Warns of requested scopes that were left out, which PingOne does silently (docs/fidelity.md, 3.8). */
export async function warnOfScopes(environment: Environment, transaction: Transaction, granting: Granting): Promise<void> {
  const { asked, granted, application, exchange } = granting;
  const missing = [...new Set(asked)].filter((name) => !granted.includes(name));
  if (missing.length === 0) return;
  warn(environment, transaction, exchange, diagnoseScopesLeftOut({ missing, known: await knownScopes(environment), application }));
}
