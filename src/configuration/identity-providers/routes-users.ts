import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { LinkedAccount } from '../../environment/model/identity-providers.js';
import type { MappedAttribute } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { object, oneOf, reference, uuid } from '../../lib/schema/types.js';
import { isObject, membersOf } from '../../lib/unknown.js';
import { toLinks } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { unknownReference } from '../../pingone/pingone-error.js';
import { userOf, withUser } from '../directory/users.js';
import { created } from '../http/answers.js';
import { accepting, bodyReader } from '../http/bodies.js';
import { environmentUrl, idOf, idsIn } from '../http/paths.js';
import { resource } from '../http/resource.js';
import { nowOf } from '../items.js';
import { putLinkedAccount, updateFromProvider } from './linked-accounts.js';
import { isReservedTarget, providerTypes } from './schema.js';

const userPath = '/environments/:environmentId/users/:userId';
const collectionPath = `${userPath}/linkedAccounts`;

const readLink = bodyReader(
  object(
    { identityProvider: reference, externalId: { type: 'string', minLength: 1, maxLength: 1024 } as const },
    { attributes: { type: 'object' } as const },
  ),
);

/** The attributes of a body: each with its value, and whether it replaces another. */
const attributesOf = (attributes: unknown): MappedAttribute[] =>
  Object.entries(membersOf(attributes)).flatMap(([name, given]) =>
    isObject(given) && given.value !== undefined && !isReservedTarget(name)
      ? [{ name, value: given.value, update: given.update === 'ALWAYS' ? 'ALWAYS' : 'EMPTY_ONLY' }]
      : [],
  );

/** A user's accounts at external identity providers (docs/fidelity.md, management 7.11). */
export const linkedAccounts: Endpoint = (app, context) => {
  const show = (account: LinkedAccount, environment: string) => {
    const user = `${environment}/users/${account.user.id}`;
    return showItem(account, { self: `${user}/linkedAccounts/${account.id}`, environment, user });
  };
  const { list, read, remove } = resource(app, context, {
    path: `${collectionPath}/:itemId`,
    parent: userOf,
    items: ({ environment: { store }, parent }) => store.linkedAccounts.find('user.id', parent.id),
    show: (account, { environment }) => show(account, environment),
  });
  list();
  read();
  remove(async ({ environment }, { id }) => void (await environment.store.linkedAccounts.take(id)));

  const config = accepting({ 'account.link': readLink.schema });
  app.post(collectionPath, { schema: { params: idsIn(collectionPath) }, config }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, idOf(request, 'userId'));
    const { identityProvider, externalId, attributes } = readLink(request.body);
    const provider = await environment.store.identityProviders.get(identityProvider.id.toLowerCase());
    if (!provider) throw unknownReference('identityProvider.id');
    const account = await putLinkedAccount(environment, user, { providerId: provider.id, externalId });
    await updateFromProvider(environment, user, attributesOf(attributes), undefined);
    return created(reply, show(account, environmentUrl(context, request, environment)));
  });
};

const ownProviderBody = object({}, { id: uuid, type: oneOf('PING_ONE', ...providerTypes) });

/** Who answers for a user: PingOne, or an external identity provider (docs/fidelity.md, management 7.11). */
export const userIdentityProvider: Endpoint = (app, context) => {
  const path = `${userPath}/identityProvider`;
  const params = idsIn(path);
  const show = (request: FastifyRequest, environment: Environment, { id, identityProvider }: User) => {
    const user = `${environmentUrl(context, request, environment)}/users/${id}`;
    return { _links: toLinks({ self: `${user}/identityProvider`, user }), ...identityProvider };
  };
  app.get(path, { schema: { params } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await userOf(environment, idOf(request, 'userId')));
  });
  app.put(path, { schema: { params, body: ownProviderBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const { store } = environment;
    const id = request.body.id?.toLowerCase();
    const provider = id === undefined ? undefined : await store.identityProviders.get(id);
    if (id !== undefined && !provider) throw unknownReference('id');
    const changed = await withUser(environment, idOf(request, 'userId'), async (user) => {
      const identityProvider = provider ? { id: provider.id, type: provider.type } : { type: 'PING_ONE' };
      const next: User = { ...user, identityProvider, updatedAt: nowOf(environment) };
      await store.users.put(next);
      return next;
    });
    return show(request, environment, changed);
  });
};
