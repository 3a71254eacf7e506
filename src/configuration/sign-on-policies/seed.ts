import { singleFactorPolicy } from '../../pingone/predefined.js';
import { idFromNames, itemOf, type Target } from '../seed/items.js';
import type { SeedSignOnPolicy } from '../seed/types.js';

export async function seedSignOnPolicy({ environment }: Target, { actions, ...seed }: SeedSignOnPolicy): Promise<void> {
  const { store } = environment;
  const others = await store.signOnPolicies.list();
  const named = others.find(({ name }) => name === seed.name);
  const policy = {
    ...itemOf(environment, {
      ...seed,
      id: seed.id ?? named?.id ?? (await idFromNames(environment, store.signOnPolicies, 'sign-on policy', seed.name)),
    }),
    default: seed.default ?? named?.default ?? false,
  };
  // It moves to the end, so that the order is that of the seed.
  if (named) await store.signOnPolicies.take(named.id);
  if (policy.default)
    for (const other of others) if (other.default && other.id !== named?.id) await store.signOnPolicies.put({ ...other, default: false });
  await store.signOnPolicies.put(policy);

  // A policy has at least one action (docs/fidelity.md, management 6.7).
  const standard = seed.name === singleFactorPolicy.name ? singleFactorPolicy.action : { type: 'LOGIN' };
  const given: NonNullable<SeedSignOnPolicy['actions']> = actions ?? [standard];
  for (const action of named ? await store.signOnPolicyActions.find('signOnPolicy.id', named.id) : [])
    await store.signOnPolicyActions.take(action.id);
  for (const [at, action] of given.entries())
    await store.signOnPolicyActions.put({ priority: at + 1, ...itemOf(environment, action), signOnPolicy: { id: policy.id } });
}
