import type { App } from '../environment/context.js';

declare module 'fastify' {
  interface FastifySchema {
    /** What the route does, for its OpenAPI description. */
    summary?: string;
    /** Successful responses, for the OpenAPI description only: they neither validate nor change what is sent. */
    answers?: SuccessfulAnswers;
  }
  interface FastifyInstance {
    /** The routes of this app alone. */
    registeredRoutes: readonly DescribedRoute[];
    /** The routes of the whole server, as they were registered. */
    describedRoutes(): Promise<readonly DescribedRoute[]>;
    /** The app that all requests come to: what is injected into it may be for any address. */
    wholeServer: App;
  }
}

/** Schemas of successful responses, by status and media type; a status without a body has none. */
export type SuccessfulAnswers = Readonly<Record<number, Readonly<Record<string, object>>>>;

/** A route as it was registered. */
export interface DescribedRoute {
  readonly method: string;
  /** In Fastify's syntax: /environments/:environmentId. */
  readonly url: string;
  readonly schema: {
    readonly summary?: string;
    readonly body?: unknown;
    readonly querystring?: unknown;
    readonly answers?: SuccessfulAnswers;
  };
  /** Schemas of its request bodies by media type, where the endpoint reads them itself. */
  readonly bodies?: Readonly<Record<string, object>> | undefined;
  /** What it reads from query and form together, where the endpoint reads them itself. */
  readonly parameters?: object | undefined;
  /** The largest body in bytes, if smaller than the general limit. */
  readonly bodyLimit?: number | undefined;
}

/** Collects the routes that are registered from now on. */
export function collectDescriptions(app: App): DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema, config, bodyLimit }) => {
    for (const name of typeof method === 'string' ? [method] : method)
      if (name !== 'HEAD' && name !== 'OPTIONS')
        routes.push({
          method: name,
          url,
          schema: (schema ?? {}) as DescribedRoute['schema'],
          bodies: config?.bodies,
          parameters: config?.parameters,
          bodyLimit,
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

/** Drops `additionalProperties: false`, for APIs that ignore unknown members. */
const lenient = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(lenient);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, part]) => (name === 'additionalProperties' && part === false ? [] : [[name, lenient(part)]])),
  );
};

/** Moves named schemas to the components, and refers to them. */
const referring = (schema: unknown, components: Record<string, unknown>): unknown => {
  if (Array.isArray(schema)) return schema.map((part) => referring(part, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $id: name, ...members } = schema as { $id?: string };
  const written = Object.fromEntries(Object.entries(members).map(([key, part]) => [key, referring(part, components)]));
  if (name === undefined) return written;
  components[name] = written;
  return { $ref: `#/components/schemas/${name}` };
};

const asksFor = (schema: object): boolean => {
  const { required = [], anyOf = [] } = schema as ObjectSchema;
  return required.length > 0 || (anyOf.length > 0 && anyOf.every(asksFor));
};

/** The request body by media type. It is optional if none of its schemas requires a member. */
const requestBody = ({ schema: { body }, bodies }: DescribedRoute, { ignoresUnknown }: Answers): object => {
  const schemas = bodies ?? { 'application/json': body as object };
  return {
    required: Object.values(schemas).every(asksFor),
    content: Object.fromEntries(
      Object.entries(schemas).map(([type, schema]) => [type, { schema: ignoresUnknown ? lenient(schema) : schema }]),
    ),
  };
};

const inEach = (mediaTypes: readonly string[], schema: object): Record<string, object> =>
  Object.fromEntries(mediaTypes.map((type) => [type, schema]));

/** The responses of a route that declares none: 204 for DELETE, 201 for a POST to a collection, else 200. */
function usualAnswers({ method, url }: DescribedRoute, { routes, mediaTypes }: Part): SuccessfulAnswers {
  if (method === 'DELETE') return { 204: {} };
  const item = `${url}/:`;
  const isCollection = routes.some((other) => other.url.startsWith(item));
  return { [method === 'POST' && isCollection ? 201 : 200]: inEach(mediaTypes, { type: 'object' }) };
}

const meanings: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 204: 'No content' };

/** Responses allow unknown members: later versions may add some. */
const answer = (description: string, content: Readonly<Record<string, object>>, { components }: Part): object => ({
  description,
  ...(Object.keys(content).length > 0 && {
    content: Object.fromEntries(
      Object.entries(content).map(([type, schema]) => [type, { schema: referring(lenient(schema), components) }]),
    ),
  }),
});

const responses = (route: DescribedRoute, part: Part): object => ({
  ...Object.fromEntries(
    Object.entries(route.schema.answers ?? usualAnswers(route, part)).map(([status, content]) => [
      status,
      answer(meanings[status] ?? 'OK', content, part),
    ]),
  ),
  default: answer('Error', inEach(part.mediaTypes, part.errorSchema), part),
});

const operation = (route: DescribedRoute, part: Part): object => ({
  summary: route.schema.summary,
  parameters: parameters(route),
  ...((route.schema.body !== undefined || route.bodies !== undefined) && { requestBody: requestBody(route, part) }),
  responses: responses(route, part),
});

/** What the routes under a prefix have in common. */
interface Answers {
  readonly prefix: string;
  /** The media types of its answers, the usual one first. */
  readonly mediaTypes: readonly string[];
  /** The body of every error. */
  readonly errorSchema: object;
  /** Whether unknown members are ignored; else they are refused. */
  readonly ignoresUnknown: boolean;
}

/** What describing an operation needs. */
interface Part extends Answers {
  readonly routes: readonly DescribedRoute[];
  /** Named schemas, collected on the way. */
  readonly components: Record<string, unknown>;
}

interface DocumentInput {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly routes: readonly DescribedRoute[];
  /** The path prefixes to describe. */
  readonly parts: readonly Answers[];
}

/**
 * An OpenAPI 3.1 document. Requests are described by the schemas that validate them; responses by those declared beside
 * each route, which a test compares with what is sent.
 */
export function openApiDocument({ title, version, description, routes, parts }: DocumentInput): object {
  const components: Record<string, unknown> = {};
  const paths: Record<string, Record<string, object>> = {};
  for (const part of parts)
    for (const route of routes.filter(({ url }) => url.startsWith(part.prefix))) {
      const path = route.url.replace(/:(\w+)/g, '{$1}').replace(/(.)\/$/, '$1');
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, { ...part, routes, components }) };
    }
  return { openapi: '3.1.0', info: { title, version, description }, paths, components: { schemas: components } };
}
