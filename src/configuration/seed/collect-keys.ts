import { derivedId } from '../../lib/derived-id.js';
import { standardPolicyOf } from '../keys/key-rotation-policies.js';
import { type CollectedItem, type List, without } from './collected.js';

const answered = ['status', 'startsAt', 'expiresAt', 'organization'];

/**
 * Descriptions of keys, since private keys cannot be read: a seed creates similar keys. PingOne's default key is left
 * out, as every environment has one.
 */
export async function collectKeys(list: List, environmentId: string): Promise<CollectedItem[]> {
  const keys = await list('/keys');
  // The default key of a mock is recognized by its id, that of a tenant by its name.
  const own =
    keys.find(({ id }) => id === derivedId('default key', environmentId)) ??
    keys.find(({ name }) => String(name).startsWith('PingOne SSO Certificate for '));
  const others = keys.filter((key) => key !== own);
  return others.map((key) => {
    const { serialNumber, name = key.subjectDN, ...members } = without(key, ...answered);
    return {
      ...members,
      name,
      // A larger number has lost its precision in JSON.
      ...(Number.isSafeInteger(serialNumber) && { serialNumber }),
      ...(key.default === true && { default: true }),
    };
  });
}

/** The members of a policy that can be compared. */
const settings = ({
  name,
  algorithm,
  keyLength,
  signatureAlgorithm,
  usageType,
  dn,
  validityPeriod,
  rotationPeriod,
}: CollectedItem): string =>
  JSON.stringify([name, algorithm, keyLength, signatureAlgorithm, usageType, dn, validityPeriod, rotationPeriod]);

/**
 * Key rotation policies. The first is taken as the default, since PingOne does not say which one is, and most
 * environments have one only. An unchanged default policy is left out.
 */
export async function collectKeyRotationPolicies(list: List, environmentName: string) {
  const [first, ...others] = await list('/keyRotationPolicies');
  const standard = first && settings(first) === settings({ id: '', ...standardPolicyOf(environmentName) });
  const told = (policy: CollectedItem) => without(policy, 'currentKeyId', 'nextKeyId', 'rotatedAt');
  return {
    policies: [...(first && !standard ? [{ ...told(first), default: true }] : []), ...others.map(told)],
    standardId: first?.id,
  };
}
