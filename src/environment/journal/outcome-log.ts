import type { FastifyBaseLogger } from 'fastify';
import { failed } from '../../protocol/check.js';
import { hideInCheck, hidingSecretsOf } from './hide-secrets.js';
import type { StepKind, Transaction, Transactions } from './transactions.js';

/** Steps that are logged when they succeed; failed steps are always logged. */
const outcomes: ReadonlySet<StepKind> = new Set(['code', 'tokens', 'revoke', 'logout']);

/** Steps of the token endpoint: when they fail, the event is `token`. */
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
  /** Leaves out of every line what the transaction's requests call secret. */
  readonly hideSecrets?: boolean;
  /** The URL of a transaction's page. */
  readonly see: (transaction: Transaction) => string;
}

/** Logs a line for each outcome of a transaction; for a failed one, with its diagnosis. */
export function logOutcomes(transactions: Transactions, log: FastifyBaseLogger, { see, hideSecrets }: LogOptions): void {
  transactions.subscribe((transaction) => {
    const step = transaction.steps.at(-1);
    // Refused, but nothing has failed yet: a wrong password or passcode.
    const isRefused = step?.ok === null && step.kind === 'login' && failed(step.checks) !== undefined;
    if (!step || (step.ok !== false && !isRefused && !outcomes.has(step.kind))) return;
    const hide = hideSecrets ? hidingSecretsOf(transaction) : <T>(shown: T) => shown;
    const check = hideSecrets ? failed(step.checks.map(hideInCheck)) : failed(step.checks);
    const { diagnosis } = transaction;
    const line = hide({
      event: step.ok === false && tokenSteps.has(step.kind) ? 'token' : step.kind,
      ok: step.ok,
      environmentId: transaction.environmentId,
      transactionId: transaction.id,
      application: transaction.application?.name,
      user: transaction.user,
      ...(check && { rule: check.rule, expected: check.expected, got: check.got, spec: check.spec }),
    });
    if (isRefused) log.warn({ ...line, diagnosis: check?.rule, see: see(transaction) }, hide(step.title));
    else if (step.ok !== false) log.info(line, hide(step.title));
    else if (!diagnosis) log.warn(line, hide(step.title));
    else {
      const { code, title, confidence } = hide(diagnosis);
      log.warn({ ...line, diagnosis: code, confidence, see: see(transaction) }, `${step.kind.startsWith('pkce') ? 'PKCE: ' : ''}${title}`);
    }
  });
}
