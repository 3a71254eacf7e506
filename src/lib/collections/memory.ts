import { createTable, type Table } from './table.js';
import type { Collection, Index, Item } from './types.js';

/** What happened to a collection: an item that is new, one that replaced another, the id of one that is gone. */
export type Change<T> = { add: T } | { put: T } | { take: string };

/**
 * Told of a change right before memory changes. When it throws, nothing is changed; what it returns is waited for
 * before the write is answered.
 */
export type OnChange<T> = (change: Change<T>) => Promise<void> | undefined;

/** A collection in memory. */
export const createCollection = <T extends Item>(indexes?: readonly Index<T>[], onChange?: OnChange<T>): Collection<T> =>
  collectionOver(createTable(indexes), onChange);

/** A collection whose items are in this table already. */
export function collectionOver<T extends Item>(table: Table<T>, onChange?: OnChange<T>): Collection<T> {
  return {
    get size() {
      return table.size;
    },
    async get(id) {
      return table.get(id);
    },
    // No await before memory has changed: that is what makes put and take one step.
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
