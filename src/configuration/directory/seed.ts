import { seedConsent } from '../agreements/seed-consents.js';
import { themesOf } from '../branding/themes.js';
import { seedDevice } from '../devices/seed.js';
import { seedRoles } from '../roles/seed.js';
import { idFromNames, itemOf, type Target } from '../seed/items.js';
import { each } from '../seed/kind.js';
import { follow, type Place, refusal, refusedAt, within } from '../seed/seed-error.js';
import type { SeedGroup, SeedPasswordPolicy, SeedPopulation, SeedSchemaAttribute, SeedUser } from '../seed/types.js';
import { readCustomAttributes } from './custom-attributes.js';
import { requireUserFilter } from './dynamic-groups.js';
import { nestGroup } from './groups.js';
import { setPassword } from './passwords.js';
import { createSchemaAttribute } from './schema-attributes.js';
import { changeUser, createUser } from './users.js';

export async function seedPasswordPolicy({ environment }: Target, seed: SeedPasswordPolicy): Promise<void> {
  const { passwordPolicies } = environment.store;
  const others = await passwordPolicies.list();
  const named = others.find(({ name }) => name === seed.name);
  const policy = {
    ...itemOf(environment, {
      ...seed,
      id: seed.id ?? named?.id ?? (await idFromNames(environment, passwordPolicies, 'password policy', seed.name)),
    }),
    default: seed.default ?? named?.default ?? false,
  };
  // It moves to the end, so that the order is that of the seed.
  if (named) await passwordPolicies.take(named.id);
  if (policy.default)
    for (const other of others) if (other.default && other.id !== named?.id) await passwordPolicies.put({ ...other, default: false });
  await passwordPolicies.put(policy);
}

export async function seedPopulation(
  { environment }: Target,
  { passwordPolicy, theme, defaultIdentityProvider, ...seed }: SeedPopulation,
  place: Place,
): Promise<void> {
  const { store } = environment;
  const policy =
    passwordPolicy && follow(passwordPolicy, await store.passwordPolicies.list(), 'password policy', within(place, 'passwordPolicy'));
  const named = (await themesOf(environment)).map(({ id, configuration: { name = '' } }) => ({ id, name }));
  const own = theme && follow(theme, named, 'theme', within(place, 'theme'));
  const provider =
    defaultIdentityProvider &&
    follow(defaultIdentityProvider, await store.identityProviders.list(), 'identity provider', within(place, 'defaultIdentityProvider'));
  const population = {
    ...itemOf(environment, { ...seed, id: seed.id ?? (await idFromNames(environment, store.populations, 'population', seed.name)) }),
    default: seed.default ?? false,
    ...(policy && { passwordPolicy: { id: policy.id } }),
    ...(own && { theme: { id: own.id } }),
    ...(provider && { defaultIdentityProvider: { id: provider.id } }),
  };
  if (population.default)
    for (const other of await store.populations.list())
      if (other.default && other.id !== population.id) await store.populations.put({ ...other, default: false });
  const [twin] = await store.populations.find('name', seed.name.toLowerCase());
  if (twin && twin.id !== population.id) throw refusal(within(place, 'name'), `another population already has the name "${seed.name}"`);
  await store.populations.put(population);
}

/** An attribute that the environment adds to its users; one of its name is replaced. */
export async function seedSchemaAttribute({ environment }: Target, { id, ...body }: SeedSchemaAttribute, place: Place): Promise<void> {
  const { schemaAttributes } = environment.store;
  await refusedAt(place, async () => {
    const [known] = await schemaAttributes.find('name', body.name.toLowerCase());
    if (known) await schemaAttributes.take(known.id);
    await createSchemaAttribute(environment, body, id === undefined ? known?.id : id.toLowerCase());
  });
}

