import { firstPosition, insertSorted, removeSorted } from './sorted.js';
import { type Index, type Item, type Page, type PageOptions, UniquenessError } from './types.js';

/** An item's place in the order. The sequence never changes and is never given again. */
interface Row<T> {
  readonly sequence: number;
  item: T;
  /** The item's value of each index, as of when it was put. */
  values: readonly (string | undefined)[];
}

/** In the order of their sequences. */
type Rows<T> = Row<T>[];

const bySequence = <T>(one: Row<T>, other: Row<T>): number => one.sequence - other.sequence;

const positionAfter = <T>(rows: Rows<T>, start: number): number => firstPosition(rows, ({ sequence }) => sequence > start);

/** Items in memory, in order of insertion, with their indexes. Every kind of collection is built on it. */
export interface Table<T extends Item> {
  readonly size: number;
  get(id: string): T | undefined;
  /**
   * The first half of a put: may throw UniquenessError, changes nothing. `apply` is the second half, in the same tick.
   * A step in between (writing to disk) may still refuse.
   */
  prepare(item: T): { isNew: boolean; apply(): void };
  take(id: string): T | undefined;
  find(index: string, value: string): T[];
  count(index: string, value: string): number;
  list(): T[];
  page(options: PageOptions<T>): Page<T>;
}

/** Where a page ended: the sequence of its last item, and the ids of the last few items, newest first. */
interface PageEnd {
  readonly sequence: number;
  readonly ids: readonly string[];
}

/** Enough that one of them probably still exists later. */
const namedIds = 5;

const writeEnd = ({ sequence, ids }: PageEnd): string => JSON.stringify([...ids, sequence]);

/** Accepts only what `writeEnd` writes. */
function readEnd(after: string): PageEnd {
  let parts: unknown;
  try {
    parts = JSON.parse(after);
  } catch {
    // Rejected below.
  }
  if (Array.isArray(parts) && JSON.stringify(parts) === after) {
    const ids = parts.slice(0, -1);
    const sequence: unknown = parts.at(-1);
    const isEnd = ids.length > 0 && ids.length <= namedIds && ids.every((id) => typeof id === 'string');
    if (isEnd && Number.isSafeInteger(sequence) && (sequence as number) > 0) return { sequence: sequence as number, ids };
  }
  throw new RangeError('after is not the next of a page');
}

export function createTable<T extends Item>(indexes: readonly Index<T>[] = []): Table<T> {
  const byId = new Map<string, Row<T>>();
  const all: Rows<T> = [];
  const byValue = indexes.map(() => new Map<string, Rows<T>>());
  let lastSequence = 0;

  const rowsWith = (name: string, value: string): Rows<T> => {
    const position = indexes.findIndex((index) => index.name === name);
    if (position === -1) throw new RangeError(`there is no index ${name}`);
    return byValue[position]?.get(value) ?? [];
  };
  const enter = (row: Row<T>) => {
    for (const [position, value] of row.values.entries()) {
      if (value === undefined) continue;
      const rows = byValue[position]?.get(value);
      if (rows) insertSorted(rows, row, bySequence);
      else byValue[position]?.set(value, [row]);
    }
  };
  const leave = (row: Row<T>) => {
    for (const [position, value] of row.values.entries()) {
      const rows = value === undefined ? undefined : byValue[position]?.get(value);
      if (value === undefined || !rows) continue;
      removeSorted(rows, row, bySequence);
      if (rows.length === 0) byValue[position]?.delete(value);
    }
  };
  /**
   * The sequence after which the next page starts. A table that was loaded again counts from 1 again, so the place is
   * found by an item of the page before. One with a greater sequence than that was removed and added again. If all items
   * so far were named and are gone, the next page is the first.
   */
  const startAfter = ({ sequence, ids }: PageEnd): number => {
    for (const id of ids) {
      const row = byId.get(id);
      if (row && row.sequence <= sequence) return row.sequence;
    }
    return ids.length < namedIds ? 0 : sequence;
  };
  /** The cursor of the page of this size that ends where another one starts. */
  const previousOf = (rows: Rows<T>, start: number, { limit, where }: PageOptions<T>): { previous?: string } => {
    const back: Row<T>[] = [];
    for (let position = positionAfter(rows, start) - 1; position >= 0; position -= 1) {
      const row = rows[position] as Row<T>;
      if (where && !where(row.item)) continue;
      back.push(row);
      if (back.length === limit + namedIds) break;
    }
    if (back.length === 0) return {};
    const [last, ...others] = back.slice(limit);
    if (!last) return { previous: '' };
    return { previous: writeEnd({ sequence: last.sequence, ids: [last, ...others].map(({ item }) => item.id) }) };
  };
  const items = (rows: Rows<T>): T[] => rows.map(({ item }) => item);

  return {
    get size() {
      return byId.size;
    },
    get: (id) => byId.get(id)?.item,
    prepare(item) {
      const existing = byId.get(item.id);
      const values = indexes.map((index) => index.of(item));
      for (const [position, { name, unique }] of indexes.entries()) {
        const value = values[position];
        if (!unique || value === undefined) continue;
        const holder = byValue[position]?.get(value)?.[0];
        if (holder && holder !== existing) throw new UniquenessError(name, holder.item.id);
      }
      return {
        isNew: existing === undefined,
        apply() {
          if (existing) {
            leave(existing);
            existing.item = item;
            existing.values = values;
            enter(existing);
            return;
          }
          lastSequence += 1;
          const row = { sequence: lastSequence, item, values };
          byId.set(item.id, row);
          insertSorted(all, row, bySequence);
          enter(row);
        },
      };
    },
    take(id) {
      const row = byId.get(id);
      if (!row) return undefined;
      byId.delete(id);
      removeSorted(all, row, bySequence);
      leave(row);
      return row.item;
    },
    find: (index, value) => items(rowsWith(index, value)),
    count: (index, value) => rowsWith(index, value).length,
    list: () => items(all),
    page(options) {
      const { after, limit, where, among } = options;
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit is not a positive whole number');
      const end = after === undefined ? { sequence: 0, ids: [] } : readEnd(after);
      const start = startAfter(end);
      const rows = among ? rowsWith(among.index, among.value) : all;
      const before = start === 0 ? {} : previousOf(rows, start, options);
      const found: T[] = [];
      let last = start;
      for (let position = positionAfter(rows, start); position < rows.length; position += 1) {
        const row = rows[position] as Row<T>;
        if (where && !where(row.item)) continue;
        if (found.length === limit) {
          const given = [
            ...found
              .slice(-namedIds)
              .map(({ id }) => id)
              .reverse(),
            ...end.ids,
          ];
          return { items: found, next: writeEnd({ sequence: last, ids: given.slice(0, namedIds) }), ...before };
        }
        found.push(row.item);
        last = row.sequence;
      }
      return { items: found, ...before };
    },
  };
}
