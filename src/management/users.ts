import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../context.js';
import { customAttributesOf, withUniqueAttributes } from '../domain/custom-attributes.js';
import { groupsOf } from '../domain/groups.js';
import { requirePolicy, setPassword } from '../domain/passwords.js';
import { inTurn } from '../domain/turns.js';
import { createUser, deleteUser, replaceUser, requirePopulation } from '../domain/users.js';
import { PingOneError } from '../pingone/errors.js';
import { filterableUsers } from '../pingone/filter-attributes.js';
import { toCollection } from '../pingone/hal.js';
import { keepingClosed, leavesClosed, type OpenAttributes, withoutClosed } from '../pingone/self-service.js';
import type { User } from '../pingone/user.js';
import { importedUserBody, newUserBody, type UserBody, userBody } from '../pingone/user-schema.js';
import { showListedUser, showUser } from '../pingone/user-view.js';
import { object, string } from '../schema.js';
import { insufficient } from './access.js';
import { created, done, notFound } from './answers.js';
import { accepting, mediaTypeOf } from './bodies.js';
import { planOf, readFilteredPage } from './filtering.js';
import { pageQuery, queryOf } from './paging.js';
import { environmentUrl, ofEnvironment, ofUser } from './paths.js';
import { withinPopulations } from './population-reach.js';
import { userReader } from './user-bodies.js';

const path = '/environments/:environmentId/users';

const readNewUser = userReader(newUserBody);
const readImportedUser = userReader(importedUserBody);
const readUser = userReader(userBody);

/** The user of this id, or a 404. */
export async function userOf({ store }: Environment, id: string): Promise<User> {
  const user = await store.users.get(id);
  if (!user) throw notFound();
  return user;
}

/** Works on a user while nobody else does: of two changes at once, neither is lost. */
export const withUser = <T>(environment: Environment, id: string, work: (user: User) => Promise<T>): Promise<T> =>
  inTurn(environment, `user ${id}`, async () => work(await userOf(environment, id)));

const listQuery = object({}, { ...pageQuery, filter: string });

const create = async (environment: Environment, request: FastifyRequest): Promise<User> => {
  if (mediaTypeOf(request) === 'application/json') {
    const body = await readNewUser(environment, request.body);
    return withUniqueAttributes(environment, body, undefined, () => createUser(environment, body));
  }
  const { password, ...body } = await readImportedUser(environment, request.body);
  // The password is judged before there is a user.
  if (password) await requirePolicy(environment, { population: await requirePopulation(environment, body.population?.id) }, password.value);
  const user = await withUniqueAttributes(environment, body, undefined, () => createUser(environment, body));
  if (password) await setPassword(environment, user.id, password.value, { forceChange: password.forceChange, checkPolicy: false });
  return user;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A user with a patch on it: what the patch leaves out stays, null clears (docs/fidelity.md, management 1.9). */
function merge(user: User, patch: Record<string, unknown>): unknown {
  const merged: Record<string, unknown> = { ...user };
  for (const [name, value] of Object.entries(patch)) {
    const before = user[name];
    merged[name] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return merged;
}

/** A change of a user that leaves the attributes alone that the actor may not change (docs/fidelity.md, management 5.3). */
type Change = (environment: Environment, existing: User, body: unknown, open: OpenAttributes) => Promise<User>;

const replace = (environment: Environment, existing: User, body: UserBody): Promise<User> =>
  withUniqueAttributes(environment, body, existing.id, () => replaceUser(environment, existing, body));

/** A patch is judged together with what is there, by what it says: what was there already is not held against it. */
const patch: Change = async (environment, existing, body, open) => {
  if (!isObject(body)) throw new PingOneError(400, 'INVALID_REQUEST', [], undefined, 'the body is no object');
  const merged = merge(existing, body) as Record<string, unknown>;
  const named = Object.fromEntries(Object.keys(body).map((name) => [name, merged[name]]));
  if (!leavesClosed(named, existing, open, await addedNames(environment))) throw insufficient();
  return replace(environment, existing, await readUser(environment, merged, body));
};

const put: Change = async (environment, existing, body, open) => {
  const added = await addedNames(environment);
  if (!leavesClosed(body, existing, open, added)) throw insufficient();
  return replace(environment, existing, await readUser(environment, keepingClosed(body, existing, open, added)));
};

/** What the groups of a user are called, where the query asks (docs/fidelity.md, management 1.8). */
async function includedGroups(environment: Environment, userId: string, include: string | undefined): Promise<object> {
  const wanted = (include ?? '').split(',');
  const [ids, names] = [wanted.includes('memberOfGroupIDs'), wanted.includes('memberOfGroupNames')];
  if (!ids && !names) return {};
  const groups = await groupsOf(environment, userId);
  return {
    ...(ids && { memberOfGroupIDs: groups.map(({ id }) => id) }),
    ...(names && { memberOfGroupNames: groups.map(({ name }) => name) }),
  };
}

/** The names of what the environment has added to its users: answers show it after PingOne's own. */
export const addedNames = async (environment: Environment): Promise<string[]> =>
  (await customAttributesOf(environment)).map(({ name }) => name);

/** Users (docs/fidelity.md, management 6.3 and 6.4). */
export const users: Endpoint = (app, context) => {
  app.get(path, { schema: { params: ofEnvironment, querystring: listQuery } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const { filter, ...wanted } = request.query;
    const names = await addedNames(environment);
    const plan = withinPopulations(
      await planOf(environment, filter, filterableUsers({ customAttributes: names, parts: context.settings.filterParts })),
      request.populations,
    );
    const { items: found, cursor, count } = await readFilteredPage(environment.store.users, `${environment.id}/users`, plan, wanted);
    const items = found.map((user) => showListedUser(user, url, names));
    return toCollection('users', items, {
      self: `${url}/users${queryOf(request)}`,
      next: cursor === undefined ? undefined : `${url}/users${queryOf(request, cursor)}`,
      count,
    });
  });

  const creates = accepting({ 'application/json': newUserBody, 'user.import': importedUserBody });
  app.post(path, { schema: { params: ofEnvironment }, config: creates }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const user = await create(environment, request);
    return created(reply, showUser(user, environmentUrl(context, request, environment), await addedNames(environment)));
  });

  app.get(`${path}/:userId`, { schema: { params: ofUser, querystring: object({}, { include: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, request.params.userId);
    const added = await addedNames(environment);
    const shown = withoutClosed(showUser(user, environmentUrl(context, request, environment), added), request.openAttributes, added);
    return { ...shown, ...(await includedGroups(environment, user.id, request.query.include)) };
  });

  for (const [method, schema, change] of [
    ['PUT', userBody, put],
    ['PATCH', { ...userBody, required: [] }, patch],
  ] as const)
    app.route({
      method,
      url: `${path}/:userId`,
      schema: { params: ofUser },
      config: { bodies: { 'application/json': schema } },
      handler: async (request) => {
        const environment = environmentOf(context, request);
        const { userId } = request.params as { userId: string };
        const user = await withUser(environment, userId, (existing) => change(environment, existing, request.body, request.openAttributes));
        const added = await addedNames(environment);
        return withoutClosed(showUser(user, environmentUrl(context, request, environment), added), request.openAttributes, added);
      },
    });

  app.delete(`${path}/:userId`, { schema: { params: ofUser } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await withUser(environment, request.params.userId, ({ id }) => deleteUser(environment, id));
    return done(reply);
  });
};
