import type { Environment } from './context.js';
import type { Application } from './model/application.js';
import type { KeyRotationPolicy } from './model/configuration.js';

/** What signs the tokens of an application that chooses no policy: kept with the environment's record. */
export const keyRotationPolicyIdOf = ({ record, id }: Environment): string => {
  const { keyRotationPolicyId } = record;
  return typeof keyRotationPolicyId === 'string' ? keyRotationPolicyId : id;
};

/** The key rotation policy that an application names. */
export const policyIdOf = ({ signing }: Application): string | undefined =>
  (signing as { keyRotationPolicy?: { id?: string } } | undefined)?.keyRotationPolicy?.id;

/**
 * Makes the environment have keys for every key rotation policy that it has, each its own (docs/fidelity.md, 6.5), and
 * keeps them. A policy that is yet to be stored gets its keys first: long ones take seconds, and until then it is not there.
 */
export async function makePolicyKeys(environment: Environment, upcoming?: KeyRotationPolicy): Promise<void> {
  const { keyRotationPolicies } = environment.store;
  const stored = (await keyRotationPolicies.list()).filter(({ id }) => id !== upcoming?.id);
  const standardId = keyRotationPolicyIdOf(environment);
  const others = [...stored, ...(upcoming ? [upcoming] : [])].filter(({ id }) => id !== standardId);
  await environment.keys.setPolicies(others);
  for (const policy of stored) {
    const keys = environment.keys.firstOf(policy.id);
    if (keys && policy.keys === undefined) await keyRotationPolicies.put({ ...policy, keys });
  }
}
