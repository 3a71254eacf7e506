import { singleFactorPolicy } from '../../pingone/predefined.js';
import { devicePoliciesOf } from '../mfa/device-policies.js';
import { idFromNames, itemOf, type Target } from '../seed/items.js';
import { follow, type Place, pointedAt, within } from '../seed/seed-error.js';
import type { Pointer, SeedSignOnPolicy } from '../seed/types.js';

type SeedAction = NonNullable<SeedSignOnPolicy['actions']>[number];

/** An action whose references are ids. An id may refer to nothing, as in a seed pulled without what the policy refers to. */
async function withIds({ environment }: Target, action: SeedAction, place: Place) {
  const { store } = environment;
  const { socialProviders, identityProvider, agreement, deviceAuthenticationPolicy } = action;
  const id = (pointer: Pointer, items: readonly { id: string; name: string }[], what: string, member: string) =>
    typeof pointer === 'object' && pointer.id !== undefined
      ? { id: pointedAt(pointer) }
      : { id: follow(pointer, items, what, within(place, member)).id };
  const providers = await store.identityProviders.list();
  return {
    ...action,
    ...(socialProviders && {
      socialProviders: socialProviders.map((one, at) => id(one, providers, 'identity provider', `socialProviders[${at}]`)),
    }),
    ...(identityProvider && { identityProvider: id(identityProvider, providers, 'identity provider', 'identityProvider') }),
    ...(agreement && { agreement: id(agreement, await store.agreements.list(), 'agreement', 'agreement') }),
    ...(deviceAuthenticationPolicy && {
      deviceAuthenticationPolicy: id(
        deviceAuthenticationPolicy,
        await devicePoliciesOf(environment),
        'MFA policy',
        'deviceAuthenticationPolicy',
      ),
    }),
  };
}

export async function seedSignOnPolicy(target: Target, { actions, ...seed }: SeedSignOnPolicy, place: Place): Promise<void> {
  const { environment } = target;
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
  const given: SeedAction[] = actions ?? [standard];
  for (const action of named ? await store.signOnPolicyActions.find('signOnPolicy.id', named.id) : [])
    await store.signOnPolicyActions.take(action.id);
  for (const [at, action] of given.entries())
    await store.signOnPolicyActions.put({
      priority: at + 1,
      ...itemOf(environment, await withIds(target, action, within(place, `actions[${at}]`))),
      signOnPolicy: { id: policy.id },
    });
}
