import { version } from '../embedded.js';
import type { App, Context } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { array, object, string } from '../lib/schema/types.js';
import { anyObject, controlError, environment, moment, pingOneError, shows } from './answer-schemas.js';
import { environmentBody } from './environment-body.js';
import { openApiDocument } from './openapi.js';
import { defaultEnvironment } from './paths.js';

const about = object(
  {
    name: string,
    version: string,
    now: moment,
    environments: array(environment),
    links: object({ openapi: string, transactions: string, events: string, inspector: string }),
  },
  { defaultEnvironment: string },
);
const description = object({ openapi: string, info: anyObject, paths: anyObject, components: anyObject });

/** What this server is, and what its control API can do. */
export const root = (app: App, context: Context): void => {
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
      environments: context.environments.list().map((each) => environmentBody(context, request, each)),
      links,
    });
  });

  let document: string | undefined;
  app.get('/openapi.json', { schema: { summary: 'This description', answers: shows(description) } }, async (_request, reply) => {
    document ??= JSON.stringify(
      openApiDocument({
        title: 'pingone-mock',
        version,
        description:
          'Under /v1, PingOne’s management API. Under /__mock/v1, what PingOne does not have and tests need: there, "default" stands for the id of the default environment.',
        routes: await app.describedRoutes(),
        parts: [
          { prefix: '/__mock/v1', mediaType: 'application/json', errorSchema: controlError, ignoresUnknown: false },
          { prefix: '/v1', mediaType: 'application/hal+json', errorSchema: pingOneError, ignoresUnknown: true },
        ],
      }),
    );
    return sendJson(reply, document);
  });
};
