import { touchFlow } from '../domain/flows.js';
import type { Action } from './actions.js';

/** `session.reset`: forget who was identified, and begin the sign-on again. */
export const resetSession: Action = async ({ environment, flow }) => ({
  flow: await touchFlow(environment, { ...flow, status: 'USERNAME_PASSWORD_REQUIRED', userId: undefined, authentication: undefined }),
});
