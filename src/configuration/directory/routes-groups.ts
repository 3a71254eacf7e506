import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Group } from '../../environment/model/configuration.js';
import { object, string } from '../../lib/schema/types.js';
import { toCollection } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { planOf, readFilteredPage } from '../http/filtering.js';
import { pageQuery, pagesAround, queryOf } from '../http/paging.js';
import { environmentUrl, ofEnvironment, ofGroup } from '../http/paths.js';
import { filterableGroups } from './filter-attributes.js';
import { groupBody } from './group-schema.js';
import { countAllUsers, countDirectMembers, createGroup, deleteGroup, replaceGroup } from './groups.js';

const path = '/environments/:environmentId/groups';

/** The group of this id, or a 404. */
export async function groupOf({ store }: Environment, id: string): Promise<Group> {
  const group = await store.groups.get(id);
  if (!group) throw notFound();
  return group;
}

/** A group as an answer shows it, alone and inside a membership. */
export const showGroup = async (environment: Environment, group: Group, url: string) => {
  const self = `${url}/groups/${group.id}`;
  const population = group.population && `${url}/populations/${group.population.id}`;
  return {
    ...showItem(group, {
      self,
      environment: url,
      population,
      memberOfGroups: `${self}/memberOfGroups`,
      roleAssignments: `${self}/roleAssignments`,
    }),
    directMemberCounts: await countDirectMembers(environment, group.id),
  };
};

/** Groups (docs/fidelity.md, management 6.6). */
export const groups: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, group: Group) =>
    showGroup(environment, group, environmentUrl(context, request, environment));

  app.get(path, { schema: { params: ofEnvironment, querystring: object({}, { ...pageQuery, filter: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const { filter, ...wanted } = request.query;
    const plan = await planOf(environment, filter, filterableGroups);
    const { items: found, count, ...pages } = await readFilteredPage(environment.store.groups, `${environment.id}/groups`, plan, wanted);
    const items = await Promise.all(found.map((group) => show(request, environment, group)));
    return toCollection('groups', items, {
      self: `${url}/groups${queryOf(request)}`,
      ...pagesAround(request, `${url}/groups`, pages),
      count,
    });
  });

  app.post(path, { schema: { params: ofEnvironment, body: groupBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    return created(reply, await show(request, environment, await createGroup(environment, request.body)));
  });

  app.get(`${path}/:groupId`, { schema: { params: ofGroup, querystring: object({}, { include: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const group = await groupOf(environment, request.params.groupId);
    const total = request.query.include === 'totalMemberCounts' && {
      totalMemberCounts: { users: await countAllUsers(environment, group.id) },
    };
    return { ...(await show(request, environment, group)), ...total };
  });

  app.put(`${path}/:groupId`, { schema: { params: ofGroup, body: groupBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await groupOf(environment, request.params.groupId);
    return show(request, environment, await replaceGroup(environment, existing, request.body));
  });

  app.delete(`${path}/:groupId`, { schema: { params: ofGroup } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await deleteGroup(environment, (await groupOf(environment, request.params.groupId)).id);
    return done(reply);
  });
};
