import type { Schema } from '../../lib/schema/compile.js';
import { type CollectedItem, type ConfigurationReader, listed } from './collected.js';
import type { Target } from './items.js';
import { list } from './schema-parts.js';
import { type Place, within } from './seed-error.js';
import type { SeedEnvironment } from './types.js';

/** The members of an environment's seed that are lists. */
type KindName = {
  [Name in keyof SeedEnvironment]-?: NonNullable<SeedEnvironment[Name]> extends readonly object[] ? Name : never;
}[keyof SeedEnvironment];
type ItemOf<Name extends KindName> = NonNullable<SeedEnvironment[Name]>[number];

/** A member in the seed of an environment: how it is checked, applied and collected. */
export interface SeedKind {
  readonly name: string;
  readonly schema: Schema;
  apply(target: Target, seed: SeedEnvironment, place: Place): Promise<void>;
  /** The member of a collected seed, left out if it is empty. */
  collect(reader: ConfigurationReader): Promise<Readonly<Record<string, unknown>>>;
}

interface Definition<Seed, Collected> {
  /** What an item of the seed may hold. */
  readonly schema: Schema;
  /** Stores an item. */
  put(target: Target, seed: Seed, place: Place): Promise<void>;
  /** Reads the items of an environment through the management API, in the format of a seed. */
  collect(reader: ConfigurationReader): Promise<Collected>;
}

/** Stores a list of a seed, one after the other, since later items refer to earlier ones. */
export async function each<T>(
  items: readonly T[] | undefined,
  place: Place,
  kind: string,
  put: (item: T, place: Place) => Promise<void>,
): Promise<void> {
  for (const [at, item] of (items ?? []).entries()) await put(item, within(place, `${kind}[${at}]`));
}

/** Declares a list of a seed. `kinds.ts` puts these into their order. */
export const seedKind = <Name extends KindName>(
  name: Name,
  { schema, put, collect }: Definition<ItemOf<Name>, CollectedItem[]>,
): SeedKind => ({
  name,
  schema: list(schema),
  apply: (target, seed, place) => each(seed[name] as readonly ItemOf<Name>[] | undefined, place, name, (item, at) => put(target, item, at)),
  collect: async (reader) => listed(name, await collect(reader)),
});

/** Declares a member of a seed that an environment has once, such as settings. */
export const seedSettings = <Name extends Exclude<keyof SeedEnvironment, KindName>>(
  name: Name,
  { schema, put, collect }: Definition<NonNullable<SeedEnvironment[Name]>, object | undefined>,
): SeedKind => ({
  name,
  schema,
  async apply(target, seed, place) {
    const value = seed[name];
    if (value !== undefined && value !== null) await put(target, value, within(place, name));
  },
  async collect(reader) {
    const collected = await collect(reader);
    return collected && Object.keys(collected).length > 0 ? { [name]: collected } : {};
  },
});
