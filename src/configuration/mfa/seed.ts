import { withDefaultBut } from '../seed/collected.js';
import { idFromNames, itemOf } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { answered, flag, seedObject } from '../seed/schema-parts.js';
import { devicePoliciesOf, devicePolicyBroughtAlong, putSeededDevicePolicy } from './device-policies.js';
import { devicePolicyBody } from './schema.js';

const membersOf = (policy: object): string =>
  JSON.stringify(
    Object.entries(policy)
      .filter(([name]) => name in devicePolicyBody.properties)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/** MFA policies in a seed. One replaces the policy of its name. */
export const devicePolicySeeds = seedKind('deviceAuthenticationPolicies', {
  schema: seedObject(
    { ...devicePolicyBody.properties, default: flag, forSignOnPolicy: answered },
    devicePolicyBody.required.filter((name) => name !== 'default'),
  ),
  async put({ environment }, seed) {
    const { deviceAuthenticationPolicies } = environment.store;
    const named = (await devicePoliciesOf(environment)).find(({ name }) => name.toLowerCase() === seed.name.toLowerCase());
    const isDefault = seed.default === true || named?.default === true;
    const policy = {
      ...itemOf(environment, {
        ...seed,
        id:
          seed.id ??
          named?.id ??
          (await idFromNames(environment, environment.store.deviceAuthenticationPolicies, 'device authentication policy', seed.name)),
      }),
      default: isDefault,
    };
    if (named && named.id !== policy.id) await deviceAuthenticationPolicies.take(named.id);
    await putSeededDevicePolicy(environment, policy);
  },
  async collect({ list }) {
    const isUnchanged = (policy: Readonly<Record<string, unknown>>) => {
      const own = devicePolicyBroughtAlong({ id: (policy.environment as { id: string }).id, record: { createdAt: '' } });
      return policy.id === own.id && membersOf(policy) === membersOf(own);
    };
    const policies = await list('/deviceAuthenticationPolicies');
    return policies.filter((policy) => !isUnchanged(policy)).map((policy) => withDefaultBut(policy, 'forSignOnPolicy'));
  },
});
