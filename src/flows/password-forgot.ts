import { touchFlow } from '../domain/flows.js';
import { findUserByUsername } from '../domain/users.js';
import type { Action } from './actions.js';
import { requiredText } from './required-text.js';

/**
 * `password.forgot`: the person is to be sent a recovery code. An unknown user name is answered alike, so that nobody
 * learns which names exist.
 */
export const forgotPassword: Action = async ({ environment, flow, body }) => {
  const { username } = requiredText(body, ['username']);
  const user = await findUserByUsername(environment, username);
  return { flow: await touchFlow(environment, { ...flow, status: 'RECOVERY_CODE_REQUIRED', userId: user?.id }) };
};
