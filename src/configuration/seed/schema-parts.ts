import type { Schema } from '../../lib/schema/compile.js';
import { uuid } from '../../lib/schema/types.js';

/** Parts of the schema of a seed. */

export const text = { type: 'string' };
export const name = { type: 'string', minLength: 1 };
export const flag = { type: 'boolean' };
export const any = {};
/** Members of PingOne's answers that bodies do not have: a seed may contain them, and they are ignored. */
export const ignored = { _links: any, _embedded: any, environment: any, createdAt: any, updatedAt: any };

export const seedObject = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  required,
  properties: { id: uuid, ...properties, ...ignored },
});
export const list = (items: Schema): Schema => ({ type: 'array', items });
