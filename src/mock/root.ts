import { sendJson } from '../answers.js';
import type { App, Context } from '../context.js';
import { version } from '../embedded.js';
import { environmentBody } from './environment-body.js';
import { openApiDocument } from './openapi.js';
import { defaultEnvironment } from './paths.js';

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, fix: { type: 'string' } },
    },
  },
};

/** PingOne's envelope (docs/fidelity.md, management 2.1). */
const envelopeSchema = {
  type: 'object',
  required: ['id', 'code', 'message'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    code: { type: 'string' },
    message: { type: 'string' },
    details: {
      type: 'array',
      items: {
        type: 'object',
        required: ['code', 'message'],
        properties: { code: { type: 'string' }, target: { type: 'string' }, message: { type: 'string' }, innerError: { type: 'object' } },
      },
    },
  },
};

/** What this server is, and what its control API can do. */
export const root = (app: App, context: Context): void => {
  const prefix = '/__mock/v1';

  app.get('/', { schema: { summary: 'Version, environments, clock, links' } }, (request, reply) => {
    const origin = context.origin(request);
    const links = {
      openapi: `${origin}${prefix}/openapi.json`,
      transactions: `${origin}${prefix}/transactions`,
      events: `${origin}${prefix}/events`,
      inspector: `${origin}/__mock/`,
    };
    return sendJson(reply, {
      name: 'pingone-mock',
      version,
      now: new Date(context.clock.now()).toISOString(),
      defaultEnvironment: defaultEnvironment(context)?.id,
      environments: context.environments.list().map((environment) => environmentBody(context, request, environment)),
      links,
    });
  });

  let document: string | undefined;
  app.get('/openapi.json', { schema: { summary: 'This description' } }, async (_request, reply) => {
    document ??= JSON.stringify(
      openApiDocument({
        title: 'pingone-mock',
        version,
        description:
          'Under /v1, PingOne’s management API. Under /__mock/v1, what PingOne does not have and tests need: there, "default" stands for the id of the default environment.',
        routes: await app.describedRoutes(),
        parts: [
          { prefix: '/__mock/v1', mediaType: 'application/json', errorSchema, ignoresUnknown: false },
          { prefix: '/v1', mediaType: 'application/hal+json', errorSchema: envelopeSchema, ignoresUnknown: true },
        ],
      }),
    );
    return sendJson(reply, document);
  });
};
