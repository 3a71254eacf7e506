import { createRing } from '../../lib/ring.js';
import type { EndpointName } from './endpoints.js';
import { endpointOf } from './endpoints.js';
import type { Exchange } from './exchange.js';
import { createJournalBudget, type JournalBudget, type KeptExchange } from './journal-budget.js';
import { clientOf } from './sent-client.js';

export interface RequestFilter {
  readonly endpoint?: EndpointName | undefined;
  readonly client?: string | undefined;
  readonly status?: number | undefined;
  readonly method?: string | undefined;
  /** Only requests from this time on (milliseconds since the epoch, by the server's clock). */
  readonly since?: number | undefined;
  readonly transaction?: string | undefined;
}

/** Requests with their responses, newest last. Bounded: the oldest are evicted. */
export interface RequestJournal {
  readonly size: number;
  add(exchange: Exchange): void;
  list(filter?: RequestFilter): Exchange[];
  /** Calls the listener for every request; returns the function that unsubscribes it. */
  subscribe(listener: (exchange: Exchange) => void): () => void;
  clear(): void;
}

const fits = (exchange: Exchange, { endpoint, client, status, method, since, transaction }: RequestFilter): boolean =>
  (endpoint === undefined || endpointOf(exchange) === endpoint) &&
  (status === undefined || exchange.answer?.status === status) &&
  (method === undefined || exchange.method === method.toUpperCase()) &&
  (since === undefined || exchange.at >= since) &&
  (transaction === undefined || exchange.transactionId === transaction) &&
  (client === undefined || clientOf(exchange) === client);

export function createRequestJournal(budget: JournalBudget = createJournalBudget(), capacity = 1000): RequestJournal {
  const ring = createRing<KeptExchange>(capacity);
  const all = () => ring.list().flatMap(({ exchange }) => exchange ?? []);
  const listeners = new Set<(exchange: Exchange) => void>();
  return {
    get size() {
      return all().length;
    },
    add(exchange) {
      const replaced = ring.add(budget.keep(exchange));
      if (replaced) budget.forget(replaced);
      for (const listener of listeners) listener(exchange);
    },
    list: (filter = {}) => all().filter((exchange) => fits(exchange, filter)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      for (const kept of ring.list()) budget.forget(kept);
      ring.clear();
    },
  };
}
