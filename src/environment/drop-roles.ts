import type { RoleAssignment } from './model/configuration.js';
import type { Store } from './store/types.js';

type Scope = RoleAssignment['scope'];

const keyOf = ({ type, id }: Scope): string => `${type} ${id}`;

/** Removes the role assignments on any of these scopes from the stores of all environments that may hold some. */
export async function dropRolesOn(stores: Iterable<Pick<Store, 'roleAssignments'>>, scopes: readonly Scope[]): Promise<void> {
  const dropped = new Set(scopes.map(keyOf));
  for (const { roleAssignments } of stores)
    for (const { id, scope } of await roleAssignments.list()) if (dropped.has(keyOf(scope))) await roleAssignments.take(id);
}

/** An environment, and what is in it that roles may be limited to. */
export async function scopesIn(environmentId: string, { populations, applications }: Store): Promise<Scope[]> {
  const [groups, clients] = await Promise.all([populations.list(), applications.list()]);
  return [
    { id: environmentId, type: 'ENVIRONMENT' },
    ...groups.map(({ id }) => ({ id, type: 'POPULATION' })),
    ...clients.map(({ id }) => ({ id, type: 'APPLICATION' })),
  ];
}
