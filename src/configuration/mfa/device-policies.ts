import type { Environment } from '../../environment/context.js';
import type { DeviceAuthenticationPolicy } from '../../environment/model/mfa.js';
import { serialize } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { defaultMfaPolicy } from '../../pingone/default-mfa-policy.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, notFound, notUnique } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers, requireUnused } from '../items.js';
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

/** Every MFA policy of an environment. */
export async function devicePoliciesOf(environment: Environment): Promise<DeviceAuthenticationPolicy[]> {
  const stored = await environment.store.deviceAuthenticationPolicies.list();
  return stored.some((policy) => policy.default) ? stored : [devicePolicyBroughtAlong(environment), ...stored];
}

/** The MFA policy of this id, or a 404. */
export async function devicePolicyOf(environment: Environment, id: string): Promise<DeviceAuthenticationPolicy> {
  const policy = (await devicePoliciesOf(environment)).find((one) => one.id === id);
  if (!policy) throw notFound();
  return policy;
}

/** The MFA policy of this id, or the default one: sign-on policies that name a deleted policy use the default one. */
export async function devicePolicyFor(environment: Environment, id: string | undefined): Promise<DeviceAuthenticationPolicy> {
  const policies = await devicePoliciesOf(environment);
  const wanted = policies.find((policy) => policy.id === id?.toLowerCase()) ?? policies.find((policy) => policy.default);
  return wanted ?? devicePolicyBroughtAlong(environment);
}

/** Stores a policy; if it is the default, no other is. */
export async function putDevicePolicy(environment: Environment, policy: DeviceAuthenticationPolicy): Promise<DeviceAuthenticationPolicy> {
  const { deviceAuthenticationPolicies } = environment.store;
  const before = (await devicePoliciesOf(environment)).find((other) => other.default && other.id !== policy.id);
  if (policy.default && before) await deviceAuthenticationPolicies.put({ ...before, default: false });
  await deviceAuthenticationPolicies.put(policy);
  return policy;
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
