import type { App } from '../environment/context.js';

declare module 'fastify' {
  interface FastifySchema {
    /** What a route does, in a few words: for its OpenAPI description. */
    summary?: string;
    /** What its successes hold: for its OpenAPI description alone. No answer is checked or changed by it. */
    answers?: SuccessfulAnswers;
  }
  interface FastifyInstance {
    /** The routes that this app has itself. */
    registeredRoutes: readonly DescribedRoute[];
    /** Every route of the server, as it was registered. */
    describedRoutes(): Promise<readonly DescribedRoute[]>;
  }
}

/** The schemas of successful answers by status and media type; a status that sends nothing has none. */
export type SuccessfulAnswers = Readonly<Record<number, Readonly<Record<string, object>>>>;

/** One route as OpenAPI needs it: what it was registered with. */
export interface DescribedRoute {
  readonly method: string;
  /** As the framework spells it: /environments/:environmentId. */
  readonly url: string;
  readonly schema: {
    readonly summary?: string;
    readonly body?: unknown;
    readonly querystring?: unknown;
    readonly answers?: SuccessfulAnswers;
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

/** Puts what has a name among the components, and refers to it. */
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

/** What a route that does not say it answers: a deletion is empty, and what is posted to a collection becomes a member of it. */
function usualAnswers({ method, url }: DescribedRoute, { routes, mediaType }: Part): SuccessfulAnswers {
  if (method === 'DELETE') return { 204: {} };
  const item = `${url}/:`;
  const isCollection = routes.some((other) => other.url.startsWith(item));
  return { [method === 'POST' && isCollection ? 201 : 200]: { [mediaType]: { type: 'object' } } };
}

const meanings: Readonly<Record<string, string>> = { 200: 'Done', 201: 'Made', 204: 'Done; nothing is sent' };

/** Answers leave room for members that come with later versions. */
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
      answer(meanings[status] ?? 'Done', content, part),
    ]),
  ),
  default: answer('Refused', { [part.mediaType]: part.errorSchema }, part),
});

const operation = (route: DescribedRoute, part: Part): object => ({
  summary: route.schema.summary,
  parameters: parameters(route),
  ...((route.schema.body !== undefined || route.bodies !== undefined) && { requestBody: requestBody(route, part) }),
  responses: responses(route, part),
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

/** What the operations of a prefix are described with. */
interface Part extends Answers {
  readonly routes: readonly DescribedRoute[];
  /** Schemas by their names, as they are met. */
  readonly components: Record<string, unknown>;
}

interface DocumentInput {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly routes: readonly DescribedRoute[];
  /** Which routes are described, by what their paths begin with. */
  readonly parts: readonly Answers[];
}

/**
 * An OpenAPI 3.1 document, made from the schemas that requests are checked with: of them it cannot say anything else. What
 * it says of answers stands beside each route, and a test compares it with what is sent.
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
