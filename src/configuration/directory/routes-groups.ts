import { type Endpoint, environmentOf } from '../../environment/context.js';
import { object, string } from '../../lib/schema/types.js';
import { planOf } from '../http/filtering.js';
import { environmentUrl, ofGroup } from '../http/paths.js';
import { resource } from '../http/resource.js';
import { filterableGroups } from './filterable.js';
import { countAllUsers, createGroup, deleteGroup, groupOf, replaceGroup, showGroup } from './groups.js';
import { groupBody } from './schema.js';

const path = '/environments/:environmentId/groups/:groupId';

/** Groups (docs/fidelity.md, management 6.6). */
export const groups: Endpoint = (app, context) => {
  const { pages, create, replace, remove } = resource(app, context, {
    path,
    find: groupOf,
    show: (group, urls, { environment }) => showGroup(environment, group, urls.environment),
  });
  pages(
    ({ groups }) => groups,
    ({ environment }, filter) => planOf(environment, filter, filterableGroups),
  );
  create(groupBody, ({ environment }, body) => createGroup(environment, body));
  app.get(path, { schema: { params: ofGroup, querystring: object({}, { include: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const group = await groupOf(environment, request.params.groupId);
    const total = request.query.include === 'totalMemberCounts' && {
      totalMemberCounts: { users: await countAllUsers(environment, group.id) },
    };
    return { ...(await showGroup(environment, group, environmentUrl(context, request, environment))), ...total };
  });
  replace(groupBody, ({ environment }, existing, body) => replaceGroup(environment, existing, body));
  remove(({ environment }, group) => deleteGroup(environment, group.id));
};
