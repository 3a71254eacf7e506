import { sendJson } from '../answers.js';
import type { App, Context } from '../context.js';
import { version } from '../embedded.js';
import { environmentBody } from './environment-body.js';
import { collectDescriptions, openApiDocument } from './openapi.js';
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

/** What this server is, and what its control API can do. */
export const root = (app: App, context: Context): void => {
  const routes = collectDescriptions(app);
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
  app.get('/openapi.json', { schema: { summary: 'This description' } }, (_request, reply) => {
    document ??= JSON.stringify(
      openApiDocument({
        title: 'pingone-mock control API',
        version,
        description:
          'What PingOne does not have and tests need. In paths, "default" stands for the id of the default environment. Applications, users and all else that PingOne itself can create are created under /v1.',
        routes,
        errorSchema,
      }),
    );
    return sendJson(reply, document);
  });
};
