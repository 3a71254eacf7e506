import type { FastifySchemaCompiler } from 'fastify';
import type { App } from '../environment/context.js';
import { nearest } from '../lib/nearest.js';
import { compileShape, type Schema, type ShapeError } from '../lib/schema/compile.js';
import { expectations, pathOf, unknownFirst } from '../lib/schema/expectations.js';
import type { Infer } from '../lib/schema/types.js';
import { parseJson } from '../lib/unknown.js';
import { ControlError, valueRefused } from './control-error.js';

/** Describes the first problem in one sentence. For an unknown name it suggests the closest known one. */
function shapeError(problems: readonly ShapeError[], where: string): ControlError {
  const [{ kind, path, schema }] = unknownFirst(problems) as readonly [ShapeError];
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  if (kind !== 'unknown') {
    const place = path.length === 0 ? `the ${where}` : pathOf(path);
    return valueRefused(`${place}: ${expectations[kind](schema)}${more}`);
  }
  const name = String(path.at(-1));
  const known = Object.keys(schema.properties ?? {});
  const meant = nearest(name, known);
  const place = path.length < 2 ? '' : `${pathOf(path.slice(0, -1))}: `;
  return new ControlError(
    400,
    'name_unknown',
    `${place}unknown name "${name}" in the ${where}${meant === undefined ? '' : `; did you mean "${meant}"?`}${more}`,
    `known names: ${known.join(', ') || 'none'}`,
  );
}

const wheres: Readonly<Record<string, string>> = { body: 'body', querystring: 'query', params: 'path' };

const compile = (schema: Schema, httpPart: string) =>
  compileShape(schema, { coerce: httpPart === 'querystring', unknown: 'refuse', fractions: 'refuse', nulls: 'refuse' });

/** Compiles a route's schemas to validators that refuse unknown names. */
const validate: FastifySchemaCompiler<Schema> = ({ schema, httpPart = 'body' }) => {
  const check = compile(schema, httpPart);
  return (part: unknown) => {
    // A POST may omit its body.
    const { value, problems } = check(httpPart === 'body' && (part === undefined || part === null) ? {} : part);
    return problems.length > 0 ? { error: shapeError(problems, wheres[httpPart] ?? httpPart) } : { value };
  };
};

/** The same validation for values that do not come over HTTP. They are converted to JSON and back first, as HTTP would. */
export function checkerOf<const S extends Schema>(schema: S, httpPart: 'body' | 'querystring'): (part: object) => Infer<S> {
  const check = compile(schema, httpPart);
  return (part) => {
    const { value, problems } = check(parseJson(JSON.stringify(part)));
    if (problems.length > 0) throw shapeError(problems, wheres[httpPart] ?? httpPart);
    return value as Infer<S>;
  };
}

/** Accepts JSON bodies only, so that no web page can post a form here: that needs no preflight request. */
export function validateForControl(app: App): void {
  app.setValidatorCompiler(validate);
  app.addHook('preValidation', (request, _reply, done) => {
    const type = request.headers['content-type'];
    if (type === undefined ? request.body === undefined : /^application\/json *(;|$)/i.test(type)) return done();
    return done(
      new ControlError(
        415,
        'json_only',
        `content type ${JSON.stringify(type ?? 'none')} is not supported`,
        'send content-type: application/json',
      ),
    );
  });
}
