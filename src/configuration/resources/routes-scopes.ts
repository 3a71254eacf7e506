import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Scope } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofResource, ofResourceItem } from '../http/paths.js';
import { createScope, deleteScope, replaceScope } from './resource-scopes.js';
import { resourceOf } from './routes.js';
import { scopeBody } from './schema.js';

const path = '/environments/:environmentId/resources/:resourceId/scopes';

/** Scopes of a resource (docs/fidelity.md, management 5.3). */
export const resourceScopes: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, scope: Scope) => {
    const url = environmentUrl(context, request, environment);
    const resource = `${url}/resources/${scope.resource.id}`;
    return showItem(scope, { self: `${resource}/scopes/${scope.id}`, environment: url, resource });
  };
  const find = async (environment: Environment, { resourceId, itemId }: { resourceId: string; itemId: string }) => {
    const resource = await resourceOf(environment, resourceId);
    const scope = await environment.store.scopes.get(itemId);
    if (scope?.resource.id !== resource.id) throw notFound();
    return { resource, scope };
  };

  app.get(path, { schema: { params: ofResource } }, async (request) => {
    const environment = environmentOf(context, request);
    const { id } = await resourceOf(environment, request.params.resourceId);
    const items = (await environment.store.scopes.find('resource.id', id)).map((scope) => show(request, environment, scope));
    const self = `${environmentUrl(context, request, environment)}/resources/${id}/scopes`;
    return toCollection('scopes', items, { self, count: items.length });
  });

  app.post(path, { schema: { params: ofResource, body: scopeBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const resource = await resourceOf(environment, request.params.resourceId);
    return created(reply, show(request, environment, await createScope(environment, resource, request.body)));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofResourceItem } }, async (request) => {
    const environment = environmentOf(context, request);
    const { scope } = await find(environment, request.params);
    return show(request, environment, scope);
  });

  app.put(`${path}/:itemId`, { schema: { params: ofResourceItem, body: scopeBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const { resource, scope } = await find(environment, request.params);
    return show(request, environment, await replaceScope(environment, resource, scope, request.body));
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofResourceItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { resource, scope } = await find(environment, request.params);
    await deleteScope(environment, resource, scope);
    return done(reply);
  });
};
