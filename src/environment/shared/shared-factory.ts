import type { Collection, Index, Item } from '../../lib/collections/types.js';
import { createRandom } from '../../lib/random.js';
import type { CollectionFactory } from '../store/factory.js';
import { requireStoreName } from '../store/factory.js';
import type { Backend } from './backend.js';
import { type CachedCollection, createCachedCollection } from './cached-collection.js';
import type { Changes } from './changes.js';
import { fencedBackend } from './fences.js';
import { createSharedLog, type SharedLog } from './journal/shared-log.js';
import { createLocks } from './locks.js';
import { createSharedCollection, placeOf } from './shared-collection.js';
import { createSharedExpiring } from './shared-expiring.js';
import type { Sharing } from './sharing.js';

interface SharedFactoryOptions {
  readonly backend: Backend;
  readonly changes: Changes;
  readonly isOfUsers: (name: string) => boolean;
  readonly time: { now(): number; close(): void };
}

/** Collections that all replicas of a fleet share. What belongs to users is read from the store; the rest is held here too. */
export function createSharedFactory({ backend: unfenced, changes, isOfUsers, time }: SharedFactoryOptions): CollectionFactory {
  const backend = fencedBackend(unfenced);
  const environments = new Map<string, Map<string, Collection<Item>>>();
  const forget = (environmentId: string) => {
    environments.delete(environmentId);
    held.delete(environmentId);
    logs.get(environmentId)?.drop();
    logs.delete(environmentId);
    changes.forget(environmentId);
  };
  const held = new Map<string, Map<string, CachedCollection<Item>>>();
  const logs = new Map<string, SharedLog>();
  const origin = createRandom().uuid();
  const sharing: Sharing = {
    locks: createLocks(backend, changes),
    held<T extends Item>(environmentId: string, name: string): CachedCollection<T> {
      const collections = held.get(environmentId) ?? new Map<string, CachedCollection<Item>>();
      held.set(environmentId, collections);
      const known = collections.get(name) as CachedCollection<T> | undefined;
      const collection = known ?? createCachedCollection<T>({ backend, changes }, placeOf(environmentId, name));
      collections.set(name, collection as unknown as CachedCollection<Item>);
      return collection;
    },
    kept: (environmentId, name, indexes) => createSharedCollection(backend, placeOf(environmentId, name, indexes), indexes),
    logOf(environmentId) {
      const log = logs.get(environmentId) ?? createSharedLog({ backend, environmentId, origin });
      logs.set(environmentId, log);
      return log;
    },
    watch: backend.watch,
    now: time.now,
    onLoss: changes.onLoss,
    forget,
  };
  return {
    get failure() {
      return backend.failure;
    },
    environmentIds: () => backend.environmentIds(),
    collection<T extends Item>(environmentId: string, name: string, indexes?: readonly Index<T>[]): Collection<T> {
      requireStoreName(environmentId);
      requireStoreName(name);
      const collections = environments.get(environmentId) ?? new Map<string, Collection<Item>>();
      environments.set(environmentId, collections);
      const place = placeOf(environmentId, name, indexes);
      const make = () =>
        isOfUsers(name) ? createSharedCollection(backend, place, indexes) : createCachedCollection({ backend, changes }, place, indexes);
      const collection = (collections.get(name) as Collection<T> | undefined) ?? make();
      collections.set(name, collection as Collection<Item>);
      return collection;
    },
    expiring: (environmentId, name, options) => createSharedExpiring(backend, placeOf(environmentId, name, options.indexes), options),
    async removeEnvironment(environmentId) {
      forget(environmentId);
      await backend.removeEnvironment(environmentId);
    },
    sharing,
    async flush() {},
    async close() {
      time.close();
      changes.close();
      await Promise.allSettled([...logs.values()].map((log) => log.close()));
      await backend.close();
    },
  };
}
