import { isObject } from '../unknown.js';
import type { Schema } from './compile.js';

/** A value that fits a schema, as `compileShape` answers it: with the members of the schema, in its order. Nothing is checked. */
export function inOrder({ properties, items }: Schema, value: unknown): unknown {
  if (Array.isArray(value)) return items ? value.map((item) => inOrder(items, item)) : value;
  if (!properties || !isObject(value)) return value;
  const members = Object.entries(properties).filter(([name, { readOnly }]) => !readOnly && value[name] !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member, value[name])]));
}
