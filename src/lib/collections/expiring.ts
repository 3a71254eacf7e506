import type { Clock } from '../clock.js';
import { firstPosition, insertSorted, removeSorted } from './sorted.js';
import { createTable } from './table.js';
import type { Expiring, Index, Item } from './types.js';

interface Life {
  readonly id: string;
  readonly endsAt: number;
  /** Of two lives that end at the same moment, the one with the lower number ends first. */
  readonly order: number;
}

const byEnd = (one: Life, other: Life): number => one.endsAt - other.endsAt || one.order - other.order;

export interface ExpiringOptions<T> {
  /** Moving this clock can end lifetimes. */
  clock: Pick<Clock, 'now'>;
  cap?: number;
  indexes?: readonly Index<T>[];
}

/**
 * Items with a lifetime, without timers: every call first drops what has expired, so that results never depend on
 * when that was last done.
 */
export function createExpiring<T extends Item>({ clock, cap = 100_000, indexes = [] }: ExpiringOptions<T>): Expiring<T> {
  const table = createTable(indexes);
  const lives = new Map<string, Life>();
  /** The same lives; the first ends first. */
  const endings: Life[] = [];
  let lastOrder = 0;

  const forget = ({ id }: Life): T | undefined => {
    lives.delete(id);
    return table.take(id);
  };
  const end = (life: Life): T | undefined => {
    removeSorted(endings, life, byEnd);
    return forget(life);
  };
  const sweep = () => {
    const now = clock.now();
    if (endings[0] && endings[0].endsAt <= now)
      for (const life of endings.splice(
        0,
        firstPosition(endings, ({ endsAt }) => endsAt > now),
      ))
        forget(life);
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
      // NaN would never expire, so it counts as expired.
      if (!(expiresAt > now)) {
        if (existing) end(existing);
        return;
      }
      if (existing) removeSorted(endings, existing, byEnd);
      while (isNew && endings[0] && table.size >= cap) end(endings[0]);
      lastOrder += 1;
      const life: Life = { id: item.id, endsAt: expiresAt, order: lastOrder };
      apply();
      lives.set(item.id, life);
      insertSorted(endings, life, byEnd);
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
