/** What a role gives access to: collections directly under an environment, or `environments` itself. */
export type Areas = 'all' | readonly string[];

/** A role of every organization. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly applicableTo: readonly string[];
  /** Permissions by collection, as the mock interprets them: PingOne's are more fine-grained (docs/fidelity.md, management 6.9). */
  readonly reads: Areas;
  readonly writes: Areas;
  /** Roles that its holders may assign, besides the role itself. */
  readonly canAssign?: readonly string[];
  /** Whether worker applications cannot hold it. */
  readonly forPeopleOnly?: boolean;
}

const identities = ['users', 'sessions', 'populations', 'groups', 'environments', 'schemas', 'passwordPolicies'];
const developerReads = [
  'applications',
  'resources',
  'signOnPolicies',
  'flowPolicies',
  'keys',
  'keyRotationPolicies',
  'environments',
  'populations',
  'groups',
  'schemas',
];

const environmentAdmin = '29ddce68-cd7f-4b2a-b6fc-f7a19553b496';
const identityDataReadOnly = 'ce00e15f-f845-4df1-abf3-fdc4ff4e176c';
const helpDeskAdmin = 'aaac8f57-4a16-4ac9-8ce5-3819e5714083';
const daVinciAdminReadOnly = 'd3326fc4-ac14-461d-a24f-91b90445a397';
const tenantAdmin = 'eddae4b9-e73e-432a-b4a9-b954d410d61b';

const organizationAdmin: Role = {
  id: '1813bc13-8d13-4e88-a825-d40bfe82777b',
  name: 'Organization Admin',
  applicableTo: ['ORGANIZATION'],
  reads: 'all',
  writes: 'all',
  canAssign: [environmentAdmin],
};

/** Roles of other products of Ping, which grant nothing in what the mock serves. Their ids are the mock's own. */
const ofOtherProducts: readonly Role[] = (
  [
    ['31b980bf-8219-41bf-875c-37545a4b754a', 'Authorize Gateway Policy Evaluator'],
    ['930df959-d04e-4137-b66a-2d0164b49c4d', 'PingFederate Administrator'],
    ['b216fa09-4496-4f71-a1ee-62b1a6513027', 'PingFederate Auditor'],
    ['80b352e7-e206-4ff1-bf40-2f1c951369c1', 'PingFederate Crypto Administrator'],
    ['2417c8b1-7019-44b5-b538-a7c1f3a71cba', 'PingFederate Expression Administrator'],
    ['1e3b7415-8593-4f8c-8e91-8bfc714a58c0', 'PingFederate User Administrator'],
    ['c8925f3c-f7b6-40e6-89c2-1ebe5c90b861', 'Advanced Identity Cloud Super Admin', [tenantAdmin]],
    [tenantAdmin, 'Advanced Identity Cloud Tenant Admin'],
  ] as const
).map(([id, name, canAssign]) => ({
  id,
  name,
  applicableTo: ['ENVIRONMENT'],
  reads: [],
  writes: [],
  ...(canAssign && { canAssign }),
}));

/** Every role but those of the organization and the environment, whose holders may assign all of these. */
const others: readonly Role[] = [
  {
    id: '0bd9c966-7664-4ac1-b059-0ff9293908e2',
    name: 'Identity Data Admin',
    applicableTo: ['ENVIRONMENT', 'POPULATION'],
    reads: identities,
    writes: ['users', 'sessions', 'populations', 'groups'],
    canAssign: [identityDataReadOnly, helpDeskAdmin],
  },
  {
    id: 'b5057d0d-7281-47f6-9398-8a7e4cb71397',
    name: 'Client Application Developer',
    applicableTo: ['ENVIRONMENT'],
    reads: developerReads,
    writes: ['applications', 'resources'],
  },
  { id: identityDataReadOnly, name: 'Identity Data Read Only', applicableTo: ['POPULATION', 'ENVIRONMENT'], reads: identities, writes: [] },
  {
    id: '7aba580c-5ec7-4b26-987d-85f462767455',
    name: 'Configuration Read Only',
    applicableTo: ['ENVIRONMENT', 'ORGANIZATION'],
    reads: 'all',
    writes: [],
  },
  {
    id: '168d545c-8337-4a34-8426-9c173d60e331',
    name: 'DaVinci Admin',
    applicableTo: ['ORGANIZATION', 'ENVIRONMENT'],
    reads: ['environments'],
    writes: [],
    canAssign: [daVinciAdminReadOnly],
    forPeopleOnly: true,
  },
  {
    id: '6f770b08-793f-4393-b2aa-b1d1587a0324',
    name: 'Custom Roles Admin',
    applicableTo: ['ORGANIZATION', 'ENVIRONMENT'],
    reads: ['environments', 'roles'],
    writes: ['roles'],
  },
  {
    id: 'f04f9fad-b6b1-4d2a-af01-edcdb74ae375',
    name: 'Application Owner',
    applicableTo: ['APPLICATION', 'ENVIRONMENT'],
    reads: ['applications', 'environments'],
    writes: ['applications'],
  },
  {
    id: daVinciAdminReadOnly,
    name: 'DaVinci Admin Read Only',
    applicableTo: ['ORGANIZATION', 'ENVIRONMENT'],
    reads: ['environments'],
    writes: [],
    forPeopleOnly: true,
  },
  {
    id: helpDeskAdmin,
    name: 'Help Desk Admin',
    applicableTo: ['ENVIRONMENT', 'POPULATION'],
    reads: identities,
    writes: ['users', 'sessions'],
  },
  ...ofOtherProducts,
];

/** The roles of every organization, all that Ping's Go SDK names. Where no id is known, it is the mock's own (docs/fidelity.md, management 6.9). */
export const builtInRoles: readonly Role[] = [
  organizationAdmin,
  {
    id: environmentAdmin,
    name: 'Environment Admin',
    applicableTo: ['ORGANIZATION', 'ENVIRONMENT'],
    reads: 'all',
    writes: 'all',
    canAssign: others.map(({ id }) => id),
  },
  ...others,
];
