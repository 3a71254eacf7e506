import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import { object, uuid } from '../../lib/schema/types.js';
import { toCollection, toLinks } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { bodyReader } from '../http/bodies.js';
import { environmentUrl, ofEnvironment } from '../http/paths.js';
import { resource } from '../http/resource.js';
import {
  createSchemaAttribute,
  deleteSchemaAttribute,
  replaceSchemaAttribute,
  schemaAttributes,
  schemaOf,
  userSchemaId,
} from './schema-attributes.js';
import { schemaAttributeBody, schemaAttributePatch } from './user-attributes.js';

const path = '/environments/:environmentId/schemas';
const ofSchema = object({ environmentId: uuid, schemaId: uuid });

const readWhole = bodyReader(schemaAttributeBody);

/** The schema of an environment's users, and the attributes that it can be extended with. */
export const schemas: Endpoint = (app, context) => {
  const showSchema = (request: FastifyRequest, environment: Environment) => {
    const url = environmentUrl(context, request, environment);
    const id = userSchemaId(environment);
    const self = `${url}/schemas/${id}`;
    return {
      _links: toLinks({ self, environment: url, attributes: `${self}/attributes` }),
      id,
      environment: { id: environment.id },
      name: 'User',
      description: 'The schema of the users of this environment',
    };
  };
  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const self = `${environmentUrl(context, request, environment)}/schemas`;
    return toCollection('schemas', [showSchema(request, environment)], { self, count: 1 });
  });
  app.get(`${path}/:schemaId`, { schema: { params: ofSchema } }, async (request) => {
    const environment = environmentOf(context, request);
    await schemaOf(environment, request.params.schemaId);
    return showSchema(request, environment);
  });

  const { list, create, read, replace, change, remove } = resource(app, context, {
    path: `${path}/:schemaId/attributes/:itemId`,
    parent: schemaOf,
    items: ({ environment }) => schemaAttributes(environment),
    show: (attribute, { self, environment, parent }) => showItem(attribute, { self, environment, schema: parent }),
  });
  list();
  create(schemaAttributeBody, ({ environment }, body) => createSchemaAttribute(environment, body));
  read();
  replace(schemaAttributeBody, ({ environment }, existing, body) => replaceSchemaAttribute(environment, existing, body));
  change(schemaAttributePatch, ({ environment }, existing, body) =>
    replaceSchemaAttribute(environment, existing, readWhole({ ...existing, ...body })),
  );
  remove(({ environment }, attribute) => deleteSchemaAttribute(environment, attribute));
};
