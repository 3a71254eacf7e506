import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../context.js';
import { compileShape } from '../core/shape.js';
import { requirePolicy, setPassword } from '../domain/passwords.js';
import { inTurn } from '../domain/turns.js';
import { createUser, deleteUser, replaceUser, requirePopulation } from '../domain/users.js';
import { refuseBody } from '../pingone/faults.js';
import { filterableUsers } from '../pingone/filter-attributes.js';
import { toCollection } from '../pingone/hal.js';
import type { User } from '../pingone/user.js';
import { importedUserBody, newUserBody, type UserBody, userBody } from '../pingone/user-schema.js';
import { showListedUser, showUser } from '../pingone/user-view.js';
import { object, string } from '../schema.js';
import { created, done, notFound } from './answers.js';
import { actions, bodyReader, mediaTypeOf } from './bodies.js';
import { planOf, readFilteredPage } from './filtering.js';
import { pageQuery, queryOf } from './paging.js';
import { environmentUrl, ofEnvironment, ofUser } from './paths.js';
import { withinPopulations } from './population-reach.js';

const path = '/environments/:environmentId/users';

const readNewUser = bodyReader(newUserBody);
const readImportedUser = bodyReader(importedUserBody);
const checkUser = compileShape(userBody);

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
  if (mediaTypeOf(request) === 'application/json') return createUser(environment, readNewUser(request.body));
  const { password, ...body } = readImportedUser(request.body);
  // The password is judged before there is a user.
  if (password) await requirePolicy(environment, { population: await requirePopulation(environment, body.population?.id) }, password.value);
  const user = await createUser(environment, body);
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

/** The merged body, judged by what the patch says: what was there already is not held against it. */
function readPatch(user: User, patch: Record<string, unknown>): Partial<UserBody> & { username: string } {
  const { value, faults } = checkUser(merge(user, patch));
  const own = faults.filter(({ path: [member] }) => Object.hasOwn(patch, String(member)));
  if (own.length > 0) throw refuseBody(own);
  return value as UserBody;
}

/** Users (docs/fidelity.md, management 6.3 and 6.4). */
export const users: Endpoint = (app, context) => {
  app.get(path, { schema: { params: ofEnvironment, querystring: listQuery } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const { filter, ...wanted } = request.query;
    const plan = withinPopulations(await planOf(environment, filter, filterableUsers()), request.populations);
    const { items: found, cursor, count } = await readFilteredPage(environment.store.users, `${environment.id}/users`, plan, wanted);
    const items = found.map((user) => showListedUser(user, url));
    return toCollection('users', items, {
      self: `${url}/users${queryOf(request)}`,
      next: cursor === undefined ? undefined : `${url}/users${queryOf(request, cursor)}`,
      count,
    });
  });

  const accepts = ['application/json', ...actions('user.import')];
  app.post(path, { schema: { params: ofEnvironment }, config: { accepts } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const user = await create(environment, request);
    return created(reply, showUser(user, environmentUrl(context, request, environment)));
  });

  app.get(`${path}/:userId`, { schema: { params: ofUser } }, async (request) => {
    const environment = environmentOf(context, request);
    return showUser(await userOf(environment, request.params.userId), environmentUrl(context, request, environment));
  });

  app.put(`${path}/:userId`, { schema: { params: ofUser, body: userBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await withUser(environment, request.params.userId, (existing) => replaceUser(environment, existing, request.body));
    return showUser(user, environmentUrl(context, request, environment));
  });

  app.patch(`${path}/:userId`, { schema: { params: ofUser, body: { type: 'object' } as const } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await withUser(environment, request.params.userId, (existing) =>
      replaceUser(environment, existing, readPatch(existing, request.body as Record<string, unknown>)),
    );
    return showUser(user, environmentUrl(context, request, environment));
  });

  app.delete(`${path}/:userId`, { schema: { params: ofUser } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await withUser(environment, request.params.userId, ({ id }) => deleteUser(environment, id));
    return done(reply);
  });
};
