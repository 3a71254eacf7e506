import type { FastifyServerOptions } from 'fastify';
import { compileShape, type Schema } from '../lib/schema/compile.js';

interface Route {
  readonly schema: unknown;
  readonly httpPart?: string;
}

type CompilersFactory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** A request that does not match its schema. Folders that word this differently have their own validator compiler. */
const refused = (path: readonly (string | number)[], kind: string): Error =>
  Object.assign(new Error(`${path.join('.') || 'the whole'}: ${kind}`), { statusCode: 400 });

/**
 * Validates bodies and queries in the same way as seeds and the management API. Fastify's own validator is never loaded:
 * it took a third of the time to the first answer, and 20 MB. Endpoints check schemas with alternatives themselves.
 */
export const compilersFactory = {
  buildValidator:
    () =>
    ({ schema }: Route) => {
      const check = compileShape(schema as Schema);
      return (part: unknown) => {
        const { value, problems } = check(part);
        // Endpoints check the contents of a string: they know its purpose.
        const problem = problems.find(({ kind }) => kind !== 'characters');
        return problem ? { error: refused(problem.path, problem.kind) } : { value };
      };
    },
  buildSerializer: () => () => (value: unknown) => JSON.stringify(value),
} as unknown as CompilersFactory;
