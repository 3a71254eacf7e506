import { changePassword } from '../change-password.js';
import type { Action } from './action.js';
import { requiredText } from './required-text.js';

/** `password.reset`: a new password in place of one that may not be used any longer. */
export const resetPassword: Action = async ({ environment, flow, body, session, exchange }) => {
  const { currentPassword, newPassword } = requiredText(body, ['currentPassword', 'newPassword']);
  return changePassword(environment, { flow, currentPassword, newPassword, session, exchange });
};
