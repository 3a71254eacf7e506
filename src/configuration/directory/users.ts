import type { Environment } from '../../environment/context.js';
import type { Population } from '../../environment/model/configuration.js';
import type { Password, User } from '../../environment/model/user.js';
import { serialize } from '../../environment/serialize.js';
import { endSession, listSessions } from '../../environment/sessions.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidValue } from '../../pingone/pingone-error.js';
import { finder, putUnique } from '../items.js';
import type { UserBody, UserInput } from './user-schema.js';

const nowOf = ({ clock }: Environment): string => new Date(clock.now()).toISOString();

/** The user of this id, or a 404. */
export const userOf = finder(({ users }) => users);

/** Works on a user while no other request does, so that none of two changes at once is lost. */
export const withUser = <T>(environment: Environment, id: string, work: (user: User) => Promise<T>): Promise<T> =>
  serialize(environment, `user ${id}`, async () => work(await userOf(environment, id)));

/** The population of users that are created without one. */
export async function defaultPopulation({ store }: Environment): Promise<Population | undefined> {
  const populations = await store.populations.list();
  return populations.find((population) => population.default) ?? populations[0];
}

/** The population of this id, or the default population without one. An unknown id is refused. */
export async function requirePopulation(environment: Environment, id: string | undefined, target = 'population'): Promise<Population> {
  const population = id === undefined ? await defaultPopulation(environment) : await environment.store.populations.get(id);
  if (population) return population;
  throw invalidValue(target, texts.populationUnknown.text);
}

/** Derives `canAuthenticate` from whether the user is enabled and not locked. */
const withAccount = (user: User): User => ({
  ...user,
  account: { ...user.account, canAuthenticate: user.enabled && user.account.status === 'OK' },
});

/** The password that a new user begins with: a text or a hash, which its policy allows. */
export type NewPassword = Pick<Password, 'value' | 'forceChange'>;

/** A profile without objects that have no members: a user without a name has no `name` (docs/fidelity.md, management 6.4). */
const withoutEmpty = <T extends object>(members: T): T =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => typeof value !== 'object' || value === null || Object.keys(value).length > 0),
  ) as T;

/** Where a user signs on. The type is that of the named provider: Terraform sends only its id. */
async function providerOf({ store }: Environment, sent: UserInput['identityProvider']): Promise<User['identityProvider']> {
  const found = sent?.id === undefined ? undefined : await store.identityProviders.get(sent.id.toLowerCase());
  return { ...sent, type: found?.type ?? sent?.type ?? 'PING_ONE' };
}

/** Creates a user from a body of the right shape. Of two concurrent requests with the same username, one succeeds. */
export async function createUser(environment: Environment, body: UserInput, password?: NewPassword): Promise<User> {
  const population = await requirePopulation(environment, body.population?.id);
  const createdAt = nowOf(environment);
  const { id, identityProvider, lifecycle, ...members } = body;
  const user = withAccount({
    ...withoutEmpty(members),
    id: id ?? environment.random.uuid(),
    environment: { id: environment.id },
    population: { id: population.id },
    enabled: body.enabled ?? true,
    account: { canAuthenticate: true, status: 'OK' },
    identityProvider: await providerOf(environment, identityProvider),
    lifecycle: { status: lifecycle?.status ?? 'ACCOUNT_OK' },
    mfaEnabled: body.mfaEnabled ?? (await environment.store.mfaSettings.get(environment.id))?.users?.mfaEnabled ?? false,
    verifyStatus: body.verifyStatus ?? 'NOT_INITIATED',
    createdAt,
    updatedAt: createdAt,
  });
  const { users, passwords } = environment.store;
  // In one step: a kill leaves the user with its password, or neither.
  const written = [
    putUnique(users, user, 'username'),
    ...(password ? [passwords.put({ ...password, id: user.id, lastChangedAt: createdAt })] : []),
  ];
  try {
    await Promise.all(written);
  } catch (error) {
    await passwords.take(user.id);
    throw error;
  }
  await requireStillThere(environment, user);
  return user;
}

/** Removes a new user whose population was deleted meanwhile: creating users does not lock populations, for speed. */
async function requireStillThere(environment: Environment, { id, population }: User): Promise<void> {
  if (await environment.store.populations.get(population.id)) return;
  await Promise.all([environment.store.users.take(id), environment.store.passwords.take(id)]);
  await requirePopulation(environment, population.id);
}

