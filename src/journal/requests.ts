import type { EndpointName } from './endpoints.js';
import { endpointOf } from './endpoints.js';
import type { Exchange } from './exchange.js';
import { createRing } from './ring.js';
import { clientOf } from './sent-client.js';

export interface RequestFilter {
  readonly endpoint?: EndpointName | undefined;
  readonly client?: string | undefined;
  readonly status?: number | undefined;
  readonly method?: string | undefined;
  /** Only what came at or after this moment (milliseconds since the epoch, by the server's clock). */
  readonly since?: number | undefined;
  readonly transaction?: string | undefined;
}

/** Every request with its answer, newest last, bounded: the oldest is forgotten first. */
export interface RequestJournal {
  readonly size: number;
  add(exchange: Exchange): void;
  list(filter?: RequestFilter): Exchange[];
  /** Tells of every request; answers the function that ends it. */
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

export function createRequestJournal(capacity = 1000): RequestJournal {
  const ring = createRing<Exchange>(capacity);
  const listeners = new Set<(exchange: Exchange) => void>();
  return {
    get size() {
      return ring.size;
    },
    add(exchange) {
      ring.add(exchange);
      for (const listener of listeners) listener(exchange);
    },
    list: (filter = {}) => ring.list().filter((exchange) => fits(exchange, filter)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear: () => ring.clear(),
  };
}
