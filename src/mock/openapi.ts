import type { App } from '../context.js';

declare module 'fastify' {
  interface FastifySchema {
    /** What a route does, in a few words: for its OpenAPI description. */
    summary?: string;
  }
  interface FastifyInstance {
    /** Every route of the server, as it was registered. */
    describedRoutes: readonly DescribedRoute[];
  }
}

/** One route as OpenAPI needs it: what it was registered with. */
export interface DescribedRoute {
  readonly method: string;
  /** As the framework spells it: /environments/:environmentId. */
  readonly url: string;
  readonly schema: {
    readonly summary?: string;
    readonly body?: unknown;
    readonly querystring?: unknown;
  };
  /** The media types of its bodies, where it is not application/json alone. */
  readonly accepts?: readonly string[] | undefined;
}

/** Collects the routes that are registered from now on. */
export function collectDescriptions(app: App): DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema, config }) => {
    for (const name of typeof method === 'string' ? [method] : method)
      if (name !== 'HEAD' && name !== 'OPTIONS')
        routes.push({ method: name, url, schema: (schema ?? {}) as DescribedRoute['schema'], accepts: config?.accepts });
  });
  return routes;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

const parameters = ({ url, schema }: DescribedRoute): object[] => {
  const { properties = {}, required = [] } = (schema.querystring ?? {}) as ObjectSchema;
  return [
    ...Array.from(url.matchAll(/:(\w+)/g), ([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...Object.entries(properties).map(([name, member]) => ({ name, in: 'query', required: required.includes(name), schema: member })),
  ];
};

/** A body by its media types. What the media type alone decides on is not told further. */
const requestBody = ({ schema: { body }, accepts = ['application/json'] }: DescribedRoute): object => ({
  required: ((body as ObjectSchema | undefined)?.required?.length ?? 0) > 0,
  content: Object.fromEntries(accepts.map((type) => [type, body === undefined ? {} : { schema: body }])),
});

const operation = (route: DescribedRoute, { mediaType, errorSchema }: Answers): object => ({
  summary: route.schema.summary,
  parameters: parameters(route),
  ...((route.schema.body !== undefined || route.accepts !== undefined) && { requestBody: requestBody(route) }),
  responses: {
    '2XX': { description: 'Done', content: { [mediaType]: {} } },
    default: { description: 'Refused', content: { [mediaType]: { schema: errorSchema } } },
  },
});

/** What the routes under a prefix answer with. */
interface Answers {
  readonly prefix: string;
  readonly mediaType: string;
  /** What every refusal of these routes looks like. */
  readonly errorSchema: object;
}

interface DocumentInput {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly routes: readonly DescribedRoute[];
  /** Which routes are described, by what their paths begin with. */
  readonly parts: readonly Answers[];
}

/** An OpenAPI 3.1 document, made from the schemas that the routes are checked with: it cannot say anything else. */
export function openApiDocument({ title, version, description, routes, parts }: DocumentInput): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const part of parts)
    for (const route of routes.filter(({ url }) => url.startsWith(part.prefix))) {
      const path = route.url.replace(/:(\w+)/g, '{$1}').replace(/(.)\/$/, '$1');
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, part) };
    }
  return { openapi: '3.1.0', info: { title, version, description }, paths };
}
