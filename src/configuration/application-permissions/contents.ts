import type { Environment } from '../../environment/context.js';
import type {
  ApplicationPermission,
  ApplicationResource,
  ApplicationRole,
  ApplicationRoleAssignment,
} from '../../environment/model/application-permissions.js';
import type { Resource } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { serialize } from '../../environment/serialize.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, notFound, notUnique, unknownReference } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers, putUnique } from '../items.js';
import type { ApplicationPermissionBody, ApplicationResourceBody, ApplicationRoleBody } from './schema.js';

/** The application resource of this id, or a 404. */
export const applicationResourceOf = finder(({ applicationResources }) => applicationResources);

/** The application role of this id, or a 404. */
export const applicationRoleOf = finder(({ applicationRoles }) => applicationRoles);

/** Changes of these wait for each other, so that none refers to what another deletes. */
const inTurn = <T>(environment: Environment, work: () => Promise<T>): Promise<T> => serialize(environment, 'application permissions', work);

/** How many application resources an environment may have, how many permissions, and how many application roles. */
export const mostOfEach = 128;

/** Refuses what would be one too many. */
async function requireRoom(collection: { count(): Promise<number> }): Promise<void> {
  if ((await collection.count()) >= mostOfEach) throw constraint(texts.applicationPermissionsLimit.text);
}

/** What a permission is called: the name of its resource, and its action. */
export const keyOf = ({ name }: ApplicationResource, { action }: ApplicationPermission): string => `${name}:${action}`;

export interface NamedPermission {
  /** That of the permission. */
  readonly id: string;
  readonly permission: ApplicationPermission;
  readonly resource: ApplicationResource;
}

/** A permission with its resource; undefined where there is none. */
export async function permissionNamed({ store }: Environment, id: string): Promise<NamedPermission | undefined> {
  const permission = await store.applicationPermissions.get(id);
  const resource = permission && (await store.applicationResources.get(permission.applicationResource.id));
  return permission && resource && { id, permission, resource };
}

/** The permissions of an application role, in the order in which it got them. */
export async function permissionsOf(environment: Environment, { permissions }: ApplicationRole): Promise<NamedPermission[]> {
  const found = await Promise.all(permissions.map(({ id }) => permissionNamed(environment, id)));
  return found.filter((one) => one !== undefined);
}

/**
 * The keys of what a user may do by application roles, each once, in the order in which the user got the roles and the roles got
 * the permissions: `['invoices:read', 'invoices:write']`. Empty without roles (docs/fidelity.md, 6.2).
 */
export async function permissionKeysOf(environment: Environment, userId: string): Promise<string[]> {
  const { applicationRoles, applicationRoleAssignments } = environment.store;
  const assignments = await applicationRoleAssignments.find('user.id', userId);
  const roles = await Promise.all(assignments.map(({ role }) => applicationRoles.get(role.id)));
  const ids = new Set(roles.flatMap((role) => role?.permissions ?? []).map(({ id }) => id));
  const found = await Promise.all([...ids].map((id) => permissionNamed(environment, id)));
  return found.flatMap((one) => (one ? [keyOf(one.resource, one.permission)] : []));
}

async function putResource({ store }: Environment, resource: ApplicationResource): Promise<ApplicationResource> {
  await putUnique(store.applicationResources, resource, 'name');
  return resource;
}

/** Adds what an application protects; only custom resources can have these. */
export const createApplicationResource = (
  environment: Environment,
  { id, type }: Resource,
  body: ApplicationResourceBody,
): Promise<ApplicationResource> =>
  inTurn(environment, async () => {
    if (type !== 'CUSTOM') throw constraint(texts.applicationResourceType.text);
    if (!(await environment.store.resources.get(id))) throw notFound();
    await requireRoom(environment.store.applicationResources);
    return putResource(environment, { ...newMembers(environment), ...body, parent: { type: 'PING_ONE_RESOURCE', id } });
  });

export const replaceApplicationResource = (
  environment: Environment,
  existing: ApplicationResource,
  body: ApplicationResourceBody,
): Promise<ApplicationResource> =>
  inTurn(environment, () => putResource(environment, { ...keptMembers(environment, existing), ...body, parent: existing.parent }));

async function removePermission({ store }: Environment, id: string): Promise<void> {
  await store.applicationPermissions.take(id);
  for (const role of await store.applicationRoles.list())
    if (role.permissions.some((permission) => permission.id === id))
      await store.applicationRoles.put({ ...role, permissions: role.permissions.filter((permission) => permission.id !== id) });
}

async function removeResource(environment: Environment, id: string): Promise<void> {
  const { applicationResources, applicationPermissions } = environment.store;
  await applicationResources.take(id);
  for (const permission of await applicationPermissions.find('applicationResource.id', id))
    await removePermission(environment, permission.id);
}

