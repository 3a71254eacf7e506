import type { Environment } from '../../environment/context.js';
import type { SchemaAttribute } from '../../environment/model/configuration.js';
import { definePart } from '../../environment/plan/part.js';
import { serialize } from '../../environment/serialize.js';
import { compileShape, type Schema, type Shaped, type ShapeError } from '../../lib/schema/compile.js';
import { notUnique } from '../../pingone/pingone-error.js';
import { judgePatterns } from './client-patterns.js';

/** The values of custom attributes. */

/** PingOne's limit for such values is not known; this is that of its longest attribute. */
const longestText = 1024;

function schemaOf({ name, type, multiValued, required, enumeratedValues }: SchemaAttribute): Schema {
  const allowed = enumeratedValues?.filter(({ archived }) => !archived).map(({ value }) => value);
  const value: Schema =
    type === 'JSON'
      ? { type: 'object' }
      : {
          type: 'string',
          maxLength: longestText,
          ...(allowed && { enum: allowed }),
        };
  return {
    type: 'object',
    properties: { [name]: multiValued ? { type: 'array', items: value } : value },
    required: required ? [name] : [],
  };
}

// Stored items are never changed in place, so one compiled check per stored version suffices.
const checks = new WeakMap<SchemaAttribute, (value: unknown) => Shaped>();

const checkOf = (attribute: SchemaAttribute): ((value: unknown) => Shaped) => {
  const check = checks.get(attribute) ?? compileShape(schemaOf(attribute));
  checks.set(attribute, check);
  return check;
};

/** The custom attributes of an environment. */
async function customAttributesOf({ store }: Environment): Promise<SchemaAttribute[]> {
  if ((await store.schemaAttributes.count()) === 0) return [];
  return (await store.schemaAttributes.list()).filter(({ schemaType, enabled }) => schemaType === 'CUSTOM' && enabled);
}

/** PingOne's own attributes whose values an environment restricts by a pattern. */
async function standardWithPatterns({ store }: Environment): Promise<SchemaAttribute[]> {
  if ((await store.schemaAttributes.count()) === 0) return [];
  return (await store.schemaAttributes.list()).filter(
    ({ schemaType, enabled, regexValidation }) => schemaType === 'STANDARD' && enabled && regexValidation,
  );
}

const addedNamesPart = definePart<readonly string[]>(async (environment) =>
  (await customAttributesOf(environment)).map(({ name }) => name),
);

/** The names of the custom attributes, which answers show after PingOne's own: the same list until the configuration changes. */
export const addedNames = async (environment: Environment): Promise<readonly string[]> => addedNamesPart(environment, '');

/** The values that do not match their attribute's pattern. Clients supply the patterns, so they are run with a time limit. */
function patternProblems(attributes: readonly SchemaAttribute[], values: Readonly<Record<string, unknown>>): ShapeError[] {
  const asked = attributes.flatMap(({ name, multiValued, regexValidation }) => {
    const texts = [values[name] ?? []].flat();
    if (!regexValidation || texts.length === 0 || !texts.every((text) => typeof text === 'string')) return [];
    return { name, multiValued, pattern: regexValidation.pattern, texts: texts as string[] };
  });
  const answers = judgePatterns(asked.map(({ pattern, texts }) => ({ pattern, texts })));
  return asked.flatMap(({ name, multiValued, pattern, texts }, at) =>
    texts.flatMap((_, position): ShapeError[] =>
      answers[at]?.[position]
        ? []
        : [{ path: multiValued ? [name, position] : [name], kind: 'pattern', schema: { type: 'string', pattern } }],
    ),
  );
}

/** Reads the custom attributes of a user's body. */
export async function readCustomAttributes(
  environment: Environment,
  body: unknown,
): Promise<{ value: Record<string, unknown>; problems: ShapeError[] }> {
  const value: Record<string, unknown> = {};
  const problems: ShapeError[] = [];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { value, problems };
  const attributes = await customAttributesOf(environment);
  for (const attribute of attributes) {
    const shaped = checkOf(attribute)(body);
    Object.assign(value, shaped.value);
    problems.push(...shaped.problems);
  }
  // Too long values, and those that are not strings, come first.
  const isWrong = new Set(problems.map(({ path: [name] }) => name));
  const judged = attributes.filter(({ name }) => !isWrong.has(name));
  const standard = await standardWithPatterns(environment);
  const given = Object.entries(body).filter(([name]) => standard.some((attribute) => attribute.name === name));
  problems.push(...patternProblems([...judged, ...standard], { ...value, ...Object.fromEntries(given) }));
  return { value, problems };
}

/** Runs work that sets these values, while no other request can take those that must be unique. */
export async function withUniqueAttributes<T>(
  environment: Environment,
  values: Readonly<Record<string, unknown>>,
  ownId: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const unique = (await customAttributesOf(environment)).filter((attribute) => attribute.unique && values[attribute.name] !== undefined);
  if (unique.length === 0) return work();
  return serialize(environment, 'unique attributes', async () => {
    const users = (await environment.store.users.list()).filter(({ id }) => id !== ownId);
    for (const { name } of unique) {
      const wanted = new Set([values[name]].flat());
      if (users.some((user) => [user[name]].flat().some((value) => value !== undefined && wanted.has(value)))) throw notUnique(name);
    }
    return work();
  });
}
