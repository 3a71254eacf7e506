import type { Context, Environment } from '../../environment/context.js';

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
