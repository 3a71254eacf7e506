import type { Environment } from '../environment/context.js';
import { constraint } from '../pingone/pingone-error.js';

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

/** Refuses to remove what others point to; says who they are. */
export function requireUnused(users: readonly { readonly id: string }[], message: string, text?: string): void {
  const referencedValues = users.slice(0, 20).map(({ id }) => id);
  if (users.length > 0) throw constraint(message, { referencedValues, ...(text !== undefined && { text }) });
}
