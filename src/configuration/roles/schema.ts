import { array, type Infer, object, oneOf, reference, string } from '../../lib/schema/types.js';

/** What the body of a custom role may hold (docs/fidelity.md, management 6.9). */
const roleScopes = ['ORGANIZATION', 'ENVIRONMENT', 'POPULATION', 'APPLICATION'] as const;

/** As `applications:read:application`. PingOne has more of them than the mock has a use for: each that has the form is taken. */
const permission = object({ id: { type: 'string', pattern: '^[A-Za-z0-9]{1,64}:[A-Za-z0-9]{1,64}:[A-Za-z0-9]{1,64}$' } });

export const roleBody = object(
  {
    name: { type: 'string', minLength: 1, maxLength: 256 },
    canBeAssignedBy: { ...array(reference), maxItems: 1000 },
    permissions: { ...array(permission), maxItems: 1000 },
  },
  { description: string, applicableTo: { ...array(oneOf(...roleScopes)), maxItems: 4 } },
);
export type RoleBody = Infer<typeof roleBody>;
