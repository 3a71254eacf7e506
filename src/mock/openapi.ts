import type { App } from '../context.js';

declare module 'fastify' {
  interface FastifySchema {
    /** What a route does, in a few words: for its OpenAPI description. */
    summary?: string;
  }
  interface FastifyInstance {
    /** The routes that this app has itself. */
    registeredRoutes: readonly DescribedRoute[];
    /** Every route of the server, as it was registered. */
    describedRoutes(): Promise<readonly DescribedRoute[]>;
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
  /** What its bodies hold, by media type, where the endpoint reads them itself. */
  readonly bodies?: Readonly<Record<string, object>> | undefined;
}

/** Collects the routes that are registered from now on. */
export function collectDescriptions(app: App): DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema, config }) => {
    for (const name of typeof method === 'string' ? [method] : method)
      if (name !== 'HEAD' && name !== 'OPTIONS')
        routes.push({
          method: name,
          url,
          schema: (schema ?? {}) as DescribedRoute['schema'],
          bodies: config?.bodies,
        });
  });
  return routes;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly object[];
}

const parameters = ({ url, schema }: DescribedRoute): object[] => {
  const { properties = {}, required = [] } = (schema.querystring ?? {}) as ObjectSchema;
  return [
    ...Array.from(url.matchAll(/:(\w+)/g), ([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...Object.entries(properties).map(([name, member]) => ({ name, in: 'query', required: required.includes(name), schema: member })),
  ];
};

/** A schema of an API that ignores what it does not know: nothing is said against further members. */
const lenient = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(lenient);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, part]) => (name === 'additionalProperties' && part === false ? [] : [[name, lenient(part)]])),
  );
};

const asksFor = (schema: object): boolean => {
  const { required = [], anyOf = [] } = schema as ObjectSchema;
  return required.length > 0 || (anyOf.length > 0 && anyOf.every(asksFor));
};

/** A body by its media types. It can be left out where none of them asks for anything. */
const requestBody = ({ schema: { body }, bodies }: DescribedRoute, { ignoresUnknown }: Answers): object => {
  const schemas = bodies ?? { 'application/json': body as object };
  return {
    required: Object.values(schemas).every(asksFor),
    content: Object.fromEntries(
      Object.entries(schemas).map(([type, schema]) => [type, { schema: ignoresUnknown ? lenient(schema) : schema }]),
    ),
  };
};

const operation = (route: DescribedRoute, part: Answers): object => ({
  summary: route.schema.summary,
  parameters: parameters(route),
  ...((route.schema.body !== undefined || route.bodies !== undefined) && { requestBody: requestBody(route, part) }),
  responses: {
    '2XX': { description: 'Done', content: { [part.mediaType]: {} } },
    default: { description: 'Refused', content: { [part.mediaType]: { schema: part.errorSchema } } },
  },
});

/** What the routes under a prefix answer with. */
interface Answers {
  readonly prefix: string;
  readonly mediaType: string;
  /** What every refusal of these routes looks like. */
  readonly errorSchema: object;
  /** Whether members that no schema names are left out, or refused. */
  readonly ignoresUnknown: boolean;
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
