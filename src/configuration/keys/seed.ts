import { keyRotationPolicyIdOf, makePolicyKeys } from '../../environment/policy-keys.js';
import { idFromNames, itemOf, type Target } from '../seed/items.js';
import { type Place, refusedAt } from '../seed/seed-error.js';
import type { SeedKey, SeedKeyRotationPolicy } from '../seed/types.js';
import { completePolicy } from './key-rotation-policies.js';
import { changeKey, configuredKeys, createKey } from './keys.js';

/** Creates a key like the seed's, under its id, since seeds hold no private keys. An existing key is kept. */
export async function seedKey({ environment }: Target, { id, ...seed }: SeedKey, place: Place): Promise<void> {
  const known = (await configuredKeys(environment)).find(
    (key) => key.id === id?.toLowerCase() || (id === undefined && key.name === seed.name),
  );
  await refusedAt(place, () =>
    known ? changeKey(environment, known, { default: known.default, ...seed }) : createKey(environment, seed, { id: id?.toLowerCase() }),
  );
}

/** A default policy of the seed replaces the generated one. */
export async function seedKeyRotationPolicy(
  { environment, context }: Target,
  { default: isDefault = false, ...seed }: SeedKeyRotationPolicy,
  place: Place,
): Promise<void> {
  const { keyRotationPolicies } = environment.store;
  const complete = await refusedAt(place, async () => completePolicy(seed));
  const named = (await keyRotationPolicies.list()).find(({ name }) => name.toLowerCase() === seed.name.toLowerCase());
  const id =
    seed.id ??
    named?.id ??
    (isDefault
      ? keyRotationPolicyIdOf(environment)
      : await idFromNames(environment, keyRotationPolicies, 'key rotation policy', seed.name));
  const policy = itemOf(environment, { ...complete, id });
  if (named && named.id !== policy.id) await keyRotationPolicies.take(named.id);
  await keyRotationPolicies.put(policy);
  if (isDefault)
    await context.environments.replace({ ...environment.record, keyRotationPolicyId: policy.id, rotationPeriod: policy.rotationPeriod });
  await makePolicyKeys(environment);
}
