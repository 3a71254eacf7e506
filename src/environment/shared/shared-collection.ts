import { readEnd, writeEnd } from '../../lib/collections/page-end.js';
import { type Collection, type Index, type Item, type Page, type PageOptions, UniquenessError } from '../../lib/collections/types.js';
import { parseOwn } from '../../lib/unknown.js';
import type { Backend, NewRecord, Place, StoredRecord, Window } from './backend.js';

/** The place of a collection in the shared store. */
export const placeOf = <T>(environmentId: string, name: string, indexes: readonly Index<T>[] = []): Place => ({
  environmentId,
  name,
  indexes: indexes.map(({ name: index, unique = false }) => ({ name: index, unique })),
});

/** An item as it is stored. */
export const recordOf = <T extends Item>(item: T, indexes: readonly Index<T>[] = []): NewRecord => ({
  id: item.id,
  text: JSON.stringify(item),
  values: indexes.map(({ of }) => of(item)),
});

export const itemOf = <T>({ text }: StoredRecord): T => parseOwn<T>(text);

/** How many records are asked for at once, where all are wanted. */
const batch = 500;

/** Asks for records, batch by batch, for as long as there are more. */
export async function* recordsOf(backend: Backend, place: Place, first: Omit<Window, 'limit'>): AsyncGenerator<StoredRecord, undefined> {
  let window = { ...first, limit: batch };
  for (;;) {
    const records = await backend.window(place, window);
    yield* records;
    const last = records.at(-1);
    if (!last || records.length < batch) return;
    window = { ...window, from: first.backwards ? last.sequence - 1 : last.sequence };
  }
}

/**
 * A collection that is wholly in the shared store, and read from there each time: what belongs to single users, of whom
 * there may be a million.
 */
export function createSharedCollection<T extends Item>(backend: Backend, place: Place, indexes: readonly Index<T>[] = []): Collection<T> {
  /** Records from a window on that pass, up to a number. */
  async function some(
    window: Omit<Window, 'limit'>,
    most: number,
    where: PageOptions<T>['where'],
  ): Promise<{ item: T; sequence: number }[]> {
    const found: { item: T; sequence: number }[] = [];
    let next: Window = { ...window, limit: where ? batch : most };
    for (;;) {
      const records = await backend.window(place, next);
      for (const record of records) {
        const item = itemOf<T>(record);
        if (!where || where(item)) found.push({ item, sequence: record.sequence });
        if (found.length === most) return found;
      }
      const last = records.at(-1);
      if (!last || records.length < next.limit) return found;
      next = { ...next, from: window.backwards ? last.sequence - 1 : last.sequence };
    }
  }

  const endOf = (items: readonly { item: T; sequence: number }[]): string | undefined => {
    const last = items.at(-1);
    return last && writeEnd({ sequence: last.sequence, ids: [last.item.id] });
  };

  async function page({ after, limit, where, among }: PageOptions<T>): Promise<Page<T>> {
    if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit is not a positive whole number');
    const start = after === undefined ? 0 : readEnd(after).sequence;
    const [found, before] = await Promise.all([
      some({ from: start, among }, limit + 1, where),
      start === 0 ? [] : some({ from: start, backwards: true, among }, limit + 1, where),
    ]);
    const items = found.slice(0, limit);
    const next = found.length > limit ? endOf(items) : undefined;
    const previous = before.length === 0 ? undefined : before.length > limit ? endOf(before) : '';
    return { items: items.map(({ item }) => item), ...(next !== undefined && { next }), ...(previous !== undefined && { previous }) };
  }

  return {
    async get(id) {
      const record = await backend.get(place, id);
      return record && itemOf<T>(record);
    },
    async put(item) {
      const { conflict } = await backend.put(place, recordOf(item, indexes));
      if (conflict) throw new UniquenessError(conflict.index, conflict.existingId);
    },
    async take(id) {
      const { record } = await backend.take(place, id);
      return record && itemOf<T>(record);
    },
    find: async (index, value) => (await backend.find(place, index, value)).map(itemOf<T>),
    count: async (...indexed: [] | [index: string, value: string]) => backend.count(place, ...indexed),
    async list() {
      const items: T[] = [];
      for await (const record of recordsOf(backend, place, { from: 0 })) items.push(itemOf<T>(record));
      return items;
    },
    page,
    onChange() {
      throw new Error(`${place.name} is read from the shared store each time: its changes are not announced`);
    },
  };
}
