import type { Clock } from '../clock.js';
import { createEndings, type Endings } from './endings.js';
import { type Expiring, type Index, type IndexLimit, type Item, UniquenessError } from './types.js';

/** An item, and when it expires. */
interface Life<T> {
  item: T;
  /** Its place in the order in which items were first put. */
  readonly sequence: number;
  end: ReturnType<Endings<Life<T>>['add']> | undefined;
}

export interface ExpiringOptions<T> {
  /** The environment's clock: when a test moves it forward, items expire. */
  clock: Pick<Clock, 'now'>;
  cap?: number;
  indexes?: readonly Index<T>[];
}

/**
 * Things with a lifetime, without timers: every call first removes what has expired by the clock. So its result does not depend
 * on when the last clean-up ran, and memory holds only items that have not expired.
 */
export function createExpiring<T extends Item>({ clock, cap = 100_000, indexes = [] }: ExpiringOptions<T>): Expiring<T> {
  // In the order in which the items were first put.
  const lives = new Map<string, Life<T>>();
  // Most values have one item: a set is made only for more.
  const byIndex = indexes.map((index) => ({ ...index, holders: new Map<string, Life<T> | Set<Life<T>>>() }));
  const endings = createEndings<Life<T>>();
  let last = 0;

  const holdersOf = (holders: Life<T> | Set<Life<T>> | undefined): Iterable<Life<T>> =>
    holders instanceof Set ? holders : holders ? [holders] : [];
  /** Throws if another item already has a value that must be unique. */
  const assertUnique = (item: T, own: Life<T> | undefined) => {
    for (const { name, unique, of, holders } of byIndex) {
      const value = unique ? of(item) : undefined;
      if (value === undefined) continue;
      for (const holder of holdersOf(holders.get(value))) if (holder !== own) throw new UniquenessError(name, holder.item.id);
    }
  };
  const leave = (holders: Map<string, Life<T> | Set<Life<T>>>, value: string, life: Life<T>) => {
    const held = holders.get(value);
    if (!(held instanceof Set)) holders.delete(value);
    else {
      held.delete(life);
      if (held.size === 0) holders.delete(value);
    }
  };
  const join = (holders: Map<string, Life<T> | Set<Life<T>>>, value: string, life: Life<T>) => {
    const held = holders.get(value);
    if (held instanceof Set) held.add(life);
    else holders.set(value, held ? new Set([held, life]) : life);
  };
  /** Replaces an item by another in the indexes; entries whose value is the same keep their place. */
  const reindex = (life: Life<T>, from: T | undefined, to: T | undefined) => {
    for (const { of, holders } of byIndex) {
      const [before, after] = [from && of(from), to && of(to)];
      if (before === after) continue;
      if (before !== undefined) leave(holders, before, life);
      if (after !== undefined) join(holders, after, life);
    }
  };
  const end = (life: Life<T>): T => {
    if (life.end) endings.cancel(life.end);
    lives.delete(life.item.id);
    reindex(life, life.item, undefined);
    return life.item;
  };
  /** Removes what has expired. An empty collection does not even read the clock. */
  const sweep = (now?: number) => {
    if (lives.size === 0) return;
    const by = now ?? clock.now();
    for (let over = endings.first(by); over; over = endings.first(by)) end(over);
  };

  const put = (item: T, expiresAt: number): void => {
    const now = clock.now();
    sweep(now);
    const existing = lives.get(item.id);
    assertUnique(item, existing);
    // NaN would never expire: treat it as expired.
    if (!(expiresAt > now)) {
      if (existing) end(existing);
      return;
    }
    for (let first = endings.first(); !existing && first && lives.size >= cap; first = endings.first()) end(first);
    if (!existing) last += 1;
    const life: Life<T> = existing ?? { item, sequence: last, end: undefined };
    if (life.end) endings.cancel(life.end);
    life.end = endings.add(life, expiresAt);
    reindex(life, existing?.item, item);
    life.item = item;
    if (!existing) lives.set(item.id, life);
  };
  const indexOf = (name: string) => {
    const found = byIndex.find((each) => each.name === name);
    if (!found) throw new RangeError(`no index is called ${name}`);
    return found;
  };
  /** The lives with an item's value of an index that are too many, in the order in which they were first put. */
  const tooMany = (item: T, { index, most }: IndexLimit): Life<T>[] => {
    const { of, holders } = indexOf(index);
    const held = holders.get(of(item) ?? '');
    if (!(held instanceof Set) || held.size <= most) return [];
    return [...held].sort((one, other) => one.sequence - other.sequence).slice(0, held.size - most);
  };

  return {
    async get(id) {
      sweep();
      return lives.get(id)?.item;
    },
    async put(item, expiresAt) {
      put(item, expiresAt);
    },
    async putWithin(item, expiresAt, limit) {
      put(item, expiresAt);
      return tooMany(item, limit).map((life) => end(life).id);
    },
    async take(id) {
      sweep();
      const life = lives.get(id);
      return life && end(life);
    },
    async takeAll(name, value) {
      sweep();
      return [...holdersOf(indexOf(name).holders.get(value))].map(end);
    },
    async find(name, value) {
      sweep();
      return Array.from(holdersOf(indexOf(name).holders.get(value)), ({ item }) => item);
    },
    async list() {
      sweep();
      return Array.from(lives.values(), ({ item }) => item);
    },
    async count() {
      sweep();
      return lives.size;
    },
  };
}
