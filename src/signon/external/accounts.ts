import { readCustomAttributes, withUniqueAttributes } from '../../configuration/directory/custom-attributes.js';
import { type UserBody, userBody } from '../../configuration/directory/user-schema.js';
import { createUser, findUserByUsername } from '../../configuration/directory/users.js';
import { isReservedTarget } from '../../configuration/identity-providers/schema.js';
import { newMembers, putUnique } from '../../configuration/items.js';
import type { Environment } from '../../environment/context.js';
import type { Exchange } from '../../environment/journal/exchange.js';
import type { IdentityProvider, IdentityProviderAttribute } from '../../environment/model/identity-providers.js';
import type { ExternalAccount, MappedAttribute } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { recordUserActivity } from '../../environment/record-activity.js';
import { serialize } from '../../environment/serialize.js';
import { compileShape } from '../../lib/schema/compile.js';
import type { Members } from '../../lib/unknown.js';
import { ExpressionError } from '../../pingone/expressions/error.js';
import { parseTemplate } from '../../pingone/expressions/expression.js';
import { attributeOf, withValue } from '../policy-actions.js';

/** Users and their accounts at external providers (docs/fidelity.md, 7.8). */

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

/** A value as the profile can hold it. */
const profileValue = (value: unknown): unknown => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value);

/** The value of one mapping; undefined, with a line in the log, where its expression fails. */
function evaluate(environment: Environment, { name, value }: IdentityProviderAttribute, providerAttributes: Members): unknown {
  try {
    return parseTemplate(value).evaluate({ providerAttributes }, environment.clock.now());
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { log, id: environmentId } = environment;
    log.warn(
      { event: 'expression', environmentId, attribute: name, value, reason: error.message },
      `${name} gets no value from the provider: ${error.message}`,
    );
    return undefined;
  }
}

const readProfile = compileShape({ ...userBody, required: [] });

/** What of some values a profile can hold, and the names of those that it cannot. */
async function profileOf(
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

/** The attributes of a user that a provider's answer gives, by the provider's mappings. */
export async function mappedAttributesOf(
  environment: Environment,
  provider: IdentityProvider,
  answer: Members,
): Promise<MappedAttribute[]> {
  const mappings = await environment.store.identityProviderAttributes.find('identityProvider.id', provider.id);
  const values = mappings
    .filter(({ name }) => !isReservedTarget(name))
    .map((mapping) => ({ name: mapping.name, update: mapping.update, value: profileValue(evaluate(environment, mapping, answer)) }))
    .filter(({ value }) => !isEmpty(value));
  const { refused } = await profileOf(environment, values);
  if (refused.length > 0) {
    const { log, id: environmentId } = environment;
    const reason = `the profile cannot hold what the provider ${provider.name} sends as ${refused.join(', ')}`;
    log.warn({ event: 'attributes', environmentId, provider: provider.name, attributes: refused }, reason);
  }
  return values.filter(({ name }) => !refused.includes(name.split('.', 1)[0] as string));
}

/** The user that a person's account at a provider is linked to. */
export async function findLinkedUser({ store }: Environment, providerId: string, externalId: string): Promise<User | undefined> {
  const [account] = await store.linkedAccounts.find('provider and externalId', `${providerId} ${externalId}`);
  return account && store.users.get(account.user.id);
}

/** A user whose name or address is the one that a provider sends: it may be the same person. */
export async function findMatchingUser(environment: Environment, attributes: readonly MappedAttribute[]): Promise<User | undefined> {
  const textOf = (name: string): string => String(attributes.find((attribute) => attribute.name === name)?.value ?? '');
  const [username, email] = [textOf('username'), textOf('email')];
  const named = username === '' ? undefined : await findUserByUsername(environment, username);
  return named ?? (email === '' ? undefined : (await environment.store.users.find('email', email.toLowerCase()))[0]);
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

/** Links a user to an account at a provider, and takes over what the provider sends. */
export async function linkAccount(
  environment: Environment,
  user: User,
  { providerId, externalId, attributes }: ExternalAccount,
  exchange?: Exchange,
): Promise<User> {
  await putUnique(
    environment.store.linkedAccounts,
    { ...newMembers(environment), user: { id: user.id }, identityProvider: { id: providerId }, externalId },
    'externalId',
  );
  recordUserActivity(environment, user, {
    type: 'LINKED_ACCOUNT.CREATED',
    description: `Linked User ${user.username} to an account of an identity provider`,
    isActor: true,
    exchange,
  });
  return updateFromProvider(environment, user, attributes, exchange);
}

/** Creates the user of an account at a provider, linked to it. One in the provider's own population is managed by the provider. */
export async function createLinkedUser(
  environment: Environment,
  provider: IdentityProvider,
  account: ExternalAccount,
  { populationId, exchange }: { readonly populationId: string | undefined; readonly exchange: Exchange | undefined },
): Promise<User> {
  const { profile } = await profileOf(environment, account.attributes);
  const { identityProvider: _, ...body } = profile as UserBody;
  const isManaged = provider.registration?.population?.id !== undefined;
  const user = await withUniqueAttributes(environment, profile, undefined, () =>
    createUser(environment, {
      ...body,
      ...(populationId !== undefined && { population: { id: populationId } }),
      ...(isManaged && { identityProvider: { id: provider.id, type: provider.type as 'OPENID_CONNECT' } }),
    }),
  );
  recordUserActivity(environment, user, { type: 'USER.CREATED', description: `Created User ${user.username}`, isActor: true, exchange });
  return linkAccount(environment, user, account, exchange);
}
