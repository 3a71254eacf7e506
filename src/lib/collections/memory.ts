import { createTable, type Table } from './table.js';
import type { Collection, Index, Item } from './types.js';

/** A change to a collection: a new item, a replacement, or the id of a removed item. */
export type Change<T> = { add: T } | { put: T } | { take: string };

/**
 * Called just before memory changes. If it throws, nothing changes. The write settles after the promise that it
 * returns.
 */
export type OnChange<T> = (change: Change<T>) => Promise<void> | undefined;

/** A collection in memory. */
export const createCollection = <T extends Item>(indexes?: readonly Index<T>[], onChange?: OnChange<T>): Collection<T> =>
  collectionOver(createTable(indexes), onChange);

/** A collection over an existing table. */
export function collectionOver<T extends Item>(table: Table<T>, onChange?: OnChange<T>): Collection<T> {
  return {
    get size() {
      return table.size;
    },
    async get(id) {
      return table.get(id);
    },
    // No await before memory has changed: that makes put and take a single step.
    async put(item) {
      const { isNew, apply } = table.prepare(item);
      const safe = onChange?.(isNew ? { add: item } : { put: item });
      apply();
      await safe;
    },
    async take(id) {
      if (table.get(id) === undefined) return undefined;
      const safe = onChange?.({ take: id });
      const item = table.take(id);
      await safe;
      return item;
    },
    async find(index, value) {
      return table.find(index, value);
    },
    async count(index, value) {
      return table.count(index, value);
    },
    async list() {
      return table.list();
    },
    async page(options) {
      return table.page(options);
    },
  };
}
