import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { keyRotationPolicyIdOf } from '../../environment/policy-keys.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidValue, unknownReference } from '../../pingone/pingone-error.js';
import { accessGroupsOf } from '../directory/groups.js';
import type { ApplicationBody } from './schema.js';

/**
 * What a body points at must be there (docs/fidelity.md, management 2.6). Asked of clients, not of seeds: a seed that was
 * pulled names keys that stayed where it came from.
 */
export async function requireReferences(
  environment: Environment,
  { signing, kerberos, accessControl }: ApplicationBody,
  before?: Application,
): Promise<void> {
  const { store, id } = environment;
  const known = before as Pick<ApplicationBody, 'signing' | 'kerberos'> | undefined;
  const named = signing?.keyRotationPolicy.id.toLowerCase();
  // What is there may be sent again as it was read.
  const policyId = named === known?.signing?.keyRotationPolicy.id ? undefined : named;
  if (policyId !== undefined && policyId !== keyRotationPolicyIdOf(environment) && !(await store.keyRotationPolicies.get(policyId)))
    throw unknownReference('signing.keyRotationPolicy');
  const kept = accessGroupsOf(before);
  for (const groupId of accessGroupsOf({ accessControl }))
    if (!kept.has(groupId) && !(await store.groups.get(groupId))) throw unknownReference('accessControl.group.groups');
  if (!kerberos || kerberos.key.id === known?.kerberos?.key.id) return;
  const key = await store.configuredKeys.get(kerberos.key.id.toLowerCase());
  if (!key) throw unknownReference('kerberos.key');
  if (key.usageType !== 'ISSUANCE') throw invalidValue('kerberos.key', texts.keyUsage.text(key.id, id));
}
