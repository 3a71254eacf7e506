import type { ObservedRule } from './row.js';

const outbox = 'What was sent is in the outbox (mock.outbox(), GET /__mock/v1/environments/{id}/outbox)';

/** What a person shows in a sign-on beside the password: codes, devices, passkeys; and the flow itself. */
export const secondFactorRules = {
  flow_known: {
    spec: 'PingOne flows',
    title: 'There is no such sign-on flow: it has expired or ended',
    why: 'A flow ends fifteen minutes after the last request about it, and a restart or a reset forgets all of them.',
    fix: 'Begin again with an authorization request. In tests: check whether one moved the mock’s clock.',
  },
  one_time_code_sent: {
    title: 'The flow waits for no code, or no device is selected',
    fix: 'Have a code sent first: device.select, password.sendRecoveryCode or user.sendVerificationCode.',
  },
  one_time_code_right: {
    title: 'The passcode is wrong',
    why: ({ got }) => `${got}.`,
    fix: `${outbox}. An authenticator app’s code counts once, for half a minute by the mock’s clock: with { otp: 'auto' } the mock enters the right one.`,
  },
  one_time_code_fresh: {
    title: 'The passcode has expired',
    fix: 'Have another one sent. In tests: check whether one moved the mock’s clock.',
  },
  one_time_code_attempts: {
    title: 'The passcode was guessed at too often',
    why: ({ got }) => `${got}. Even the right one no longer counts.`,
    fix: `Have another one sent, or begin again. ${outbox}.`,
  },
  device_of_user: {
    title: 'The device is not one that this user can choose',
    why: 'It may be another user’s, not active, or not allowed by the MFA policy of the sign-on.',
    fix: 'Choose one of _embedded.devices of the flow.',
  },
  device_usable: {
    title: 'The device cannot be used now',
    why: ({ got }) => `${got}.`,
    fix: 'Unblock or unlock it (device.unblock, device.unlock), wait until its lock ends, or choose another one.',
  },
  passkey_readable: {
    spec: 'WebAuthn Level 3 §7.2',
    title: 'What was sent is not the answer of a passkey to this request',
    fix: 'Send the credential of navigator.credentials.get as JSON text, with clientDataJSON, authenticatorData and signature in base64url.',
  },
  passkey_known: {
    spec: 'WebAuthn Level 3 §7.2',
    title: 'The passkey is not one of this user',
    fix: 'Ask for the passkeys of allowCredentials, or pair this one with the user first.',
  },
  passkey_challenge: {
    spec: 'WebAuthn Level 3 §7.2',
    title: 'The passkey has signed another challenge',
    why: 'A challenge counts once: an answer from an earlier request, or to another server, is a replay.',
    fix: 'Ask with the challenge of publicKeyCredentialRequestOptions, which is new after each answer.',
  },
  passkey_origin: {
    spec: 'WebAuthn Level 3 §7.2',
    title: ({ got }) => `The passkey was used on a page of ${got ?? 'another site'}`,
    why: ({ expected }) =>
      `Only pages of ${expected} may use it: that is what keeps a copy of the page on another host from signing anybody on.`,
    fix: 'Open the page under the host that the passkey was made for, and send as origin the page’s own.',
  },
  passkey_relying_party: {
    spec: 'WebAuthn Level 3 §7.2',
    title: 'The passkey has signed for another relying party',
    fix: 'Ask with the rpId of publicKeyCredentialRequestOptions.',
  },
  passkey_present: {
    spec: 'WebAuthn Level 3 §7.2',
    title: 'The authenticator does not say that somebody was there',
    fix: 'Use an authenticator that asks for a touch or a gesture.',
  },
  passkey_verified: {
    spec: 'WebAuthn Level 3 §7.2',
    title: 'The authenticator has not verified who used it',
    why: 'The FIDO2 policy requires user verification: a fingerprint, a face or a PIN.',
    fix: 'Ask with userVerification "required", or relax userVerification of the FIDO2 policy.',
  },
  passkey_counter: {
    spec: 'WebAuthn Level 3 §7.2',
    title: 'The counter of the passkey has not moved on',
    why: 'The passkey may have been copied, or the answer is an old one.',
    fix: 'Use the authenticator that the passkey was made by, and send each answer once.',
  },
  passkey_signature: {
    spec: 'WebAuthn Level 3 §7.2',
    title: 'The signature is not that of the passkey',
    fix: 'Send authenticatorData, clientDataJSON and signature as the browser gave them.',
  },
} as const satisfies Record<string, ObservedRule>;
