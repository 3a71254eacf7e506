import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Grant } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofApplication, ofApplicationItem } from '../http/paths.js';
import { grantBody } from '../resources/schema.js';
import { grant } from './grants.js';
import { applicationOf } from './routes.js';

const path = '/environments/:environmentId/applications/:applicationId/grants';

/** What an application is granted of resources (docs/fidelity.md, management 5.1). */
export const applicationGrants: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, item: Grant) => {
    const url = environmentUrl(context, request, environment);
    const application = `${url}/applications/${item.application.id}`;
    const resource = `${url}/resources/${item.resource.id}`;
    return showItem(item, { self: `${application}/grants/${item.id}`, environment: url, application, resource });
  };
  const find = async (environment: Environment, { applicationId, itemId }: { applicationId: string; itemId: string }) => {
    const application = await applicationOf(environment, applicationId);
    const item = await environment.store.grants.get(itemId);
    if (item?.application.id !== application.id) throw notFound();
    return { application, item };
  };

  app.get(path, { schema: { params: ofApplication } }, async (request) => {
    const environment = environmentOf(context, request);
    const { id } = await applicationOf(environment, request.params.applicationId);
    const items = (await environment.store.grants.find('application.id', id)).map((item) => show(request, environment, item));
    const self = `${environmentUrl(context, request, environment)}/applications/${id}/grants`;
    return toCollection('grants', items, { self, count: items.length });
  });

  app.post(path, { schema: { params: ofApplication, body: grantBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const application = await applicationOf(environment, request.params.applicationId);
    if (application.protocol !== 'OPENID_CONNECT') throw notFound();
    return created(reply, show(request, environment, await grant(environment, application, request.body)));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofApplicationItem } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, (await find(environment, request.params)).item);
  });

  app.put(`${path}/:itemId`, { schema: { params: ofApplicationItem, body: grantBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const { application, item } = await find(environment, request.params);
    return show(request, environment, await grant(environment, application, request.body, item));
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofApplicationItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { item } = await find(environment, request.params);
    await environment.store.grants.take(item.id);
    return done(reply);
  });
};
