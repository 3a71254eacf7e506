import type { Schema } from './compile.js';

/** A schema, or one with alternatives. */
interface Alternatives extends Schema {
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** Deeper than anyone needs, and far from exhausting the stack. */
const deepest = 64;

const alternativesOf = (schema: Schema): readonly Schema[] => {
  const { oneOf, anyOf } = schema as Alternatives;
  return (oneOf ?? anyOf)?.flatMap(alternativesOf) ?? [schema];
};

/** Whether a schema is that of a secret: `secret()` marks it, and `secretFile` is one. */
export const isSecret = ({ format, writeOnly }: Schema): boolean => format === 'password' || writeOnly === true;

/** The schemas of an object's member; undefined if no schema of the object knows the member. */
export function schemasOfMember(schemas: readonly Schema[], name: string): readonly Schema[] | undefined {
  const all = schemas.flatMap(alternativesOf);
  const known = all.flatMap(({ properties }) => (properties && Object.hasOwn(properties, name) ? [properties[name] as Schema] : []));
  if (known.length > 0) return known.flatMap(alternativesOf);
  // An object whose members are not listed may have any.
  const isOpen = all.some(({ type, properties }) => properties === undefined && (type === undefined || type.includes('object')));
  return isOpen ? [{}] : undefined;
}

/** Whether a text or number is of a kind that a schema describes. */
const describes = ({ type, properties, items }: Schema, value: string | number): boolean =>
  type === undefined
    ? properties === undefined && items === undefined
    : [type].flat().some((each) => (each === 'integer' ? 'number' : each) === typeof value);

interface Hiding {
  /**
   * What to do with a member that no schema knows, and with a text or number where the schemas want something else: it may be
   * a secret whose name is misspelt, or the secret alone in the place of the object that holds it.
   */
  readonly unknown: 'keep' | 'hide';
  /** What replaces a value that `schemas` call secret or do not know. */
  readonly hide: (value: unknown, isKnown: boolean) => unknown;
}

/** A copy of a JSON value without what its schemas call secret; several may apply, and then all of them count. */
export function withoutSecretMembers(value: unknown, schemas: readonly Schema[], hiding: Hiding, depth = 0): unknown {
  const { unknown, hide } = hiding;
  if (schemas.some(isSecret)) return hide(value, true);
  if (typeof value === 'string' || typeof value === 'number')
    return unknown === 'keep' || schemas.flatMap(alternativesOf).some((schema) => describes(schema, value)) ? value : hide(value, true);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest) return hide(value, false);
  if (Array.isArray(value)) {
    const items = schemas.flatMap(alternativesOf).flatMap(({ type, items: of }) => of ?? (type === undefined ? [{}] : []));
    if (items.length === 0 && unknown === 'hide') return hide(value, false);
    return value.map((item) => withoutSecretMembers(item, items, hiding, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const of = schemasOfMember(schemas, name);
      if (!of && unknown === 'hide') return [name, hide(member, false)];
      return [name, withoutSecretMembers(member, of ?? [], hiding, depth + 1)];
    }),
  );
}
