import type { Context, Environment } from '../../environment/context.js';
import { makeLongKeys } from '../../environment/keys/environment-keys.js';
import { policyIdOf } from '../../environment/model/application.js';
import type { KeyRotationPolicy } from '../../environment/model/configuration.js';
import { keyRotationPolicyIdOf, makePolicyKeys } from '../../environment/policy-keys.js';
import { serialize } from '../../environment/serialize.js';
import { encodeName } from '../../lib/x509/distinguished-name.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notUnique } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers, requireUnused } from '../items.js';
import { type KeyRotationPolicyBody, keyLengths } from './schema.js';

/** The default policy of every new environment. */
export const standardPolicyOf = (environmentName: string) => ({
  name: 'Default Key Rotation Policy',
  algorithm: 'RSA',
  keyLength: 2048,
  signatureAlgorithm: 'SHA256withRSA',
  usageType: 'SIGNING',
  dn: `CN=${environmentName.replace(/[,\\]/g, ' ')}, O=Ping Identity, C=US`,
  validityPeriod: 365,
  rotationPeriod: 90,
});

/** The default policy of an environment until it is changed. */
function standard(environment: Environment): KeyRotationPolicy {
  const { id, record } = environment;
  return {
    id: keyRotationPolicyIdOf(environment),
    environment: { id },
    createdAt: record.createdAt,
    updatedAt: record.createdAt,
    ...standardPolicyOf(record.name),
    ...(record.rotationPeriod !== undefined && { rotationPeriod: record.rotationPeriod }),
  };
}

/** All key rotation policies, the environment's default policy first. */
export async function listKeyRotationPolicies(environment: Environment): Promise<KeyRotationPolicy[]> {
  const kept = await environment.store.keyRotationPolicies.list();
  const first = standard(environment);
  return [kept.find(({ id }) => id === first.id) ?? first, ...kept.filter(({ id }) => id !== first.id)];
}

/** The body with PingOne's default periods; refused where its key length or its name is invalid. */
export function completePolicy<T extends KeyRotationPolicyBody>(body: T) {
  if (!keyLengths.RSA.includes(body.keyLength)) throw invalidValue('keyLength', texts.keyLength.text, { allowedValues: keyLengths.RSA });
  if (!encodeName(body.dn)) throw invalidValue('dn', texts.keyDistinguishedName.text);
  return { ...body, validityPeriod: body.validityPeriod ?? 365, rotationPeriod: body.rotationPeriod ?? 90 };
}

/** The body, complete; refused where another policy has its name. */
async function judge(environment: Environment, ownId: string, body: KeyRotationPolicyBody) {
  const complete = completePolicy(body);
  const others = (await listKeyRotationPolicies(environment)).filter(({ id }) => id !== ownId);
  if (others.some(({ name }) => name.toLowerCase() === body.name.toLowerCase())) throw notUnique('name');
  return complete;
}

/** Makes the keys that a policy will need before it takes the lock, so that others can be changed meanwhile. */
async function keysFor(environment: Environment, ownId: string, body: KeyRotationPolicyBody, lengthBefore?: number) {
  await judge(environment, ownId, body);
  const hasThem = body.keyLength === lengthBefore || ownId === keyRotationPolicyIdOf(environment);
  return hasThem ? undefined : makeLongKeys(environment.keyMaker, body);
}

async function put(
  environment: Environment,
  members: ReturnType<typeof newMembers>,
  body: KeyRotationPolicyBody,
  made: Awaited<ReturnType<typeof keysFor>>,
): Promise<KeyRotationPolicy> {
  const policy = { ...members, ...(await judge(environment, members.id, body)) };
  await makePolicyKeys(environment, { ...policy, made });
  const keys = environment.keys.initialKeysOf(policy.id);
  await environment.store.keyRotationPolicies.put(keys ? { ...policy, keys } : policy);
  return policy;
}

/** Changes the policies one after another. If one cannot be stored, the keys that were made for it are dropped. */
const changingPolicies = <T>(environment: Environment, change: () => Promise<T>): Promise<T> =>
  serialize(environment, 'key rotation policies', async () => {
    try {
      return await change();
    } catch (error) {
      await makePolicyKeys(environment);
      throw error;
    }
  });

export async function createKeyRotationPolicy(environment: Environment, body: KeyRotationPolicyBody): Promise<KeyRotationPolicy> {
  const members = newMembers(environment);
  const made = await keysFor(environment, members.id, body);
  return changingPolicies(environment, () => put(environment, members, body, made));
}

/** Replaces a policy. A new rotation period applies at once; a new name or validity shows in the next key's certificate. */
export async function replaceKeyRotationPolicy(
  { environments }: Context,
  environment: Environment,
  existing: KeyRotationPolicy,
  body: KeyRotationPolicyBody,
): Promise<KeyRotationPolicy> {
  const made = await keysFor(environment, existing.id, body, existing.keyLength);
  return changingPolicies(environment, async () => {
    const policy = await put(environment, keptMembers(environment, existing), body, made);
    if (policy.id === keyRotationPolicyIdOf(environment))
      await environments.replace({ ...environment.record, rotationPeriod: policy.rotationPeriod });
    return policy;
  });
}

/** Deletes a policy that no application uses. */
export const deleteKeyRotationPolicy = (environment: Environment, { id }: KeyRotationPolicy): Promise<void> =>
  serialize(environment, 'key rotation policies', async () => {
    if (id === keyRotationPolicyIdOf(environment)) throw constraint(texts.rotationPolicyDefault.text);
    const applications = await environment.store.applications.list();
    requireUnused(
      applications.filter((application) => policyIdOf(application) === id),
      texts.rotationPolicyInUse.text,
    );
    await environment.store.keyRotationPolicies.take(id);
    await makePolicyKeys(environment);
  });
