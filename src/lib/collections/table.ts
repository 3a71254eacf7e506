import { insertRow, type OrderedRows, type Row, removeRow, rowsAfter, rowsUpTo } from './ordered-rows.js';
import { namedIds, type PageEnd, readEnd, writeEnd } from './page-end.js';
import { type ChangeListener, type Index, type Item, type Page, type PageOptions, UniquenessError } from './types.js';

/** A change that can be applied, and undone until the item changes again. */
export interface PreparedChange<T> {
  readonly item: T;
  apply(): void;
  /** Restores the previous item, with its position and index entries; does nothing if the item has changed since. */
  undo(): void;
}

/** The base of every collection: items in memory, in insertion order, with their indexes. */
export interface Table<T extends Item> {
  readonly size: number;
  get(id: string): T | undefined;
  /**
   * The first half of a put: changes nothing, and may throw UniquenessError. The second half is `apply`, in the same tick;
   * a step in between (making the text for the disk) may still throw.
   * @param sequence the position of a new item, if the caller decides it; otherwise it is the last
   */
  prepare(item: T, sequence?: number): PreparedChange<T> & { isNew: boolean };
  /** The same for a take; undefined if there is no such item. */
  prepareTake(id: string): PreparedChange<T> | undefined;
  find(index: string, value: string): T[];
  count(index: string, value: string): number;
  list(): T[];
  page(options: PageOptions<T>): Page<T>;
  /** The rows in order: all of them, or those with this value of an index. They must not be changed. */
  rows(among?: PageOptions<T>['among']): OrderedRows<T>;
  /** Calls the listener after each change, and after a change is undone. */
  onChange(listener: ChangeListener<T>): void;
}

export function createTable<T extends Item>(indexes: readonly Index<T>[] = []): Table<T> {
  const byId = new Map<string, Row<T>>();
  const all: OrderedRows<T> = [];
  const byValue = indexes.map(() => new Map<string, OrderedRows<T>>());
  const byIndex = new Map(indexes.map(({ name }, position) => [name, byValue[position]]));
  let lastSequence = 0;
  const listeners: ChangeListener<T>[] = [];
  const changed = (id: string, item: T | undefined) => {
    for (const listener of listeners) listener(id, item);
  };

  const rowsWith = (name: string, value: string): OrderedRows<T> => {
    const rows = byIndex.get(name);
    if (!rows) throw new RangeError(`no index is called ${name}`);
    return rows.get(value) ?? [];
  };
  const enter = (row: Row<T>) => {
    for (const [position, value] of row.values.entries()) {
      if (value === undefined) continue;
      const rows = byValue[position]?.get(value);
      if (rows) insertRow(rows, row);
      else byValue[position]?.set(value, [[row]]);
    }
  };
  const leave = (row: Row<T>) => {
    for (const [position, value] of row.values.entries()) {
      const rows = value === undefined ? undefined : byValue[position]?.get(value);
      if (value === undefined || !rows) continue;
      removeRow(rows, row);
      if (rows.length === 0) byValue[position]?.delete(value);
    }
  };
  const add = (row: Row<T>) => {
    byId.set(row.item.id, row);
    insertRow(all, row);
    enter(row);
    changed(row.item.id, row.item);
  };
  const remove = (row: Row<T>) => {
    byId.delete(row.item.id);
    removeRow(all, row);
    leave(row);
    changed(row.item.id, undefined);
  };
  const change = (row: Row<T>, { item, values }: Pick<Row<T>, 'item' | 'values'>) => {
    // Usually no indexed value has changed, and the row keeps its index entries.
    const isSame = values.every((value, position) => value === row.values[position]);
    if (!isSame) leave(row);
    row.item = item;
    row.values = values;
    if (!isSame) enter(row);
    changed(item.id, item);
  };
  const valuesOf = (item: T) => {
    const values: (string | undefined)[] = [];
    for (const { of } of indexes) values.push(of(item));
    return values;
  };
  const hasUnique = indexes.some(({ unique }) => unique);
  /** The error, if another item already has one of the values that must be unique. */
  const conflictOf = (values: Row<T>['values'], own?: Row<T>): UniquenessError | undefined => {
    for (const [position, { name, unique }] of indexes.entries()) {
      const value = values[position];
      if (!unique || value === undefined) continue;
      const holder = byValue[position]?.get(value)?.[0]?.[0];
      if (holder && holder !== own) return new UniquenessError(name, holder.item.id);
    }
    return undefined;
  };
  /**
   * The sequence number after which the next page starts. A restart renumbers the items, so the position is that of one of the
   * last items returned. An item whose number has grown since was removed and added again, and does not count. If all of
   * these items are gone and there were no others, the next page starts at the beginning.
   */
  const startAfter = ({ sequence, ids }: PageEnd): number => {
    for (const id of ids) {
      const row = byId.get(id);
      if (row && row.sequence <= sequence) return row.sequence;
    }
    return ids.length < namedIds ? 0 : sequence;
  };
  /** Where the previous page of this size starts. */
  const previousOf = (rows: OrderedRows<T>, start: number, { limit, where }: PageOptions<T>): { previous?: string } => {
    const back: Row<T>[] = [];
    for (const row of rowsUpTo(rows, start)) {
      if (where && !where(row.item)) continue;
      back.push(row);
      if (back.length === limit + namedIds) break;
    }
    if (back.length === 0) return {};
    const [last, ...others] = back.slice(limit);
    if (!last) return { previous: '' };
    return { previous: writeEnd({ sequence: last.sequence, ids: [last, ...others].map(({ item }) => item.id) }) };
  };
  const items = (rows: OrderedRows<T>): T[] => {
    const found: T[] = [];
    for (const piece of rows) for (const { item } of piece) found.push(item);
    return found;
  };

  return {
    get size() {
      return byId.size;
    },
    get: (id) => byId.get(id)?.item,
    prepare(item, sequence = lastSequence + 1) {
      const existing = byId.get(item.id);
      const values = valuesOf(item);
      const conflict = hasUnique ? conflictOf(values, existing) : undefined;
      if (conflict) throw conflict;
      if (existing) {
        const before = { item: existing.item, values: existing.values };
        return {
          isNew: false,
          item,
          apply: () => change(existing, { item, values }),
          undo() {
            if (existing.item === item && byId.get(item.id) === existing && !conflictOf(before.values, existing)) change(existing, before);
          },
        };
      }
      lastSequence = Math.max(lastSequence, sequence);
      const row = { sequence, item, values };
      return {
        isNew: true,
        item,
        apply: () => add(row),
        undo() {
          if (row.item === item && byId.get(item.id) === row) remove(row);
        },
      };
    },
    prepareTake(id) {
      const row = byId.get(id);
      if (!row) return undefined;
      return {
        item: row.item,
        apply: () => remove(row),
        undo() {
          if (!byId.has(id) && !conflictOf(row.values)) add(row);
        },
      };
    },
    find: (index, value) => items(rowsWith(index, value)),
    count: (index, value) => rowsWith(index, value).reduce((count, { length }) => count + length, 0),
    list: () => items(all),
    onChange: (listener) => void listeners.push(listener),
    rows: (among) => (among ? rowsWith(among.index, among.value) : all),
    page(options) {
      const { after, limit, where, among } = options;
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit is not a positive whole number');
      const end = after === undefined ? { sequence: 0, ids: [] } : readEnd(after);
      const start = startAfter(end);
      const rows = among ? rowsWith(among.index, among.value) : all;
      const before = start === 0 ? {} : previousOf(rows, start, options);
      const found: T[] = [];
      let last = start;
      for (const row of rowsAfter(rows, start)) {
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
