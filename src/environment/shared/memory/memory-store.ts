import { serverWide } from '../../store/factory.js';
import type { AnnouncedChange, Backend, BackendListener, Place, WriteOptions } from '../backend.js';
import { StoreUnavailable } from '../errors.js';
import { createMemoryLocks } from './memory-locks.js';
import { createMemoryLogs } from './memory-logs.js';
import { createMemoryPlace, type MemoryPlace } from './memory-place.js';

/** A store in the memory of this process. */
export interface MemoryStore {
  /** A replica's way to it. What the replica has locked is free again once it closes. */
  open(): Backend;
}

/** @param now the time of the host, milliseconds since the epoch */
export function createMemoryStore(now: () => number): MemoryStore {
  const environments = new Map<string, Map<string, MemoryPlace>>();
  const known = new Set<string>();
  const listeners = new Set<BackendListener>();
  const locks = createMemoryLocks(now);
  const logs = createMemoryLogs();
  let version = 0;

  /** What is there, or an empty place that nothing keeps: environments may be gone. */
  const at = (place: Place): MemoryPlace => environments.get(place.environmentId)?.get(place.name) ?? createMemoryPlace(place);
  const madeAt = (place: Place): MemoryPlace => {
    const places = environments.get(place.environmentId) ?? new Map<string, MemoryPlace>();
    environments.set(place.environmentId, places);
    const records = places.get(place.name) ?? createMemoryPlace(place);
    places.set(place.name, records);
    return records;
  };
  /** Tells every replica; returns the number of the change, 0 where it is not announced. */
  const announce = (
    { environmentId, name }: Place,
    change: Pick<AnnouncedChange, 'id' | 'put'>,
    { announce: isAnnounced = false }: WriteOptions = {},
  ): number => {
    if (!isAnnounced) return 0;
    version += 1;
    for (const listener of listeners) listener.changed({ version, environmentId, name, ...change });
    return version;
  };

  const assertHeld = ({ fences = [] }: WriteOptions = {}): void => {
    if (!locks.areHeld(fences)) throw new StoreUnavailable('the lock was lost before this write; nothing was written');
  };

  return {
    open() {
      const owned = locks.open();
      const ends = new Set<() => void>();
      return {
        async put(place, record, options) {
          assertHeld(options);
          const { sequence, conflict, dropped } = madeAt(place).put(record);
          if (conflict) return { version: 0, conflict };
          known.add(place.environmentId);
          if (sequence === undefined) return { version: 0 };
          return { version: announce(place, { id: record.id, put: { sequence, text: record.text } }, options), dropped };
        },
        async take(place, id, { now: by, ...options } = {}) {
          assertHeld(options);
          const record = at(place).take(id, by);
          return record ? { version: announce(place, { id }, options), record } : { version: 0 };
        },
        async takeAll(place, index, value, { now: by, ...options }) {
          assertHeld(options);
          return at(place).takeAll(index, value, by);
        },
        get: async (place, id) => at(place).get(id),
        find: async (place, index, value) => at(place).find(index, value),
        count: async (place, index, value) => at(place).count(index, value),
        window: async (place, window) => at(place).window(window),
        sweep: async (place, by) => at(place).sweep(by),
        environmentIds: async () => [...known].filter((id) => id !== serverWide).sort(),
        async removeEnvironment(environmentId) {
          environments.delete(environmentId);
          known.delete(environmentId);
          logs.remove(environmentId);
        },
        append: async (...args) => logs.append(...args),
        entries: async (...args) => logs.entries(...args),
        lastEntry: async () => logs.lastEntry(),
        async watch(watcher) {
          const stop = logs.watch(watcher);
          const end = () => {
            ends.delete(end);
            stop();
          };
          ends.add(end);
          return end;
        },
        version: async () => version,
        async subscribe(listener) {
          listeners.add(listener);
          ends.add(() => listeners.delete(listener));
        },
        lock: async (name, owner, milliseconds) => (owned.lock(name, owner, milliseconds) ? version : undefined),
        keepLock: async (name, owner, milliseconds) => owned.keep(name, owner, milliseconds),
        unlock: async (name, owner) => owned.unlock(name, owner),
        time: async () => now(),
        failure: undefined,
        async close() {
          for (const end of ends) end();
          owned.close();
        },
      };
    },
  };
}
