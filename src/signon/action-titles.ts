import type { Flow, FlowStatus } from '../environment/model/lifetimes.js';
import type { ActionName } from './actions.js';

/** What an action has done, for the transaction. */
const done: Readonly<Record<ActionName, string>> = {
  'usernamePassword.check': 'Password accepted',
  'user.lookup': 'User found',
  'password.forgot': 'Recovery code sent',
  'user.register': 'User registered',
  'password.reset': 'Password changed',
  'password.recover': 'Password recovered',
  'password.sendRecoveryCode': 'Recovery code sent again',
  'user.verify': 'E-mail address verified',
  'user.sendVerificationCode': 'Verification code sent again',
  'otp.check': 'Passcode accepted',
  'device.select': 'Device selected',
  'assertion.check': 'Passkey accepted',
  'cancel.push.authentication': 'Push request taken back',
  'user.update': 'Profile completed',
  'user.consent': 'Agreement accepted',
  'user.confirm': 'Account confirmed',
  'deviceAuthGrant.userCode.verify': 'User code found',
  'deviceAuthGrant.consent': 'Device answered',
  'session.reset': 'Sign-on started again',
};

/** What the person is asked for next. */
const next: Partial<Record<FlowStatus, string>> = {
  USERNAME_PASSWORD_REQUIRED: 'name and password',
  SIGN_ON_REQUIRED: 'the name',
  PASSWORD_REQUIRED: 'the password',
  MUST_CHANGE_PASSWORD: 'a new password',
  PASSWORD_EXPIRED: 'a new password',
  RECOVERY_CODE_REQUIRED: 'the recovery code',
  VERIFICATION_CODE_REQUIRED: 'the verification code',
  OTP_REQUIRED: 'a passcode',
  ASSERTION_REQUIRED: 'a passkey',
  PUSH_CONFIRMATION_REQUIRED: 'a confirmation on the phone',
  PUSH_CONFIRMATION_TIMED_OUT: 'another try: the phone gave no answer in time',
  DEVICE_SELECTION_REQUIRED: 'a choice of device',
  PROFILE_DATA_REQUIRED: 'the profile',
  AGREEMENT_CONSENT_REQUIRED: 'an agreement',
  EXTERNAL_AUTHENTICATION_REQUIRED: 'an identity provider',
  ACCOUNT_CONFIRMATION_REQUIRED: 'a confirmation of the account',
  ACCOUNT_LINKING_REQUIRED: 'the password, to link the accounts',
  DAG_USER_CODE_REQUIRED: 'the user code',
  DAG_CONSENT_REQUIRED: 'a consent to the device',
};

/** Devices that are asked for a passcode, as a person calls them. */
const byDevice: Readonly<Record<string, string>> = {
  EMAIL: ' by e-mail',
  SMS: ' by SMS',
  VOICE: ' by call',
  WHATSAPP: ' by WhatsApp',
  TOTP: ' of an authenticator app',
  OATH_TOKEN: ' of an OATH token',
};

/** What an action did, and what the flow waits for now, as "Password accepted; asked for a passcode by e-mail". */
export function titleOfAction(name: ActionName, { status, devices, selectedDeviceId }: Flow): string {
  const asked = next[status];
  const type = status === 'OTP_REQUIRED' ? devices?.find(({ id }) => id === selectedDeviceId)?.type : undefined;
  return asked === undefined ? done[name] : `${done[name]}; asked for ${asked}${(type && byDevice[type]) ?? ''}`;
}
