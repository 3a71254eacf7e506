import { withUniqueAttributes } from '../../configuration/directory/custom-attributes.js';
import type { UserBody } from '../../configuration/directory/user-schema.js';
import { createUser, findUserByUsername } from '../../configuration/directory/users.js';
import { linkAccount, profileOf } from '../../configuration/identity-providers/linked-accounts.js';
import { isReservedTarget } from '../../configuration/identity-providers/schema.js';
import type { Environment } from '../../environment/context.js';
import type { Exchange } from '../../environment/journal/exchange.js';
import type { IdentityProvider, IdentityProviderAttribute } from '../../environment/model/identity-providers.js';
import type { ExternalAccount, MappedAttribute } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { recordUserActivity } from '../../environment/record-activity.js';
import type { Members } from '../../lib/unknown.js';
import { ExpressionError } from '../../pingone/expressions/error.js';
import { parseTemplate } from '../../pingone/expressions/expression.js';

/** Users and their accounts at external providers (docs/fidelity.md, 7.8). */

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

/** A value as the profile can hold it. */
const profileValue = (value: unknown): unknown => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value);

/** The value of one mapping; undefined, with a line in the log, if its expression fails. */
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

/** A user whose name or address is the one that a provider sends: they may be the same person. */
export async function findMatchingUser(environment: Environment, attributes: readonly MappedAttribute[]): Promise<User | undefined> {
  const textOf = (name: string): string => String(attributes.find((attribute) => attribute.name === name)?.value ?? '');
  const [username, email] = [textOf('username'), textOf('email')];
  const named = username === '' ? undefined : await findUserByUsername(environment, username);
  return named ?? (email === '' ? undefined : (await environment.store.users.find('email', email.toLowerCase()))[0]);
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
