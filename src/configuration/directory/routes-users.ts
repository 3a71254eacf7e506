import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { User } from '../../environment/model/user.js';
import { object, string } from '../../lib/schema/types.js';
import { textMember } from '../../lib/unknown.js';
import { created, done } from '../http/answers.js';
import { accepting, mediaTypeOf } from '../http/bodies.js';
import { planOf } from '../http/filtering.js';
import { keepViews } from '../http/kept-views.js';
import { environmentUrl, ofEnvironment, ofUser } from '../http/paths.js';
import { filteredPageQuery, showFilteredPage } from '../http/resource.js';
import { addedNames, withUniqueAttributes } from './custom-attributes.js';
import { filterableUsers } from './filterable.js';
import { groupsOf } from './groups.js';
import { requirePolicy } from './passwords.js';
import { usersWithinReach } from './populations.js';
import { opensAll, withoutClosed } from './self-service.js';
import { answerUser } from './user-answer.js';
import { patchUser, putUser, userReader } from './user-changes.js';
import { importedUserBody, newUserBody, userBody } from './user-schema.js';
import { showListedUser } from './user-view.js';
import { createUser, deleteUser, requirePopulation, userOf, withUser } from './users.js';

const path = '/environments/:environmentId/users';

const viewOfListed = keepViews(showListedUser);

const readNewUser = userReader(newUserBody);
const readImportedUser = userReader(importedUserBody);

const create = async (environment: Environment, request: FastifyRequest): Promise<User> => {
  if (mediaTypeOf(request) === 'application/json') {
    const body = await readNewUser(environment, request.body);
    return withUniqueAttributes(environment, body, undefined, () => createUser(environment, body));
  }
  const { password, ...body } = await readImportedUser(environment, request.body);
  // The password is checked before the user is created.
  if (password) await requirePolicy(environment, { population: await requirePopulation(environment, body.population?.id) }, password.value);
  const given = password && { value: password.value, ...(password.forceChange && { forceChange: true }) };
  return withUniqueAttributes(environment, body, undefined, () => createUser(environment, body, given));
};

/** The ids and names of a user's groups, where the query asks for them (docs/fidelity.md, management 1.8). */
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

/** Users (docs/fidelity.md, management 6.3 and 6.4). */
export const users: Endpoint = (app, context) => {
  app.get(path, { schema: { params: ofEnvironment, querystring: filteredPageQuery } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const names = await addedNames(environment);
    const filterable = filterableUsers({ customAttributes: names, parts: context.settings.filterParts });
    return showFilteredPage(request, environment, {
      url: `${url}/users`,
      collection: environment.store.users,
      plan: usersWithinReach(await planOf(environment, request.query.filter, filterable), request.populations),
      show: (user) => viewOfListed(user, url, names),
    });
  });

  const creates = accepting({ 'application/json': newUserBody, 'user.import': importedUserBody });
  app.post(path, { schema: { params: ofEnvironment }, config: creates }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const user = await create(environment, request);
    return created(reply, await answerUser(environment, user, environmentUrl(context, request, environment)));
  });

  app.get(`${path}/:userId`, { schema: { params: ofUser, querystring: object({}, { include: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, request.params.userId);
    const added = await addedNames(environment);
    const shown = withoutClosed(
      await answerUser(environment, user, environmentUrl(context, request, environment)),
      request.openAttributes,
      added,
    );
    const include = opensAll(request.openAttributes) ? request.query.include : undefined;
    return { ...shown, ...(await includedGroups(environment, user.id, include)) };
  });

  for (const [method, schema, change] of [
    ['PUT', userBody, putUser],
    ['PATCH', { ...userBody, required: [] }, patchUser],
  ] as const)
    app.route({
      method,
      url: `${path}/:userId`,
      schema: { params: ofUser },
      config: { bodies: { 'application/json': schema } },
      handler: async (request) => {
        const environment = environmentOf(context, request);
        const userId = textMember(request.params, 'userId') ?? '';
        const user = await withUser(environment, userId, (existing) => change(environment, existing, request.body, request.openAttributes));
        const added = await addedNames(environment);
        return withoutClosed(
          await answerUser(environment, user, environmentUrl(context, request, environment)),
          request.openAttributes,
          added,
        );
      },
    });

  app.delete(`${path}/:userId`, { schema: { params: ofUser } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await withUser(environment, request.params.userId, ({ id }) => deleteUser(environment, id));
    return done(reply);
  });
};
