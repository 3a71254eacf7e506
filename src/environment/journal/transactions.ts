import type { Check } from '../../protocol/check.js';
import type { Diagnosis } from '../../protocol/mistakes/index.js';
import type { CodeChallengeMethod, PkceEnforcement } from '../../protocol/pkce.js';
import type { RuleName } from '../../protocol/rules/index.js';
import type { Exchange } from './exchange.js';

export type { Diagnosis };

export type TransactionState = 'waiting' | 'code_issued' | 'succeeded' | 'failed' | 'expired';

export type StepKind =
  | 'authorize'
  | 'pkce.recorded'
  | 'login'
  | 'consent'
  | 'code'
  | 'redirect'
  | 'token'
  | 'client_auth'
  | 'code.lookup'
  | 'redirect_uri.check'
  | 'pkce.transform'
  | 'pkce.compare'
  | 'tokens'
  /** A claim was left out, since its expression has no value. */
  | 'claim'
  | 'userinfo'
  | 'introspect'
  | 'refresh'
  | 'revoke'
  | 'logout'
  | 'replay'
  /** A fault was injected. */
  | 'fault';

/** A step of a transaction, with its checks. */
export interface Step {
  readonly n: number;
  readonly kind: StepKind;
  readonly at: number;
  /** null: the step decides nothing. */
  readonly ok: boolean | null;
  readonly title: string;
  readonly checks: readonly Check<RuleName>[];
  /** The request that led to this step, with its response once sent. */
  readonly exchange?: Exchange | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** Another transaction that belongs to the same sign-on, in another environment. */
export interface Related {
  /** `provider`: where the person signs on for this one. `application`: what this sign-on is for. */
  readonly role: 'provider' | 'application';
  readonly environmentId: string;
  readonly id: string;
  /** The step that leads there. */
  readonly step?: number | undefined;
  readonly name?: string | undefined;
}

/** A theft that worked in the lab, as the lab reports it. */
export interface Theft {
  readonly exercise: string;
  readonly outcome: string;
}

/** Everything that follows from one authorization request, or from a token request without one. */
export interface Transaction {
  readonly id: string;
  readonly environmentId: string;
  readonly startedAt: number;
  application?: { id: string; name: string; pkceEnforcement: PkceEnforcement } | undefined;
  user?: string | undefined;
  state: TransactionState;
  readonly pkce: { challenge?: string; method?: CodeChallengeMethod; verifier?: string; computed?: string; match?: boolean };
  readonly steps: Step[];
  error?: string | undefined;
  diagnosis?: Diagnosis | undefined;
  /** What was accepted without effect, each with the request that it belongs to; newest last. */
  readonly warnings: (Diagnosis & { readonly requestId: string })[];
  /** The base URLs of its requests. */
  readonly baseUrls: string[];
  readonly related: Related[];
  theft?: Theft | undefined;
}

/** Whether the request with this correlation id belongs to a transaction. */
export const answered = ({ steps }: Transaction, correlationId: string): boolean =>
  steps.some(({ exchange }) => exchange?.id === correlationId);

export type NewStep = Omit<Step, 'n' | 'at'> & { readonly diagnosis?: Diagnosis | undefined };

/** The transactions of one environment, newest last. Bounded: the oldest are dropped. */
export interface Transactions {
  start(seed: Pick<Transaction, 'application'>): Transaction;
  get(id: string): Transaction | undefined;
  /** The transaction of this id, for what belongs to it; another replica may have begun it. */
  resume(id: string): Transaction | undefined;
  /** Notes that a transaction issues tokens of a family. */
  issues(transaction: Transaction, familyId: string): void;
  list(): Transaction[];
  /** Adds a step. A failed one fails the transaction, with the step's diagnosis. */
  step(transaction: Transaction, step: NewStep): Step;
  /** Adds a step for the use of a token to the transaction that issued it (the family of the token, or the token itself), unless that has `most` of its kind. */
  use(familyId: string, step: NewStep, most: number): void;
  /** Settles once the last failed step has its diagnosis; undefined where it has. */
  explained(transaction: Transaction): Promise<void> | undefined;
  /** Calls the listener on every change that is made here; returns the function that unsubscribes it. */
  subscribe(listener: (transaction: Transaction) => void): () => void;
  clear(): void;
}

/** How many steps of a kind a transaction has. */
export const countSteps = ({ steps }: Transaction, kind: StepKind): number => steps.filter((step) => step.kind === kind).length;

/** One for all: most steps have none. */
const noChecks: Step['checks'] = [];

const maxSteps = 100;
const firstStepsKept = 20;

/** Drops steps of a transaction that has too many, but never the first ones: refresh tokens can keep it alive for months. */
export function dropSteps({ steps }: Transaction): void {
  if (steps.length > maxSteps) steps.splice(firstStepsKept, steps.length - maxSteps);
}

/** Adds a step to a transaction: a failed one fails it. */
export function addStep(transaction: Transaction, { kind, ok, title, checks, exchange, data, diagnosis }: NewStep, at: number): Step {
  const n = (transaction.steps.at(-1)?.n ?? 0) + 1;
  const step: Step = { n, kind, at, ok, title, checks: checks.length === 0 ? noChecks : checks, exchange, data };
  transaction.steps.push(step);
  dropSteps(transaction);
  if (exchange) exchange.transactionId = transaction.id;
  if (ok === false) {
    transaction.state = 'failed';
    transaction.error = title;
    transaction.diagnosis = diagnosis;
  } else if (transaction.state !== 'failed') {
    // The endpoint has recovered from the failure: only its step stays.
    transaction.error = undefined;
    transaction.diagnosis = undefined;
  }
  return step;
}

/** A transaction without steps. */
export const emptyTransaction = (
  { id, environmentId, startedAt }: Pick<Transaction, 'id' | 'environmentId' | 'startedAt'>,
  application?: Transaction['application'],
): Transaction => ({
  id,
  environmentId,
  startedAt,
  application,
  user: undefined,
  state: 'waiting',
  pkce: {},
  steps: [],
  error: undefined,
  diagnosis: undefined,
  warnings: [],
  baseUrls: [],
  related: [],
});

/** The most transactions that an environment keeps. */
export const mostTransactions = 500;

interface TransactionsOptions {
  environmentId: string;
  now: () => number;
  newId: () => string;
  /** The most transactions to keep. */
  capacity?: number;
  /** Called when all transactions are deleted. */
  onClear?: () => void;
  /** Called after a failed step, before any listener. */
  onFailure?: (transaction: Transaction) => void;
}

export function createTransactions({
  environmentId,
  now,
  newId,
  capacity = mostTransactions,
  onClear,
  onFailure,
}: TransactionsOptions): Transactions {
  const transactions = new Map<string, Transaction>();
  const listeners = new Set<(transaction: Transaction) => void>();
  /** Ids of transactions by the family of their tokens; as many as there are transactions, and a few that are over. */
  const families = new Map<string, string>();

  const step: Transactions['step'] = (transaction, given) => {
    const added = addStep(transaction, given, now());
    if (given.ok === false) onFailure?.(transaction);
    for (const listener of listeners) listener(transaction);
    return added;
  };
  return {
    start({ application }) {
      const transaction = emptyTransaction({ id: newId(), environmentId, startedAt: now() }, application);
      transactions.set(transaction.id, transaction);
      if (transactions.size > capacity) transactions.delete(transactions.keys().next().value as string);
      return transaction;
    },
    get: (id) => transactions.get(id),
    resume: (id) => transactions.get(id),
    issues({ id }, familyId) {
      families.delete(familyId);
      families.set(familyId, id);
      if (families.size > 2 * capacity) families.delete(families.keys().next().value as string);
    },
    list: () => [...transactions.values()],
    step,
    use(familyId, given, most) {
      const transaction = transactions.get(families.get(familyId) ?? '');
      if (transaction && countSteps(transaction, given.kind) < most) step(transaction, given);
    },
    explained: () => undefined,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      transactions.clear();
      families.clear();
      onClear?.();
    },
  };
}
