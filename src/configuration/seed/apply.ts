import type { Context, Environment } from '../../environment/context.js';
import { seedApplication } from '../applications/seed.js';
import { seedGroup, seedGroupTies, seedPasswordPolicy, seedPopulation, seedSchemaAttribute, seedUser } from '../directory/seed.js';
import { createEnvironment } from '../environments/create.js';
import { seedKey, seedKeyRotationPolicy } from '../keys/seed.js';
import { seedResource } from '../resources/seed.js';
import { seedSignOnPolicy } from '../sign-on-policies/seed.js';
import type { Target } from './items.js';
import { each } from './kind.js';
import { lastSeedKinds, laterSeedKinds, seedKinds } from './kinds.js';
import type { ApplicationsWord, Place, Seed } from './seed-error.js';
import type { SeedEnvironment } from './types.js';

/** A population of the seed that is the default, or has the same name, replaces the generated one. */
async function dropGeneratedPopulation({ store }: Environment, populations: SeedEnvironment['populations'] = []): Promise<void> {
  for (const generated of await store.populations.list())
    if (populations.some(({ name, default: isDefault }) => isDefault || name.toLowerCase() === generated.name.toLowerCase()))
      await store.populations.take(generated.id);
}

/**
 * Of the policies that a new environment has besides its default ones, those that a seed with policies does not list are
 * dropped: an export of an environment without them lists the others.
 */
async function dropGeneratedPolicies({ store }: Environment, { passwordPolicies, signOnPolicies }: SeedEnvironment): Promise<void> {
  const isExtra = (policy: { name: string; default: boolean }, listed: readonly { name: string }[] | undefined): boolean =>
    listed !== undefined && !policy.default && !listed.some(({ name }) => name === policy.name);
  for (const policy of await store.passwordPolicies.list())
    if (isExtra(policy, passwordPolicies)) await store.passwordPolicies.take(policy.id);
  for (const policy of await store.signOnPolicies.list()) {
    if (!isExtra(policy, signOnPolicies)) continue;
    await store.signOnPolicies.take(policy.id);
    for (const { id } of await store.signOnPolicyActions.find('signOnPolicy.id', policy.id)) await store.signOnPolicyActions.take(id);
  }
}

/** The environment that a seed describes, new or existing. */
async function applyEnvironment(context: Context, seed: SeedEnvironment, place: Place, word: ApplicationsWord): Promise<Environment> {
  const { id, name, description, type, region, organization, license } = seed;
  const existing = id === undefined ? undefined : context.environments.get(id.toLowerCase());
  if (existing) {
    await applyContents({ environment: existing, context }, seed, place, word);
    return existing;
  }
  const input = { id: id?.toLowerCase(), name, description, type, region, organization, license };
  const after = async (environment: Environment) => {
    await dropGeneratedPopulation(environment, seed.populations);
    await dropGeneratedPolicies(environment, seed);
    await applyContents({ environment, context }, seed, place, word);
  };
  return createEnvironment(context, input, { after });
}

async function applyContents(target: Target, seed: SeedEnvironment, place: Place, word: ApplicationsWord): Promise<void> {
  for (const kind of seedKinds) await kind.apply(target, seed, place);
  await each(seed.passwordPolicies, place, 'passwordPolicies', (item) => seedPasswordPolicy(target, item));
  await each(seed.populations, place, 'populations', (item, at) => seedPopulation(target, item, at));
  await each(seed.schemaAttributes, place, 'schemaAttributes', (item, at) => seedSchemaAttribute(target, item, at));
  await each(seed.keys, place, 'keys', (item, at) => seedKey(target, item, at));
  await each(seed.keyRotationPolicies, place, 'keyRotationPolicies', (item, at) => seedKeyRotationPolicy(target, item, at));
  await each(seed.groups, place, 'groups', (item, at) => seedGroup(target, item, at));
  await each(seed.groups, place, 'groups', (item, at) => seedGroupTies(target, item, at));
  await each(seed.users, place, 'users', (item, at) => seedUser(target, item, at));
  await each(seed.resources, place, 'resources', (item, at) => seedResource(target, item, at));
  for (const kind of laterSeedKinds) await kind.apply(target, seed, place);
  await each(seed.signOnPolicies, place, 'signOnPolicies', (item, at) => seedSignOnPolicy(target, item, at));
  await each(seed.applications, place, word, (item, at) => seedApplication(target, item, at));
  for (const kind of lastSeedKinds) await kind.apply(target, seed, place);
}

/**
 * Applies a seed, and returns its environments. It adds to an existing environment; items with an id replace existing ones.
 * Throws SeedError, or EnvironmentClash if another request adds or removes one of them meanwhile. A new environment that
 * fails leaves nothing behind.
 */
export async function applySeed(context: Context, { source, environments, words }: Seed): Promise<Environment[]> {
  const applied: Environment[] = [];
  await each(environments, { source, path: '' }, 'environments', async (environment, place) => {
    applied.push(await applyEnvironment(context, environment, place, words[applied.length] ?? 'applications'));
  });
  return applied;
}
