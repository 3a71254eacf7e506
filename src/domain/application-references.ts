import type { Environment } from '../context.js';
import type { Application } from '../pingone/application.js';
import type { ApplicationBody } from '../pingone/application-schema.js';
import { managementTexts as texts } from '../pingone/management-texts.js';
import { invalidValue, unknownReference } from './items.js';
import { keyRotationPolicyIdOf } from './policy-keys.js';

/**
 * What a body points at must be there (docs/fidelity.md, management 2.6). Asked of clients, not of seeds: a seed that was
 * pulled names keys that stayed where it came from.
 */
export async function requireReferences(
  environment: Environment,
  { signing, kerberos }: ApplicationBody,
  before?: Application,
): Promise<void> {
  const { store, id } = environment;
  const known = before as Pick<ApplicationBody, 'signing' | 'kerberos'> | undefined;
  const named = signing?.keyRotationPolicy.id.toLowerCase();
  // What is there may be sent again as it was read.
  const policyId = named === known?.signing?.keyRotationPolicy.id ? undefined : named;
  if (policyId !== undefined && policyId !== keyRotationPolicyIdOf(environment) && !(await store.keyRotationPolicies.get(policyId)))
    throw unknownReference('signing.keyRotationPolicy');
  if (!kerberos || kerberos.key.id === known?.kerberos?.key.id) return;
  const key = await store.configuredKeys.get(kerberos.key.id.toLowerCase());
  if (!key) throw unknownReference('kerberos.key');
  if (key.usageType !== 'ISSUANCE') throw invalidValue('kerberos.key', texts.keyUsage.text(key.id, id));
}
