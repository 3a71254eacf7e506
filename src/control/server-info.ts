import { version } from '../embedded.js';
import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { array, object, string } from '../lib/schema/types.js';
import { anyObject, controlErrorSchema, environmentSummarySchema, moment, pingOneErrorSchema, shows } from './answer-schemas.js';
import { environmentSummary } from './environment-summary.js';
import { openApiDocument } from './openapi.js';
import { defaultEnvironment } from './paths.js';

const about = object(
  {
    name: string,
    version: string,
    now: moment,
    environments: array(environmentSummarySchema),
    links: object({ openapi: string, transactions: string, events: string, inspector: string }),
  },
  { defaultEnvironment: string },
);
const description = object({ openapi: string, info: anyObject, paths: anyObject, components: anyObject });

/** The server's version, clock and environments, and the OpenAPI description of its APIs. */
export const serverInfo = (app: App, context: Context): void => {
  const prefix = '/__mock/v1';

  app.get('/', { schema: { summary: 'Version, environments, clock, links', answers: shows(about) } }, (request, reply) => {
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
      environments: context.environments.list().map((each) => environmentSummary(context, request, each)),
      links,
    });
  });

  let document: string | undefined;
  app.get('/openapi.json', { schema: { summary: 'This OpenAPI description', answers: shows(description) } }, async (_request, reply) => {
    document ??= JSON.stringify(
      openApiDocument({
        title: 'pingone-mock',
        version,
        description:
          '/v1 is PingOne’s management API. /__mock/v1 is the control API for tests, which PingOne does not have; there, "default" is an alias for the id of the default environment.',
        routes: await app.describedRoutes(),
        parts: [
          { prefix: '/__mock/v1', mediaTypes: ['application/json'], errorSchema: controlErrorSchema, ignoresUnknown: false },
          {
            prefix: '/v1',
            mediaTypes: ['application/hal+json', 'application/json'],
            errorSchema: pingOneErrorSchema,
            ignoresUnknown: true,
          },
        ],
      }),
    );
    return sendJson(reply, document);
  });
};
