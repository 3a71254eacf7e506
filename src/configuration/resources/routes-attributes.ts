import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { ResourceAttribute } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofResource, ofResourceItem } from '../http/paths.js';
import { createResourceAttribute, deleteResourceAttribute, replaceResourceAttribute } from './resource-attributes.js';
import { resourceOf } from './routes.js';
import { resourceAttributeBody } from './schema.js';

const path = '/environments/:environmentId/resources/:resourceId/attributes';

/** Attributes of a resource (docs/fidelity.md, management 5.4). */
export const resourceAttributes: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, attribute: ResourceAttribute) => {
    const url = environmentUrl(context, request, environment);
    const resource = `${url}/resources/${attribute.resource.id}`;
    return showItem(attribute, { self: `${resource}/attributes/${attribute.id}`, environment: url, resource }, moments);
  };
  const find = async (environment: Environment, { resourceId, itemId }: { resourceId: string; itemId: string }) => {
    const resource = await resourceOf(environment, resourceId);
    const attribute = await environment.store.resourceAttributes.get(itemId);
    if (attribute?.resource.id !== resource.id) throw notFound();
    return { resource, attribute };
  };

  app.get(path, { schema: { params: ofResource } }, async (request) => {
    const environment = environmentOf(context, request);
    const { id } = await resourceOf(environment, request.params.resourceId);
    const items = (await environment.store.resourceAttributes.find('resource.id', id)).map((attribute) =>
      show(request, environment, attribute),
    );
    const self = `${environmentUrl(context, request, environment)}/resources/${id}/attributes`;
    return toCollection('attributes', items, { self, count: items.length });
  });

  app.post(path, { schema: { params: ofResource, body: resourceAttributeBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const resource = await resourceOf(environment, request.params.resourceId);
    return created(reply, show(request, environment, await createResourceAttribute(environment, resource, request.body)));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofResourceItem } }, async (request) => {
    const environment = environmentOf(context, request);
    const { attribute } = await find(environment, request.params);
    return show(request, environment, attribute);
  });

  app.put(`${path}/:itemId`, { schema: { params: ofResourceItem, body: resourceAttributeBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const { resource, attribute } = await find(environment, request.params);
    return show(request, environment, await replaceResourceAttribute(environment, resource, attribute, request.body));
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofResourceItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { attribute } = await find(environment, request.params);
    await deleteResourceAttribute(environment, attribute);
    return done(reply);
  });
};
