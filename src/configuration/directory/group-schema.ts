import { type Infer, object, reference } from '../../lib/schema/types.js';

/** What a group's body may hold (docs/fidelity.md, management 6.6). */
export const groupBody = object(
  { name: { type: 'string', minLength: 1, maxLength: 256 } },
  {
    description: { type: 'string', maxLength: 1024 },
    population: reference,
    externalId: { type: 'string', maxLength: 1024 },
    userFilter: { type: 'string', maxLength: 32_768 },
    customData: { type: 'object' },
  },
);
export type GroupBody = Infer<typeof groupBody>;