/** Members that PUT and PATCH do not change. */
const kept = ({
  id,
  environment,
  population,
  enabled,
  account,
  lifecycle,
  mfaEnabled,
  emailVerified,
  verifyStatus,
  lastSignOn,
  acceptedAgreements,
  createdAt,
}: User) => ({
  id,
  environment,
  population,
  enabled,
  account,
  lifecycle,
  mfaEnabled,
  ...(emailVerified !== undefined && { emailVerified }),
  verifyStatus,
  ...(lastSignOn && { lastSignOn }),
  ...(acceptedAgreements !== undefined && { acceptedAgreements }),
  createdAt,
});

/** Replaces a user by a body of the right shape: what the body leaves out is cleared. */
export async function replaceUser(environment: Environment, existing: User, body: Partial<UserBody> & { username: string }): Promise<User> {
  const { identityProvider, ...members } = body;
  const user: User = {
    ...withoutEmpty(members),
    ...kept(existing),
    identityProvider: identityProvider ? await providerOf(environment, identityProvider) : existing.identityProvider,
    updatedAt: nowOf(environment),
  };
  await putUnique(environment.store.users, user, 'username');
  return user;
}

/** What can be changed in a user besides the profile. */
export type UserChange = Partial<Pick<User, 'enabled' | 'mfaEnabled' | 'population' | 'lifecycle' | 'emailVerified'>> & {
  account?: Omit<User['account'], 'canAuthenticate'>;
};

export async function changeUser(environment: Environment, existing: User, { account, ...change }: UserChange): Promise<User> {
  const user = withAccount({
    ...existing,
    ...change,
    account: account ? { canAuthenticate: true, ...account } : existing.account,
    updatedAt: nowOf(environment),
  });
  await environment.store.users.put(user);
  return user;
}

/** Moves a user to another population, and out of the groups of the previous one (docs/fidelity.md, management 6.3). */
export async function moveUser(environment: Environment, existing: User, population: Population): Promise<User> {
  const { store } = environment;
  if (existing.population.id === population.id) return existing;
  for (const membership of await store.memberships.find('member.id', existing.id)) {
    const group = await store.groups.get(membership.group.id);
    if (group?.population?.id === existing.population.id) await store.memberships.take(membership.id);
  }
  return changeUser(environment, existing, { population: { id: population.id } });
}

/** Deletes a user with all that belongs to it: its sessions end, and their refresh tokens with them. */
export async function deleteUser(environment: Environment, id: string): Promise<void> {
  const { store } = environment;
  const [sessions, belongings] = await Promise.all([listSessions(environment, id), belongingsOf(environment, id)]);
  // In one step: a kill leaves all of it or nothing.
  await Promise.all([
    store.users.take(id),
    store.passwords.take(id),
    ...['recovery', 'verification'].map((purpose) => store.userCodes.take(`${purpose} ${id}`)),
    ...sessions.map((session) => endSession(environment, session.id, 'management')),
    ...belongings.map((take) => take()),
  ]);
  // What was added in between.
  await Promise.all((await belongingsOf(environment, id)).map((take) => take()));
}

/** Removes a user's memberships, roles, consents, devices and linked accounts. */
async function belongingsOf({ store }: Environment, id: string): Promise<(() => Promise<unknown>)[]> {
  const [memberships, roles, applicationRoles, consents, devices, linked] = await Promise.all([
    store.memberships.find('member.id', id),
    store.roleAssignments.find('holder.id', id),
    store.applicationRoleAssignments.find('user.id', id),
    store.agreementConsents.find('user.id', id),
    store.devices.find('user.id', id),
    store.linkedAccounts.find('user.id', id),
  ]);
  return [
    ...memberships.map((item) => () => store.memberships.take(item.id)),
    ...roles.map((item) => () => store.roleAssignments.take(item.id)),
    ...applicationRoles.map((item) => () => store.applicationRoleAssignments.take(item.id)),
    ...consents.map((item) => () => store.agreementConsents.take(item.id)),
    ...devices.flatMap((item) => [() => store.devices.take(item.id), () => store.deviceSecrets.take(item.id)]),
    ...linked.map((item) => () => store.linkedAccounts.take(item.id)),
  ];
}

/** Usernames are case-insensitive. */
export async function findUserByUsername({ store }: Environment, username: string): Promise<User | undefined> {
  const [user] = await store.users.find('username', username.toLowerCase());
  return user;
}