/** Puts a group into others, and gives it roles, once all groups are there. */
export async function seedGroupTies(
  target: Target,
  { id, name, memberOfGroups = [], roleAssignments = [] }: SeedGroup,
  place: Place,
): Promise<void> {
  const { environment } = target;
  if (memberOfGroups.length === 0 && roleAssignments.length === 0) return;
  const groups = await environment.store.groups.list();
  const group = follow({ ...(id !== undefined && { id }), name }, groups, 'group', place);
  for (const [at, pointer] of memberOfGroups.entries()) {
    const here = within(place, `memberOfGroups[${at}]`);
    const into = follow(pointer, groups, 'group', here);
    const [known] = await environment.store.memberships.find('pair', `${into.id} ${group.id}`);
    if (!known) await refusedAt(here, () => nestGroup(environment, group, into));
  }
  await seedRoles(target, { id: group.id, type: 'GROUP' }, roleAssignments, place);
}

export async function seedGroup(
  { environment }: Target,
  { population, memberOfGroups: _, roleAssignments: __, ...seed }: SeedGroup,
  place: Place,
): Promise<void> {
  const { store } = environment;
  await refusedAt(place, () => requireUserFilter(environment, seed.userFilter));
  const found = population && follow(population, await store.populations.list(), 'population', within(place, 'population'));
  await store.groups.put({
    ...itemOf(environment, { ...seed, id: seed.id ?? (await idFromNames(environment, store.groups, 'group', seed.name)) }),
    ...(found && { population: { id: found.id } }),
  });
}

export async function seedUser(target: Target, seed: SeedUser, place: Place): Promise<void> {
  const { environment, context } = target;
  const { store } = environment;
  const {
    id,
    password,
    population,
    groups = [],
    roleAssignments = [],
    customAttributes = {},
    account,
    agreementConsents = [],
    linkedAccounts = [],
    devices = [],
    ...members
  } = seed;
  const custom = await readCustomAttributes(environment, customAttributes);
  // Users who existed before an attribute changed may lack it, or have a value that it no longer accepts.
  const [problem] = custom.problems.filter(({ kind }) => kind !== 'missing' && kind !== 'enum' && kind !== 'pattern');
  if (problem) throw refusal(within(place, problem.path.join('.')), 'is not a valid value of this attribute');
  for (const { path } of custom.problems.filter(({ kind }) => kind !== 'missing'))
    context.log.warn({ user: seed.username, attribute: path.join('.') }, 'a value that is not valid for its attribute; kept unchanged');
  const found = population && follow(population, await store.populations.list(), 'population', within(place, 'population'));
  const ownId = id?.toLowerCase() ?? (await idFromNames(environment, store.users, 'user', seed.username));
  const user = await refusedAt(place, () =>
    createUser(environment, {
      ...members,
      ...custom.value,
      // A device without MFA could not be used.
      ...(devices.length > 0 && { mfaEnabled: members.mfaEnabled ?? true }),
      id: ownId,
      ...(found && { population: { id: found.id } }),
    }),
  );
  if (account?.status === 'LOCKED')
    await changeUser(environment, user, { account: { status: 'LOCKED', lockedAt: account.lockedAt ?? user.createdAt } });
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
  await each(devices, place, 'devices', (device, at) => seedDevice(target, user, device, at));
  await each(linkedAccounts, place, 'linkedAccounts', async ({ id, identityProvider: pointer, externalId }, at) => {
    const { identityProviders, linkedAccounts: linked } = environment.store;
    const provider = follow(pointer, await identityProviders.list(), 'identity provider', within(at, 'identityProvider'));
    const [known] = await linked.find('provider and externalId', `${provider.id} ${externalId}`);
    if (known) await linked.take(known.id);
    const account = { ...itemOf(environment, { id: id ?? known?.id }), externalId };
    await linked.put({ ...account, user: { id: user.id }, identityProvider: { id: provider.id } });
  });
  await each(agreementConsents, place, 'agreementConsents', (consent, at) => seedConsent(environment, user, consent, at));
}