/** Deletes an application resource with its permissions, which roles lose. */
export const deleteApplicationResource = (environment: Environment, { id }: ApplicationResource): Promise<void> =>
  inTurn(environment, () => removeResource(environment, id));

/** Deletes what belongs to a resource that is being deleted. */
export const deleteApplicationResourcesOf = (environment: Environment, resourceId: string): Promise<void> =>
  inTurn(environment, async () => {
    for (const { id } of await environment.store.applicationResources.find('parent.id', resourceId)) await removeResource(environment, id);
  });

async function putPermission({ store }: Environment, permission: ApplicationPermission): Promise<ApplicationPermission> {
  await putUnique(store.applicationPermissions, permission, 'action');
  return permission;
}

export const createApplicationPermission = (
  environment: Environment,
  { id }: ApplicationResource,
  body: ApplicationPermissionBody,
): Promise<ApplicationPermission> =>
  inTurn(environment, async () => {
    if (!(await environment.store.applicationResources.get(id))) throw notFound();
    await requireRoom(environment.store.applicationPermissions);
    return putPermission(environment, { ...newMembers(environment), ...body, applicationResource: { id } });
  });

export const replaceApplicationPermission = (
  environment: Environment,
  existing: ApplicationPermission,
  body: ApplicationPermissionBody,
): Promise<ApplicationPermission> =>
  inTurn(environment, () =>
    putPermission(environment, { ...keptMembers(environment, existing), ...body, applicationResource: existing.applicationResource }),
  );

/** Deletes a permission, which roles lose. */
export const deleteApplicationPermission = (environment: Environment, { id }: ApplicationPermission): Promise<void> =>
  inTurn(environment, () => removePermission(environment, id));

async function putRole({ store }: Environment, role: ApplicationRole): Promise<ApplicationRole> {
  await putUnique(store.applicationRoles, role, 'name');
  return role;
}

export const createApplicationRole = (environment: Environment, body: ApplicationRoleBody): Promise<ApplicationRole> =>
  inTurn(environment, async () => {
    await requireRoom(environment.store.applicationRoles);
    return putRole(environment, { ...newMembers(environment), ...body, permissions: [] });
  });

export const replaceApplicationRole = (
  environment: Environment,
  { id }: ApplicationRole,
  body: ApplicationRoleBody,
): Promise<ApplicationRole> =>
  inTurn(environment, async () => {
    const existing = await applicationRoleOf(environment, id);
    return putRole(environment, { ...keptMembers(environment, existing), ...body, permissions: existing.permissions });
  });

/** Deletes a role, which users lose. */
export const deleteApplicationRole = (environment: Environment, { id }: ApplicationRole): Promise<void> =>
  inTurn(environment, async () => {
    const { applicationRoles, applicationRoleAssignments } = environment.store;
    await applicationRoles.take(id);
    for (const assignment of await applicationRoleAssignments.find('role.id', id)) await applicationRoleAssignments.take(assignment.id);
  });

/** Adds a permission to a role. */
export const addPermission = (environment: Environment, { id }: ApplicationRole, permissionId: string): Promise<NamedPermission> =>
  inTurn(environment, async () => {
    const role = await applicationRoleOf(environment, id);
    const named = await permissionNamed(environment, permissionId.toLowerCase());
    if (!named) throw unknownReference('id');
    if (role.permissions.some((one) => one.id === named.permission.id)) throw notUnique('id');
    await putRole(environment, { ...role, permissions: [...role.permissions, { id: named.permission.id }] });
    return named;
  });

/** Takes a permission away from a role. */
export const dropPermission = (environment: Environment, { id }: ApplicationRole, permissionId: string): Promise<void> =>
  inTurn(environment, async () => {
    const role = await applicationRoleOf(environment, id);
    await putRole(environment, { ...role, permissions: role.permissions.filter((permission) => permission.id !== permissionId) });
  });

/** Gives a user an application role. */
export const assignApplicationRole = (environment: Environment, user: User, roleId: string): Promise<ApplicationRoleAssignment> =>
  inTurn(environment, async () => {
    const { store } = environment;
    const role = await store.applicationRoles.get(roleId.toLowerCase());
    if (!role) throw unknownReference('id');
    const assignment = { ...newMembers(environment), user: { id: user.id }, role: { id: role.id } };
    await putUnique(store.applicationRoleAssignments, assignment, 'id');
    if (await store.users.get(user.id)) return assignment;
    // Deleted meanwhile, perhaps before this assignment existed to be deleted with it.
    await store.applicationRoleAssignments.take(assignment.id);
    throw notFound();
  });
