import type { Clock } from '../clock.js';
import { createTable } from './table.js';
import type { Expiring, Index, Item } from './types.js';

/** Something that ends. `position` belongs to the heap that holds it. */
interface Ending {
  readonly endsAt: number;
  /** Decides between two that end at the same moment: the lower ends first. */
  readonly order: number;
  position: number;
}

/** Gives what ends first, and lets go of any at once, so that nothing stays that was taken early. */
interface Heap<E extends Ending> {
  first(): E | undefined;
  add(entry: E): void;
  remove(entry: E): void;
}

function createHeap<E extends Ending>(): Heap<E> {
  const entries: E[] = [];

  const isBefore = (one: E, other: E) => one.endsAt < other.endsAt || (one.endsAt === other.endsAt && one.order < other.order);
  const place = (entry: E, position: number) => {
    entries[position] = entry;
    entry.position = position;
  };
  const rise = (entry: E, from: number) => {
    let position = from;
    while (position > 0) {
      const above = entries[(position - 1) >>> 1] as E;
      if (!isBefore(entry, above)) break;
      const next = above.position;
      place(above, position);
      position = next;
    }
    entries[position] = entry;
    entry.position = position;
  };
  const sink = (entry: E, from: number) => {
    let position = from;
    for (;;) {
      const left = entries[2 * position + 1];
      const right = entries[2 * position + 2];
      const below = left && right && isBefore(right, left) ? right : left;
      if (!below || !isBefore(below, entry)) break;
      const next = below.position;
      place(below, position);
      position = next;
    }
    place(entry, position);
  };

  return {
    first: () => entries[0],
    add: (entry) => rise(entry, entries.length),
    remove(entry) {
      const { position } = entry;
      if (entries[position] !== entry) return;
      const last = entries.pop() as E;
      if (last === entry) return;
      rise(last, position);
      sink(last, last.position);
    },
  };
}

interface Life extends Ending {
  readonly id: string;
}

export interface ExpiringOptions<T> {
  /** The environment's clock: whoever moves it ends lifetimes. */
  clock: Pick<Clock, 'now'>;
  cap?: number;
  indexes?: readonly Index<T>[];
}

/**
 * Things with a lifetime, without timers: every call first drops what is over by the clock, so that what it sees does
 * not depend on when somebody last cleaned up, and memory holds only what lives.
 */
export function createExpiring<T extends Item>({ clock, cap = 100_000, indexes = [] }: ExpiringOptions<T>): Expiring<T> {
  const table = createTable(indexes);
  const lives = new Map<string, Life>();
  const heap = createHeap<Life>();
  let lastOrder = 0;

  const end = (life: Life): T | undefined => {
    heap.remove(life);
    lives.delete(life.id);
    return table.take(life.id);
  };
  const sweep = () => {
    const now = clock.now();
    for (let first = heap.first(); first && first.endsAt <= now; first = heap.first()) end(first);
    return now;
  };

  return {
    get size() {
      sweep();
      return table.size;
    },
    async get(id) {
      sweep();
      return table.get(id);
    },
    async put(item, expiresAt) {
      const now = sweep();
      const { isNew, apply } = table.prepare(item);
      const existing = lives.get(item.id);
      // NaN would never end: it counts as over.
      if (!(expiresAt > now)) {
        if (existing) end(existing);
        return;
      }
      if (existing) heap.remove(existing);
      for (let first = heap.first(); isNew && first && lives.size >= cap; first = heap.first()) end(first);
      lastOrder += 1;
      const life: Life = { id: item.id, endsAt: expiresAt, order: lastOrder, position: 0 };
      apply();
      lives.set(item.id, life);
      heap.add(life);
    },
    async take(id) {
      sweep();
      const life = lives.get(id);
      return life && end(life);
    },
    async find(index, value) {
      sweep();
      return table.find(index, value);
    },
    async list() {
      sweep();
      return table.list();
    },
  };
}
