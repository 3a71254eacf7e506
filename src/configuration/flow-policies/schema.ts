import type { Schema } from '../../lib/schema/compile.js';
import { boolean, type Infer, object, oneOf } from '../../lib/schema/types.js';

/** Flow policies and their assignments (docs/fidelity.md, management 7.23). */

/** The id of a flow policy: 32 hexadecimal digits (docs/fidelity.md, management 7.23). */
export const flowPolicyId = { type: 'string', pattern: '^[0-9a-fA-F]{32}$' } as const;

const whole = { type: 'integer', minimum: 1, maximum: 2_147_483_647 } as const;

/** The assignment of a flow policy to an application; the lowest priority comes first. */
export const flowPolicyAssignmentBody = object({
  flowPolicy: object({ id: { type: 'string', minLength: 1, maxLength: 256 } }),
  priority: whole,
});
export type FlowPolicyAssignmentBody = Infer<typeof flowPolicyAssignmentBody>;

/** A name or an id of a flow policy in a seed, or an object with one of them. */
export const flowPolicyPointer = {
  type: ['string', 'object'],
  minLength: 1,
  properties: { id: flowPolicyId, name: { type: 'string', minLength: 1 } },
};

const between = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });
const short = { type: 'string', minLength: 1, maxLength: 256 };
const long = { type: 'string', maxLength: 1024 };
/** Letters first, so that no name is one that every object has. */
const key = { type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z][A-Za-z0-9_.-]*$' };
const limited = (items: Schema, maxItems: number): Schema => ({ type: 'array', items, maxItems });

const field: Schema = {
  type: 'object',
  required: ['key'],
  properties: {
    key,
    type: oneOf('TEXT', 'PASSWORD', 'PASSWORD_VERIFY', 'LABEL', 'DROPDOWN', 'RADIO', 'CHECKBOX', 'COMBOBOX', 'SINGLE_CHECKBOX'),
    label: long,
    required: boolean,
    options: limited({ type: 'object', required: ['label', 'value'], properties: { label: short, value: short } }, 100),
  },
};

const button: Schema = {
  type: 'object',
  required: ['key', 'label'],
  properties: { key, label: short, type: oneOf('SUBMIT_BUTTON', 'FLOW_BUTTON', 'FLOW_LINK'), next: short },
};

/** A node of a flow. Which members it has depends on its type: `nodes.ts` says which. */
export const flowNode: Schema = {
  type: 'object',
  required: ['type'],
  properties: {
    id: short,
    type: short,
    next: short,
    name: short,
    description: long,
    fields: limited(field, 50),
    buttons: limited(button, 20),
    polling: oneOf('challenge', 'continue'),
    pollInterval: between(100, 60_000),
    pollRetries: between(1, 1000),
    message: { type: 'string', minLength: 1, maxLength: 1024 },
    code: short,
    final: boolean,
  },
};
