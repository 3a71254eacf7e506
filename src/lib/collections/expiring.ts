import type { Clock } from '../clock.js';
import { type Expiring, type Index, type Item, UniquenessError } from './types.js';

/** Something that ends. `position` belongs to the heap that holds it. */
interface Ending {
  endsAt: number;
  /** Decides between two that end at the same moment: the lower ends first. */
  order: number;
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

/** An item, and when it ends. */
interface Life<T> extends Ending {
  item: T;
}

export interface ExpiringOptions<T> {
  /** The environment's clock: moving it ends lifetimes. */
  clock: Pick<Clock, 'now'>;
  cap?: number;
  indexes?: readonly Index<T>[];
}

/**
 * Things with a lifetime, without timers: every call first drops what is over by the clock, so that what it sees does
 * not depend on when the last clean-up ran, and memory holds only what lives.
 */
export function createExpiring<T extends Item>({ clock, cap = 100_000, indexes = [] }: ExpiringOptions<T>): Expiring<T> {
  // In the order in which the items were first put.
  const lives = new Map<string, Life<T>>();
  const byIndex = new Map(indexes.map((index) => [index.name, { ...index, lives: new Map<string, Set<Life<T>>>() }]));
  const heap = createHeap<Life<T>>();
  let lastOrder = 0;

  /** Refuses a value that must be unique and that another item has. */
  const assertUnique = (item: T, own: Life<T> | undefined) => {
    for (const { name, unique, of, lives: holders } of byIndex.values()) {
      const value = unique ? of(item) : undefined;
      const [holder] = (value !== undefined && holders.get(value)) || [];
      if (holder && holder !== own) throw new UniquenessError(name, holder.item.id);
    }
  };
  /** Changes the entries of a life in the indexes, from one item to another; those of an equal value keep their place. */
  const reindex = (life: Life<T>, from: T | undefined, to: T | undefined) => {
    for (const { of, lives: holders } of byIndex.values()) {
      const [before, after] = [from && of(from), to && of(to)];
      if (before === after) continue;
      const left = before === undefined ? undefined : holders.get(before);
      left?.delete(life);
      if (before !== undefined && left?.size === 0) holders.delete(before);
      if (after === undefined) continue;
      const joined = holders.get(after);
      if (joined) joined.add(life);
      else holders.set(after, new Set([life]));
    }
  };
  const end = (life: Life<T>): T => {
    heap.remove(life);
    lives.delete(life.item.id);
    reindex(life, life.item, undefined);
    return life.item;
  };
  const sweep = () => {
    const now = clock.now();
    for (let first = heap.first(); first && first.endsAt <= now; first = heap.first()) end(first);
    return now;
  };

  return {
    async get(id) {
      sweep();
      return lives.get(id)?.item;
    },
    async put(item, expiresAt) {
      const now = sweep();
      const existing = lives.get(item.id);
      if (byIndex.size > 0) assertUnique(item, existing);
      // NaN would never end: it counts as over.
      if (!(expiresAt > now)) {
        if (existing) end(existing);
        return;
      }
      if (existing) heap.remove(existing);
      for (let first = heap.first(); !existing && first && lives.size >= cap; first = heap.first()) end(first);
      lastOrder += 1;
      const life = existing ?? { item, endsAt: expiresAt, order: lastOrder, position: 0 };
      reindex(life, existing?.item, item);
      life.item = item;
      life.endsAt = expiresAt;
      life.order = lastOrder;
      lives.set(item.id, life);
      heap.add(life);
    },
    async take(id) {
      sweep();
      const life = lives.get(id);
      return life && end(life);
    },
    async find(name, value) {
      sweep();
      const index = byIndex.get(name);
      if (!index) throw new RangeError(`no index is called ${name}`);
      return Array.from(index.lives.get(value) ?? [], ({ item }) => item);
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
