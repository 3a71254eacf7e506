import type { Environment } from '../../environment/context.js';
import type { PasswordPolicy } from '../../environment/model/configuration.js';
import { serialize } from '../../environment/serialize.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notUnique } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers, requireUnused } from '../items.js';
import type { PasswordPolicyBody } from './schema.js';

/** Exactly one policy is the default. */
async function put({ store }: Environment, policy: PasswordPolicy): Promise<PasswordPolicy> {
  const { passwordPolicies } = store;
  const others = (await passwordPolicies.list()).filter(({ id }) => id !== policy.id);
  if (others.some(({ name }) => name.toLowerCase() === policy.name.toLowerCase())) throw notUnique('name');
  const { min, max } = (policy.length ?? {}) as { min?: number; max?: number };
  if (min !== undefined && max !== undefined && min > max) throw invalidValue('length.min', texts.passwordLengths.text);
  await passwordPolicies.put(policy);
  if (policy.default) for (const other of others) if (other.default) await passwordPolicies.put({ ...other, default: false });
  return policy;
}

export const createPasswordPolicy = (environment: Environment, body: PasswordPolicyBody): Promise<PasswordPolicy> =>
  serialize(environment, 'password policies', () =>
    put(environment, { ...newMembers(environment), ...body, default: body.default ?? false }),
  );

/** Replaces a policy. The default policy remains the default until another becomes it. */
export const replacePasswordPolicy = (
  environment: Environment,
  existing: PasswordPolicy,
  body: PasswordPolicyBody,
): Promise<PasswordPolicy> =>
  serialize(environment, 'password policies', () =>
    put(environment, { ...keptMembers(environment, existing), ...body, default: body.default === true || existing.default }),
  );

/** The populations that choose a policy. */
export const populationsOf = async ({ store }: Environment, policyId: string) =>
  (await store.populations.list()).filter(({ passwordPolicy }) => passwordPolicy?.id === policyId);

export const deletePasswordPolicy = (environment: Environment, policy: PasswordPolicy): Promise<void> =>
  serialize(environment, 'password policies', async () => {
    const message = texts.passwordPolicyDefault.text;
    if (policy.default) throw constraint(message, { text: message });
    requireUnused(await populationsOf(environment, policy.id), texts.passwordPolicyInUse.text);
    await environment.store.passwordPolicies.take(policy.id);
  });
