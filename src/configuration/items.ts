import type { Environment } from '../environment/context.js';
import { PingOneError } from '../pingone/errors.js';
import { managementTexts as texts } from '../pingone/management-texts.js';

/** The moment, as the management API writes moments. */
export const nowOf = ({ clock }: Environment): string => new Date(clock.now()).toISOString();

/** The members that everything in an environment has, for something new. */
export const newMembers = (environment: Environment) => {
  const createdAt = nowOf(environment);
  return { id: environment.random.uuid(), environment: { id: environment.id }, createdAt, updatedAt: createdAt };
};

/** What stays of an item when a body replaces it. */
export const keptMembers = (
  environment: Environment,
  { id, createdAt }: { readonly id: string; readonly createdAt: string },
): ReturnType<typeof newMembers> => ({ id, environment: { id: environment.id }, createdAt, updatedAt: nowOf(environment) });

/** A value that has the right shape and is wrong all the same. */
export const invalidValue = (target: string, message: string, innerError?: Record<string, unknown>): PingOneError =>
  new PingOneError(400, 'INVALID_DATA', [{ code: 'INVALID_VALUE', target, message, ...(innerError && { innerError }) }]);

/** A value that points at something that is not there. */
export const unknownReference = (target: string): PingOneError => invalidValue(target, texts.referenceUnknown.text);

/** Something that must stay as it is, or must not go: others need it. */
export const constraint = (message: string, { text, referencedValues }: { text?: string; referencedValues?: readonly string[] } = {}) =>
  new PingOneError(
    400,
    'INVALID_DATA',
    [{ code: 'CONSTRAINT_VIOLATION', message, ...(referencedValues && { innerError: { referencedValues } }) }],
    text,
  );

/** Refuses to remove what others point to; says who they are. */
export function requireUnused(users: readonly { readonly id: string }[], message: string, text?: string): void {
  const referencedValues = users.slice(0, 20).map(({ id }) => id);
  if (users.length > 0) throw constraint(message, { referencedValues, ...(text !== undefined && { text }) });
}
