import { sendRecoveryCode } from '../password-recovery.js';
import type { Action } from './action.js';

/** `password.sendRecoveryCode`: send another recovery code. */
export const resendRecoveryCode: Action = ({ environment, flow }) => sendRecoveryCode(environment, flow);
