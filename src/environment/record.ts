import { enforce } from '../pingone/errors.js';
import { type Check, failed } from '../protocol/check.js';
import type { Diagnosis } from '../protocol/mistakes/index.js';
import type { Environment } from './context.js';
import type { Step, Transaction } from './journal/transactions.js';

type StepInput = Omit<Step, 'n' | 'at' | 'ok'>;

/** Writes a step that failed. Who looked further than the transaction passes a diagnosis along; else its check explains it. */
export function recordFailure(environment: Environment, transaction: Transaction, step: StepInput, diagnosis?: Diagnosis): void {
  environment.transactions.step(transaction, { ...step, ok: false, diagnosis });
}

/** Writes a step with its checks into a transaction, and refuses where one of them failed. */
export function recordAndAssert(
  environment: Environment,
  transaction: Transaction,
  step: StepInput & { readonly checks: readonly Check[] },
  diagnosis?: Diagnosis,
): void {
  const { kind, title, checks, exchange, data } = step;
  const check = failed(checks);
  if (check) recordFailure(environment, transaction, { ...step, title: `${title}: refused by ${check.rule}` }, diagnosis);
  else environment.transactions.step(transaction, { kind, ok: true, title, checks, exchange, data });
  enforce(checks);
}
