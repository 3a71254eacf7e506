import type { Environment } from '../../environment/context.js';
import type { SchemaAttribute } from '../../environment/model/configuration.js';
import { derivedId } from '../../lib/derived-id.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidData, invalidValue, notFound } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers, putUnique, requireUnused, withStored } from '../items.js';
import { judgePatterns } from './client-patterns.js';
import { groupsThatSpeakOf } from './dynamic-groups.js';
import { isAttributeName, type SchemaAttributeBody, standardAttributes } from './user-attributes.js';

/** Every environment has one schema: that of its users. */
export const userSchemaId = ({ id }: Environment): string => derivedId('user schema', id);

/** The schema of this id, or a 404. */
export async function schemaOf(environment: Environment, id: string): Promise<{ readonly id: string }> {
  if (id !== userSchemaId(environment)) throw notFound();
  return { id };
}

/** PingOne's own attributes before any change. */
const broughtAlong = (environment: Environment): SchemaAttribute[] =>
  standardAttributes.map(({ name, displayName, type, schemaType, unique = false, required = false, subAttributes }) => ({
    id: derivedId('user attribute', environment.id, name),
    environment: { id: environment.id },
    schema: { id: userSchemaId(environment) },
    name,
    displayName,
    type,
    schemaType,
    enabled: true,
    required,
    unique,
    multiValued: false,
    ...(subAttributes && {
      subAttributes: subAttributes.map((sub) => ({ name: sub, type: 'STRING', schemaType, enabled: true, required: false, unique: false })),
    }),
    createdAt: environment.record.createdAt,
    updatedAt: environment.record.createdAt,
  }));

/** All attributes of users: PingOne's own, then the custom ones. */
export const schemaAttributes = async (environment: Environment): Promise<SchemaAttribute[]> =>
  withStored(broughtAlong(environment), await environment.store.schemaAttributes.list(), ({ id }) => id);

/** What is wrong with a pattern: it is invalid, too slow, or wrong about its own examples. */
function flawOf({
  pattern,
  valuesPatternShouldMatch = [],
  valuesPatternShouldNotMatch = [],
}: NonNullable<SchemaAttributeBody['regexValidation']>): string | undefined {
  const [fitting, others] = judgePatterns([
    { pattern, texts: valuesPatternShouldMatch },
    { pattern, texts: valuesPatternShouldNotMatch },
  ]);
  if (!fitting || !others) return 'the pattern is not a regular expression, or takes too long to match its own examples';
  const isRight = fitting.every((fits) => fits) && others.every((fits) => !fits);
  return isRight ? undefined : 'the pattern contradicts one of its own examples';
}

/** A custom attribute from a body of the right shape. */
function custom(environment: Environment, members: ReturnType<typeof newMembers>, body: SchemaAttributeBody): SchemaAttribute {
  const { type = 'STRING', schemaType, enumeratedValues, regexValidation, ...rest } = body;
  if (!isAttributeName(body.name)) throw invalidValue('name', texts.schemaName.text);
  if (type !== 'STRING' && type !== 'JSON') throw invalidValue('type', texts.schemaType.text, { allowedValues: ['STRING', 'JSON'] });
  if (schemaType !== undefined && schemaType !== 'CUSTOM') throw invalidValue('schemaType', texts.immutable.text);
  if (type === 'JSON' && body.unique) throw invalidValue('unique', texts.schemaOfJson.text);
  if (type === 'JSON' && enumeratedValues) throw invalidValue('enumeratedValues', texts.schemaOfJson.text);
  requirePattern(type, regexValidation);
  return {
    ...members,
    schema: { id: userSchemaId(environment) },
    ...rest,
    type,
    schemaType: 'CUSTOM',
    enabled: body.enabled ?? true,
    required: body.required ?? false,
    unique: body.unique ?? false,
    multiValued: body.multiValued ?? false,
    ...(enumeratedValues && { enumeratedValues }),
    ...(regexValidation && { regexValidation }),
  };
}

export async function createSchemaAttribute(
  environment: Environment,
  body: SchemaAttributeBody,
  givenId?: string,
): Promise<SchemaAttribute> {
  const members = newMembers(environment);
  const attribute = custom(environment, { ...members, id: givenId ?? members.id }, body);
  await putUnique(environment.store.schemaAttributes, attribute, 'name');
  return attribute;
}

/** Refuses a pattern that is invalid, too slow, or wrong about its own examples, or that is for an attribute that is not text. */
function requirePattern(type: SchemaAttribute['type'], pattern: SchemaAttributeBody['regexValidation']): void {
  if (!pattern) return;
  if (type !== 'STRING') throw invalidValue('regexValidation', texts.schemaOfJson.text);
  const reason = flawOf(pattern);
  if (reason !== undefined)
    throw invalidData({ code: 'INVALID_VALUE', target: 'regexValidation.pattern', message: texts.schemaPattern.text }, { reason });
}

/** Replaces an attribute. Its name and type cannot change; PingOne's own can only be enabled, made unique and given a pattern. */
export async function replaceSchemaAttribute(
  environment: Environment,
  existing: SchemaAttribute,
  body: SchemaAttributeBody,
): Promise<SchemaAttribute> {
  const { schemaType, name, type } = existing;
  if (schemaType === 'CORE') throw constraint(texts.schemaCore.text);
  if (body.name !== name) throw invalidValue('name', texts.immutable.text);
  if (body.type !== undefined && body.type !== type) throw invalidValue('type', texts.immutable.text);
  if (existing.multiValued && body.multiValued === false) throw invalidValue('multiValued', texts.immutable.text);
  const members = keptMembers(environment, existing);
  const { regexValidation: _, ...kept } = existing;
  if (schemaType === 'STANDARD') requirePattern(type, body.regexValidation);
  const attribute =
    schemaType === 'CUSTOM'
      ? custom(environment, members, { ...body, type, multiValued: body.multiValued ?? existing.multiValued })
      : {
          ...kept,
          ...members,
          enabled: body.enabled ?? existing.enabled,
          unique: body.unique ?? existing.unique,
          ...(body.regexValidation && { regexValidation: body.regexValidation }),
        };
  await putUnique(environment.store.schemaAttributes, attribute, 'name');
  if (attribute.multiValued && !existing.multiValued) await makeLists(environment, name);
  return attribute;
}

/** Turns the values of users into lists, for an attribute that becomes multi-valued and remains so (docs/fidelity.md, management 6.4). */
async function makeLists({ store }: Environment, name: string): Promise<void> {
  for (const user of await store.users.list()) {
    const value = user[name];
    if (value !== undefined && !Array.isArray(value)) await store.users.put({ ...user, [name]: [value] });
  }
}

/** Deletes a custom attribute and its values, unless the filter of a group uses it. */
export async function deleteSchemaAttribute(environment: Environment, { id, name, schemaType }: SchemaAttribute): Promise<void> {
  const { store } = environment;
  if (schemaType !== 'CUSTOM') throw constraint(schemaType === 'CORE' ? texts.schemaCore.text : texts.schemaStandard.text);
  requireUnused(await groupsThatSpeakOf(environment, name), texts.schemaInFilter.text);
  await store.schemaAttributes.take(id);
  const holders = (await store.users.list()).filter((user) => user[name] !== undefined);
  await Promise.all(holders.map(({ [name]: _, ...user }) => store.users.put(user as typeof user & { id: string } as never)));
}
