import type { Environment } from '../context.js';
import { failed } from '../core/check.js';
import type { Step, Transaction } from '../journal/transactions.js';
import { enforce } from '../pingone/errors.js';

/** Writes a step with its checks into a transaction, and refuses where one of them failed. */
export function decide(
  { transactions }: Environment,
  transaction: Transaction,
  { kind, title, checks, exchange, data }: Omit<Step, 'n' | 'at' | 'ok'>,
): void {
  const check = failed(checks);
  transactions.step(transaction, {
    kind,
    ok: check === undefined,
    title: check ? `${title}: refused by ${check.rule}` : title,
    checks,
    exchange,
    data,
  });
  enforce(checks);
}
