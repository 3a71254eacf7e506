import { registerUser } from '../registration.js';
import type { Action } from './action.js';
import { requiredText } from './required-text.js';

/** `user.register`: a new user, where the policy lets people register. */
export const register: Action = async ({ environment, flow, body, session, exchange }) => {
  const { password } = requiredText(body, ['username', 'email', 'password']);
  return registerUser(environment, flow, body, { password, session, exchange });
};
