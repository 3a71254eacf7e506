import type { Action } from './action.js';
import { consentToDevice, verifyUserCodeAction } from './device-auth-grant.js';
import { selectDeviceAction } from './device-select.js';
import { checkOtp } from './otp-check.js';
import { forgotPassword } from './password-forgot.js';
import { recover } from './password-recover.js';
import { resetPassword } from './password-reset.js';
import { resendRecoveryCode } from './password-send-recovery-code.js';
import { resetSession } from './session-reset.js';
import { consent } from './user-consent.js';
import { lookUp } from './user-lookup.js';
import { register } from './user-register.js';
import { resendVerificationCode } from './user-send-verification-code.js';
import { update } from './user-update.js';
import { verify } from './user-verify.js';
import { checkUsernamePassword } from './username-password-check.js';

/** The actions of a flow, by the name in their media type. */
export const actions: Readonly<Record<string, Action>> = {
  'usernamePassword.check': checkUsernamePassword,
  'user.lookup': lookUp,
  'session.reset': resetSession,
  'password.forgot': forgotPassword,
  'password.sendRecoveryCode': resendRecoveryCode,
  'password.recover': recover,
  'password.reset': resetPassword,
  'user.register': register,
  'user.verify': verify,
  'user.sendVerificationCode': resendVerificationCode,
  'user.update': update,
  'user.consent': consent,
  'otp.check': checkOtp,
  'device.select': selectDeviceAction,
  'deviceAuthGrant.userCode.verify': verifyUserCodeAction,
  'deviceAuthGrant.consent': consentToDevice,
};
