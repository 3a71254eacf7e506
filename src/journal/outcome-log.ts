import type { FastifyBaseLogger } from 'fastify';
import { failed } from '../core/check.js';
import type { StepKind, Transactions } from './transactions.js';

/** The steps that end something: a code went out, tokens went out. Whatever else fails is an outcome, too. */
const outcomes: ReadonlySet<StepKind> = new Set(['code', 'tokens', 'revoke', 'logout']);

/** Writes one log line for each outcome of a transaction. */
export function logOutcomes(transactions: Transactions, log: FastifyBaseLogger): void {
  transactions.subscribe((transaction) => {
    const step = transaction.steps.at(-1);
    if (!step || (step.ok !== false && !outcomes.has(step.kind))) return;
    const check = failed(step.checks);
    const line = {
      event: step.kind,
      ok: step.ok,
      environmentId: transaction.environmentId,
      transactionId: transaction.id,
      application: transaction.application?.name,
      user: transaction.user,
      ...(check && { rule: check.rule, expected: check.expected, got: check.got, spec: check.spec }),
    };
    if (step.ok === false) log.warn(line, step.title);
    else log.info(line, step.title);
  });
}
