import type { Context, Environment } from '../../environment/context.js';
import type { Collection, Item } from '../../lib/collections/types.js';
import { derivedId } from '../../lib/derived-id.js';

/** Where a seed is applied. */
export interface Target {
  readonly environment: Environment;
  readonly context: Context;
}

type Kept<T> = Omit<T, 'id'> & { id: string; environment: { id: string }; createdAt: string; updatedAt: string };

/** An item of a seed as it is stored, with the common members. */
export function itemOf<T extends { id?: string | undefined }>({ id, random, clock }: Environment, seed: T): Kept<T> {
  const at = new Date(clock.now()).toISOString();
  return { ...seed, id: seed.id?.toLowerCase() ?? random.uuid(), environment: { id }, createdAt: at, updatedAt: at };
}

/**
 * An id for an item that the seed gives none: derived from its names, so that it is the same at every start; random for a
 * second item of these names.
 */
export async function idFromNames<T extends Item>(
  { id, random }: Environment,
  collection: Collection<T>,
  kind: string,
  ...names: readonly string[]
): Promise<string> {
  const derived = derivedId(kind, id, ...names);
  return (await collection.get(derived)) ? random.uuid() : derived;
}
