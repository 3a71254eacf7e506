import type { FastifyBaseLogger } from 'fastify';
import { failed } from '../../protocol/check.js';
import type { StepKind, Transaction, Transactions } from './transactions.js';

/** The steps that end something: a code went out, tokens went out. Whatever else fails is an outcome, too. */
const outcomes: ReadonlySet<StepKind> = new Set(['code', 'tokens', 'revoke', 'logout']);

/** A step of the token endpoint is told as one of it. */
const tokenSteps: ReadonlySet<StepKind> = new Set([
  'client_auth',
  'code.lookup',
  'redirect_uri.check',
  'pkce.transform',
  'pkce.compare',
  'refresh',
  'tokens',
]);

interface LogOptions {
  /** Where a transaction can be looked at. */
  readonly see: (transaction: Transaction) => string;
}

/** Writes one log line for each outcome of a transaction: of one that failed, what was the mistake. */
export function logOutcomes(transactions: Transactions, log: FastifyBaseLogger, { see }: LogOptions): void {
  transactions.subscribe((transaction) => {
    const step = transaction.steps.at(-1);
    if (!step || (step.ok !== false && !outcomes.has(step.kind))) return;
    const check = failed(step.checks);
    const { diagnosis } = transaction;
    const line = {
      event: step.ok === false && tokenSteps.has(step.kind) ? 'token' : step.kind,
      ok: step.ok,
      environmentId: transaction.environmentId,
      transactionId: transaction.id,
      application: transaction.application?.name,
      user: transaction.user,
      ...(check && { rule: check.rule, expected: check.expected, got: check.got, spec: check.spec }),
    };
    if (step.ok !== false) log.info(line, step.title);
    else if (!diagnosis) log.warn(line, step.title);
    else {
      const { code, title, confidence } = diagnosis;
      log.warn({ ...line, diagnosis: code, confidence, see: see(transaction) }, `${step.kind.startsWith('pkce') ? 'PKCE: ' : ''}${title}`);
    }
  });
}
