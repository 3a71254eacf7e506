import type { Schema } from '../../lib/schema/compile.js';
import { uuid } from '../../lib/schema/types.js';

/** Parts of the schema of a seed. */

export const text = { type: 'string' };
export const name = { type: 'string', minLength: 1 };
export const flag = { type: 'boolean' };
/** A member of PingOne's answers that bodies do not have: a seed may contain it, whatever its value, and no code ever sees it. */
export const answered: Schema = { readOnly: true };
/** An object whose members only the one who reads it knows. */
export const plain = { type: 'object' };
/** What every answer has. */
export const ignored = { _links: answered, _embedded: answered, environment: answered, createdAt: answered, updatedAt: answered };

export const seedObject = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  required,
  properties: { id: uuid, ...properties, ...ignored },
});
export const list = (items: Schema): Schema => ({ type: 'array', items });

/** A name or an id, or an object with one of them. */
export const pointer: Schema = { type: ['string', 'object'], minLength: 1, properties: { id: uuid, name } };

/** Roles that an application, a user, a group or a gateway has. */
export const roleAssignments = list(
  seedObject(
    {
      role: pointer,
      scope: {
        type: 'object',
        required: ['id', 'type'],
        properties: { id: uuid, type: { type: 'string', enum: ['ORGANIZATION', 'ENVIRONMENT', 'POPULATION', 'APPLICATION'] } },
      },
      readOnly: flag,
    },
    ['role'],
  ),
);
