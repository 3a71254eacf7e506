import type { ExpiringOptions } from '../../lib/collections/expiring.js';
import { type Expiring, type IndexLimit, type Item, UniquenessError } from '../../lib/collections/types.js';
import type { Backend, Place, StoredRecord } from './backend.js';
import { itemOf, recordOf } from './shared-collection.js';

/** The moment at which a record ends that was given none. */
const never = Number.POSITIVE_INFINITY;

/**
 * Items with a lifetime in the shared store. What is over by the environment's clock is over, whatever the store's own
 * time: each write drops it, and so does a read that meets it, so that it stays gone when the clock is moved back.
 */
export function createSharedExpiring<T extends Item>(
  backend: Backend,
  place: Place,
  { clock, cap = 100_000, indexes = [] }: ExpiringOptions<T>,
): Expiring<T> {
  const isLive = ({ endsAt = never }: StoredRecord): boolean => endsAt > clock.now();
  /** Those that are not over; if one is, all that are over go. */
  async function living(records: readonly StoredRecord[]): Promise<StoredRecord[]> {
    const live = records.filter(isLive);
    if (live.length < records.length) await backend.sweep(place, clock.now());
    return live;
  }
  async function put(item: T, endsAt: number, within?: IndexLimit): Promise<readonly string[]> {
    const lifetime = { now: clock.now(), endsAt, cap, within };
    const { conflict, dropped = [] } = await backend.put(place, { ...recordOf(item, indexes), lifetime });
    if (conflict) throw new UniquenessError(conflict.index, conflict.existingId);
    return dropped;
  }
  return {
    async get(id) {
      const record = await backend.get(place, id);
      const [live] = record ? await living([record]) : [];
      return live && itemOf<T>(live);
    },
    put: async (item, endsAt) => void (await put(item, endsAt)),
    putWithin: async (item, endsAt, limit) => [...(await put(item, endsAt, limit))],
    async take(id) {
      const { record } = await backend.take(place, id, { now: clock.now() });
      return record && itemOf<T>(record);
    },
    takeAll: async (index, value) => (await backend.takeAll(place, index, value, { now: clock.now() })).map(itemOf<T>),
    find: async (index, value) => (await living(await backend.find(place, index, value))).map(itemOf<T>),
    async list() {
      await backend.sweep(place, clock.now());
      const records = await backend.window(place, { from: Number.NEGATIVE_INFINITY, limit: cap });
      return records.sort((one, other) => one.sequence - other.sequence).map(itemOf<T>);
    },
    async count() {
      await backend.sweep(place, clock.now());
      return backend.count(place);
    },
  };
}
