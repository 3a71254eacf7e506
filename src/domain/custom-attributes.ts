import type { Environment } from '../context.js';
import { compileShape, type Fault, type Schema, type Shaped } from '../core/shape.js';
import type { SchemaAttribute } from '../pingone/configuration.js';
import { inTurn } from './turns.js';
import { notUnique } from './uniqueness.js';

/** Values of attributes that an environment has added to its users. */

/** A regular expression is not let loose on longer texts. */
const longestText = 1024;

function schemaOf({ name, type, multiValued, required, enumeratedValues, regexValidation }: SchemaAttribute): Schema {
  const allowed = enumeratedValues?.filter(({ archived }) => !archived).map(({ value }) => value);
  const value: Schema =
    type === 'JSON'
      ? { type: 'object' }
      : {
          type: 'string',
          maxLength: longestText,
          ...(allowed && { enum: allowed }),
          ...(regexValidation && { pattern: regexValidation.pattern }),
        };
  return {
    type: 'object',
    properties: { [name]: multiValued ? { type: 'array', items: value } : value },
    required: required ? [name] : [],
  };
}

// What is stored is never changed in place: one check for each stored version.
const checks = new WeakMap<SchemaAttribute, (value: unknown) => Shaped>();

const checkOf = (attribute: SchemaAttribute): ((value: unknown) => Shaped) => {
  const check = checks.get(attribute) ?? compileShape(schemaOf(attribute));
  checks.set(attribute, check);
  return check;
};

/** The attributes that users have beside PingOne's own. */
export async function customAttributesOf({ store }: Environment): Promise<SchemaAttribute[]> {
  if (store.schemaAttributes.size === 0) return [];
  return (await store.schemaAttributes.list()).filter(({ schemaType, enabled }) => schemaType === 'CUSTOM' && enabled);
}

/** What a user's body says of them. */
export async function readCustomAttributes(
  environment: Environment,
  body: unknown,
): Promise<{ value: Record<string, unknown>; faults: Fault[] }> {
  const value: Record<string, unknown> = {};
  const faults: Fault[] = [];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { value, faults };
  for (const attribute of await customAttributesOf(environment)) {
    const shaped = checkOf(attribute)(body);
    Object.assign(value, shaped.value);
    faults.push(...shaped.faults);
  }
  return { value, faults };
}

/** Does some work that gives a user these values, while nobody else can take those that must be unique. */
export async function withUniqueAttributes<T>(
  environment: Environment,
  values: Readonly<Record<string, unknown>>,
  ownId: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const unique = (await customAttributesOf(environment)).filter((attribute) => attribute.unique && values[attribute.name] !== undefined);
  if (unique.length === 0) return work();
  return inTurn(environment, 'unique attributes', async () => {
    const users = (await environment.store.users.list()).filter(({ id }) => id !== ownId);
    for (const { name } of unique) {
      const wanted = [values[name]].flat();
      if (users.some((user) => [user[name]].flat().some((value) => value !== undefined && wanted.includes(value)))) throw notUnique(name);
    }
    return work();
  });
}
