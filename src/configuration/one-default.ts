import type { Environment } from '../environment/context.js';
import type { Store } from '../environment/store/types.js';
import type { Collection, Item } from '../lib/collections/types.js';
import { notFound } from '../pingone/pingone-error.js';

/** A collection of which one item is the environment's default. */
export interface OneDefault<T> {
  all(environment: Environment): Promise<T[]>;
  /** The item of this id, or a 404. */
  find(environment: Environment, id: string): Promise<T>;
  /** One always exists. */
  defaultOf(environment: Environment): Promise<T>;
  /** Stores an item; if it is the default, no other is. */
  put(environment: Environment, item: T): Promise<T>;
  /** The same for a seed, which must list the built-in item to keep it beside another default. */
  seed(environment: Environment, item: T): Promise<void>;
}

/**
 * This collection, whose first default is built into every environment. It is not stored until it is changed or another
 * becomes the default. The collection has an index `default` with the value `yes`.
 */
export function oneDefault<T extends Item & { readonly default: boolean }>(
  collectionOf: (store: Store) => Collection<T>,
  broughtAlong: (environment: Environment) => T,
): OneDefault<T> {
  const defaultOf = async (environment: Environment): Promise<T> =>
    (await collectionOf(environment.store).find('default', 'yes'))[0] ?? broughtAlong(environment);
  return {
    defaultOf,
    async all(environment) {
      const stored = await collectionOf(environment.store).list();
      return stored.some((item) => item.default) ? stored : [broughtAlong(environment), ...stored];
    },
    async find(environment, id) {
      const item = (await collectionOf(environment.store).get(id)) ?? (await defaultOf(environment));
      if (item.id !== id) throw notFound();
      return item;
    },
    async put(environment, item) {
      const collection = collectionOf(environment.store);
      const before = await defaultOf(environment);
      await collection.put(item);
      if (item.default && before.id !== item.id) await collection.put({ ...before, default: false });
      return item;
    },
    async seed(environment, item) {
      const collection = collectionOf(environment.store);
      for (const other of item.default ? await collection.find('default', 'yes') : []) await collection.put({ ...other, default: false });
      await collection.put(item);
    },
  };
}
