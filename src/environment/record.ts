import { enforce } from '../pingone/errors.js';
import { type Check, type Decision, failed } from '../protocol/check.js';
import type { Diagnosis } from '../protocol/mistakes/index.js';
import type { Context, Environment } from './context.js';
import type { Exchange } from './journal/exchange.js';
import type { Step, StepKind, Transaction } from './journal/transactions.js';
import type { Application } from './model/application.js';

type FailedStep = Omit<Step, 'n' | 'at' | 'ok'>;
type DecidedStep = Omit<FailedStep, 'checks'>;

/** Records a step that failed. A caller that knows more than the transaction passes a diagnosis; otherwise its check explains it. */
export function recordFailure(environment: Environment, transaction: Transaction, step: FailedStep, diagnosis?: Diagnosis): void {
  environment.transactions.step(transaction, { ...step, ok: false, diagnosis });
}

/**
 * Records a decision as several steps of a transaction, each with the checks whose `kindOf` is its kind, without those that
 * have none. Then throws its refusal or returns what it led to.
 */
export function recordStepsAndAssert<T>(
  environment: Environment,
  transaction: Transaction,
  steps: readonly DecidedStep[],
  decision: Decision<T>,
  { kindOf, diagnosis }: { readonly kindOf: (check: Check) => StepKind | undefined; readonly diagnosis?: Diagnosis | undefined },
): T {
  const byKind = new Map<StepKind, Check[]>();
  for (const check of decision.checks) {
    const kind = kindOf(check);
    const others = kind && byKind.get(kind);
    if (others) others.push(check);
    else if (kind) byKind.set(kind, [check]);
  }
  for (const { kind, title, exchange, data } of steps) {
    const checks = byKind.get(kind);
    if (checks) recordChecks(environment, transaction, { kind, title, checks, exchange, data }, diagnosis);
  }
  return enforce(decision);
}

/** Records a decision as a step of a transaction, then throws its refusal or returns what it led to. */
export function recordAndAssert<T>(
  environment: Environment,
  transaction: Transaction,
  { kind, title, exchange, data }: DecidedStep,
  decision: Decision<T>,
  diagnosis?: Diagnosis,
): T {
  recordChecks(environment, transaction, { kind, title, checks: decision.checks, exchange, data }, diagnosis);
  return enforce(decision);
}

function recordChecks(environment: Environment, transaction: Transaction, step: FailedStep, diagnosis: Diagnosis | undefined): void {
  const refusedBy = failed(step.checks);
  const { kind, title, checks, exchange, data } = step;
  if (refusedBy) recordFailure(environment, transaction, { ...step, title: `${title}: refused by ${refusedBy.rule}` }, diagnosis);
  else environment.transactions.step(transaction, { kind, ok: true, title, checks, exchange, data });
}

/** An application as a transaction names it. */
export const summaryOf = ({ id, name, pkceEnforcement = 'OPTIONAL' }: Pick<Application, 'id' | 'name' | 'pkceEnforcement'>) => ({
  id,
  name,
  pkceEnforcement,
});

interface Beginning {
  /** The transaction that the request continues, if it is known. */
  readonly transactionId?: string | undefined;
  readonly application?: Parameters<typeof summaryOf>[0] | undefined;
  /** The base URL of the request, if it came from outside. */
  readonly baseUrl?: string | undefined;
}

/** The transaction that a request continues, or a new one. */
export function beginTransaction(
  { transactions }: Pick<Environment, 'transactions'>,
  { transactionId, application, baseUrl }: Beginning,
): Transaction {
  const known = transactionId === undefined ? undefined : transactions.resume(transactionId);
  const transaction = known ?? transactions.start({ application: application && summaryOf(application) });
  if (baseUrl !== undefined && !transaction.baseUrls.includes(baseUrl)) transaction.baseUrls.push(baseUrl);
  return transaction;
}

/** How often a transaction shows that its token was used in the same way: the journal has every request. */
const mostUses = 5;

/** Records that a token was used, in the transaction that issued it. */
export function recordUse(
  { transactions }: Environment,
  familyId: string | undefined,
  { kind, title, exchange }: Pick<Step, 'kind' | 'title' | 'exchange'>,
): void {
  if (familyId !== undefined) transactions.use(familyId, { kind, ok: true, title, checks: [], exchange }, mostUses);
}

/** The journal is for inspection, not for storing files: longer bodies are cut. */
const longestBody = 64 * 1024;

/** A copy, since a substring would keep the whole string in memory. */
const shortened = (body: string): string =>
  `${Buffer.from(body.slice(0, longestBody)).toString()}… (cut: ${body.length} characters in all)`;

/** Records a request in the journal just before its answer is sent, and notifies those who watch its transaction, at other replicas too. */
export function recordExchange({ environments, requests, unmatched, events, recordings }: Context, exchange: Exchange): void {
  if (exchange.isOwn) {
    recordings.answered();
    return;
  }
  const { body, answer } = exchange;
  if (body !== undefined && body.length > longestBody) exchange.body = shortened(body);
  if (answer?.body !== undefined && answer.body.length > longestBody) exchange.answer = { ...answer, body: shortened(answer.body) };
  exchange.environmentId ??= environments.get(exchange.url.split('/', 2)[1] ?? '')?.id;
  const { environmentId, transactionId } = exchange;
  const environment = environmentId === undefined ? undefined : environments.get(environmentId);
  (environment?.requests ?? requests).add(exchange);
  const transaction = transactionId === undefined ? undefined : (environment?.transactions ?? unmatched).get(transactionId);
  if (transaction) events.push(transaction);
  recordings.answered(environmentId ?? '');
}
