import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Group } from '../../environment/model/configuration.js';
import { type Infer, object, reference, string } from '../../lib/schema/types.js';
import { toCollection, toLinks } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, insufficientPermissions, notFound, unknownReference } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { pageById, pagesAround, pagingQuery, queryOf } from '../http/paging.js';
import { environmentUrl, ofGroup, ofGroupItem, ofUser, ofUserItem } from '../http/paths.js';
import { dynamicGroupsOf } from './dynamic-groups.js';
import { addUser, type GroupMembership, groupOf, membershipsOf, nestGroup, showGroup } from './groups.js';
import { userOf } from './users.js';

const ofUsers = '/environments/:environmentId/users/:userId/memberOfGroups';
const ofGroups = '/environments/:environmentId/groups/:groupId/memberOfGroups';
const query = object({}, { expand: string });
const listQuery = object({}, { ...pagingQuery, expand: string });

type ListQuery = Infer<typeof listQuery>;

/** The group in a body. */
const namedGroup = async ({ store }: Environment, { id }: { id: string }): Promise<Group> => {
  const group = await store.groups.get(id.toLowerCase());
  if (!group) throw unknownReference('id');
  return group;
};

/** The groups of users and of groups (docs/fidelity.md, management 6.6). */
export const groupMemberships: Endpoint = (app, context) => {
  interface Member {
    readonly folder: 'users' | 'groups';
    readonly id: string;
  }
  const show = async (
    request: FastifyRequest,
    environment: Environment,
    { folder, id }: Member,
    { group, type }: GroupMembership,
    expand?: string,
  ) => {
    const url = environmentUrl(context, request, environment);
    const member = `${url}/${folder}/${id}`;
    const user = folder === 'users' ? member : undefined;
    return {
      _links: toLinks({ self: `${member}/memberOfGroups/${group.id}`, user, environment: url, group: `${url}/groups/${group.id}` }),
      id: group.id,
      environment: { id: environment.id },
      name: group.name,
      type,
      ...(expand === 'group' && { _embedded: { group: await showGroup(environment, group, url) } }),
    };
  };
  const list = async (request: FastifyRequest, environment: Environment, member: Member, query: ListQuery) => {
    const all = (await membershipsOf(environment, member.id)).map((membership) => ({ id: membership.group.id, membership }));
    const paged = query.limit !== undefined || query.cursor !== undefined;
    const sorted = paged ? all.sort((a, b) => (a.id < b.id ? -1 : 1)) : all;
    const { items: found, ...pages } = paged ? pageById(sorted, `${environment.id}/${member.id}/memberOfGroups`, query) : { items: sorted };
    const items = await Promise.all(found.map(({ membership }) => show(request, environment, member, membership, query.expand)));
    const self = `${environmentUrl(context, request, environment)}/${member.folder}/${member.id}/memberOfGroups`;
    return toCollection('groupMemberships', items, {
      self: `${self}${queryOf(request)}`,
      ...pagesAround(request, self, pages),
      count: all.length,
    });
  };
  const read = async (request: FastifyRequest, environment: Environment, member: Member, groupId: string, expand?: string) => {
    const membership = (await membershipsOf(environment, member.id)).find(({ group }) => group.id === groupId);
    if (!membership) throw notFound();
    return show(request, environment, member, membership, expand);
  };
  /** Only direct memberships can be removed. */
  const remove = async (environment: Environment, memberId: string, groupId: string): Promise<void> => {
    const { store } = environment;
    const [membership] = await store.memberships.find('pair', `${groupId} ${memberId}`);
    const dynamic = !membership && (await dynamicGroupsOf(environment, memberId)).some(({ id }) => id === groupId);
    if (dynamic) throw constraint(texts.groupDynamic.text);
    if (!membership || !(await store.memberships.take(membership.id))) throw notFound();
  };
  const userMember = async (environment: Environment, id: string): Promise<Member> => ({
    folder: 'users',
    id: (await userOf(environment, id)).id,
  });
  const groupMember = async (environment: Environment, id: string): Promise<Member> => ({
    folder: 'groups',
    id: (await groupOf(environment, id)).id,
  });

  app.get(ofUsers, { schema: { params: ofUser, querystring: listQuery } }, async (request) => {
    const environment = environmentOf(context, request);
    return list(request, environment, await userMember(environment, request.params.userId), request.query);
  });
  app.post(ofUsers, { schema: { params: ofUser, body: reference } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const user = await userOf(environment, request.params.userId);
    const group = await namedGroup(environment, request.body);
    const administers = (await environment.store.roleAssignments.find('holder.id', group.id)).length > 0;
    if (administers && request.actor.userId === user.id) throw insufficientPermissions(texts.groupAdmin.text);
    await addUser(environment, group, user);
    return created(reply, await show(request, environment, { folder: 'users', id: user.id }, { group, type: 'DIRECT' }));
  });
  app.get(`${ofUsers}/:itemId`, { schema: { params: ofUserItem, querystring: query } }, async (request) => {
    const environment = environmentOf(context, request);
    const { userId, itemId } = request.params;
    return read(request, environment, await userMember(environment, userId), itemId, request.query.expand);
  });
  app.delete(`${ofUsers}/:itemId`, { schema: { params: ofUserItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { userId, itemId } = request.params;
    await remove(environment, (await userMember(environment, userId)).id, itemId);
    return done(reply);
  });

  app.get(ofGroups, { schema: { params: ofGroup, querystring: listQuery } }, async (request) => {
    const environment = environmentOf(context, request);
    return list(request, environment, await groupMember(environment, request.params.groupId), request.query);
  });
  app.post(ofGroups, { schema: { params: ofGroup, body: reference } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const group = await groupOf(environment, request.params.groupId);
    const into = await namedGroup(environment, request.body);
    await nestGroup(environment, group, into);
    return created(reply, await show(request, environment, { folder: 'groups', id: group.id }, { group: into, type: 'DIRECT' }));
  });
  app.get(`${ofGroups}/:itemId`, { schema: { params: ofGroupItem, querystring: query } }, async (request) => {
    const environment = environmentOf(context, request);
    const { groupId, itemId } = request.params;
    return read(request, environment, await groupMember(environment, groupId), itemId, request.query.expand);
  });
  app.delete(`${ofGroups}/:itemId`, { schema: { params: ofGroupItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { groupId, itemId } = request.params;
    await remove(environment, (await groupMember(environment, groupId)).id, itemId);
    return done(reply);
  });
};
