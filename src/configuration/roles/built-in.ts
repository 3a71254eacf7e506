import type { RoleAssignment } from '../../environment/model/configuration.js';
import { type Areas, builtInRoles, type Role } from './built-in-table.js';
import { knownPermissions } from './permissions.js';

const byIdOrName = new Map(
  builtInRoles.flatMap((role) => [
    [role.id, role],
    [role.name.toLowerCase(), role],
  ]),
);

/** A built-in role by its id or its name, in any case. */
export const findRole = (idOrName: string): Role | undefined => byIdOrName.get(idOrName.toLowerCase());

/** The permissions of a built-in role, as far as they are about what the mock serves. */
export const permissionsOf = ({ reads, writes }: Role): readonly string[] =>
  knownPermissions.filter((permission) => covers(permission.writes ? writes : reads, permission.area)).map(({ id }) => id);

/** The built-in roles whose holders may assign a role, besides the holders of that role. */
export const assignersOf = (roleId: string): readonly string[] =>
  builtInRoles.filter(({ canAssign }) => canAssign?.includes(roleId)).map(({ id }) => id);

type Assigned = Pick<RoleAssignment, 'role' | 'scope'>;

/** An assigned role; for a custom role, with its permissions. */
export interface Held extends Assigned {
  readonly permissions?: readonly string[] | undefined;
}

interface Place {
  readonly environmentId: string;
  readonly organizationId: string;
}

interface Attempt extends Place {
  /** The collection directly under the environment, or `environments`. */
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

/** Whether a role allows this, regardless of its scope. */
function allows({ role, permissions }: Held, { area, writes, permission }: Attempt): boolean {
  const builtIn = findRole(role.id);
  if (builtIn) return covers(writes ? builtIn.writes : builtIn.reads, area);
  return permission !== undefined && (permissions?.includes(permission) ?? false);
}

const reaches = ({ scope }: Assigned, { environmentId, organizationId }: Place): boolean =>
  (scope.type === 'ORGANIZATION' && scope.id === organizationId) || (scope.type === 'ENVIRONMENT' && scope.id === environmentId);

/** A scope with the broader ones that contain it, the narrowest first. */
export type ScopeChain = readonly RoleAssignment['scope'][];

/** Whether an assignment is of this role, or of one that may assign it, on the same or a broader scope (docs/fidelity.md, management 6.9). */
export const holdsRole = (own: readonly Assigned[], roleId: string, chain: ScopeChain, assigners: readonly string[] = []): boolean =>
  own.some(
    ({ role, scope }) =>
      (role.id === roleId || assigners.includes(role.id)) && chain.some(({ id, type }) => id === scope.id && type === scope.type),
  );

/** Whether the roles of a worker or a person allow something in an environment. */
export const isPermitted = (assignments: readonly Held[], attempt: Attempt): boolean =>
  assignments.some((assignment) => {
    if (!allows(assignment, attempt)) return false;
    const { type, id } = assignment.scope;
    // A population's administrators may read users; which ones, is decided where the users are read.
    return (
      reaches(assignment, attempt) ||
      (type === 'POPULATION' && ['users', 'populations'].includes(attempt.area)) ||
      (type === 'APPLICATION' && attempt.area === 'applications' && attempt.applicationId === id)
    );
  });

/**
 * Whether an actor may create a role with these permissions: any with a built-in role for it, otherwise only those that
 * the actor has, so that a custom role cannot be used to extend itself (docs/fidelity.md, management 6.9).
 */
export function mayGrant(own: readonly Held[], permissions: readonly string[], place: Place): boolean {
  const held = own.filter((assignment) => reaches(assignment, place));
  const builtIn = held.flatMap(({ role }) => findRole(role.id) ?? []);
  if (builtIn.some(({ writes }) => covers(writes, 'roles'))) return true;
  const theirs = new Set([...builtIn.flatMap(permissionsOf), ...held.flatMap((each) => each.permissions ?? [])]);
  return permissions.every((permission) => theirs.has(permission));
}

/** The populations that role assignments are limited to for this, or undefined where they are not limited. */
export function permittedPopulations(assignments: readonly Held[], attempt: Attempt): ReadonlySet<string> | undefined {
  const fitting = assignments.filter((assignment) => allows(assignment, attempt));
  if (!['users', 'populations'].includes(attempt.area) || fitting.some((assignment) => reaches(assignment, attempt))) return undefined;
  return new Set(fitting.filter(({ scope }) => scope.type === 'POPULATION').map(({ scope }) => scope.id));
}
