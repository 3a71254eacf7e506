/** Values that schemas describe, and where in them something can be made large. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

export type Path = readonly (string | number)[];

/** Usual values of members, by name; others are made up. */
export type Known = Readonly<Record<string, unknown>>;

const uuid = (at: number): string => `00000000-0000-4000-9000-${String(at).padStart(12, '0')}`;

const typeOf = ({ type, properties, items }: Schema): string =>
  (typeof type === 'string' ? type : type?.find((name) => name !== 'null')) ?? (properties ? 'object' : items ? 'array' : 'string');

const textOf = (schema: Schema, name: string, at: number, known: Known): string => {
  if (typeof known[name] === 'string' && at === 0) return known[name];
  if (schema.pattern?.includes('a-fA-F') || name === 'id') return uuid(at);
  if (schema.format === 'email' || /email/i.test(name)) return `u${at}@example.com`;
  if (/ur[il]/i.test(name)) return `https://h${at}.example/a`;
  return `${name || 'a'}${at}`;
};

/** A value of a schema; those with other numbers differ. */
export function sample(
  schema: Schema,
  { name = '', at = 0, known = {}, depth = 0 }: { name?: string; at?: number; known?: Known; depth?: number } = {},
): unknown {
  if (schema.anyOf?.[0]) return sample(schema.anyOf[at % schema.anyOf.length] as Schema, { name, at, known, depth });
  if (schema.enum) return schema.enum[at % schema.enum.length];
  if (name in known && typeof known[name] !== 'string') return known[name];
  switch (typeOf(schema)) {
    case 'object': {
      const names = schema.required ?? [];
      return Object.fromEntries(
        names.map((member) => [member, sample(schema.properties?.[member] ?? {}, { name: member, at, known, depth: depth + 1 })]),
      );
    }
    case 'array':
      return depth > 6 ? [] : [sample(schema.items ?? {}, { name: name.replace(/s$/, ''), at, known, depth: depth + 1 })];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return at % 2 === 0;
    default:
      return textOf(schema, name, at, known);
  }
}

/** A place in a value, and what is there. */
export interface Place {
  readonly path: Path;
  readonly name: string;
  readonly schema: Schema;
  readonly kind: 'text' | 'number' | 'list' | 'object';
}

/** The places of a schema where something could be large. */
export function placesIn(schema: Schema, path: Path = []): Place[] {
  const name = String(path.findLast((part) => typeof part === 'string') ?? '');
  if (path.length > 8) return [];
  if (schema.anyOf) return schema.anyOf.flatMap((one) => placesIn(one, path));
  if (schema.enum) return [{ path, name, schema, kind: 'text' }];
  switch (typeOf(schema)) {
    case 'object':
      return [
        { path, name, schema, kind: 'object' },
        ...Object.entries(schema.properties ?? {}).flatMap(([member, of]) => placesIn(of, [...path, member])),
      ];
    case 'array':
      return [{ path, name, schema: schema.items ?? {}, kind: 'list' }, ...placesIn(schema.items ?? {}, [...path, 0])];
    case 'boolean':
      return [];
    case 'integer':
    case 'number':
      return [{ path, name, schema, kind: 'number' }];
    default:
      return [{ path, name, schema, kind: 'text' }];
  }
}

/** A copy of a value with another part. */
export function withPart(value: unknown, [first, ...rest]: Path, part: unknown): unknown {
  if (first === undefined) return part;
  if (typeof first === 'number') {
    const items = Array.isArray(value) ? value : [];
    return [withPart(items[0], rest, part), ...items.slice(1)];
  }
  const members = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return { ...members, [first]: withPart(members[first], rest, part) };
}

/** The part of a value at a place. */
export const partAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (of, part) => (typeof of === 'object' && of !== null ? (of as Record<string | number, unknown>)[part] : undefined),
    value,
  );
