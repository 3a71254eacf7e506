import { builtInRoles, findRole } from '../../pingone/roles.js';
import { setPassword } from '../passwords.js';
import { createUser } from '../users.js';
import { itemOf, type Target } from './items.js';
import { follow, type Place, pointedAt, refusal, refusedAt, suggestion, within } from './seed-error.js';
import type { SeedApplication, SeedGroup, SeedPopulation, SeedUser } from './types.js';

export async function seedPopulation({ environment }: Target, { passwordPolicy, ...seed }: SeedPopulation, place: Place): Promise<void> {
  const { store } = environment;
  const policy =
    passwordPolicy && follow(passwordPolicy, await store.passwordPolicies.list(), 'password policy', within(place, 'passwordPolicy'));
  const population = { ...itemOf(environment, seed), default: seed.default ?? false, ...(policy && { passwordPolicy: { id: policy.id } }) };
  if (population.default)
    for (const other of await store.populations.list())
      if (other.default && other.id !== population.id) await store.populations.put({ ...other, default: false });
  const [named] = await store.populations.find('name', seed.name.toLowerCase());
  if (named && named.id !== population.id) throw refusal(within(place, 'name'), `another population has the name "${seed.name}"`);
  await store.populations.put(population);
}

export async function seedGroup({ environment }: Target, { population, ...seed }: SeedGroup, place: Place): Promise<void> {
  const { store } = environment;
  const found = population && follow(population, await store.populations.list(), 'population', within(place, 'population'));
  await store.groups.put({ ...itemOf(environment, seed), ...(found && { population: { id: found.id } }) });
}

/** Gives roles to an application or a user. Without a scope, a role holds for as much as it can of its environment. */
export async function seedRoles(
  { environment }: Target,
  holder: { id: string; type: 'APPLICATION' | 'USER' },
  assignments: NonNullable<SeedApplication['roleAssignments']>,
  place: Place,
): Promise<void> {
  const { store, record } = environment;
  const environmentScope = { id: environment.id, type: 'ENVIRONMENT' };
  const organizationScope = { id: record.organization.id, type: 'ORGANIZATION' };
  for (const [at, { id, role: pointer, scope }] of assignments.entries()) {
    const wanted = pointedAt(pointer);
    const role = findRole(wanted);
    // A role of one's own, by its id, is kept as it is.
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

export async function seedUser(target: Target, seed: SeedUser, place: Place): Promise<void> {
  const { environment } = target;
  const { store } = environment;
  const { id, password, population, groups = [], roleAssignments = [], ...members } = seed;
  const found = population && follow(population, await store.populations.list(), 'population', within(place, 'population'));
  const user = await refusedAt(place, () =>
    createUser(environment, {
      ...members,
      ...(id !== undefined && { id: id.toLowerCase() }),
      ...(found && { population: { id: found.id } }),
    }),
  );
  if (password !== undefined) {
    const { value, forceChange } = typeof password === 'string' ? { value: password, forceChange: false } : password;
    await setPassword(environment, user.id, value, { forceChange, checkPolicy: false });
  }
  for (const [at, pointer] of groups.entries()) {
    const group = follow(pointer, await store.groups.list(), 'group', within(place, `groups[${at}]`));
    const [known] = await store.memberships.find('pair', `${group.id} ${user.id}`);
    if (!known)
      await store.memberships.put({ id: environment.random.uuid(), group: { id: group.id }, member: { id: user.id, type: 'USER' } });
  }
  await seedRoles(target, { id: user.id, type: 'USER' }, roleAssignments, place);
}
