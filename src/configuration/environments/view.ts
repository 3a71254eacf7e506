import type { EnvironmentRecord, Population, Secret } from '../../environment/model/configuration.js';
import { toLinks } from '../../pingone/hal.js';

/** What stands under an environment, in PingOne's order (docs/fidelity.md, management 6.1). */
const parts = `
  populations users applications activities branding resources passwordPolicies userActivities signOnPolicies keys
  templates notificationsSettings schemas gateways capabilities activeIdentityCounts propagation/plans
  propagation/stores propagation/revisions/id:latest billOfMaterials
`
  .trim()
  .split(/\s+/);

/** An environment as an answer shows it. `root` is the address that ends in /v1. */
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

/** A population as an answer shows it (docs/fidelity.md, management 6.2). */
export function showPopulation(population: Population, userCount: number, environmentUrl: string) {
  const { id, environment, name, description, createdAt, updatedAt, default: isDefault, ...rest } = population;
  return {
    _links: toLinks({ self: `${environmentUrl}/populations/${id}`, environment: environmentUrl }),
    id,
    environment,
    name,
    description,
    userCount,
    createdAt,
    updatedAt,
    ...rest,
    default: isDefault,
  };
}

const showSecret =
  (kind: 'application' | 'resource') =>
  ({ id, secret, previous }: Secret, environmentUrl: string, environmentId: string, now: number) => {
    const owner = `${environmentUrl}/${kind}s/${id}`;
    return {
      _links: toLinks({ self: `${owner}/secret`, environment: environmentUrl, [kind]: owner }),
      environment: { id: environmentId },
      secret,
      previous: previous && Date.parse(previous.expiresAt) > now ? previous : undefined,
    };
  };

/** A secret as an answer shows it (docs/fidelity.md, management 4). The previous one is told while it lives. */
export const showApplicationSecret = showSecret('application');
/** The same of a resource (docs/fidelity.md, management 5.2). */
export const showResourceSecret = showSecret('resource');
