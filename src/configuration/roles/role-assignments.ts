import type { Context, Environment, Environments } from '../../environment/context.js';
import { dropRolesOn } from '../../environment/drop-roles.js';
import type { RoleAssignment } from '../../environment/model/configuration.js';
import { serializeAll } from '../../environment/serialize.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, insufficientPermissions, invalidValue, notUnique, unknownReference } from '../../pingone/pingone-error.js';
import { newMembers } from '../items.js';
import { findRole, holdsRole, type ScopeChain } from './built-in.js';
import { assignableRole } from './custom-roles.js';

type Scope = RoleAssignment['scope'];
type Assigned = Pick<RoleAssignment, 'role' | 'scope'>;

/** The body of a role assignment. */
export interface NewRoleAssignment {
  readonly role: { readonly id: string };
  readonly scope: { readonly id: string; readonly type: string };
}

const around = ({ id, record }: Environment): Scope[] => [
  { id, type: 'ENVIRONMENT' },
  { id: record.organization.id, type: 'ORGANIZATION' },
];

/** A scope with the broader ones that contain it, or undefined if it does not exist. */
async function scopeChain(environments: Environments, { id, type }: Scope): Promise<ScopeChain | undefined> {
  const all = environments.list();
  if (type === 'ORGANIZATION') return all.some(({ record }) => record.organization.id === id) ? [{ id, type }] : undefined;
  if (type === 'ENVIRONMENT') {
    const environment = environments.get(id);
    return environment && around(environment);
  }
  for (const environment of all) {
    const { populations, applications } = environment.store;
    const found = await (type === 'POPULATION' ? populations : applications).get(id);
    if (found) return [{ id, type }, ...around(environment)];
  }
  return undefined;
}

/**
 * Whether an actor has the assignment's role, or one that may assign it, on the same or a broader scope (docs/fidelity.md,
 * management 6.9). An assignment whose role or scope is gone gives nothing, so any actor may assign it.
 */
export async function mayAssign(
  environments: Environments,
  environment: Environment,
  own: readonly Assigned[],
  { role, scope }: Assigned,
): Promise<boolean> {
  const [chain, assignable] = await Promise.all([scopeChain(environments, scope), assignableRole(environment, role.id)]);
  return !chain || !assignable || holdsRole(own, role.id, chain, assignable.assigners);
}

/**
 * Whether a holder has roles that an actor could not assign: then the actor must not gain control of it (docs/fidelity.md,
 * management 4).
 */
export async function isStronger(
  environments: Environments,
  environment: Environment,
  holderId: string,
  own: readonly Assigned[],
): Promise<boolean> {
  for (const assignment of await environment.store.roleAssignments.find('holder.id', holderId))
    if (!(await mayAssign(environments, environment, own, assignment))) return true;
  return false;
}

/** The maximum number of populations that one holder may have roles in (docs/fidelity.md, management 6.9). */
const mostPopulations = 250;

/** Assigns a role to an application, a user or a group, on behalf of an actor that has the role or may assign it. */
export const assignRole = (
  { environments }: Context,
  environment: Environment,
  own: readonly Assigned[],
  holder: RoleAssignment['holder'],
  body: NewRoleAssignment,
): Promise<RoleAssignment> =>
  serializeAll(environment, [`roles of ${holder.id}`, 'custom roles'], async () => {
    const { store } = environment;
    const role = await assignableRole(environment, body.role.id);
    if (!role) throw unknownReference('role');
    const scope = { id: body.scope.id.toLowerCase(), type: body.scope.type };
    if (holder.type === 'APPLICATION' && findRole(role.id)?.forPeopleOnly) throw invalidValue('role', texts.roleForPeople.text);
    if (!role.applicableTo.includes(scope.type)) throw invalidValue('scope', texts.roleScope.text, { allowedValues: role.applicableTo });
    const chain = await scopeChain(environments, scope);
    if (!chain) throw unknownReference('scope');
    if (!holdsRole(own, role.id, chain, role.assigners)) throw insufficientPermissions(texts.roleMissing.text);
    const theirs = await store.roleAssignments.find('holder.id', holder.id);
    if (holdsRole(theirs, role.id, chain)) throw notUnique('role', texts.roleDuplicate.text);
    if (scope.type === 'POPULATION' && theirs.filter((other) => other.scope.type === 'POPULATION').length >= mostPopulations)
      throw constraint(texts.roleMaximum.text);
    const assignment: RoleAssignment = { ...newMembers(environment), holder, role: { id: role.id }, scope };
    await store.roleAssignments.put(assignment);
    return assignment;
  });

/** Removes every role assignment on a deleted scope. */
export const dropRoles = (environments: Environments, scope: Scope): Promise<void> =>
  dropRolesOn(
    environments.list().map(({ store }) => store),
    [scope],
  );

/**
 * Removes the assignments of a holder whose role or scope was deleted while they were made. Deletion removes the scope first
 * and then the roles on it, so one of the two finds each assignment.
 */
export async function dropLostRoles(environments: Environments, environment: Environment, holderId: string): Promise<void> {
  const { roleAssignments } = environment.store;
  for (const assignment of await roleAssignments.find('holder.id', holderId)) {
    const [chain, role] = await Promise.all([scopeChain(environments, assignment.scope), assignableRole(environment, assignment.role.id)]);
    if (!chain || !role) await roleAssignments.take(assignment.id);
  }
}
