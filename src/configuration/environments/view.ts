import type { EnvironmentRecord } from '../../environment/model/configuration.js';
import { toLinks } from '../../pingone/hal.js';

/** The links of an environment, in PingOne's order (docs/fidelity.md, management 6.1). */
const parts = `
  populations users applications activities branding resources passwordPolicies userActivities signOnPolicies keys
  templates notificationsSettings schemas gateways capabilities activeIdentityCounts propagation/plans
  propagation/stores propagation/revisions/id:latest billOfMaterials
`
  .trim()
  .split(/\s+/);

/** An environment as an answer shows it. `root` is the address of /v1. */
export function showEnvironment(record: EnvironmentRecord, root: string) {
  const { id, name, description, icon, organization, type, status, region, createdAt, updatedAt, license } = record;
  const { softDeletedAt, hardDeletedAllowedAt } = record;
  const self = `${root}/environments/${id}`;
  const organizationUrl = `${root}/organizations/${organization.id}`;
  return {
    _links: toLinks({
      self,
      organization: organizationUrl,
      license: `${organizationUrl}/licenses/${license.id}`,
      ...Object.fromEntries(parts.map((part) => [part, `${self}/${part}`])),
    }),
    id,
    name,
    description,
    icon,
    organization,
    type,
    status,
    region,
    createdAt,
    updatedAt,
    license,
    softDeletedAt,
    hardDeletedAllowedAt,
  };
}

/** Which of Ping's products an environment has, as an answer shows it (docs/fidelity.md, management 6.1). */
export function showBillOfMaterials({ billOfMaterials, createdAt, updatedAt }: EnvironmentRecord, environmentUrl: string) {
  return {
    _links: toLinks({ self: `${environmentUrl}/billOfMaterials`, environment: environmentUrl }),
    ...(billOfMaterials ?? { products: [{ type: 'PING_ONE_BASE' }] }),
    createdAt,
    updatedAt,
  };
}
