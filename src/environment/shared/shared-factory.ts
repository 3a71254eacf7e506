import type { Collection, Index, Item } from '../../lib/collections/types.js';
import type { CollectionFactory } from '../store/factory.js';
import { requireStoreName } from '../store/factory.js';
import type { Backend } from './backend.js';
import { createCachedCollection } from './cached-collection.js';
import type { Changes } from './changes.js';
import { createLocks } from './locks.js';
import { createSharedCollection, placeOf } from './shared-collection.js';
import { createSharedExpiring } from './shared-expiring.js';

/** Collections that all replicas of a fleet share. What belongs to users is read from the store; the rest is held here too. */
export function createSharedFactory(backend: Backend, changes: Changes, isOfUsers: (name: string) => boolean): CollectionFactory {
  const environments = new Map<string, Map<string, Collection<Item>>>();
  const locks = createLocks(backend, changes);
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
        isOfUsers(name)
          ? createSharedCollection(backend, place, indexes)
          : createCachedCollection({ backend, changes }, place, indexes);
      const collection = (collections.get(name) as Collection<T> | undefined) ?? make();
      collections.set(name, collection as Collection<Item>);
      return collection;
    },
    expiring: (environmentId, name, options) =>
      createSharedExpiring(backend, placeOf(environmentId, name, options.indexes), options),
    async removeEnvironment(environmentId) {
      environments.delete(environmentId);
      changes.forget(environmentId);
      await backend.removeEnvironment(environmentId);
    },
    locks,
    async flush() {},
    close: () => backend.close(),
  };
}
