import type { Environment } from '../../environment/context.js';
import type { User } from '../../environment/model/user.js';
import { compileShape, type Schema } from '../../lib/schema/compile.js';
import type { Infer } from '../../lib/schema/types.js';
import { refuseBody } from '../../pingone/body-refusals.js';
import { insufficientPermissions, malformed } from '../../pingone/pingone-error.js';
import { addedNames, readCustomAttributes, withUniqueAttributes } from './custom-attributes.js';
import { keepingClosed, leavesClosed, type OpenAttributes } from './self-service.js';
import { type UserBody, userBody } from './user-schema.js';
import { replaceUser } from './users.js';

/** Reads the body of a user, including custom attributes. A refusal names all problems. */
export function userReader<const S extends Schema>(schema: S) {
  const check = compileShape(schema);
  /** Only problems of members in `judged` count, if it is given. */
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

const readUser = userReader(userBody);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Merges a patch into a user: what it leaves out stays, null clears (docs/fidelity.md, management 1.9). */
function merge(user: User, patch: Record<string, unknown>): unknown {
  const merged: Record<string, unknown> = { ...user };
  for (const [name, value] of Object.entries(patch)) {
    const before = user[name];
    merged[name] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return merged;
}

/** Changes a user, but no attributes that the actor has no access to (docs/fidelity.md, management 5.3). */
type Change = (environment: Environment, existing: User, body: unknown, open: OpenAttributes) => Promise<User>;

const replace = (environment: Environment, existing: User, body: UserBody): Promise<User> =>
  withUniqueAttributes(environment, body, existing.id, () => replaceUser(environment, existing, body));

/** Applies a patch. Only the members that it names are checked, not what was there before. */
export const patchUser: Change = async (environment, existing, body, open) => {
  if (!isObject(body)) throw malformed('the body is not an object');
  const merged = merge(existing, body) as Record<string, unknown>;
  const named = Object.fromEntries(Object.keys(body).map((name) => [name, merged[name]]));
  if (!leavesClosed(named, existing, open, await addedNames(environment))) throw insufficientPermissions();
  return replace(environment, existing, await readUser(environment, merged, body));
};

/** Replaces the profile: what it leaves out is cleared, except what the actor has no access to. */
export const putUser: Change = async (environment, existing, body, open) => {
  const added = await addedNames(environment);
  if (!leavesClosed(body, existing, open, added)) throw insufficientPermissions();
  return replace(environment, existing, await readUser(environment, keepingClosed(body, existing, open, added)));
};
