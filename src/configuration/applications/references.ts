import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { keyRotationPolicyIdOf } from '../../environment/policy-keys.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidData, unknownReference } from '../../pingone/pingone-error.js';
import { accessGroupsOf } from '../directory/groups.js';
import { configuredKeys } from '../keys/keys.js';
import type { ApplicationBody } from './schema.js';

/**
 * Refuses a body that refers to something that does not exist (docs/fidelity.md, management 2.6). Not for seeds: one that
 * was pulled from a tenant refers to the tenant's keys.
 */
export async function requireReferences(
  environment: Environment,
  { signing, kerberos, accessControl }: ApplicationBody,
  before?: Application,
): Promise<void> {
  const { store, id } = environment;
  const known = before as Pick<ApplicationBody, 'signing' | 'kerberos'> | undefined;
  const named = signing?.keyRotationPolicy.id.toLowerCase();
  // What was read may be sent back unchanged.
  const policyId = named === known?.signing?.keyRotationPolicy.id ? undefined : named;
  if (policyId !== undefined && policyId !== keyRotationPolicyIdOf(environment) && !(await store.keyRotationPolicies.get(policyId)))
    throw unknownReference('signing.keyRotationPolicy');
  const kept = accessGroupsOf(before);
  for (const groupId of accessGroupsOf({ accessControl }))
    if (!kept.has(groupId) && !(await store.groups.get(groupId))) throw unknownReference('accessControl.group.groups');
  if (!kerberos || kerberos.key.id === known?.kerberos?.key.id) return;
  const keyId = kerberos.key.id.toLowerCase();
  const key = (await configuredKeys(environment)).find((each) => each.id === keyId);
  if (!key) throw unknownReference('kerberos.key');
  if (key.usageType === 'ISSUANCE') return;
  const message = texts.keyUsage.text(key.id, id);
  throw invalidData({ code: 'INVALID_VALUE', target: 'kerberos.key', message }, { text: message });
}
