import type { RoleAssignment } from '../../environment/model/configuration.js';
import { knownPermissions } from './permissions.js';

/** What a role gives access to: the collections right under an environment, or `environments` itself. */
type Areas = 'all' | readonly string[];

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly applicableTo: readonly string[];
  /** Our reading of its permissions, by collection: PingOne's own list is finer (docs/fidelity.md, management 6.9). */
  readonly reads: Areas;
  readonly writes: Areas;
  /** Roles that whoever has this one may give, beside the role itself. */
  readonly canAssign?: readonly string[];
}

const identities = ['users', 'populations', 'groups', 'environments', 'schemas', 'passwordPolicies'];
const developerReads = [
  'applications',
  'resources',
  'signOnPolicies',
  'keys',
  'keyRotationPolicies',
  'environments',
  'populations',
  'groups',
  'schemas',
];

/** The roles that every organization has (docs/fidelity.md, management 6.9). */
export const builtInRoles: readonly Role[] = [
  { id: '1813bc13-8d13-4e88-a825-d40bfe82777b', name: 'Organization Admin', applicableTo: ['ORGANIZATION'], reads: 'all', writes: 'all' },
  {
    id: '29ddce68-cd7f-4b2a-b6fc-f7a19553b496',
    name: 'Environment Admin',
    applicableTo: ['ORGANIZATION', 'ENVIRONMENT'],
    reads: 'all',
    writes: 'all',
    canAssign: ['7aba580c-5ec7-4b26-987d-85f462767455'],
  },
  {
    id: '0bd9c966-7664-4ac1-b059-0ff9293908e2',
    name: 'Identity Data Admin',
    applicableTo: ['ENVIRONMENT', 'POPULATION'],
    reads: identities,
    writes: ['users', 'populations', 'groups'],
    canAssign: ['ce00e15f-f845-4df1-abf3-fdc4ff4e176c'],
  },
  {
    id: 'b5057d0d-7281-47f6-9398-8a7e4cb71397',
    name: 'Client Application Developer',
    applicableTo: ['ENVIRONMENT'],
    reads: developerReads,
    writes: ['applications', 'resources'],
  },
  {
    id: 'ce00e15f-f845-4df1-abf3-fdc4ff4e176c',
    name: 'Identity Data Read Only',
    applicableTo: ['POPULATION', 'ENVIRONMENT'],
    reads: identities,
    writes: [],
  },
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
  },
  {
    id: '6f770b08-793f-4393-b2aa-b1d1587a0324',
    name: 'Custom Roles Admin',
    applicableTo: ['ORGANIZATION', 'ENVIRONMENT'],
    reads: ['environments', 'roles'],
    writes: ['roles'],
  },
];

/** A built-in role by its id, or by its name as people write it. */
export const findRole = (idOrName: string): Role | undefined =>
  builtInRoles.find(({ id, name }) => id === idOrName.toLowerCase() || name.toLowerCase() === idOrName.toLowerCase());

/** The permissions of a built-in role, among those of what the mock serves: what it gives access to, the finer way round. */
export const permissionsOf = ({ reads, writes }: Role): readonly string[] =>
  knownPermissions.filter((permission) => covers(permission.writes ? writes : reads, permission.area)).map(({ id }) => id);

/** The built-in roles whose holders may give a role, beside those who have it themselves. */
export const assignersOf = (roleId: string): readonly string[] =>
  builtInRoles.filter(({ canAssign }) => canAssign?.includes(roleId)).map(({ id }) => id);

type Assigned = Pick<RoleAssignment, 'role' | 'scope'>;

/** A role that somebody has; of one of an environment's own, what it permits. */
export interface Held extends Assigned {
  readonly permissions?: readonly string[] | undefined;
}

interface Place {
  readonly environmentId: string;
  readonly organizationId: string;
}

interface Attempt extends Place {
  /** The collection right under the environment, or `environments`. */
  readonly area: string;
  readonly writes: boolean;
  /** The permission that a custom role needs for it. */
  readonly permission?: string | undefined;
  /** The application that it is about. */
  readonly applicationId?: string | undefined;
}

function covers(areas: Areas, area: string): boolean {
  return areas === 'all' || areas.includes(area);
}

/** Whether a role is one for this, wherever it is held. */
function allows({ role, permissions }: Held, { area, writes, permission }: Attempt): boolean {
  const builtIn = findRole(role.id);
  if (builtIn) return covers(writes ? builtIn.writes : builtIn.reads, area);
  return permission !== undefined && (permissions?.includes(permission) ?? false);
}

const reaches = ({ scope }: Assigned, { environmentId, organizationId }: Place): boolean =>
  (scope.type === 'ORGANIZATION' && scope.id === organizationId) || (scope.type === 'ENVIRONMENT' && scope.id === environmentId);

/** A scope with the broader ones around it, the narrowest first. */
export type ScopeChain = readonly RoleAssignment['scope'][];

/** Whether one of these is the role, or one that may give it, on the scope or on a broader one (docs/fidelity.md, management 6.9). */
export const holdsRole = (own: readonly Assigned[], roleId: string, chain: ScopeChain, assigners: readonly string[] = []): boolean =>
  own.some(
    ({ role, scope }) =>
      (role.id === roleId || assigners.includes(role.id)) && chain.some(({ id, type }) => id === scope.id && type === scope.type),
  );

/** Whether role assignments allow something in an environment: what the roles of a worker, or of a person, decide. */
export const isPermitted = (assignments: readonly Held[], attempt: Attempt): boolean =>
  assignments.some((assignment) => {
    if (!allows(assignment, attempt)) return false;
    const { type, id } = assignment.scope;
    // A population's administrators see its users; which of them is decided where the users are read.
    return (
      reaches(assignment, attempt) ||
      (type === 'POPULATION' && ['users', 'populations'].includes(attempt.area)) ||
      (type === 'APPLICATION' && attempt.area === 'applications' && attempt.applicationId === id)
    );
  });

/**
 * Whether somebody may make a role of these permissions: whoever has a built-in role for that, any; whoever has none, one
 * of what that somebody may do as well, so that nobody's own role grows by its own permissions (docs/fidelity.md,
 * management 6.9).
 */
export function mayGrant(own: readonly Held[], permissions: readonly string[], place: Place): boolean {
  const held = own.filter((assignment) => reaches(assignment, place));
  const builtIn = held.flatMap(({ role }) => findRole(role.id) ?? []);
  if (builtIn.some(({ writes }) => covers(writes, 'roles'))) return true;
  const theirs = new Set([...builtIn.flatMap(permissionsOf), ...held.flatMap((each) => each.permissions ?? [])]);
  return permissions.every((permission) => theirs.has(permission));
}

/** The only populations that role assignments reach for this, or undefined where they reach more than those. */
export function permittedPopulations(assignments: readonly Held[], attempt: Attempt): ReadonlySet<string> | undefined {
  const fitting = assignments.filter((assignment) => allows(assignment, attempt));
  if (!['users', 'populations'].includes(attempt.area) || fitting.some((assignment) => reaches(assignment, attempt))) return undefined;
  return new Set(fitting.filter(({ scope }) => scope.type === 'POPULATION').map(({ scope }) => scope.id));
}
