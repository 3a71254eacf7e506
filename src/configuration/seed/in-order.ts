import type { Schema } from '../../lib/schema/compile.js';

/**
 * A value with its members in the order of a schema, followed by those that the schema does not name, so that exports of
 * the same configuration are identical.
 */
export function inOrder<T>(value: T, schema: Schema): T {
  if (Array.isArray(value)) return value.map((item) => inOrder(item, schema.items ?? {})) as T;
  if (typeof value !== 'object' || value === null || !schema.properties) return value;
  const known = Object.entries(schema.properties).filter(([name]) => Object.hasOwn(value, name));
  const members = value as Record<string, unknown>;
  const ordered = known.map(([name, member]) => [name, inOrder(members[name], member)] as const);
  const others = Object.entries(members).filter(([name]) => !known.some(([other]) => other === name));
  return Object.fromEntries([...ordered, ...others]) as T;
}
