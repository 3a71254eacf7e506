import type { Environment } from '../../environment/context.js';
import { compileShape, type Schema } from '../../lib/schema/compile.js';
import type { Infer } from '../../lib/schema/types.js';
import { refuseBody } from '../../pingone/body-refusals.js';
import { malformed } from '../../pingone/pingone-error.js';
import { readCustomAttributes } from './custom-attributes.js';

/** Reads the body of a user: what every user has, and what the environment has added. All problems are told at once. */
export function userReader<const S extends Schema>(schema: S) {
  const check = compileShape(schema);
  /** `judged` are the members whose problems count, where not all do. */
  return async (environment: Environment, body: unknown, judged?: object): Promise<Infer<S>> => {
    if (body === undefined || body === null) throw malformed('the body is empty');
    const { value, problems } = check(body);
    const custom = await readCustomAttributes(environment, body);
    const all = [...problems, ...custom.problems];
    const counted = judged ? all.filter(({ path: [member] }) => Object.hasOwn(judged, String(member))) : all;
    if (counted.length > 0) throw refuseBody(counted);
    return { ...(value as object), ...custom.value } as Infer<S>;
  };
}
