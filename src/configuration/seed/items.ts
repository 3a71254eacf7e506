import type { Context, Environment } from '../../environment/context.js';

/** Where the parts of a seed are put. */
export interface Target {
  readonly environment: Environment;
  readonly context: Context;
}

/** Members of an answer that a seed may repeat and that say nothing. */
const ignored = ['_links', '_embedded', 'environment', 'createdAt', 'updatedAt'];

type Kept<T> = Omit<T, 'id'> & { id: string; environment: { id: string }; createdAt: string; updatedAt: string };

/** What a seed says of a thing, with what everything in an environment has: the form in which it is kept. */
export function itemOf<T extends { id?: string | undefined }>({ id, random, clock }: Environment, seed: T): Kept<T> {
  const at = new Date(clock.now()).toISOString();
  const members = Object.fromEntries(Object.entries(seed).filter(([name]) => !ignored.includes(name)));
  return { ...members, id: seed.id?.toLowerCase() ?? random.uuid(), environment: { id }, createdAt: at, updatedAt: at } as Kept<T>;
}
