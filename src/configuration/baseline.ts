import type { Context, Environment } from '../environment/context.js';
import { makePolicyKeys } from '../environment/policy-keys.js';
import { configurationNames } from '../environment/store/indexes.js';
import type { Collection, Expiring, Item } from '../lib/collections/types.js';

type Kept = Collection<Item> | Expiring<Item>;

/** Everything that an environment keeps, by name. */
const collectionsOf = ({ store }: Environment): [string, Kept][] => Object.entries(store) as unknown as [string, Kept][];

/** What is configured; the rest has a lifetime. */
const isConfiguration = (collection: Kept): collection is Collection<Item> => 'page' in collection;

/** Remembers what there is as what a reset goes back to. */
export async function rememberBaseline(environment: Environment): Promise<void> {
  const items = new Map<string, readonly Item[]>();
  for (const name of configurationNames) items.set(name, await (environment.store[name] as Pick<Collection<Item>, 'list'>).list());
  environment.baseline = { record: environment.record, items };
}

/** Remembers all that the server has started with. */
export async function rememberSeed({ environments }: Context): Promise<void> {
  for (const environment of environments.list()) await rememberBaseline(environment);
  environments.markSeeded();
}

/** Makes a collection hold exactly these items, in their order. */
async function restore(collection: Collection<Item>, wanted: readonly Item[]): Promise<void> {
  const present = await collection.list();
  if (present.length === wanted.length && present.every((item, at) => item === wanted[at])) return;
  // All of them go first: what took the unique name of another one must not be in its way, and the order is the old one.
  await Promise.all(present.map(({ id }) => collection.take(id)));
  await Promise.all(wanted.map((item) => collection.put(item)));
}

/** Back to the seed: what was configured, and nothing of what has happened since; time and PKCE are as they should be. */
export async function resetEnvironment({ environments }: Context, environment: Environment): Promise<void> {
  const { baseline } = environment;
  if (baseline) await environments.replace(baseline.record);
  for (const [name, collection] of collectionsOf(environment)) {
    if (!isConfiguration(collection)) for (const { id } of await collection.list()) await collection.take(id);
    else if (baseline) await restore(collection, baseline.items.get(name) ?? []);
  }
  environment.clock.reset();
  environment.claimsRules.clear();
  environment.hooks.clear();
  environment.faults.clear();
  environment.keys.restore();
  await makePolicyKeys(environment);
  environment.transactions.clear();
  environment.requests.clear();
  environment.outbox.clear();
}

/** Back to the seed with the whole server: what was added since it started is gone, what was removed is there again. */
export async function resetServer(context: Context): Promise<void> {
  const { environments, clock, requests, unmatched } = context;
  for (const environment of environments.list()) if (!environments.isSeeded(environment.id)) await environments.remove(environment.id);
  await environments.restoreSeeded();
  for (const environment of environments.list()) await resetEnvironment(context, environment);
  clock.reset();
  requests.clear();
  unmatched.clear();
}
