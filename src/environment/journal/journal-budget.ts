import type { Exchange } from './exchange.js';

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

function bytesOf({ url, headers, body = '', answer }: Exchange): number {
  let bytes = overhead + url.length + body.length + (answer?.body?.length ?? 0);
  for (const name in headers) bytes += String(headers[name]).length;
  return bytes;
}

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
    cutBodies(kept.exchange);
    kept.exchange = undefined;
    total -= kept.bytes;
    forgotten += 1;
  };
  return {
    keep(exchange) {
      const kept = { exchange, bytes: bytesOf(exchange) };
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
