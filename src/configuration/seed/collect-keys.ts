import { derivedId } from '../../lib/derived-id.js';
import { standardPolicyOf } from '../keys/key-rotation-policies.js';
import { type Item, idOf, type List, without } from './collected.js';

const answered = ['status', 'startsAt', 'expiresAt', 'organization'];

/**
 * Keys as what they are, for no private key is ever told: a seed has new ones made that are like them. The key that
 * PingOne itself signs with comes with every environment.
 */
export async function collectKeys(list: List, environmentId: string): Promise<Item[]> {
  const keys = await list('/keys');
  // A mock's is known by its id; a tenant's, which keeps the environment's first name, by how it is called.
  const own =
    keys.find(({ id }) => id === derivedId('default key', environmentId)) ??
    keys.find(({ name }) => String(name).startsWith('PingOne SSO Certificate for '));
  const others = keys.filter((key) => key !== own);
  return others.map((key) => {
    const { serialNumber, name = key.subjectDN, ...members } = without(key, ...answered);
    return {
      ...members,
      name,
      // A greater one is none any more once it was read as JSON.
      ...(Number.isSafeInteger(serialNumber) && { serialNumber }),
      ...(key.default === true && { default: true }),
    };
  });
}

/** What belongs to a policy itself, as it can be compared. */
const settings = ({ name, algorithm, keyLength, signatureAlgorithm, usageType, dn, validityPeriod, rotationPeriod }: Item): string =>
  JSON.stringify([name, algorithm, keyLength, signatureAlgorithm, usageType, dn, validityPeriod, rotationPeriod]);

/**
 * Key rotation policies, the first of them the default one: PingOne does not say which it is, and most environments have
 * no other. One that is as every environment begins is left out.
 */
export async function collectKeyRotationPolicies(list: List, environmentName: string) {
  const [first, ...others] = await list('/keyRotationPolicies');
  const standard = first && settings(first) === settings({ id: '', ...standardPolicyOf(environmentName) });
  const told = (policy: Item) => without(policy, 'currentKeyId', 'nextKeyId', 'rotatedAt');
  return {
    policies: [...(first && !standard ? [{ ...told(first), default: true }] : []), ...others.map(told)],
    standardId: first?.id,
  };
}

/** The roles of an environment's own. */
export async function collectRoles(list: List): Promise<Item[]> {
  const roles = (await list('/roles')).filter(({ type }) => type === 'CUSTOM');
  return roles.map((role) => ({
    ...without(role, 'type', 'canAssign'),
    permissions: (role.permissions as unknown[]).map((permission) => ({ id: idOf(permission) })),
  }));
}
