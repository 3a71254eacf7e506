import type { Collection, Item } from '../lib/collections/types.js';
import { UniquenessError } from '../lib/collections/types.js';
import { notUnique } from '../pingone/pingone-error.js';

/** Puts an item; where another one has a value that must be unique, PingOne's refusal names that member. */
export async function putUnique<T extends Item>(collection: Collection<T>, item: T, target: string): Promise<void> {
  try {
    await collection.put(item);
  } catch (error) {
    throw error instanceof UniquenessError ? notUnique(target) : error;
  }
}
