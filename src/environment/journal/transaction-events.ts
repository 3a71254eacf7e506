import { createRing } from '../../lib/ring.js';
import type { Transaction } from './transactions.js';

/**
 * A transaction that has changed; without one, all transactions of the environment were forgotten. The number only ever
 * grows: a listener says with it where it stopped.
 */
export interface TransactionEvent {
  readonly number: number;
  readonly environmentId: string;
  readonly transaction?: Transaction | undefined;
}

/** What changes in the transactions of all environments, as one stream. */
export interface TransactionEvents {
  push(transaction: Transaction): void;
  /** The transactions of an environment are not remembered any more. */
  forget(environmentId: string): void;
  /** What came after this number, as far as it is remembered. */
  since(number: number): TransactionEvent[];
  readonly lastNumber: number;
  /** Answers the function that ends it. */
  subscribe(listener: (event: TransactionEvent) => void): () => void;
}

/** So many events are remembered for a listener that comes back (inspector, C.2). */
const remembered = 500;

export function createTransactionEvents(): TransactionEvents {
  const ring = createRing<TransactionEvent>(remembered);
  const listeners = new Set<(event: TransactionEvent) => void>();
  let lastNumber = 0;
  const tell = (environmentId: string, transaction?: Transaction) => {
    lastNumber += 1;
    const event: TransactionEvent = { number: lastNumber, environmentId, transaction };
    ring.add(event);
    for (const listener of listeners) listener(event);
  };
  return {
    push: (transaction) => tell(transaction.environmentId, transaction),
    forget(environmentId) {
      const others = ring.list().filter((event) => event.environmentId !== environmentId);
      ring.clear();
      for (const event of others) ring.add(event);
      tell(environmentId);
    },
    since: (number) => ring.list().filter((event) => event.number > number),
    get lastNumber() {
      return lastNumber;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
