import { createTable, type Table } from './table.js';
import type { Collection, Index, Item } from './types.js';

/** A change of a collection: a new item, one that replaces another, or the id of a removed one. */
export type Change<T> = { add: T } | { put: T } | { take: string };

/**
 * Called just before memory changes. If it throws, nothing changes. The write settles after the promise that this returns.
 * If the change cannot be stored after all, the callee calls `undo` and then rejects.
 */
export type OnChange<T> = (change: Change<T>, undo: () => void) => Promise<void> | undefined;

/** A collection in memory. */
export const createCollection = <T extends Item>(indexes?: readonly Index<T>[], onChange?: OnChange<T>): Collection<T> =>
  collectionOver(createTable(indexes), onChange);

/** A collection over a table that already holds its items. */
export function collectionOver<T extends Item>(table: Table<T>, onChange?: OnChange<T>): Collection<T> {
  return {
    async get(id) {
      return table.get(id);
    },
    // No await before memory has changed: that makes put and take atomic.
    async put(item) {
      const { isNew, apply, undo } = table.prepare(item);
      const safe = onChange?.(isNew ? { add: item } : { put: item }, undo);
      apply();
      await safe;
    },
    async take(id) {
      const taken = table.prepareTake(id);
      if (!taken) return undefined;
      const safe = onChange?.({ take: id }, taken.undo);
      taken.apply();
      await safe;
      return taken.item;
    },
    async find(index, value) {
      return table.find(index, value);
    },
    async count(...indexed: [] | [index: string, value: string]) {
      return indexed.length === 0 ? table.size : table.count(...indexed);
    },
    async list() {
      return table.list();
    },
    async page(options) {
      return table.page(options);
    },
    onChange: table.onChange,
  };
}
