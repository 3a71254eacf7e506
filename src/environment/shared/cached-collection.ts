import { collectionOver } from '../../lib/collections/memory.js';
import { createTable } from '../../lib/collections/table.js';
import { type Collection, type Index, type Item, UniquenessError } from '../../lib/collections/types.js';
import type { AnnouncedChange, Backend, Place, StoredRecord } from './backend.js';
import type { Changes, Follower } from './changes.js';
import { itemOf, recordOf, recordsOf } from './shared-collection.js';

/** A collection in the shared store, all of which is held here too, so that reading it needs no request. */
export interface CachedCollection<T extends Item> extends Collection<T> {
  /** Settles once the items are here. Every method waits for that. */
  readonly loaded: Promise<void>;
  /** An item at once, as far as it is here. */
  peek(id: string): T | undefined;
  /** All items at once. */
  peekAll(): T[];
}

/**
 * Writes go to the shared store, which decides about unique values, and announces them in their order to all replicas; this one,
 * too, changes what it holds when it hears of it. A write settles after that, so that who has written reads it.
 */
export function createCachedCollection<T extends Item>(
  { backend, changes }: { readonly backend: Backend; readonly changes: Changes },
  place: Place,
  indexes: readonly Index<T>[] = [],
): CachedCollection<T> {
  const table = createTable(indexes);
  const inMemory = collectionOver(table);
  /** Changes that are announced while the items are read: they come after what is read. */
  let early: AnnouncedChange[] | undefined;

  const set = (record: StoredRecord) => table.prepare(itemOf<T>(record), record.sequence).apply();
  const change = ({ id, put }: AnnouncedChange) => (put ? set({ ...put, endsAt: undefined }) : table.prepareTake(id)?.apply());
  /** Replaces what is here; items that are the same stay as they are. */
  const replaceAll = (records: readonly StoredRecord[]) => {
    const wanted = new Map(records.map((record) => [itemOf<T>(record).id, record]));
    for (const { id } of table.list()) if (!wanted.has(id)) table.prepareTake(id)?.apply();
    for (const [id, record] of wanted) if (JSON.stringify(table.get(id)) !== record.text) set(record);
  };

  const follower: Follower = {
    apply(announced) {
      if (early) early.push(announced);
      else change(announced);
    },
    async reload() {
      early ??= [];
      try {
        const records: StoredRecord[] = [];
        for await (const record of recordsOf(backend, place, { from: 0 })) records.push(record);
        replaceAll(records);
      } finally {
        const missed = early;
        early = undefined;
        for (const each of missed) change(each);
      }
    },
  };
  changes.follow(place.environmentId, place.name, follower);
  const loaded = follower.reload();
  // Each method reports it.
  loaded.catch(() => {});

  return {
    loaded,
    peek: table.get,
    peekAll: table.list,
    async put(item) {
      const { version, conflict } = await backend.put(place, recordOf(item, indexes), { announce: true });
      if (conflict) throw new UniquenessError(conflict.index, conflict.existingId);
      await changes.reached(version);
    },
    async take(id) {
      const { version, record } = await backend.take(place, id, { announce: true });
      if (record) await changes.reached(version);
      return record && itemOf<T>(record);
    },
    async get(id) {
      await loaded;
      return table.get(id);
    },
    async find(index, value) {
      await loaded;
      return table.find(index, value);
    },
    async count(...indexed: [] | [index: string, value: string]) {
      await loaded;
      return indexed.length === 0 ? table.size : table.count(...indexed);
    },
    async list() {
      await loaded;
      return table.list();
    },
    async page(options) {
      await loaded;
      return inMemory.page(options);
    },
    onChange: table.onChange,
  };
}
