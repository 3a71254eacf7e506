import type { Environment } from '../../environment/context.js';
import type { CustomRole, RoleAssignment } from '../../environment/model/configuration.js';
import { serialize } from '../../environment/serialize.js';
import { array, type Infer, object, oneOf, reference, string } from '../../lib/schema/types.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { emptyValue, unknownReference } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers, putUnique, requireUnused } from '../items.js';
import { assignersOf, findRole, type Held } from './built-in.js';

/** The body of a custom role (docs/fidelity.md, management 6.9). */
const roleScopes = ['ORGANIZATION', 'ENVIRONMENT', 'POPULATION', 'APPLICATION'] as const;

/** For example `applications:read:application`. PingOne has more than the mock uses, so any well-formed one is accepted. */
const permission = object({ id: { type: 'string', pattern: '^[A-Za-z0-9]{1,64}:[A-Za-z0-9]{1,64}:[A-Za-z0-9]{1,64}$' } });

export const roleBody = object(
  {
    name: { type: 'string', minLength: 1, maxLength: 256 },
    canBeAssignedBy: { ...array(reference), maxItems: 1000 },
    permissions: { ...array(permission), maxItems: 1000 },
  },
  { description: string, applicableTo: { ...array(oneOf(...roleScopes)), maxItems: 4 } },
);
export type RoleBody = Infer<typeof roleBody>;

/** Where a role may be assigned, and who may assign it besides those who have it. */
export interface Assignable {
  readonly id: string;
  readonly applicableTo: readonly string[];
  readonly assigners: readonly string[];
}

/** A role that can be assigned in an environment: built-in or custom. */
export async function assignableRole({ store }: Environment, id: string): Promise<Assignable | undefined> {
  const builtIn = findRole(id);
  if (builtIn) return { id: builtIn.id, applicableTo: builtIn.applicableTo, assigners: assignersOf(builtIn.id) };
  const role = await store.customRoles.get(id.toLowerCase());
  return role && { id: role.id, applicableTo: role.applicableTo, assigners: role.canBeAssignedBy.map((each) => each.id) };
}

/** Role assignments, with the permissions of custom roles. */
export async function heldRoles(
  { store }: Environment,
  assignments: readonly RoleAssignment[],
): Promise<readonly (RoleAssignment & Held)[]> {
  const held: (RoleAssignment & Held)[] = [];
  for (const assignment of assignments) {
    if (findRole(assignment.role.id)) held.push(assignment);
    else {
      const role = await store.customRoles.get(assignment.role.id);
      held.push({ ...assignment, permissions: role?.permissions.map(({ id }) => id) });
    }
  }
  return held;
}

/** The custom roles that holders of a role may assign. The custom roles say so, not the role (docs/fidelity.md, management 6.9). */
export const assignableBy = (roles: readonly CustomRole[], roleId: string): { id: string }[] =>
  roles.filter(({ canBeAssignedBy }) => canBeAssignedBy.some(({ id }) => id === roleId)).map(({ id }) => ({ id }));

const unique = (ids: readonly { readonly id: string }[]): { id: string }[] => [...new Set(ids.map(({ id }) => id))].map((id) => ({ id }));

/** Refuses a role without permissions, or one that cannot be assigned anywhere. */
export function requireContents({ applicableTo, permissions }: { applicableTo: readonly string[]; permissions: readonly object[] }): void {
  const empty = Object.entries({ applicableTo, permissions }).filter(([, items]) => items.length === 0);
  if (empty.length === 0) return;
  throw emptyValue(...empty.map(([target]) => target));
}

async function put(environment: Environment, members: ReturnType<typeof newMembers>, body: RoleBody, applicableTo: readonly string[]) {
  const { store } = environment;
  const { name, description } = body;
  requireContents({ applicableTo, permissions: body.permissions });
  const canBeAssignedBy = unique(body.canBeAssignedBy.map(({ id }) => ({ id: id.toLowerCase() })));
  for (const { id } of canBeAssignedBy)
    if (id !== members.id && !findRole(id) && !(await store.customRoles.get(id))) throw unknownReference('canBeAssignedBy');
  const role: CustomRole = {
    ...members,
    name,
    ...(description !== undefined && { description }),
    applicableTo: [...new Set(applicableTo)],
    canBeAssignedBy,
    permissions: unique(body.permissions),
  };
  // Existing assignments must remain valid.
  const assigned = (await store.roleAssignments.list()).filter((each) => each.role.id === role.id);
  requireUnused(
    assigned.filter(({ scope }) => !role.applicableTo.includes(scope.type)),
    texts.roleScopeInUse.text,
  );
  await putUnique(store.customRoles, role, 'name');
  return role;
}

export const createRole = (environment: Environment, body: RoleBody): Promise<CustomRole> =>
  serialize(environment, 'custom roles', () => put(environment, newMembers(environment), body, body.applicableTo ?? []));

/** Replaces a role; the change applies to its holders at once. */
export const replaceRole = (environment: Environment, existing: CustomRole, body: RoleBody): Promise<CustomRole> =>
  serialize(environment, 'custom roles', () =>
    put(environment, keptMembers(environment, existing), body, body.applicableTo ?? existing.applicableTo),
  );

/** Deletes a role without assignments, also from the `canBeAssignedBy` of other roles. */
export const deleteRole = (environment: Environment, { id }: CustomRole): Promise<void> =>
  serialize(environment, 'custom roles', async () => {
    const { store } = environment;
    requireUnused(
      (await store.roleAssignments.list()).filter(({ role }) => role.id === id),
      texts.roleInUse.text,
    );
    await store.customRoles.take(id);
    for (const other of await store.customRoles.list())
      if (other.canBeAssignedBy.some((each) => each.id === id))
        await store.customRoles.put({ ...other, canBeAssignedBy: other.canBeAssignedBy.filter((each) => each.id !== id) });
  });
