import type { Environment } from '../../environment/context.js';
import type { DeviceAuthenticationPolicy } from '../../environment/model/mfa.js';
import { serialize } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { defaultMfaPolicy } from '../../pingone/default-mfa-policy.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, notUnique } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers, requireUnused } from '../items.js';
import { oneDefault } from '../one-default.js';
import type { DevicePolicyBody } from './schema.js';

/** The built-in MFA policy of an environment. It is not stored until it is changed or another becomes the default. */
export const devicePolicyBroughtAlong = ({
  id,
  record: { createdAt },
}: {
  id: string;
  record: { createdAt: string };
}): DeviceAuthenticationPolicy => ({
  id: derivedId('default MFA policy', id),
  environment: { id },
  createdAt,
  updatedAt: createdAt,
  ...defaultMfaPolicy,
  default: true,
});

const kept = oneDefault(({ deviceAuthenticationPolicies }) => deviceAuthenticationPolicies, devicePolicyBroughtAlong);

/** Every MFA policy of an environment; one by its id, or a 404; and how one is stored. */
export const { all: devicePoliciesOf, find: devicePolicyOf, put: putDevicePolicy, seed: putSeededDevicePolicy } = kept;

/** The MFA policy of this id, or the default one: sign-on policies that name a deleted policy use the default one. */
export async function devicePolicyFor(environment: Environment, id: string | undefined): Promise<DeviceAuthenticationPolicy> {
  const named = id === undefined ? undefined : await environment.store.deviceAuthenticationPolicies.get(id.toLowerCase());
  return named ?? kept.defaultOf(environment);
}

async function requireOwnName(environment: Environment, name: string, id?: string): Promise<void> {
  const others = (await devicePoliciesOf(environment)).filter((policy) => policy.id !== id);
  if (others.some((policy) => policy.name.toLowerCase() === name.toLowerCase())) throw notUnique('name');
}

export const createDevicePolicy = (environment: Environment, body: DevicePolicyBody): Promise<DeviceAuthenticationPolicy> =>
  serialize(environment, 'MFA policies', async () => {
    await requireOwnName(environment, body.name);
    return putDevicePolicy(environment, { ...newMembers(environment), ...body });
  });

/** Replaces a policy. The default policy remains the default until another becomes it. */
export const replaceDevicePolicy = (
  environment: Environment,
  { id }: DeviceAuthenticationPolicy,
  body: DevicePolicyBody,
): Promise<DeviceAuthenticationPolicy> =>
  serialize(environment, 'MFA policies', async () => {
    const existing = await devicePolicyOf(environment, id);
    await requireOwnName(environment, body.name, id);
    return putDevicePolicy(environment, { ...keptMembers(environment, existing), ...body, default: body.default || existing.default });
  });

/** Deletes a policy that is not the default, and that no sign-on policy names. */
export const deleteDevicePolicy = (environment: Environment, { id }: DeviceAuthenticationPolicy): Promise<void> =>
  serialize(environment, 'MFA policies', async () => {
    const { deviceAuthenticationPolicies, signOnPolicyActions } = environment.store;
    if ((await devicePolicyOf(environment, id)).default) throw constraint(texts.mfaPolicyDefault.text);
    const users = (await signOnPolicyActions.list()).filter(({ deviceAuthenticationPolicy }) => {
      const named = deviceAuthenticationPolicy as { readonly id: string } | undefined;
      return named?.id.toLowerCase() === id;
    });
    requireUnused(users, texts.mfaPolicyInUse.text);
    await deviceAuthenticationPolicies.take(id);
  });
