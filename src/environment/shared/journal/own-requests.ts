import type { Exchange } from '../../journal/exchange.js';
import { type JournalBudget, type KeptExchange, mostRequests } from '../../journal/request-journal.js';
import type { Position } from './entry.js';

/** The requests of this replica that it has not read back from the log yet. */
export interface OwnRequests {
  add(exchange: Exchange): void;
  /** Those that no entry has yet. */
  fresh(): readonly Exchange[];
  /** Keeps what an entry refers to within the memory of all journals. */
  keep(exchange: Exchange): void;
  /** The entry of this number has those that were fresh. */
  sent(turn: number): void;
  /** An entry was read: it has some of them, or deletes them. */
  read(position: Position, isCleared: boolean): void;
  list(): Exchange[];
  clear(): void;
}

export function createOwnRequests(budget: JournalBudget): OwnRequests {
  const kept = new WeakMap<Exchange, KeptExchange>();
  let fresh: Exchange[] = [];
  let sent: { readonly turn: number; readonly held: Pick<KeptExchange, 'exchange'> }[] = [];
  return {
    add: (exchange) => void fresh.push(exchange),
    keep: (exchange) => void kept.set(exchange, budget.keep(exchange)),
    fresh: () => fresh,
    sent(turn) {
      for (const exchange of fresh) sent.push({ turn, held: kept.get(exchange) ?? { exchange } });
      fresh = [];
      // Nothing is read back until someone asks for what is recorded.
      if (sent.length > 2 * mostRequests) sent = sent.slice(-mostRequests);
    },
    read({ isOwn, turn, isAfter }, isCleared) {
      if (isOwn) sent = sent.filter((each) => each.turn > turn);
      else if (isCleared) sent = sent.filter((each) => !isAfter(each.turn));
    },
    list: () => [...sent.flatMap(({ held }) => held.exchange ?? []), ...fresh],
    clear() {
      sent = [];
      fresh = [];
    },
  };
}
