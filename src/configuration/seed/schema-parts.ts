import type { Schema } from '../../lib/schema/compile.js';
import { uuid } from '../../lib/schema/types.js';

/** What the schema of a seed is made of. */

export const text = { type: 'string' };
export const name = { type: 'string', minLength: 1 };
export const flag = { type: 'boolean' };
export const any = {};
/** What an answer of PingOne's has and a body has not: it may stand in a seed and says nothing. */
export const ignored = { _links: any, _embedded: any, environment: any, createdAt: any, updatedAt: any };

export const seedObject = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  required,
  properties: { id: uuid, ...properties, ...ignored },
});
export const list = (items: Schema): Schema => ({ type: 'array', items });
