import type { Environment } from '../../environment/context.js';
import type { Exchange } from '../../environment/journal/exchange.js';
import type { LinkedAccount } from '../../environment/model/identity-providers.js';
import type { ExternalAccount, MappedAttribute } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { recordUserActivity } from '../../environment/record-activity.js';
import { serialize } from '../../environment/serialize.js';
import { compileShape } from '../../lib/schema/compile.js';
import { attributeOf, withValue } from '../directory/attribute-paths.js';
import { readCustomAttributes, withUniqueAttributes } from '../directory/custom-attributes.js';
import { userBody } from '../directory/user-schema.js';
import { newMembers, putUnique } from '../items.js';

/** Users' accounts at external identity providers, and the data that these send (docs/fidelity.md, 7.8). */

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

const readProfile = compileShape({ ...userBody, required: [] });

/** The values that a profile can hold, and the names of those that it cannot. */
export async function profileOf(
  environment: Environment,
  values: readonly MappedAttribute[],
): Promise<{ profile: Readonly<Record<string, unknown>>; refused: readonly string[] }> {
  const body = values.reduce<Record<string, unknown>>((made, { name, value }) => withValue(made, name, value), {});
  const { value, problems } = readProfile(body);
  const custom = await readCustomAttributes(environment, body);
  const wrong = new Set([...problems, ...custom.problems].filter(({ kind }) => kind !== 'missing').map(({ path }) => String(path[0])));
  const profile = Object.fromEntries(Object.entries({ ...(value as object), ...custom.value }).filter(([name]) => !wrong.has(name)));
  return { profile, refused: [...wrong] };
}

/** The user that a person's account at a provider is linked to. */
export async function findLinkedUser({ store }: Environment, providerId: string, externalId: string): Promise<User | undefined> {
  const [account] = await store.linkedAccounts.find('provider and externalId', `${providerId} ${externalId}`);
  return account && store.users.get(account.user.id);
}

/** Takes over what a provider sends: ALWAYS, or EMPTY_ONLY where the profile has no value. */
export async function updateFromProvider(
  environment: Environment,
  { id }: User,
  attributes: readonly MappedAttribute[],
  exchange: Exchange | undefined,
): Promise<User> {
  const { store, clock } = environment;
  const [changed, hasChanged] = await serialize(environment, `user ${id}`, async () => {
    const user = (await store.users.get(id)) as User;
    const taken = attributes.filter(({ name, update, value }) =>
      update === 'ALWAYS' ? attributeOf(user, name) !== value : isEmpty(attributeOf(user, name)),
    );
    const { profile } = await profileOf(environment, taken);
    const kept = taken.filter(({ name }) => attributeOf(profile as unknown as User, name) !== undefined);
    if (kept.length === 0) return [user, false] as const;
    const next = kept.reduce<Record<string, unknown>>((made, { name, value }) => withValue(made, name, value), { ...user });
    const updated = { ...(next as unknown as User), updatedAt: new Date(clock.now()).toISOString() };
    await withUniqueAttributes(environment, profile, id, () => putUnique(store.users, updated, 'username'));
    return [updated, true] as const;
  });
  if (hasChanged)
    recordUserActivity(environment, changed, { type: 'USER.UPDATED', description: `Updated User ${changed.username}`, exchange });
  return changed;
}

/** Links a user to an account at a provider, which no other user may have. */
export async function putLinkedAccount(
  environment: Environment,
  user: User,
  { providerId, externalId }: Pick<ExternalAccount, 'providerId' | 'externalId'>,
): Promise<LinkedAccount> {
  const account: LinkedAccount = {
    ...newMembers(environment),
    user: { id: user.id },
    identityProvider: { id: providerId },
    externalId,
  };
  await putUnique(environment.store.linkedAccounts, account, 'externalId');
  return account;
}

/** Links a user to an account at a provider, and takes over what the provider sends. */
export async function linkAccount(
  environment: Environment,
  user: User,
  { providerId, externalId, attributes }: ExternalAccount,
  exchange?: Exchange,
): Promise<User> {
  await putLinkedAccount(environment, user, { providerId, externalId });
  recordUserActivity(environment, user, {
    type: 'LINKED_ACCOUNT.CREATED',
    description: `Linked User ${user.username} to an account of an identity provider`,
    isActor: true,
    exchange,
  });
  return updateFromProvider(environment, user, attributes, exchange);
}
