import { reference } from '../../lib/schema/types.js';
import { without } from '../seed/collected.js';
import { idFromNames, itemOf, type Target } from '../seed/items.js';
import { each, seedKind } from '../seed/kind.js';
import { answered, list, pointer, seedObject } from '../seed/schema-parts.js';
import { follow, type Place, refusal, within } from '../seed/seed-error.js';
import { keyOf, mostOfEach } from './contents.js';
import { applicationRoleBody, type SeedApplicationResource } from './schema.js';

/** Refuses a seed that has more than an environment may have. */
async function requireFew(collection: { count(): Promise<number> }, what: string, place: Place): Promise<void> {
  if ((await collection.count()) > mostOfEach) throw refusal(place, `an environment has at most ${mostOfEach} application ${what}`);
}

/** Stores what applications protect, with its permissions, in a resource of a seed. One replaces that of its name. */
export async function seedApplicationResources(
  { environment }: Target,
  resourceId: string,
  seeds: readonly SeedApplicationResource[],
  place: Place,
): Promise<void> {
  const { applicationResources, applicationPermissions } = environment.store;
  await each(seeds, place, 'applicationResources', async ({ permissions = [], ...seed }, at) => {
    const [named] = await applicationResources.find('name', seed.name.toLowerCase());
    const own = {
      ...itemOf(environment, {
        ...seed,
        id: seed.id ?? named?.id ?? (await idFromNames(environment, applicationResources, 'application resource', seed.name)),
      }),
      parent: { type: 'PING_ONE_RESOURCE', id: resourceId } as const,
    };
    if (named && named.id !== own.id) await applicationResources.take(named.id);
    await applicationResources.put(own);
    await requireFew(applicationResources, 'resources', at);
    for (const permission of permissions) {
      const [known] = await applicationPermissions.find('resource and action', `${own.id} ${permission.action}`);
      if (known && permission.id !== undefined && known.id !== permission.id.toLowerCase()) await applicationPermissions.take(known.id);
      await applicationPermissions.put({
        ...itemOf(environment, { ...permission, id: permission.id ?? known?.id }),
        applicationResource: { id: own.id },
      });
      await requireFew(applicationPermissions, 'permissions', at);
    }
  });
}

const assignment = seedObject({ subject: reference, role: answered }, ['subject']);

/** Application roles in a seed: the permissions by id or key, and the users who have them. One replaces the role of its name. */
export const applicationRoleSeeds = seedKind('applicationRoles', {
  schema: seedObject(
    { ...applicationRoleBody.properties, permissions: list(pointer), assignments: list(assignment) },
    applicationRoleBody.required,
  ),
  async put({ environment }, { permissions = [], assignments = [], ...seed }, place) {
    const { store } = environment;
    const resources = new Map((await store.applicationResources.list()).map((resource) => [resource.id, resource]));
    const known = (await store.applicationPermissions.list()).flatMap((permission) => {
      const resource = resources.get(permission.applicationResource.id);
      return resource ? [{ id: permission.id, name: keyOf(resource, permission) }] : [];
    });
    const found = permissions.map((one, at) => follow(one, known, 'permission', within(place, `permissions[${at}]`)).id);
    const [named] = await store.applicationRoles.find('name', seed.name.toLowerCase());
    const role = {
      ...itemOf(environment, {
        ...seed,
        id: seed.id ?? named?.id ?? (await idFromNames(environment, store.applicationRoles, 'application role', seed.name)),
      }),
      permissions: [...new Set(found)].map((id) => ({ id })),
    };
    if (named && named.id !== role.id) await store.applicationRoles.take(named.id);
    await store.applicationRoles.put(role);
    await requireFew(store.applicationRoles, 'roles', place);
    await each(assignments, place, 'assignments', async ({ id, subject }, at) => {
      const user = await store.users.get(subject.id.toLowerCase());
      if (!user) throw refusal(within(at, 'subject'), `there is no user "${subject.id}"`);
      const [present] = await store.applicationRoleAssignments.find('pair', `${user.id} ${role.id}`);
      if (present) await store.applicationRoleAssignments.take(present.id);
      await store.applicationRoleAssignments.put({
        ...itemOf(environment, { id: id ?? present?.id }),
        user: { id: user.id },
        role: { id: role.id },
      });
    });
  },
  async collect(reader) {
    const roles = [];
    for (const role of await reader.list('/applicationRoles')) {
      const permissions = (await reader.list(`/applicationRoles/${role.id}/permissions`)).map(({ id }) => id);
      const assignments = await reader.list(`/applicationRoles/${role.id}/assignments`);
      roles.push({
        ...without(role),
        ...(permissions.length > 0 && { permissions }),
        ...(assignments.length > 0 && { assignments: assignments.map(({ id, subject }) => ({ id, subject })) }),
      });
    }
    return roles;
  },
});
