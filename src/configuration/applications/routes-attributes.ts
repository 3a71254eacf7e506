import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { AttributeMapping } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofApplication, ofApplicationItem } from '../http/paths.js';
import { attributeMappingBody } from '../resources/schema.js';
import { createAttributeMapping, replaceAttributeMapping } from './attribute-mappings.js';
import { applicationOf } from './routes.js';

const path = '/environments/:environmentId/applications/:applicationId/attributes';

/** What the claims of an application's tokens are made of (docs/fidelity.md, management 5.5). */
export const applicationAttributes: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, item: AttributeMapping) => {
    const url = environmentUrl(context, request, environment);
    const application = `${url}/applications/${item.application.id}`;
    return showItem(item, { self: `${application}/attributes/${item.id}`, environment: url, application });
  };
  /** Applications of other protocols have no claims. */
  const openIdApplication = async (environment: Environment, id: string): Promise<Application> => {
    const application = await applicationOf(environment, id);
    if (application.protocol !== 'OPENID_CONNECT') throw notFound();
    return application;
  };
  const find = async (environment: Environment, { applicationId, itemId }: { applicationId: string; itemId: string }) => {
    const application = await openIdApplication(environment, applicationId);
    const item = await environment.store.attributeMappings.get(itemId);
    if (item?.application.id !== application.id) throw notFound();
    return { application, item };
  };

  app.get(path, { schema: { params: ofApplication } }, async (request) => {
    const environment = environmentOf(context, request);
    const { id } = await applicationOf(environment, request.params.applicationId);
    const items = (await environment.store.attributeMappings.find('application.id', id)).map((item) => show(request, environment, item));
    const self = `${environmentUrl(context, request, environment)}/applications/${id}/attributes`;
    return toCollection('attributes', items, { self, count: items.length });
  });

  app.post(path, { schema: { params: ofApplication, body: attributeMappingBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const application = await openIdApplication(environment, request.params.applicationId);
    return created(reply, show(request, environment, await createAttributeMapping(environment, application, request.body)));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofApplicationItem } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, (await find(environment, request.params)).item);
  });

  app.put(`${path}/:itemId`, { schema: { params: ofApplicationItem, body: attributeMappingBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const { application, item } = await find(environment, request.params);
    return show(request, environment, await replaceAttributeMapping(environment, application, item, request.body));
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofApplicationItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { item } = await find(environment, request.params);
    if (item.mappingType !== 'CUSTOM') throw constraint(texts.attributePredefined.text);
    await environment.store.attributeMappings.take(item.id);
    return done(reply);
  });
};
