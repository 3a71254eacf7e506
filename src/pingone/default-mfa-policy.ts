/** The MFA policy of every new environment: what Ping's provider for Terraform resets it to (docs/fidelity.md, management 7.10). */

const minutes = (duration: number) => ({ duration, timeUnit: 'MINUTES' }) as const;
const failure = { count: 3, coolDown: minutes(2) };
const offline = (enabled: boolean) => ({
  enabled,
  pairingDisabled: false,
  otp: { lifeTime: minutes(30), failure: { count: 3, coolDown: minutes(0) }, otpLength: 6 },
  promptForNicknameOnPairing: false,
});

export const defaultMfaPolicy = {
  // The name is inferred.
  name: 'Default MFA Policy',
  newDeviceNotification: 'EMAIL_THEN_SMS',
  authentication: { deviceSelection: 'DEFAULT_TO_FIRST' },
  sms: offline(false),
  voice: offline(false),
  email: offline(true),
  whatsApp: offline(false),
  mobile: { enabled: true, otp: { failure }, promptForNicknameOnPairing: false },
  totp: { enabled: true, pairingDisabled: false, otp: { failure }, passcodeGracePeriod: 5, promptForNicknameOnPairing: false },
  fido2: { enabled: true, failure, pairingDisabled: false, promptForNicknameOnPairing: false },
  rememberMe: { web: { enabled: false, lifeTime: minutes(30) } },
  ignoreUserLock: false,
} as const;
