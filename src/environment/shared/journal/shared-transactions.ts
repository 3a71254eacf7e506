import type { Exchange } from '../../journal/exchange.js';
import {
  addStep,
  countSteps,
  dropSteps,
  emptyTransaction,
  mostTransactions,
  type NewStep,
  type Step,
  type Transaction,
  type Transactions,
} from '../../journal/transactions.js';
import { type Position, type Recorded, type RecordedTransaction, type RecordedUse, readStep, recordStep } from './entry.js';
import { changesOf, type KnownMembers, nothingKnown, takeOver } from './transaction-changes.js';

/** What is known of a transaction beside itself. */
interface Held {
  readonly known: KnownMembers;
  /** Whether it began here, and no entry says so yet. */
  isNew: boolean;
  /** Families of its tokens that no entry has yet. */
  families: string[];
  /** The last entry about it; 0 where none was read. */
  number: number;
  /** The last entry of this replica about it; 0 where none was sent. */
  turn: number;
}

interface SharedTransactionsOptions {
  readonly environmentId: string;
  readonly now: () => number;
  readonly newId: () => string;
  /** Gives a failed transaction its diagnosis. */
  readonly onFailure: (transaction: Transaction) => void;
  /** Settles once what other replicas know of a transaction is here. */
  readonly caughtUp: () => Promise<void>;
  /** Something is to be sent. */
  readonly onChange: () => void;
}

/** The transactions of an environment, of which this replica has its own steps at once, and those of others when it reads the log. */
export interface SharedTransactions extends Transactions {
  /** A transaction has changed otherwise than by a step. */
  touch(transaction: Transaction): void;
  collect(turn: number, all: boolean, refer: (exchange: Exchange) => string): Pick<Recorded, 'cleared' | 'transactions' | 'uses'>;
  readonly isHolding: boolean;
  apply(recorded: Recorded, position: Position, find: (id: string) => Exchange | undefined): void;
  /** The transactions that entries after this number are about, by the number of the last. */
  changedSince(number: number): [number: number, transaction: Transaction][];
  /** The entry that last deleted all of them; 0 where none did. */
  readonly clearedAt: number;
}

/** The use of a token, whose transaction is looked for where the entry is read. */
interface Use extends Omit<RecordedUse, 'step'> {
  readonly step: Step;
}

/** A step that was read back from the log. */
const settled = 0;

const waits = ({ exchange }: Step): boolean => exchange !== undefined && exchange.answer === undefined;

