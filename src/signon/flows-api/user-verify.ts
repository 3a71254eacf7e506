import { verifyUser } from '../registration.js';
import type { Action } from './action.js';
import { requiredText } from './required-text.js';

/** `user.verify`: the verification code that was sent. */
export const verify: Action = async ({ environment, flow, body, session, exchange }) => {
  const { verificationCode } = requiredText(body, ['verificationCode']);
  return verifyUser(environment, flow, verificationCode, { session, exchange });
};
