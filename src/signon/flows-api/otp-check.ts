import { checkPasscode } from '../second-factor.js';
import type { Action } from './action.js';
import { requiredText } from './required-text.js';

/** `otp.check`: the one-time passcode that was sent. */
export const checkOtp: Action = async ({ environment, flow, body, session, exchange }) => {
  const { otp } = requiredText(body, ['otp']);
  return checkPasscode(environment, flow, otp, { session, exchange });
};
