import { sendVerificationCode } from '../registration.js';
import type { Action } from './action.js';

/** `user.sendVerificationCode`: send another verification code. */
export const resendVerificationCode: Action = ({ environment, flow }) => sendVerificationCode(environment, flow);
