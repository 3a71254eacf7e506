import { createRing } from '../../lib/ring.js';
import type { EndpointName } from './endpoints.js';
import { endpointOf } from './endpoints.js';
import type { Exchange } from './exchange.js';
import { clientOf } from './sent-client.js';

/** An exchange in a journal; undefined once it was evicted. */
export interface KeptExchange {
  exchange: Exchange | undefined;
  readonly bytes: number;
}

/** Limits the memory of all journals together: beyond it, the oldest exchange of any environment is evicted. */
export interface JournalBudget {
  keep(exchange: Exchange): KeptExchange;
  forget(kept: KeptExchange): void;
}

const mebibyte = 1024 * 1024;
/** Roughly what an exchange takes besides its strings, in bytes. */
const overhead = 2048;
/** An evicted exchange may still be in a transaction: its bodies are cut to this length. */
const evictedBodyLength = 4000;

/** Copies the slice: V8 would otherwise keep the whole string in memory. */
const shortened = (text: string): string =>
  `${Buffer.from(text.slice(0, evictedBodyLength)).toString()}… (forgotten: ${text.length} characters in all)`;

function cutBodies(exchange: Exchange): void {
  const { body, answer } = exchange;
  if (body !== undefined && body.length > evictedBodyLength) exchange.body = shortened(body);
  if (answer?.body !== undefined && answer.body.length > evictedBodyLength) exchange.answer = { ...answer, body: shortened(answer.body) };
}

export function createJournalBudget(largest = 128 * mebibyte): JournalBudget {
  let queue: KeptExchange[] = [];
  let head = 0;
  let total = 0;
  let forgotten = 0;

  const forget = (kept: KeptExchange): void => {
    if (!kept.exchange) return;
    // Without a transaction nothing refers to it any longer.
    if (kept.exchange.transactionId !== undefined) cutBodies(kept.exchange);
    kept.exchange = undefined;
    total -= kept.bytes;
    forgotten += 1;
  };
  return {
    keep(exchange) {
      const { url, headers, body = '', answer } = exchange;
      let bytes = overhead + url.length + body.length + (answer?.body?.length ?? 0);
      for (const name in headers) bytes += String(headers[name]).length;
      const kept = { exchange, bytes };
      queue.push(kept);
      total += kept.bytes;
      // Never evicts the newest, however large it is.
      for (; total > largest && head < queue.length - 1; head += 1) forget(queue[head] as KeptExchange);
      if (forgotten > 1000 && forgotten * 2 > queue.length) {
        queue = queue.filter((each) => each.exchange);
        [head, forgotten] = [0, 0];
      }
      return kept;
    },
    forget,
  };
}

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

/** Whether a filter lets an exchange pass. */
export const fits = (exchange: Exchange, { endpoint, client, status, method, since, transaction }: RequestFilter): boolean =>
  (endpoint === undefined || endpointOf(exchange) === endpoint) &&
  (status === undefined || exchange.answer?.status === status) &&
  (method === undefined || exchange.method === method.toUpperCase()) &&
  (since === undefined || exchange.at >= since) &&
  (transaction === undefined || exchange.transactionId === transaction) &&
  (client === undefined || clientOf(exchange) === client);

/** The most requests that an environment keeps. */
export const mostRequests = 1000;

export function createRequestJournal(budget: JournalBudget = createJournalBudget(), capacity = mostRequests): RequestJournal {
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
