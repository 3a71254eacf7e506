import { forgetPassword } from '../password-recovery.js';
import type { Action } from './action.js';
import { requiredText } from './required-text.js';

/** `password.forgot`: the person is sent a recovery code. */
export const forgotPassword: Action = async ({ environment, flow, body }) => {
  const { username } = requiredText(body, ['username']);
  return forgetPassword(environment, flow, username);
};