export function createSharedTransactions(options: SharedTransactionsOptions): SharedTransactions {
  const { environmentId, now, newId, onFailure, caughtUp, onChange } = options;
  const transactions = new Map<string, Transaction>();
  const families = new Map<string, string>();
  const listeners = new Set<(transaction: Transaction) => void>();
  const held = new WeakMap<Transaction, Held>();
  /** The entry that a step was sent with, or `settled` once it was read back. Those that are settled come first. */
  const sentWith = new WeakMap<Step, number>();
  const explaining = new WeakMap<Transaction, Promise<void>>();
  let changed = new Set<Transaction>();
  let uses: Use[] = [];
  let isCleared = false;
  let clearedAt = 0;
  /** The last entry of this replica that was read back. */
  let readTurn = 0;

  const heldOf = (transaction: Transaction): Held => {
    const found = held.get(transaction) ?? { known: nothingKnown(), isNew: false, families: [], number: 0, turn: 0 };
    held.set(transaction, found);
    return found;
  };
  const keep = (transaction: Transaction): Transaction => {
    transactions.set(transaction.id, transaction);
    if (transactions.size > mostTransactions) transactions.delete(transactions.keys().next().value as string);
    return transaction;
  };
  const open = (id: string, startedAt: number, application?: Transaction['application']) =>
    keep(emptyTransaction({ id, environmentId, startedAt }, application));
  const touch = (transaction: Transaction) => {
    changed.add(transaction);
    onChange();
  };
  const noteFamily = (family: string, id: string) => {
    families.delete(family);
    families.set(family, id);
    if (families.size > 2 * mostTransactions) families.delete(families.keys().next().value as string);
  };
  const tell = (transaction: Transaction) => {
    for (const listener of listeners) listener(transaction);
  };
  const step: Transactions['step'] = (transaction, given) => {
    const added = addStep(transaction, given, now());
    touch(transaction);
    if (given.ok !== false) tell(transaction);
    else {
      // Why it failed may be in what another replica has recorded.
      const explained = caughtUp()
        .catch(() => {})
        .then(() => {
          explaining.delete(transaction);
          onFailure(transaction);
          touch(transaction);
          tell(transaction);
        });
      explaining.set(transaction, explained);
    }
    return added;
  };

  /** Puts steps of an entry behind those of earlier entries, before those of this replica that no entry has yet. */
  function insert(transaction: Transaction, given: readonly Omit<Step, 'n'>[]): void {
    const { steps } = transaction;
    const end = steps.findIndex((each) => sentWith.get(each) !== settled);
    const own = end < 0 ? [] : steps.splice(end);
    const push = (each: Omit<Step, 'n'>, turn: number | undefined) => {
      const made: Step = { ...each, n: (steps.at(-1)?.n ?? 0) + 1 };
      if (turn !== undefined) sentWith.set(made, turn);
      steps.push(made);
    };
    for (const each of given) {
      push(each, settled);
      if (each.exchange) each.exchange.transactionId = transaction.id;
    }
    for (const each of own) push(each, sentWith.get(each));
    dropSteps(transaction);
  }

  /** Puts the steps of an own entry where all replicas have them. */
  function settle(transaction: Transaction, turn: number): void {
    const { steps } = transaction;
    const own = steps.filter((each) => (sentWith.get(each) ?? Number.POSITIVE_INFINITY) <= turn && sentWith.get(each) !== settled);
    if (own.length === 0) return;
    const others = steps.filter((each) => !own.includes(each));
    steps.splice(0, steps.length, ...others);
    insert(transaction, own);
  }

  function collectOne(transaction: Transaction, turn: number, refer: (exchange: Exchange) => string): RecordedTransaction | undefined {
    const own = heldOf(transaction);
    const unsent = transaction.steps.filter((each) => !sentWith.has(each));
    const changes = changesOf(transaction, own.known, turn);
    if (unsent.length === 0 && !own.isNew && own.families.length === 0 && !changes.members && !changes.added) return undefined;
    for (const each of unsent) sentWith.set(each, turn);
    const recorded = {
      id: transaction.id,
      ...(own.isNew && { startedAt: transaction.startedAt }),
      ...changes,
      ...(unsent.length > 0 && { steps: unsent.map((each) => recordStep(each, refer)) }),
      ...(own.families.length > 0 && { families: own.families }),
    };
    own.isNew = false;
    own.families = [];
    own.turn = turn;
    return recorded;
  }

  function applyOne(recorded: RecordedTransaction, { number, isOwn, turn }: Position, find: (id: string) => Exchange | undefined): void {
    const { id, startedAt, steps = [] } = recorded;
    for (const family of recorded.families ?? []) noteFamily(family, id);
    const known = transactions.get(id);
    if (isOwn) {
      if (!known) return;
      heldOf(known).number = number;
      settle(known, turn);
      return;
    }
    // One that was deleted while another replica still worked on it.
    if (!known && startedAt === undefined && steps.length === 0) return;
    const transaction = known ?? open(id, startedAt ?? steps[0]?.at ?? now());
    if (startedAt !== undefined) (transaction as { startedAt: number }).startedAt = startedAt;
    const own = heldOf(transaction);
    own.number = number;
    insert(
      transaction,
      steps.map((each) => readStep(each, find)),
    );
    takeOver(transaction, own.known, recorded, readTurn);
  }

  function applyUse({ family, most, step: recorded }: RecordedUse, number: number, find: (id: string) => Exchange | undefined): void {
    const transaction = transactions.get(families.get(family) ?? '');
    if (!transaction || countSteps(transaction, recorded.kind) >= most) return;
    heldOf(transaction).number = number;
    insert(transaction, [readStep(recorded, find)]);
  }

  /** What entries before this one were about is gone, also what this replica has sent and will not read back any more. */
  function applyClear({ number, isAfter }: Position): void {
    clearedAt = number;
    for (const [id, transaction] of transactions) {
      const own = transaction.steps.filter((each) => {
        const turn = sentWith.get(each);
        return turn === undefined || (turn !== settled && !isAfter(turn));
      });
      const { number: last, turn: sent } = heldOf(transaction);
      const isLater = changed.has(transaction) || (sent > 0 && !isAfter(sent));
      if (own.length === 0 && (last > 0 || !isLater)) transactions.delete(id);
      else transaction.steps.splice(0, transaction.steps.length, ...own);
    }
  }

  return {
    start({ application }) {
      const transaction = open(newId(), now(), application);
      heldOf(transaction).isNew = true;
      changed.add(transaction);
      return transaction;
    },
    get: (id) => transactions.get(id),
    resume: (id) => transactions.get(id) ?? open(id, now()),
    issues(transaction, familyId) {
      noteFamily(familyId, transaction.id);
      heldOf(transaction).families.push(familyId);
      touch(transaction);
    },
    list: () => [...transactions.values()],
    step,
    use(familyId, given: NewStep, most) {
      const transaction = transactions.get(families.get(familyId) ?? '');
      if (transaction) {
        if (countSteps(transaction, given.kind) < most) step(transaction, given);
        return;
      }
      const { diagnosis: _, ...rest } = given;
      uses.push({ family: familyId, most, step: { n: 0, at: now(), ...rest } });
      if (uses.length > mostTransactions) uses.shift();
      onChange();
    },
    explained: (transaction) => explaining.get(transaction),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      transactions.clear();
      families.clear();
      changed.clear();
      uses = [];
      isCleared = true;
      onChange();
    },
    touch,
    collect(turn, all, refer) {
      const isReady = (steps: readonly Step[]) => all || !steps.some((each) => !sentWith.has(each) && waits(each));
      const ready = [...changed].filter(({ steps }) => isReady(steps));
      const readyUses = uses.filter((use) => isReady([use.step]));
      changed = new Set([...changed].filter((each) => !ready.includes(each)));
      uses = uses.filter((each) => !readyUses.includes(each));
      const recorded = ready.flatMap((each) => collectOne(each, turn, refer) ?? []);
      const recordedUses = readyUses.map((use) => ({ ...use, step: recordStep(use.step, refer) }));
      const wasCleared = isCleared;
      isCleared = false;
      return {
        ...(wasCleared && { cleared: ['transactions'] as const }),
        ...(recorded.length > 0 && { transactions: recorded }),
        ...(recordedUses.length > 0 && { uses: recordedUses }),
      };
    },
    get isHolding() {
      return changed.size > 0 || uses.length > 0;
    },
    apply(recorded, position, find) {
      if (position.isOwn) readTurn = Math.max(readTurn, position.turn);
      if (recorded.cleared?.includes('transactions')) applyClear(position);
      for (const each of recorded.transactions ?? []) applyOne(each, position, find);
      for (const each of recorded.uses ?? []) applyUse(each, position.number, find);
    },
    changedSince: (number) =>
      [...transactions.values()].flatMap((transaction): [number, Transaction][] => {
        const { number: last = 0 } = held.get(transaction) ?? {};
        return last > number ? [[last, transaction]] : [];
      }),
    get clearedAt() {
      return clearedAt;
    },
  };
}
