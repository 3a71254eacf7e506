import type { Schema } from '../../src/lib/schema/compile.js';

/** Places in a JSON value, and values of another kind for them. */

export type Place = readonly (string | number)[];

/** One of each kind of JSON, and what hides in it. */
export const wrongKinds: readonly unknown[] = [null, true, 0, 1.5, '', 'x', [], [null], [[]], [{ id: [] }], {}, { id: null }, { id: 5 }];

/** Every place in a JSON value, the outermost first. */
export function placesOf(value: unknown, above: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([name, part]) => [[...above, name], ...placesOf(part, [...above, name])]);
}

/** A copy with another value in a place. */
export function withValueAt<T>(value: T, [name, ...rest]: Place, other: unknown): T {
  const copy = structuredClone(value);
  let at: unknown = copy;
  const path = [name, ...rest];
  for (const [depth, part] of path.entries()) {
    if (typeof at !== 'object' || at === null || part === undefined) break;
    if (depth === path.length - 1) Reflect.set(at, part, other);
    else at = Reflect.get(at, part);
  }
  return copy;
}

/** A value that a schema accepts, with all of its members. */
export function exampleOf(schema: Schema & { readonly anyOf?: readonly Schema[] }): unknown {
  const { type, properties, items, anyOf, pattern = '', format, minLength = 0, minimum = 1 } = schema;
  const kind = typeof type === 'object' ? type[0] : type;
  if (anyOf?.[0]) return exampleOf(anyOf[0]);
  if (schema.enum) return schema.enum[0];
  if (properties) return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, exampleOf(member)]));
  if (kind === 'integer') return minimum;
  if (kind === 'boolean') return true;
  if (kind === 'array') return [exampleOf(items ?? {})];
  if (kind === 'object') return { a: 1 };
  if (pattern.includes('{8}')) return 'b0000000-0000-4000-8000-000000000001';
  return format === 'email' ? 'a@example.com' : 'a'.repeat(Math.max(1, minLength));
}
