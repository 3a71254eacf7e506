import type { FastifySchemaCompiler } from 'fastify';
import type { App } from '../environment/context.js';
import { nearest } from '../lib/nearest.js';
import { compileShape, type Schema, type ShapeError } from '../lib/schema/compile.js';
import { expectations, inOrder, pathOf } from '../lib/schema/expectations.js';
import { object } from '../lib/schema/types.js';
import { ControlError } from './control-error.js';

/** The body of a request that says everything by its path. */
export const nothing = object({});

/** What is wrong with a body or a query, in one sentence; the nearest known name for one that is unknown. */
function refuseProblems(problems: readonly ShapeError[], where: string): ControlError {
  const [{ kind, path, schema }] = inOrder(problems) as readonly [ShapeError];
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  if (kind !== 'unknown') {
    const place = path.length === 0 ? `the ${where}` : pathOf(path);
    return new ControlError(400, 'value_refused', `${place}: ${expectations[kind](schema)}${more}`);
  }
  const name = String(path.at(-1));
  const known = Object.keys(schema.properties ?? {});
  const meant = nearest(name, known);
  const place = path.length < 2 ? '' : `${pathOf(path.slice(0, -1))}: `;
  return new ControlError(
    400,
    'name_unknown',
    `${place}unknown name "${name}" in the ${where}${meant === undefined ? '' : `; did you mean "${meant}"?`}${more}`,
    `known are ${known.join(', ') || 'none'}`,
  );
}

const wheres: Readonly<Record<string, string>> = { body: 'body', querystring: 'query', params: 'path' };

const compile = (schema: Schema, httpPart: string) =>
  compileShape(schema, { coerce: httpPart === 'querystring', unknown: 'refuse', fractions: 'refuse' });

/** Makes a route's schemas into validators that refuse what they do not know, and say what was meant. */
const validate: FastifySchemaCompiler<Schema> = ({ schema, httpPart = 'body' }) => {
  const check = compile(schema, httpPart);
  return (part: unknown) => {
    // A POST without a body says nothing more than its path.
    const { value, problems } = check(httpPart === 'body' && (part === undefined || part === null) ? {} : part);
    return problems.length > 0 ? { error: refuseProblems(problems, wheres[httpPart] ?? httpPart) } : { value };
  };
};

/** The same for what the library gives in this process: it is judged as JSON, which is what it would have been. */
export function checkerOf(schema: Schema, httpPart: 'body' | 'querystring'): (part: object) => unknown {
  const check = compile(schema, httpPart);
  return (part) => {
    const { value, problems } = check(JSON.parse(JSON.stringify(part)));
    if (problems.length > 0) throw refuseProblems(problems, wheres[httpPart] ?? httpPart);
    return value;
  };
}

/** JSON bodies only: what a form or a page without scripts can send is refused (testing-api, D.4). */
export function validateForControl(app: App): void {
  app.setValidatorCompiler(validate);
  app.addHook('preValidation', (request, _reply, done) => {
    const type = request.headers['content-type'];
    if (type === undefined ? request.body === undefined : /^application\/json *(;|$)/i.test(type)) return done();
    return done(
      new ControlError(
        415,
        'json_only',
        `a body of type ${JSON.stringify(type ?? 'none')} is not read here`,
        'send content-type: application/json',
      ),
    );
  });
}
