import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { SessionRecord } from '../../environment/model/lifetimes.js';
import { serialize } from '../../environment/serialize.js';
import { readSessionToken } from '../../http/session-cookies.js';
import { toLinks } from '../../pingone/hal.js';
import { sessionLogoutMediaType } from '../../pingone/media-types.js';
import { done } from '../http/answers.js';
import { accepting, nothing } from '../http/bodies.js';
import { environmentUrl, idOf, ofEnvironment, ofItem } from '../http/paths.js';
import { resource } from '../http/resource.js';
import { sessionBody, ssoCookieSettingsBody } from './schema.js';
import { createSession, endOnce, replaceSession, sessionById, sessionByToken } from './sessions.js';
import { showSession } from './view.js';

const environmentPath = '/environments/:environmentId';
const path = `${environmentPath}/sessions`;

/** The Sessions service (docs/fidelity.md, management 6.3): sessions by their id, and by their cookie as `me`. */
export const sessions: Endpoint = (app, context) => {
  const show = (session: SessionRecord, request: FastifyRequest, environment: Environment) => {
    const url = environmentUrl(context, request, environment);
    return showSession(session, { environmentUrl: url, environmentId: environment.id, collectionUrl: `${url}/sessions` });
  };
  const { create, read } = resource(app, context, {
    path: `${path}/:itemId`,
    find: sessionById,
    show: (session, _urls, { request, environment }) => show(session, request, environment),
  });
  create(sessionBody, ({ environment }, body) => createSession(environment, body));
  read();

  const mine = async (request: FastifyRequest) => {
    const environment = environmentOf(context, request);
    return { environment, session: await sessionByToken(environment, readSessionToken(request.headers.cookie)) };
  };
  const ofMine = { params: ofEnvironment };
  const signsOut = accepting({ [sessionLogoutMediaType]: nothing });

  app.get(`${path}/me`, { schema: ofMine }, async (request) => {
    const { environment, session } = await mine(request);
    return show(session, request, environment);
  });
  app.put(`${path}/me`, { schema: { ...ofMine, body: sessionBody } }, async (request) => {
    const { environment, session } = await mine(request);
    const replaced = await serialize(environment, `session ${session.id}`, async () =>
      replaceSession(environment, await sessionById(environment, session.id), request.body),
    );
    return show(replaced, request, environment);
  });
  app.delete(`${path}/me`, { schema: ofMine }, async (request, reply) => {
    const { environment, session } = await mine(request);
    await endOnce(environment, session, 'management');
    return done(reply);
  });
  app.post(`${path}/me`, { schema: ofMine, config: signsOut }, async (request, reply) => {
    const { environment, session } = await mine(request);
    await endOnce(environment, session, 'sign_off');
    return done(reply);
  });
  app.post(`${path}/:itemId`, { schema: { params: ofItem }, config: signsOut }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await endOnce(environment, await sessionById(environment, idOf(request, 'itemId')), 'sign_off');
    return done(reply);
  });
};

/** Whether the session's cookie outlives the browser (docs/fidelity.md, management 6.3). */
export const ssoCookieSettings: Endpoint = (app, context) => {
  const settingsPath = `${environmentPath}/ssoCookieSettings`;
  const show = (request: FastifyRequest, environment: Environment) => {
    const url = environmentUrl(context, request, environment);
    return {
      _links: toLinks({ self: `${url}/ssoCookieSettings`, environment: url }),
      environment: { id: environment.id },
      useNonPersistentSessionTokenCookie: environment.record.useNonPersistentSessionTokenCookie ?? false,
    };
  };
  app.get(settingsPath, { schema: { params: ofEnvironment } }, async (request) => show(request, environmentOf(context, request)));
  app.post(settingsPath, { schema: { params: ofEnvironment, body: ssoCookieSettingsBody } }, async (request) => {
    const environment = environmentOf(context, request);
    await context.environments.replace({ ...environment.record, ...request.body });
    return show(request, environmentOf(context, request));
  });
};
