import type { Endpoint } from '../../environment/context.js';
import type { Session } from '../../environment/model/lifetimes.js';
import { endSession } from '../../environment/sessions.js';
import { toLinks } from '../../pingone/hal.js';
import { emptyList, resource } from '../http/resource.js';
import { userOf } from './users.js';

const path = '/environments/:environmentId/users/:userId';

const moment = (at: number): string => new Date(at).toISOString();

/** A session as an answer shows it, without its token. */
function showSession(
  { id, userId, createdAt, activeAt, authenticatedAt, expiresAt }: Session,
  environmentUrl: string,
  environmentId: string,
) {
  const user = `${environmentUrl}/users/${userId}`;
  return {
    _links: toLinks({ self: `${user}/sessions/${id}`, environment: environmentUrl, user }),
    id,
    environment: { id: environmentId },
    user: { id: userId },
    createdAt: moment(createdAt),
    activeAt: moment(activeAt),
    expiresAt: moment(expiresAt),
    lastSignOn: { at: moment(authenticatedAt) },
  };
}

/** A user's sessions, on which single sign-on rests (docs/fidelity.md, 3.9). Without one, the next sign-on asks again. */
export const userSessions: Endpoint = (app, context) => {
  const { list, read, remove } = resource(app, context, {
    path: `${path}/sessions/:itemId`,
    parent: userOf,
    items: async ({ environment: { store }, parent }) =>
      (await store.sessions.find('userId', parent.id)).sort((a, b) => b.createdAt - a.createdAt),
    show: (session, urls, { environment }) => showSession(session, urls.environment, environment.id),
  });
  list();
  read();
  remove(({ environment }, session) => endSession(environment, session.id, 'management'));

  // Collections that the links of a user lead to (docs/fidelity.md, management 6.3).
  for (const name of ['devices', 'linkedAccounts']) emptyList(app, context, `${path}/${name}`, { parent: userOf });
};
