import { createEndings, type Endings } from '../../../lib/collections/endings.js';
import { rowsAfter, rowsUpTo } from '../../../lib/collections/ordered-rows.js';
import { createTable, type PreparedChange } from '../../../lib/collections/table.js';
import { UniquenessError } from '../../../lib/collections/types.js';
import type { Lifetime, NewRecord, Place, StoredRecord, Window, Written } from '../backend.js';

/** A record, and what it is found by. */
interface Kept extends StoredRecord {
  readonly id: string;
  readonly values: NewRecord['values'];
}

/** The records of one place in memory. Each method is one step: nothing in it waits. */
export interface MemoryPlace {
  /** @returns the sequence of the record, unless it is over already, and what had to go; or the conflict, and nothing was changed */
  put(record: NewRecord): { readonly sequence?: number } & Pick<Written, 'conflict' | 'dropped'>;
  /** @param now for records that end: those that are over by then go first */
  take(id: string, now?: number): StoredRecord | undefined;
  takeAll(index: string, value: string, now: number): StoredRecord[];
  get(id: string): StoredRecord | undefined;
  find(index: string, value: string): StoredRecord[];
  count(index?: string, value?: string): number;
  window(window: Window): StoredRecord[];
  sweep(now: number): void;
}

const recordOf = ({ sequence, endsAt, text }: StoredRecord): StoredRecord => ({ sequence, endsAt, text });

export function createMemoryPlace({ indexes }: Place): MemoryPlace {
  const table = createTable<Kept>(indexes.map(({ name, unique }, at) => ({ name, unique, of: ({ values }) => values[at] })));
  const endings = createEndings<string>();
  const ends = new Map<string, ReturnType<Endings<string>['add']>>();
  let last = 0;

  const cancelEnd = (id: string) => {
    const end = ends.get(id);
    if (end) endings.cancel(end);
    ends.delete(id);
  };
  const remove = (id: string): Kept | undefined => {
    const taken = table.prepareTake(id);
    cancelEnd(id);
    taken?.apply();
    return taken?.item;
  };
  const sweep = (now: number) => {
    for (let over = endings.first(now); over !== undefined; over = endings.first(now)) remove(over);
  };
  /** A change that can be made, or the conflict. */
  const prepare = (record: Kept): PreparedChange<Kept> | UniquenessError => {
    try {
      return table.prepare(record, record.sequence);
    } catch (error) {
      if (error instanceof UniquenessError) return error;
      throw error;
    }
  };

  /** Removes those that are too many with the value that a record has of an index, the first of them first. */
  const dropBeyond = ({ index, most }: NonNullable<Lifetime['within']>, values: NewRecord['values']): string[] => {
    const at = indexes.findIndex(({ name }) => name === index);
    if (at < 0) throw new RangeError(`no index is called ${index}`);
    const value = values[at];
    const all = value === undefined ? [] : table.find(index, value);
    const tooMany = all.slice(0, Math.max(0, all.length - most)).map(({ id }) => id);
    for (const id of tooMany) remove(id);
    return tooMany;
  };

  return {
    put({ id, text, values, lifetime }) {
      if (lifetime) sweep(lifetime.now);
      const before = table.get(id);
      const sequence = before?.sequence ?? last + 1;
      const change = prepare({ id, sequence, text, values, endsAt: lifetime?.endsAt });
      if (change instanceof UniquenessError) return { conflict: { index: change.index, existingId: change.existingId } };
      if (lifetime) {
        // What is over already only replaces.
        if (!(lifetime.endsAt > lifetime.now)) {
          remove(id);
          return {};
        }
        for (let first = endings.first(); !before && first !== undefined && table.size >= lifetime.cap; first = endings.first())
          remove(first);
        cancelEnd(id);
        ends.set(id, endings.add(id, lifetime.endsAt));
      }
      change.apply();
      last = Math.max(last, sequence);
      return { sequence, dropped: lifetime?.within ? dropBeyond(lifetime.within, values) : [] };
    },
    take(id, now) {
      if (now !== undefined) sweep(now);
      const taken = remove(id);
      return taken && recordOf(taken);
    },
    takeAll(index, value, now) {
      sweep(now);
      const all = table.find(index, value);
      for (const { id } of all) remove(id);
      return all.map(recordOf);
    },
    get(id) {
      const found = table.get(id);
      return found && recordOf(found);
    },
    find: (index, value) => table.find(index, value).map(recordOf),
    count: (index, value = '') => (index === undefined ? table.size : table.count(index, value)),
    window({ from, limit, backwards = false, among }) {
      const found: StoredRecord[] = [];
      for (const { item } of (backwards ? rowsUpTo : rowsAfter)(table.rows(among), from)) {
        if (found.length === limit) break;
        found.push(recordOf(item));
      }
      return found;
    },
    sweep,
  };
}
