import { withDefaultBut, without } from '../seed/collected.js';
import { itemOf } from '../seed/items.js';
import { seedKind, seedSettings } from '../seed/kind.js';
import { answered, flag, seedObject } from '../seed/schema-parts.js';
import { fido2PoliciesOf, fido2PolicyBody, fido2PolicyBroughtAlong, putSeededFido2Policy } from './fido2-policies.js';
import { mfaSettingsBody, mfaSettingsOf } from './settings.js';

/** MFA settings in a seed. */
export const mfaSettingsSeeds = seedSettings('mfaSettings', {
  schema: seedObject(mfaSettingsBody.properties),
  async put({ environment }, seed) {
    const { pairing } = await mfaSettingsOf(environment);
    await environment.store.mfaSettings.put(itemOf(environment, { pairing, ...seed, id: environment.id }));
  },
  async collect({ read }) {
    const settings = await read('/mfaSettings');
    if (!settings) return undefined;
    const { id: _, ...members } = without(settings);
    const usual = { pairing: { maxAllowedDevices: 5, pairingKeyFormat: 'NUMERIC' } };
    return JSON.stringify(members) === JSON.stringify(usual) ? undefined : members;
  },
});

const membersOf = (policy: object): string =>
  JSON.stringify(
    Object.entries(policy)
      .filter(([name]) => name in fido2PolicyBody.properties)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/** FIDO2 policies in a seed. One replaces the policy of its name. */
export const fido2PolicySeeds = seedKind('fido2Policies', {
  schema: seedObject({ ...fido2PolicyBody.properties, default: flag, deviceAuthenticationPolicies: answered }, fido2PolicyBody.required),
  async put({ environment }, { deviceAuthenticationPolicies: _, ...seed }) {
    const named = (await fido2PoliciesOf(environment)).find(({ name }) => name.toLowerCase() === seed.name.toLowerCase());
    const policy = {
      ...itemOf(environment, { ...seed, id: seed.id ?? named?.id }),
      default: seed.default === true || named?.default === true,
    };
    if (named && named.id !== policy.id) await environment.store.fido2Policies.take(named.id);
    await putSeededFido2Policy(environment, policy);
  },
  async collect({ list }) {
    const isUnchanged = (policy: Readonly<Record<string, unknown>>) => {
      const own = fido2PolicyBroughtAlong({ id: (policy.environment as { id: string }).id, record: { createdAt: '' } });
      return policy.id === own.id && membersOf(policy) === membersOf(own);
    };
    return (await list('/fido2Policies'))
      .filter((policy) => !isUnchanged(policy))
      .map((policy) => withDefaultBut(policy, 'deviceAuthenticationPolicies'));
  },
});
