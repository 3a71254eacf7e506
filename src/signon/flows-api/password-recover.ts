import { recoverPassword } from '../password-recovery.js';
import type { Action } from './action.js';
import { requiredText } from './required-text.js';

/** `password.recover`: a new password for whom has the recovery code. */
export const recover: Action = async ({ environment, flow, body, session, exchange }) => {
  const { recoveryCode, newPassword } = requiredText(body, ['recoveryCode', 'newPassword']);
  return recoverPassword(environment, flow, { recoveryCode, newPassword, session, exchange });
};
