import type { Environment } from '../context.js';
import type { Application } from '../pingone/application.js';

/** What signs the tokens of an application that chooses no policy: kept with the environment's record. */
export const keyRotationPolicyIdOf = ({ record, id }: Environment): string => {
  const { keyRotationPolicyId } = record;
  return typeof keyRotationPolicyId === 'string' ? keyRotationPolicyId : id;
};

/** The key rotation policy that an application names. */
export const policyIdOf = ({ signing }: Application): string | undefined =>
  (signing as { keyRotationPolicy?: { id?: string } } | undefined)?.keyRotationPolicy?.id;

/** Makes the environment have keys for every key rotation policy that it has, each its own (docs/fidelity.md, 6.5). */
export async function makePolicyKeys(environment: Environment): Promise<void> {
  const policies = await environment.store.keyRotationPolicies.list();
  await environment.keys.setPolicies(policies.filter(({ id }) => id !== keyRotationPolicyIdOf(environment)));
}
