import type { Environment } from '../environment/context.js';
import type { Store } from '../environment/store/types.js';
import { type Collection, type Item, UniquenessError } from '../lib/collections/types.js';
import { constraint, notFound, notUnique } from '../pingone/pingone-error.js';

/** The current time, as the management API writes it. */
export const nowOf = ({ clock }: Environment): string => new Date(clock.now()).toISOString();

/** The common members of a new item. */
export const newMembers = (environment: Environment) => {
  const createdAt = nowOf(environment);
  return { id: environment.random.uuid(), environment: { id: environment.id }, createdAt, updatedAt: createdAt };
};

/** The common members of an item that a body replaces. */
export const keptMembers = (
  environment: Environment,
  { id, createdAt }: { readonly id: string; readonly createdAt: string },
): ReturnType<typeof newMembers> => ({ id, environment: { id: environment.id }, createdAt, updatedAt: nowOf(environment) });

/** Refuses to delete an item that others refer to, and names them. */
export function requireUnused(users: readonly { readonly id: string }[], message: string, text?: string): void {
  const referencedValues = users.slice(0, 20).map(({ id }) => id);
  if (users.length > 0) throw constraint(message, { referencedValues, ...(text !== undefined && { text }) });
}

/** The items that every environment has, merged with the stored ones: a stored item replaces the one with its key, the others follow. */
export function withStored<T>(own: readonly T[], stored: readonly T[], keyOf: (item: T) => string): T[] {
  const changed = new Map(stored.map((item) => [keyOf(item), item]));
  const known = new Set(own.map(keyOf));
  return [...own.map((item) => changed.get(keyOf(item)) ?? item), ...stored.filter((item) => !known.has(keyOf(item)))];
}

/** Finds an item of a collection by its id, or throws a 404, in its service's own words if it has any. */
export const finder =
  <T extends Item>(collectionOf: (store: Store) => Collection<T>, textOf?: (id: string, environmentId: string) => string) =>
  async (environment: Environment, id: string): Promise<T> => {
    const item = await collectionOf(environment.store).get(id);
    if (!item) throw notFound({ text: textOf?.(id, environment.id) });
    return item;
  };

/** Stores an item; if another item has a value that must be unique, the refusal names that member. */
export async function putUnique<T extends Item>(collection: Collection<T>, item: T, target: string): Promise<void> {
  try {
    await collection.put(item);
  } catch (error) {
    throw error instanceof UniquenessError ? notUnique(target) : error;
  }
}
