import type { Collection, Item } from '../lib/collections/types.js';
import { UniquenessError } from '../lib/collections/types.js';
import { PingOneError } from '../pingone/errors.js';
import { managementTexts as texts } from '../pingone/management-texts.js';

/** PingOne's refusal of a value that another one has already (docs/fidelity.md, management 2.5). */
export const notUnique = (target: string): PingOneError =>
  new PingOneError(400, 'INVALID_DATA', [{ code: 'UNIQUENESS_VIOLATION', target, message: texts.notUnique.text }]);

/** Puts an item; where another one has a value that must be unique, PingOne's refusal names that member. */
export async function putUnique<T extends Item>(collection: Collection<T>, item: T, target: string): Promise<void> {
  try {
    await collection.put(item);
  } catch (error) {
    throw error instanceof UniquenessError ? notUnique(target) : error;
  }
}
