import type { App } from '../context.js';

declare module 'fastify' {
  interface FastifySchema {
    /** What a route does, in a few words: for its OpenAPI description. */
    summary?: string;
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
}

/** Collects the routes that a folder registers from now on. */
export function collectDescriptions(app: App): DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    for (const name of typeof method === 'string' ? [method] : method)
      if (name !== 'HEAD' && name !== 'OPTIONS') routes.push({ method: name, url, schema: (schema ?? {}) as DescribedRoute['schema'] });
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

const operation = (route: DescribedRoute, errorSchema: object): object => ({
  summary: route.schema.summary,
  parameters: parameters(route),
  ...(route.schema.body !== undefined && {
    requestBody: {
      required: ((route.schema.body as ObjectSchema).required?.length ?? 0) > 0,
      content: { 'application/json': { schema: route.schema.body } },
    },
  }),
  responses: {
    '2XX': { description: 'Done', content: { 'application/json': {} } },
    default: { description: 'Refused', content: { 'application/json': { schema: errorSchema } } },
  },
});

interface DocumentInput {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly routes: readonly DescribedRoute[];
  /** What every refusal of these routes looks like. */
  readonly errorSchema: object;
}

/** An OpenAPI 3.1 document, made from the schemas that the routes are checked with: it cannot say anything else. */
export function openApiDocument({ title, version, description, routes, errorSchema }: DocumentInput): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}').replace(/(.)\/$/, '$1');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, errorSchema) };
  }
  return { openapi: '3.1.0', info: { title, version, description }, paths };
}
