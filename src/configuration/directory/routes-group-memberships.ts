import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Group } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { object, reference, string } from '../../lib/schema/types.js';
import { toCollection, toLinks } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, insufficientPermissions, notFound, unknownReference } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { equal, exact, filterable } from '../http/filterable.js';
import { planOf } from '../http/filtering.js';
import { pageById, pagesAround, pagingQuery, queryOf } from '../http/paging.js';
import { addressOf, environmentUrl, idOf, idsIn, namesIn } from '../http/paths.js';
import { dynamicGroupsOf } from './dynamic-groups.js';
import { addUser, type GroupMembership, groupOf, membershipsOf, nestGroup, showGroup } from './groups.js';
import { userOf } from './users.js';

const query = object({}, { expand: string });
const listQuery = object({}, { ...pagingQuery, expand: string, filter: string });

const filterableMemberships = filterable<GroupMembership & { readonly id: string }>([
  ['id', equal, exact],
  ['type', equal],
]);

/** The group in a body. */
const namedGroup = async ({ store }: Environment, { id }: { id: string }): Promise<Group> => {
  const group = await store.groups.get(id.toLowerCase());
  if (!group) throw unknownReference('id');
  return group;
};

/** Adds a user to a group. Administrators cannot add themselves to a group with roles (docs/fidelity.md, management 6.6). */
async function join(environment: Environment, user: User, group: Group, { actor }: FastifyRequest): Promise<void> {
  const administers = (await environment.store.roleAssignments.find('holder.id', group.id)).length > 0;
  if (administers && actor.userId === user.id) throw insufficientPermissions(texts.groupAdmin.text);
  await addUser(environment, group, user);
}

/** Ends a membership, which only a direct one can. */
async function leave(environment: Environment, memberId: string, groupId: string): Promise<void> {
  const { store } = environment;
  const [membership] = await store.memberships.find('pair', `${groupId} ${memberId}`);
  const dynamic = !membership && (await dynamicGroupsOf(environment, memberId)).some(({ id }) => id === groupId);
  if (dynamic) throw constraint(texts.groupDynamic.text);
  if (!membership || !(await store.memberships.take(membership.id))) throw notFound();
}

/** The routes of one kind of member: the path of the member, how it is found, and how it gets into a group. */
const membershipsOfMembers =
  <M extends { readonly id: string }>(
    member: 'users/:userId' | 'groups/:groupId',
    find: (environment: Environment, id: string) => Promise<M>,
    add: (environment: Environment, member: M, group: Group, request: FastifyRequest) => Promise<void>,
  ): Endpoint =>
  (app, context) => {
    const path = `/environments/:environmentId/${member}/memberOfGroups`;
    const params = { list: idsIn(path), item: idsIn(`${path}/:itemId`) };
    const open = async (request: FastifyRequest) => {
      const environment = environmentOf(context, request);
      return { environment, member: await find(environment, idOf(request, namesIn(member)[0] as string)) };
    };
    const show = async (request: FastifyRequest, environment: Environment, { group, type }: GroupMembership, expand?: string) => {
      const url = environmentUrl(context, request, environment);
      const self = addressOf(context, request, path);
      const user = member.startsWith('users') ? self.slice(0, self.lastIndexOf('/')) : undefined;
      const { population } = group;
      return {
        _links: toLinks({
          self: `${self}/${group.id}`,
          user,
          environment: url,
          group: `${url}/groups/${group.id}`,
          population: population && `${url}/populations/${population.id}`,
        }),
        id: group.id,
        environment: { id: environment.id },
        ...(population && { population: { id: population.id } }),
        name: group.name,
        type,
        ...(expand === 'group' && { _embedded: { group: await showGroup(environment, group, url) } }),
      };
    };

    app.get(path, { schema: { params: params.list, querystring: listQuery } }, async (request) => {
      const {
        environment,
        member: { id },
      } = await open(request);
      const { expand, filter, ...wanted } = request.query;
      const plan = await planOf(environment, filter, filterableMemberships);
      const found = (await membershipsOf(environment, id)).map((membership) => ({ id: membership.group.id, ...membership }));
      const all = plan ? found.filter(plan.fits) : found;
      const paged = wanted.limit !== undefined || wanted.cursor !== undefined;
      const { items, ...pages } = paged
        ? pageById(
            all.sort((a, b) => (a.id < b.id ? -1 : 1)),
            `${environment.id}/${id}/memberOfGroups`,
            wanted,
          )
        : { items: all };
      const shown = await Promise.all(items.map((membership) => show(request, environment, membership, expand)));
      const self = addressOf(context, request, path);
      return toCollection('groupMemberships', shown, {
        self: `${self}${queryOf(request)}`,
        ...pagesAround(request, self, pages),
        count: all.length,
      });
    });

    app.post(path, { schema: { params: params.list, body: reference } }, async (request, reply) => {
      const { environment, member: found } = await open(request);
      const group = await namedGroup(environment, request.body);
      await add(environment, found, group, request);
      return created(reply, await show(request, environment, { group, type: 'DIRECT' }));
    });

    app.get(`${path}/:itemId`, { schema: { params: params.item, querystring: query } }, async (request) => {
      const {
        environment,
        member: { id },
      } = await open(request);
      const membership = (await membershipsOf(environment, id)).find(({ group }) => group.id === idOf(request, 'itemId'));
      if (!membership) throw notFound();
      return show(request, environment, membership, request.query.expand);
    });

    app.delete(`${path}/:itemId`, { schema: { params: params.item } }, async (request, reply) => {
      const {
        environment,
        member: { id },
      } = await open(request);
      await leave(environment, id, idOf(request, 'itemId'));
      return done(reply);
    });
  };

/** The groups of users and of groups (docs/fidelity.md, management 6.6). */
export const groupMemberships: Endpoint = (app, context) => {
  membershipsOfMembers('users/:userId', userOf, join)(app, context);
  membershipsOfMembers('groups/:groupId', groupOf, nestGroup)(app, context);
};
