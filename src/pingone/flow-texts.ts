import type { Evidence } from '../protocol/rules/index.js';

const text = <const T>(evidence: Evidence, value: T) => ({ evidence, text: value }) as const;

/** The messages in `details` of the flows API, each with its evidence (docs/fidelity.md, 4.4). */
export const flowTexts = {
  credentials: text('recorded', 'Invalid username and/or password'),
  lockedOut: text('inferred', 'The password is locked out'),
  noPassword: text('inferred', 'The user has no password'),
  currentPassword: text('inferred', 'The current password is incorrect'),
  recoveryCode: text('inferred', 'The recovery code is not valid'),
  verificationCode: text('inferred', 'The verification code is not valid'),
  passcode: text('inferred', 'The one-time passcode is not valid'),
  device: text('inferred', 'The device is not available'),
  consent: text('inferred', 'The user did not accept the agreement'),
  noDevices: text('documented', (userId: string) => `Couldn't find authenticating device for user: ${userId}`),
  assertion: text('inferred', 'The assertion is not valid'),
  pushDenied: text('inferred', 'The user denied the request on the device'),
  unsupported: text('inferred', 'The sign-on policy could not be completed'),
  provider: text('inferred', 'The identity provider is not available'),
  externalFailed: text('inferred', 'The sign-on at the identity provider could not be completed'),
  externalRefused: text('inferred', 'The identity provider did not sign you on'),
  externalState: text('inferred', 'The sign-on at the identity provider has expired or was completed before'),
  required: text('inferred', 'must not be empty'),
} as const;
