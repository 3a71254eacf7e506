import { createExpiring, type ExpiringOptions } from '../../lib/collections/expiring.js';
import { createCollection } from '../../lib/collections/memory.js';
import type { Collection, Expiring, Index, Item } from '../../lib/collections/types.js';
import type { Sharing } from '../shared/sharing.js';

/** Creates collections, in memory or in a data folder. */
export interface CollectionFactory {
  /** Why the last write failed, until one succeeds. */
  readonly failure: Error | undefined;
  /** The ids of environments that are not empty, sorted; without the reserved `server`. */
  environmentIds(): Promise<string[]>;
  /** The collection of this name: always the same one, with the indexes of the first call. */
  collection<T extends Item>(environmentId: string, name: string, indexes?: readonly Index<T>[]): Collection<T>;
  /** Items with a lifetime, apart from collections of the same name: a new one at each call. */
  expiring<T extends Item>(environmentId: string, name: string, options: ExpiringOptions<T>): Expiring<T>;
  /** Where several replicas share the collections: what else they share. */
  readonly sharing?: Sharing;
  /** Removes an environment with everything in it. */
  removeEnvironment(environmentId: string): Promise<void>;
  /** Resolves once the readable files have all changes so far. */
  flush(): Promise<void>;
  /** Flushes, closes and unlocks the folder. Later writes fail. */
  close(): Promise<void>;
}

/** The reserved id for collections that belong to no environment: organizations, and the environments themselves. */
export const serverWide = 'server';

const nameForm = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** Whether this can be the name of an environment or a collection, and so of a folder or a file. */
export const isStoreName = (name: string): boolean => nameForm.test(name);

export function requireStoreName(name: string): void {
  if (!isStoreName(name)) throw new RangeError('the name of an environment or a collection must consist of letters, digits, - and _');
}

/** Collections in memory only. */
export function memoryFactory(): CollectionFactory {
  const environments = new Map<string, Map<string, Collection<Item>>>();
  return {
    failure: undefined,
    async environmentIds() {
      const ids: string[] = [];
      for (const [id, collections] of environments) {
        const counts = await Promise.all([...collections.values()].map((collection) => collection.count()));
        if (id !== serverWide && counts.some((count) => count > 0)) ids.push(id);
      }
      return ids.sort();
    },
    collection<T extends Item>(environmentId: string, name: string, indexes?: readonly Index<T>[]): Collection<T> {
      requireStoreName(environmentId);
      requireStoreName(name);
      const collections = environments.get(environmentId) ?? new Map<string, Collection<Item>>();
      environments.set(environmentId, collections);
      const collection = (collections.get(name) as Collection<T> | undefined) ?? createCollection(indexes);
      collections.set(name, collection as Collection<Item>);
      return collection;
    },
    expiring: (_environmentId, _name, options) => createExpiring(options),
    async removeEnvironment(environmentId) {
      environments.delete(environmentId);
    },
    async flush() {},
    async close() {},
  };
}
