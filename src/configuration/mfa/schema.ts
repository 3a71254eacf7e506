import { array, boolean, type Infer, object, oneOf, reference, string, uuid } from '../../lib/schema/types.js';

/** The body of an MFA policy (docs/fidelity.md, management 7.10). */

const whole = (minimum = 0, maximum = 2_147_483_647) => ({ type: 'integer', minimum, maximum }) as const;
const minutes = object({ duration: whole(), timeUnit: oneOf('MINUTES', 'SECONDS') });
const seconds = object({ duration: whole(), timeUnit: oneOf('SECONDS') });
const failure = object({ count: whole(), coolDown: minutes });
const switched = object({ enabled: boolean });

/** Codes that are sent: by text message, call, e-mail or WhatsApp. */
const offlineDevice = object(
  { enabled: boolean, otp: object({ lifeTime: minutes, failure }, { otpLength: whole(6, 10) }) },
  { pairingDisabled: boolean, promptForNicknameOnPairing: boolean },
);

const mobileApplication = object(
  { id: uuid },
  {
    type: oneOf('pingIdAppConfig'),
    push: object({ enabled: boolean }, { numberMatching: switched }),
    pushTimeout: object({ duration: whole(40, 150), timeUnit: oneOf('SECONDS') }),
    pairingKeyLifetime: object({ duration: whole(), timeUnit: oneOf('MINUTES', 'HOURS') }),
    pushLimit: object({}, { count: whole(1, 50), lockDuration: minutes, timePeriod: minutes }),
    otp: switched,
    deviceAuthorization: object({ enabled: boolean }, { extraVerification: oneOf('permissive', 'restrictive') }),
    autoEnrollment: switched,
    biometricsEnabled: boolean,
    pairingDisabled: boolean,
    integrityDetection: oneOf('permissive', 'restrictive'),
    // PingOne's spelling.
    ipPairingConfiguration: object({}, { anyIPAdress: boolean, onlyTheseIpAddresses: array(string) }),
    newRequestDurationConfiguration: object({ deviceTimeout: seconds, totalTimeout: seconds }),
  },
);

/** PingID's desktop application and YubiKeys. */
const pingIdDevice = object(
  { enabled: boolean, otp: object({ failure }) },
  {
    pairingDisabled: boolean,
    promptForNicknameOnPairing: boolean,
    pairingKeyLifetime: object({ duration: whole(), timeUnit: oneOf('MINUTES', 'HOURS') }),
  },
);

export const devicePolicyBody = object(
  {
    name: { type: 'string', minLength: 1, maxLength: 256 } as const,
    default: boolean,
    sms: offlineDevice,
    voice: offlineDevice,
    email: offlineDevice,
    mobile: object(
      { enabled: boolean, otp: object({ failure }, { window: object({ stepSize: minutes }) }) },
      { applications: array(mobileApplication), promptForNicknameOnPairing: boolean },
    ),
    totp: object(
      { enabled: boolean, otp: object({ failure }) },
      {
        pairingDisabled: boolean,
        passcodeGracePeriod: whole(),
        promptForNicknameOnPairing: boolean,
        uriParameters: { type: 'object' } as const,
      },
    ),
  },
  {
    whatsApp: offlineDevice,
    fido2: object(
      { enabled: boolean },
      {
        failure: object({}, { count: whole(), coolDown: minutes }),
        pairingDisabled: boolean,
        fido2PolicyId: string,
        promptForNicknameOnPairing: boolean,
      },
    ),
    oathToken: object(
      { enabled: boolean, otp: object({ failure }) },
      { pairingDisabled: boolean, promptForNicknameOnPairing: boolean, pairingKeyLifetime: minutes },
    ),
    authentication: object({ deviceSelection: oneOf('DEFAULT_TO_FIRST', 'PROMPT_TO_SELECT', 'ALWAYS_DISPLAY_DEVICES') }),
    newDeviceNotification: oneOf('NONE', 'EMAIL_THEN_SMS', 'SMS_THEN_EMAIL'),
    notificationsPolicy: reference,
    rememberMe: object({
      web: object({ enabled: boolean, lifeTime: object({}, { timeUnit: oneOf('MINUTES', 'HOURS', 'DAYS'), duration: whole(1) }) }),
    }),
    ignoreUserLock: boolean,
    desktop: pingIdDevice,
    yubikey: pingIdDevice,
  },
);
export type DevicePolicyBody = Infer<typeof devicePolicyBody>;

export type SeedDevicePolicy = DevicePolicyBody & { readonly id?: string };
