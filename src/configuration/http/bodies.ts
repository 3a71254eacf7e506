import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import type { App } from '../../environment/context.js';
import { compileShape, type Schema, type ShapeError } from '../../lib/schema/compile.js';
import { type Infer, object } from '../../lib/schema/types.js';
import { refuseBody, refusePath, refuseQuery } from '../../pingone/body-refusals.js';
import { actionAmong, actionMediaType } from '../../pingone/media-types.js';
import { malformed, type PingOneError, unsupportedMediaType } from '../../pingone/pingone-error.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The media types that the route accepts; without it, application/json only. */
    accepts?: readonly string[];
    /** The schemas of its bodies by media type, for the API's description, where the endpoint reads them itself. */
    bodies?: Readonly<Record<string, Schema>>;
  }
}

/** The configuration of a route that reads its bodies itself: a schema for each action, such as `account.lock`, and for application/json. */
export function accepting(schemas: Readonly<Record<string, Schema>>): {
  accepts: readonly string[];
  bodies: Readonly<Record<string, Schema>>;
} {
  const bodies = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name.includes('/') ? name : actionMediaType(name), schema]),
  );
  return { accepts: Object.keys(bodies), bodies };
}

/** The body of an action that needs nothing but its media type. */
export const nothing = object({});

/** Reads a body; `schema` is what it is checked against. */
export interface BodyReader<S extends Schema> {
  (body: unknown): Infer<S>;
  readonly schema: S;
}

/** The media type of a request without its parameters, as the route spells it: media types are case-insensitive. */
export function mediaTypeOf({ headers, routeOptions }: FastifyRequest): string {
  const given = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return routeOptions.config.accepts?.find((type) => type.toLowerCase() === given) ?? given;
}

/** If there are several content types, the one that names an action counts. Node keeps the first of several headers. */
export function preferAction(app: App): void {
  app.addHook('onRequest', ({ raw: { headers, rawHeaders } }, _reply, done) => {
    const first = headers['content-type'];
    if (first === undefined) return done();
    const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'content-type');
    if (values.length > 1 || first.includes(',')) headers['content-type'] = actionAmong(values) ?? first;
    done();
  });
}

/** Refuses a body whose media type the route does not accept: 415 (docs/fidelity.md, management 1.3). */
export function requireMediaType(app: App): void {
  app.addHook('preValidation', (request, _reply, done) => {
    // The gateway refuses an unknown path, whatever is sent to it.
    if (request.is404) return done();
    const given = mediaTypeOf(request);
    const { accepts } = request.routeOptions.config;
    const bodiless = request.method === 'GET' || request.method === 'HEAD' || request.method === 'DELETE' || request.method === 'OPTIONS';
    if (bodiless || (accepts ?? ['application/json']).includes(given)) return done();
    // Without a body there is nothing to read, unless the type is what names the action.
    if (given === '' && request.body === undefined && accepts === undefined) return done();
    return done(unsupportedMediaType(`no body of type "${given}" is accepted here`));
  });
}

/** Reads a body whose schema depends on its media type, so that no route schema can describe it. */
export function bodyReader<const S extends Schema>(schema: S): BodyReader<S> {
  const check = compileShape(schema);
  const read = (body: unknown): Infer<S> => {
    if (body === undefined || body === null) throw malformed('the body is empty');
    const { value, problems } = check(body);
    if (problems.length > 0) throw refuseBody(problems);
    return value as Infer<S>;
  };
  return Object.assign(read, { schema });
}

const refusals: Readonly<Record<string, (problems: readonly ShapeError[]) => PingOneError>> = {
  querystring: refuseQuery,
  params: refusePath,
};

/** Ids are kept in lower case, whatever the case in the path. */
const lowerCase = (value: unknown): unknown =>
  Object.fromEntries(Object.entries(value as Record<string, string>).map(([name, id]) => [name, id.toLowerCase()]));

/** A query in which a parameter that was repeated with one value appears once. */
function withoutRepetitions(query: unknown): unknown {
  const entries = Object.entries(query as Record<string, unknown>);
  if (!entries.some(([, value]) => Array.isArray(value))) return query;
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) && value.every((one) => one === value[0]) ? value[0] : value]),
  );
}

/**
 * Compiles a route's schemas into validators that refuse in PingOne's words. Seeds are read in the same way: unknown
 * members are dropped, null counts as absent. Ajv is not used because of its cost at start.
 */
export const validateForManagement: FastifySchemaCompiler<Schema> = ({ schema, httpPart }) => {
  const refuse = refusals[httpPart ?? ''];
  if (!refuse) {
    const read = bodyReader(schema);
    return (body: unknown) => {
      try {
        return { value: read(body) };
      } catch (error) {
        return { error: error as Error };
      }
    };
  }
  const isQuery = httpPart === 'querystring';
  const check = compileShape(schema, { coerce: isQuery });
  return (part: unknown) => {
    const { value, problems } = check(isQuery ? withoutRepetitions(part) : part);
    if (problems.length > 0) return { error: refuse(problems) };
    return { value: httpPart === 'params' ? lowerCase(value) : value };
  };
};
