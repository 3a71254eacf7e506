import type { Endpoint } from '../../environment/context.js';
import { listSessions } from '../../environment/sessions.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint } from '../../pingone/pingone-error.js';
import { resource } from '../http/resource.js';
import { endOnce } from '../sessions/sessions.js';
import { showSession } from '../sessions/view.js';
import { userOf } from './users.js';

const path = '/environments/:environmentId/users/:userId';

/** A user's sessions, which single sign-on depends on (docs/fidelity.md, 3.9). Without one, the next sign-on asks again. */
export const userSessions: Endpoint = (app, context) => {
  const { list, read, remove } = resource(app, context, {
    path: `${path}/sessions/:itemId`,
    parent: userOf,
    items: ({ environment, parent }) => listSessions(environment, parent.id),
    show: (session, urls, { environment }) =>
      showSession(session, { environmentUrl: urls.environment, environmentId: environment.id, collectionUrl: `${urls.parent}/sessions` }),
  });
  list();
  read();
  remove(({ environment, request }, session) => {
    if (session.id === request.actor.sessionId) throw constraint(texts.sessionInUse.text);
    return endOnce(environment, session, 'management');
  });
};
