import { createRing } from './ring.js';
import type { Transaction } from './transactions.js';

/** A transaction that has changed. The number only ever grows: a listener says with it where it stopped. */
export interface TransactionEvent {
  readonly number: number;
  readonly transaction: Transaction;
}

/** What changes in the transactions of all environments, as one stream. */
export interface TransactionEvents {
  push(transaction: Transaction): void;
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
  return {
    push(transaction) {
      lastNumber += 1;
      const event = { number: lastNumber, transaction };
      ring.add(event);
      for (const listener of listeners) listener(event);
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
