import { type Index, type Item, type Page, type PageOptions, UniquenessError } from './collection.js';
import { insertRow, type OrderedRows, type Row, removeRow, rowsAfter } from './ordered-rows.js';

/** What every kind of collection is made of: items in memory, in the order in which they came, with their indexes. */
export interface Table<T extends Item> {
  readonly size: number;
  get(id: string): T | undefined;
  /**
   * The first half of a put: throws UniquenessError, changes nothing. The second half is `apply`, in the same tick;
   * what has to come in between (the text for the disk) may still refuse.
   */
  prepare(item: T): { isNew: boolean; apply(): void };
  take(id: string): T | undefined;
  find(index: string, value: string): T[];
  list(): T[];
  page(options: PageOptions<T>): Page<T>;
}

/** The sequence in a cursor: only what `page` writes. */
function parseAfter(after: string): number {
  const sequence = /^[1-9][0-9]{0,15}$/.test(after) ? Number(after) : 0;
  if (sequence === 0 || !Number.isSafeInteger(sequence)) throw new RangeError('after is not the next of a page');
  return sequence;
}

export function createTable<T extends Item>(indexes: readonly Index<T>[] = []): Table<T> {
  const byId = new Map<string, Row<T>>();
  const all: OrderedRows<T> = [];
  const byValue = indexes.map(() => new Map<string, OrderedRows<T>>());
  let lastSequence = 0;

  const rowsWith = (name: string, value: string): OrderedRows<T> => {
    const position = indexes.findIndex((index) => index.name === name);
    if (position === -1) throw new RangeError(`no index is called ${name}`);
    return byValue[position]?.get(value) ?? [];
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
    prepare(item) {
      const existing = byId.get(item.id);
      const values = indexes.map((index) => index.of(item));
      for (const [position, { name, unique }] of indexes.entries()) {
        const value = values[position];
        if (!unique || value === undefined) continue;
        const holder = byValue[position]?.get(value)?.[0]?.[0];
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
          insertRow(all, row);
          enter(row);
        },
      };
    },
    take(id) {
      const row = byId.get(id);
      if (!row) return undefined;
      byId.delete(id);
      removeRow(all, row);
      leave(row);
      return row.item;
    },
    find: (index, value) => items(rowsWith(index, value)),
    list: () => items(all),
    page({ after, limit, where, among }) {
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit is no positive whole number');
      const start = after === undefined ? 0 : parseAfter(after);
      const found: T[] = [];
      let last = start;
      for (const row of rowsAfter(among ? rowsWith(among.index, among.value) : all, start)) {
        if (where && !where(row.item)) continue;
        if (found.length === limit) return { items: found, next: String(last) };
        found.push(row.item);
        last = row.sequence;
      }
      return { items: found };
    },
  };
}
