import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Session } from '../../environment/model/lifetimes.js';
import { endSession } from '../../environment/sessions.js';
import { toCollection } from '../../pingone/hal.js';
import { notFound } from '../../pingone/pingone-error.js';
import { done } from '../http/answers.js';
import { environmentUrl, ofUser, ofUserItem } from '../http/paths.js';
import { userOf } from './routes-users.js';
import { showSession } from './session-view.js';

const path = '/environments/:environmentId/users/:userId/sessions';

/** The sessions of a user: what single sign-on stands on (docs/fidelity.md, 3.9). Without one, the next sign-on asks again. */
export const userSessions: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, session: Session) =>
    showSession(session, environmentUrl(context, request, environment), environment.id);
  const find = async (environment: Environment, { userId, itemId }: { userId: string; itemId: string }): Promise<Session> => {
    const { id } = await userOf(environment, userId);
    const session = await environment.store.sessions.get(itemId);
    if (session?.userId !== id) throw notFound();
    return session;
  };

  app.get(path, { schema: { params: ofUser } }, async (request) => {
    const environment = environmentOf(context, request);
    const { id } = await userOf(environment, request.params.userId);
    const sessions = await environment.store.sessions.find('userId', id);
    const items = sessions.sort((a, b) => b.createdAt - a.createdAt).map((session) => show(request, environment, session));
    const self = `${environmentUrl(context, request, environment)}/users/${id}/sessions`;
    return toCollection('sessions', items, { self, count: items.length });
  });

  app.get(`${path}/:itemId`, { schema: { params: ofUserItem } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await find(environment, request.params));
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofUserItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await endSession(environment, (await find(environment, request.params)).id, 'management');
    return done(reply);
  });
};
