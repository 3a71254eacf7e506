import type { Exchange } from './exchange.js';

/** An exchange for as long as it is remembered. */
export interface Kept {
  exchange: Exchange | undefined;
  readonly bytes: number;
}

/** What the journals of all environments may hold together: where it is too much, the oldest is forgotten, whosever it is. */
export interface JournalBudget {
  keep(exchange: Exchange): Kept;
  forget(kept: Kept): void;
}

const mebibyte = 1024 * 1024;
/** What an exchange takes beside its texts, about. */
const overhead = 2048;
/** A transaction may remember an exchange for longer: no more than this of a body then. */
const longestForgotten = 4000;

function bytesOf({ url, headers, body = '', answer }: Exchange): number {
  let bytes = overhead + url.length + body.length + (answer?.body?.length ?? 0);
  for (const name in headers) bytes += String(headers[name]).length;
  return bytes;
}

/** A copy, since the cut part of a text would keep the whole of it alive. */
const shortened = (text: string): string =>
  `${Buffer.from(text.slice(0, longestForgotten)).toString()}… (forgotten: ${text.length} characters in all)`;

function cutBodies(exchange: Exchange): void {
  const { body, answer } = exchange;
  if (body !== undefined && body.length > longestForgotten) exchange.body = shortened(body);
  if (answer?.body !== undefined && answer.body.length > longestForgotten) exchange.answer = { ...answer, body: shortened(answer.body) };
}

export function createJournalBudget(largest = 128 * mebibyte): JournalBudget {
  let queue: Kept[] = [];
  let head = 0;
  let total = 0;
  let forgotten = 0;

  const forget = (kept: Kept): void => {
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
      // The newest stays, however large it is.
      for (; total > largest && head < queue.length - 1; head += 1) forget(queue[head] as Kept);
      if (forgotten > 1000 && forgotten * 2 > queue.length) {
        queue = queue.filter((each) => each.exchange);
        [head, forgotten] = [0, 0];
      }
      return kept;
    },
    forget,
  };
}
