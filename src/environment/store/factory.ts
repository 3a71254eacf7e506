import { createCollection } from '../../lib/collections/memory.js';
import type { Collection, Index, Item } from '../../lib/collections/types.js';

/** Where collections come from, whether they are kept in memory only or in a folder. */
export interface CollectionFactory {
  /** The environments that hold something, in order; without the reserved `server`. */
  environmentIds(): string[];
  /** The collection of this name: the same one each time, with the indexes that were given first. */
  collection<T extends Item>(environmentId: string, name: string, indexes?: readonly Index<T>[]): Collection<T>;
  /** Removes an environment with everything in it. */
  removeEnvironment(environmentId: string): Promise<void>;
  /** Settles when everything written so far stands in the readable files. */
  flush(): Promise<void>;
  /** Flushes and lets go of the folder, where there is one: it takes no more writes then. */
  close(): Promise<void>;
}

/** The reserved environment for what belongs to no environment: organizations, the environments themselves. */
export const serverWide = 'server';

const nameForm = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** Whether this may name an environment or a collection: each becomes the name of a folder or a file. */
export const isStoreName = (name: string): boolean => nameForm.test(name);

export function requireStoreName(name: string): void {
  if (!isStoreName(name)) throw new RangeError('the name of an environment or of a collection has letters, digits, - and _ only');
}

/** Collections that end with the process. */
export function memoryFactory(): CollectionFactory {
  const environments = new Map<string, Map<string, Collection<Item>>>();
  return {
    environmentIds: () =>
      [...environments]
        .filter(([id, collections]) => id !== serverWide && [...collections.values()].some(({ size }) => size > 0))
        .map(([id]) => id)
        .sort(),
    collection<T extends Item>(environmentId: string, name: string, indexes?: readonly Index<T>[]): Collection<T> {
      requireStoreName(environmentId);
      requireStoreName(name);
      const collections = environments.get(environmentId) ?? new Map<string, Collection<Item>>();
      environments.set(environmentId, collections);
      const collection = (collections.get(name) as Collection<T> | undefined) ?? createCollection(indexes);
      collections.set(name, collection as Collection<Item>);
      return collection;
    },
    async removeEnvironment(environmentId) {
      environments.delete(environmentId);
    },
    async flush() {},
    async close() {},
  };
}
