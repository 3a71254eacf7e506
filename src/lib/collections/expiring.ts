import type { Clock } from '../clock.js';
import { createHeap, type Ending } from './heap.js';
import { createTable } from './table.js';
import type { Expiring, Index, Item } from './types.js';

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
