import type { JsonWebKey } from 'node:crypto';
import type { Environment } from './context.js';
import type { KeyRotationPolicy } from './model/configuration.js';

/** The id of the key rotation policy for applications that choose none. It is in the environment's record. */
export const keyRotationPolicyIdOf = ({ record, id }: Environment): string => {
  const { keyRotationPolicyId } = record;
  return typeof keyRotationPolicyId === 'string' ? keyRotationPolicyId : id;
};

/**
 * Makes keys for every key rotation policy (docs/fidelity.md, 6.5), and stores them with the policy.
 * @param upcoming a policy that is stored afterwards: long keys take seconds, and it must not be visible without keys; `made` are keys for it
 */
export async function makePolicyKeys(
  environment: Environment,
  upcoming?: KeyRotationPolicy & { made?: readonly JsonWebKey[] | undefined },
): Promise<void> {
  const { keyRotationPolicies } = environment.store;
  const stored = (await keyRotationPolicies.list()).filter(({ id }) => id !== upcoming?.id);
  const standardId = keyRotationPolicyIdOf(environment);
  const others = [...stored, ...(upcoming ? [upcoming] : [])].filter(({ id }) => id !== standardId);
  await environment.keys.setPolicies(others);
  for (const policy of stored) {
    const keys = environment.keys.initialKeysOf(policy.id);
    if (keys && policy.keys === undefined) await keyRotationPolicies.put({ ...policy, keys });
  }
}

/** Takes over the keys of policies that another replica has stored. One without keys is about to get them there. */
export async function followPolicyKeys(environment: Environment): Promise<void> {
  const standardId = keyRotationPolicyIdOf(environment);
  const stored = await environment.store.keyRotationPolicies.list();
  const ready = stored.filter(({ id, keys }) => id !== standardId && (keys !== undefined || environment.keys.initialKeysOf(id)));
  await environment.keys.setPolicies(ready);
}
