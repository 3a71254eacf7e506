import type { EnvironmentRecord } from '../../environment/model/configuration.js';
import { toLinks } from '../../pingone/hal.js';

const oldest = (records: readonly EnvironmentRecord[]): EnvironmentRecord => records.reduce((a, b) => (b.createdAt < a.createdAt ? b : a));

/** An organization as an answer shows it, derived from its environments. */
export function showOrganization(records: readonly EnvironmentRecord[], root: string) {
  const { organization, createdAt } = oldest(records);
  const self = `${root}/organizations/${organization.id}`;
  return {
    _links: toLinks({ self, environments: `${root}/environments`, licenses: `${self}/licenses` }),
    id: organization.id,
    name: 'Organization',
    type: 'INTERNAL',
    createdAt,
    updatedAt: createdAt,
  };
}

/** The name of the license that these environments have. */
export const licenseNameOf = (records: readonly EnvironmentRecord[]): string =>
  records.find(({ licenseName }) => licenseName !== undefined)?.licenseName ?? 'License';

/** A license as an answer shows it. It allows everything, and does not expire. */
export function showLicense(records: readonly EnvironmentRecord[], root: string) {
  const { organization, license, createdAt } = oldest(records);
  const organizationUrl = `${root}/organizations/${organization.id}`;
  return {
    _links: toLinks({ self: `${organizationUrl}/licenses/${license.id}`, organization: organizationUrl }),
    id: license.id,
    name: licenseNameOf(records),
    organization,
    package: 'INTERNAL',
    status: 'ACTIVE',
    beginsAt: createdAt,
    assignedEnvironmentsCount: records.length,
    environments: { allowCustomSchema: true, allowProduction: true, regions: ['AP', 'AU', 'CA', 'EU', 'NORTH_AMERICA', 'SG'] },
    users: { allowPasswordManagement: true, allowPasswordPolicy: true, allowRoleAssignment: true, allowVerificationFlow: true },
  };
}
