import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Resource } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofEnvironment, ofResource } from '../http/paths.js';
import { createResource, deleteResource, replaceResource } from './resources.js';
import { resourceBody } from './schema.js';

const path = '/environments/:environmentId/resources';

/** The resource of this id, or a 404. */
export async function resourceOf({ store }: Environment, id: string): Promise<Resource> {
  const resource = await store.resources.get(id);
  if (!resource) throw notFound();
  return resource;
}

/** Resources (docs/fidelity.md, management 5.2). */
export const resources: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, resource: Resource) => {
    const url = environmentUrl(context, request, environment);
    const self = `${url}/resources/${resource.id}`;
    return showItem(resource, {
      self,
      environment: url,
      scopes: `${self}/scopes`,
      attributes: `${self}/attributes`,
      secret: resource.type === 'CUSTOM' ? `${self}/secret` : undefined,
    });
  };

  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const items = (await environment.store.resources.list()).map((resource) => show(request, environment, resource));
    return toCollection('resources', items, { self: `${environmentUrl(context, request, environment)}/resources`, count: items.length });
  });

  app.post(path, { schema: { params: ofEnvironment, body: resourceBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    return created(reply, show(request, environment, await createResource(environment, request.body)));
  });

  app.get(`${path}/:resourceId`, { schema: { params: ofResource } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await resourceOf(environment, request.params.resourceId));
  });

  app.put(`${path}/:resourceId`, { schema: { params: ofResource, body: resourceBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await resourceOf(environment, request.params.resourceId);
    return show(request, environment, await replaceResource(environment, existing, request.body));
  });

  app.delete(`${path}/:resourceId`, { schema: { params: ofResource } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await deleteResource(environment, await resourceOf(environment, request.params.resourceId));
    return done(reply);
  });

  // What API access management adds to a resource (docs/fidelity.md, clients): nothing here has any.
  for (const [name, member] of [
    ['applicationPermissions', 'permissions'],
    ['applicationResources', 'resources'],
  ] as const)
    app.get(`${path}/:resourceId/${name}`, { schema: { params: ofResource } }, async (request) => {
      const environment = environmentOf(context, request);
      const { id } = await resourceOf(environment, request.params.resourceId);
      return toCollection(member, [], { self: `${environmentUrl(context, request, environment)}/resources/${id}/${name}`, count: 0 });
    });
};
