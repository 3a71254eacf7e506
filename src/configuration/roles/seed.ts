import type { Schema } from '../../lib/schema/compile.js';
import { type CollectedItem, type ConfigurationReader, collectedId, without } from '../seed/collected.js';
import { idFromNames, itemOf, type Target } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { answered, seedObject } from '../seed/schema-parts.js';
import { type Place, pointedAt, refusal, refusedAt, suggestion, within } from '../seed/seed-error.js';
import type { SeedApplication, SeedRole } from '../seed/types.js';
import { findRole } from './built-in.js';
import { builtInRoles } from './built-in-table.js';
import { requireContents, roleBody } from './custom-roles.js';

async function seedRole({ environment }: Target, seed: SeedRole, place: Place): Promise<void> {
  const { customRoles } = environment.store;
  const [named] = await customRoles.find('name', seed.name.toLowerCase());
  const role = {
    applicableTo: ['ENVIRONMENT'],
    canBeAssignedBy: [],
    ...itemOf(environment, { ...seed, id: seed.id ?? named?.id ?? (await idFromNames(environment, customRoles, 'role', seed.name)) }),
  };
  await refusedAt(place, async () => requireContents(role));
  if (named && named.id !== role.id) await customRoles.take(named.id);
  await customRoles.put(role);
}

/** The custom roles of an environment. */
async function collectRoles({ list }: ConfigurationReader): Promise<CollectedItem[]> {
  const roles = (await list('/roles')).filter(({ type }) => type === 'CUSTOM');
  return roles.map((role) => ({
    ...without(role, 'type', 'canAssign'),
    permissions: (role.permissions as unknown[]).map((permission) => ({ id: collectedId(permission) })),
  }));
}

/** Custom roles in a seed. */
export const roleSeeds = seedKind('roles', {
  schema: seedObject({ ...(roleBody.properties as Record<string, Schema>), type: answered, canAssign: answered }, ['name', 'permissions']),
  put: seedRole,
  collect: collectRoles,
});

/** Assigns roles to an application, a user, a group or a gateway. Without a scope, a role applies to the environment, or else to the organization. */
export async function seedRoles(
  { environment }: Target,
  holder: { id: string; type: 'APPLICATION' | 'USER' | 'GROUP' | 'GATEWAY' },
  assignments: NonNullable<SeedApplication['roleAssignments']>,
  place: Place,
): Promise<void> {
  const { store, record } = environment;
  const environmentScope = { id: environment.id, type: 'ENVIRONMENT' };
  const organizationScope = { id: record.organization.id, type: 'ORGANIZATION' };
  for (const [at, { id, role: pointer, scope }] of assignments.entries()) {
    const wanted = pointedAt(pointer);
    const role = findRole(wanted) ?? (await store.customRoles.find('name', wanted.toLowerCase()))[0];
    // An unknown id may be a custom role that the seed does not contain.
    if (!role && !/^[0-9a-f-]{36}$/i.test(wanted))
      throw refusal(
        within(place, `roleAssignments[${at}].role`),
        `there is no role "${wanted}"${suggestion(
          wanted,
          builtInRoles.map(({ name }) => name),
        )}`,
      );
    const reach = role && !role.applicableTo.includes('ENVIRONMENT') ? organizationScope : environmentScope;
    const given = scope && { id: scope.id.toLowerCase(), type: scope.type };
    await store.roleAssignments.put({
      ...itemOf(environment, { id }),
      holder,
      role: { id: role?.id ?? wanted.toLowerCase() },
      scope: given ?? reach,
    });
  }
}
