import { createRing } from '../../lib/ring.js';
import type { Transaction } from './transactions.js';

/** A changed transaction; without one, all transactions of the environment were deleted. Numbers only ever increase. */
export interface TransactionEvent {
  readonly number: number;
  readonly environmentId: string;
  readonly transaction?: Transaction | undefined;
}

/** The changes in the transactions of all environments, as one stream. */
export interface TransactionEvents {
  push(transaction: Transaction): void;
  /** Announces that the transactions of an environment were deleted. */
  forget(environmentId: string): void;
  /** The events after this number, as far as they are kept. */
  since(number: number): TransactionEvent[];
  readonly lastNumber: number;
  /** Returns the function that unsubscribes the listener. */
  subscribe(listener: (event: TransactionEvent) => void): () => void;
}

/** @param capacity how many events are kept for listeners that reconnect */
export function createTransactionEvents(capacity = 500): TransactionEvents {
  const ring = createRing<TransactionEvent>(capacity);
  const listeners = new Set<(event: TransactionEvent) => void>();
  let lastNumber = 0;
  const emit = (changed: Transaction | { readonly environmentId: string; readonly id?: undefined }) => {
    lastNumber += 1;
    const { environmentId } = changed;
    const event: TransactionEvent = { number: lastNumber, environmentId, transaction: changed.id === undefined ? undefined : changed };
    ring.add(event);
    for (const listener of listeners) listener(event);
  };
  return {
    push: emit,
    forget(environmentId) {
      const others = ring.list().filter((event) => event.environmentId !== environmentId);
      ring.clear();
      for (const event of others) ring.add(event);
      emit({ environmentId });
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
