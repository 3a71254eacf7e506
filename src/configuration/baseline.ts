import type { Context, Environment } from '../environment/context.js';
import { makePolicyKeys } from '../environment/policy-keys.js';
import { serialize } from '../environment/serialize.js';
import { configurationNames } from '../environment/store/indexes.js';
import type { Collection, Expiring, Item } from '../lib/collections/types.js';

type Kept = Collection<Item> | Expiring<Item>;

/** Everything that an environment stores, by name. */
const collectionsOf = ({ store }: Environment): [string, Kept][] => Object.entries(store) as unknown as [string, Kept][];

/** The configuration; everything else expires. */
const isConfiguration = (collection: Kept): collection is Collection<Item> => 'page' in collection;

/** Remembers the current configuration for resets. */
export async function rememberBaseline({ environments }: Pick<Context, 'environments'>, environment: Environment): Promise<void> {
  const items = new Map<string, readonly Item[]>();
  for (const name of configurationNames) items.set(name, await (environment.store[name] as Pick<Collection<Item>, 'list'>).list());
  await environments.baselines.save(environment.id, { record: environment.record, items });
}

/** Remembers the configuration that the server started with. */
export async function rememberSeed({ environments }: Context): Promise<void> {
  for (const environment of environments.list()) await rememberBaseline({ environments }, environment);
  await environments.markSeeded();
}

/** Replaces the contents of a collection, in this order. */
async function restore(collection: Collection<Item>, wanted: readonly Item[]): Promise<void> {
  const present = await collection.list();
  const isSame = (item: Item, other: Item | undefined) => item === other || JSON.stringify(item) === JSON.stringify(other);
  if (present.length === wanted.length && present.every((item, at) => isSame(item, wanted[at]))) return;
  // All are removed first, so that no new item blocks a unique name and the old order is restored.
  await Promise.all(present.map(({ id }) => collection.take(id)));
  await Promise.all(wanted.map((item) => collection.put(item)));
}

/** Resets an environment to its seed: configuration, clock, faults; all sessions, tokens and recorded requests are dropped. */
export const resetEnvironment = (context: Context, environment: Environment): Promise<void> =>
  serialize(environment, 'reset', () => reset(context, environment));

async function reset({ environments, recordings }: Context, environment: Environment): Promise<void> {
  const baseline = await environments.baselines.of(environment.id);
  if (baseline) await environments.replace(baseline.record);
  for (const [name, collection] of collectionsOf(environment)) {
    if (!isConfiguration(collection)) await Promise.all((await collection.list()).map(({ id }) => collection.take(id)));
    else if (baseline) await restore(collection, baseline.items.get(name) ?? []);
  }
  await environment.clock.reset();
  await environment.claimsRules.clear();
  environment.hooks.clear();
  await environment.faults.clear();
  await environment.keys.restore();
  await makePolicyKeys(environment);
  environment.transactions.clear();
  environment.requests.clear();
  await environment.outbox.clear();
  environment.activities.clear();
  await recordings.caughtUp(environment.id);
}

/** Resets the whole server to its seed: added environments are removed, removed ones restored. */
export const resetServer = (context: Context): Promise<void> => context.environments.alone(() => resetAll(context));

async function resetAll(context: Context): Promise<void> {
  const { environments, clock, requests, unmatched } = context;
  for (const environment of environments.list()) if (!environments.isSeeded(environment.id)) await environments.remove(environment.id);
  await environments.restoreSeeded();
  for (const environment of environments.list()) await resetEnvironment(context, environment);
  await clock.reset();
  requests.clear();
  unmatched.clear();
}
