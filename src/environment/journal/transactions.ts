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
  | 'userinfo'
  | 'refresh'
  | 'revoke'
  | 'logout'
  | 'replay'
  /** Something was done on purpose by whoever tests. */
  | 'fault';

/** One thing that happened in a transaction, with the checks that were made. */
export interface Step {
  readonly n: number;
  readonly kind: StepKind;
  readonly at: number;
  /** null: nothing was decided. */
  readonly ok: boolean | null;
  readonly title: string;
  readonly checks: readonly Check<RuleName>[];
  /** The request that led to this step, with its answer once that is sent. */
  readonly exchange?: Exchange | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** All that belongs to one authorization request, or to a token request that belongs to none. */
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
  /** The base URLs under which its requests came. */
  readonly baseUrls: string[];
}

/** What happened in one environment, newest last, bounded: the oldest is forgotten first. */
export interface Transactions {
  start(seed: Pick<Transaction, 'application'>): Transaction;
  get(id: string): Transaction | undefined;
  list(): Transaction[];
  /** Adds a step. A step that failed makes the transaction fail, by its own diagnosis, unless it says otherwise afterwards. */
  step(transaction: Transaction, step: Omit<Step, 'n' | 'at'> & { diagnosis?: Diagnosis | undefined }): Step;
  /** Tells of every change; answers the function that ends it. */
  subscribe(listener: (transaction: Transaction) => void): () => void;
  clear(): void;
}

const mostSteps = 100;
const keptFromTheBeginning = 20;

interface TransactionsOptions {
  environmentId: string;
  now: () => number;
  newId: () => string;
  /** How many are remembered. */
  capacity?: number;
  /** Told when all are forgotten at once. */
  onClear?: () => void;
}

export function createTransactions({ environmentId, now, newId, capacity = 500, onClear }: TransactionsOptions): Transactions {
  const transactions = new Map<string, Transaction>();
  const listeners = new Set<(transaction: Transaction) => void>();

  return {
    start({ application }) {
      const transaction: Transaction = {
        id: newId(),
        environmentId,
        startedAt: now(),
        application,
        state: 'waiting',
        pkce: {},
        steps: [],
        baseUrls: [],
      };
      transactions.set(transaction.id, transaction);
      if (transactions.size > capacity) transactions.delete(transactions.keys().next().value as string);
      return transaction;
    },
    get: (id) => transactions.get(id),
    list: () => [...transactions.values()],
    step(transaction, { kind, ok, title, checks, exchange, data, diagnosis }) {
      const step: Step = { n: (transaction.steps.at(-1)?.n ?? 0) + 1, kind, at: now(), ok, title, checks, exchange, data };
      transaction.steps.push(step);
      // A refresh token may live for a month: what its transaction remembers is bounded, and it keeps how it began.
      if (transaction.steps.length > mostSteps) transaction.steps.splice(keptFromTheBeginning, 1);
      if (exchange) exchange.transactionId = transaction.id;
      if (ok === false) {
        transaction.state = 'failed';
        transaction.error = title;
        transaction.diagnosis = diagnosis;
      } else if (transaction.state !== 'failed') {
        // What went wrong before was put right; its step stays.
        transaction.error = undefined;
        transaction.diagnosis = undefined;
      }
      for (const listener of listeners) listener(transaction);
      return step;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      transactions.clear();
      onClear?.();
    },
  };
}
