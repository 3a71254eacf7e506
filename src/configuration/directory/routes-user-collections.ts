import { type Endpoint, environmentOf } from '../../environment/context.js';
import { toCollection } from '../../pingone/hal.js';
import { environmentUrl, ofUser } from '../http/paths.js';
import { userOf } from './routes-users.js';

/** What a user's links lead to and the mock has none of: lists that are empty (docs/fidelity.md, management 6.3). */
const empty = ['devices', 'linkedAccounts'] as const;

/** Lists of a user that nothing is ever in. */
export const userCollections: Endpoint = (app, context) => {
  for (const name of empty)
    app.get(`/environments/:environmentId/users/:userId/${name}`, { schema: { params: ofUser } }, async (request) => {
      const environment = environmentOf(context, request);
      const user = await userOf(environment, request.params.userId);
      const self = `${environmentUrl(context, request, environment)}/users/${user.id}/${name}`;
      return toCollection(name, [], { self, count: 0 });
    });
};
