import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { SchemaAttribute } from '../../environment/model/configuration.js';
import { serialize } from '../../environment/serialize.js';
import { object, uuid } from '../../lib/schema/types.js';
import { toCollection, toLinks } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { bodyReader } from '../http/bodies.js';
import { environmentUrl, ofEnvironment } from '../http/paths.js';
import {
  createSchemaAttribute,
  deleteSchemaAttribute,
  replaceSchemaAttribute,
  schemaAttributes,
  userSchemaId,
} from './schema-attributes.js';
import { schemaAttributeBody, schemaAttributePatch } from './user-attributes.js';

const path = '/environments/:environmentId/schemas';
const ofSchema = object({ environmentId: uuid, schemaId: uuid });
const ofAttribute = object({ environmentId: uuid, schemaId: uuid, itemId: uuid });

const readWhole = bodyReader(schemaAttributeBody);

/** The schema of an environment's users, with attributes of one's own. */
export const schemas: Endpoint = (app, context) => {
  const schemaUrl = (request: FastifyRequest, environment: Environment) =>
    `${environmentUrl(context, request, environment)}/schemas/${userSchemaId(environment)}`;
  const showSchema = (request: FastifyRequest, environment: Environment) => {
    const self = schemaUrl(request, environment);
    return {
      _links: toLinks({ self, environment: environmentUrl(context, request, environment), attributes: `${self}/attributes` }),
      id: userSchemaId(environment),
      environment: { id: environment.id },
      name: 'User',
      description: 'The schema of the users of this environment',
    };
  };
  const show = (request: FastifyRequest, environment: Environment, attribute: SchemaAttribute) => {
    const schema = schemaUrl(request, environment);
    const url = environmentUrl(context, request, environment);
    return showItem(attribute, { self: `${schema}/attributes/${attribute.id}`, environment: url, schema });
  };
  const requireSchema = (environment: Environment, { schemaId }: { schemaId: string }): void => {
    if (schemaId !== userSchemaId(environment)) throw notFound();
  };
  const find = async (environment: Environment, params: { schemaId: string; itemId: string }): Promise<SchemaAttribute> => {
    requireSchema(environment, params);
    const attribute = (await schemaAttributes(environment)).find(({ id }) => id === params.itemId);
    if (!attribute) throw notFound();
    return attribute;
  };

  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const self = `${environmentUrl(context, request, environment)}/schemas`;
    return toCollection('schemas', [showSchema(request, environment)], { self, count: 1 });
  });
  app.get(`${path}/:schemaId`, { schema: { params: ofSchema } }, async (request) => {
    const environment = environmentOf(context, request);
    requireSchema(environment, request.params);
    return showSchema(request, environment);
  });

  app.get(`${path}/:schemaId/attributes`, { schema: { params: ofSchema } }, async (request) => {
    const environment = environmentOf(context, request);
    requireSchema(environment, request.params);
    const items = (await schemaAttributes(environment)).map((attribute) => show(request, environment, attribute));
    return toCollection('attributes', items, { self: `${schemaUrl(request, environment)}/attributes`, count: items.length });
  });
  app.post(`${path}/:schemaId/attributes`, { schema: { params: ofSchema, body: schemaAttributeBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    requireSchema(environment, request.params);
    return created(reply, show(request, environment, await createSchemaAttribute(environment, request.body)));
  });
  app.get(`${path}/:schemaId/attributes/:itemId`, { schema: { params: ofAttribute } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await find(environment, request.params));
  });
  app.put(`${path}/:schemaId/attributes/:itemId`, { schema: { params: ofAttribute, body: schemaAttributeBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await find(environment, request.params);
    return show(request, environment, await replaceSchemaAttribute(environment, existing, request.body));
  });
  app.patch(`${path}/:schemaId/attributes/:itemId`, { schema: { params: ofAttribute, body: schemaAttributePatch } }, async (request) => {
    const environment = environmentOf(context, request);
    const attribute = await serialize(environment, `attribute ${request.params.itemId}`, async () => {
      const existing = await find(environment, request.params);
      return replaceSchemaAttribute(environment, existing, readWhole({ ...existing, ...request.body }));
    });
    return show(request, environment, attribute);
  });
  app.delete(`${path}/:schemaId/attributes/:itemId`, { schema: { params: ofAttribute } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await deleteSchemaAttribute(environment, await find(environment, request.params));
    return done(reply);
  });
};
