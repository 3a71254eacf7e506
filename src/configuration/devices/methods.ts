import type { Message } from '../../environment/journal/outbox.js';
import type { DeviceAuthenticationPolicy, DeviceType } from '../../environment/model/mfa.js';
import type { DevicePolicyBody } from '../mfa/schema.js';

type PolicyMember = 'email' | 'sms' | 'voice' | 'whatsApp' | 'totp' | 'oathToken' | 'fido2' | 'mobile';

interface Method {
  /** The member of an MFA policy that is about it. */
  readonly member: PolicyMember;
  /** How a passcode is delivered; undefined where the device makes its own. */
  readonly channel?: Message['channel'];
  /** The member of the device that holds the address. */
  readonly address?: 'email' | 'phone';
  /** How it appears in `amr`, beside `mfa`. */
  readonly amr: string;
}

/** What each type of device is, one row each. What they add to `amr` is inferred from RFC 8176, except for `otp`. */
export const methods: Readonly<Record<DeviceType, Method>> = {
  EMAIL: { member: 'email', channel: 'email', address: 'email', amr: 'otp' },
  SMS: { member: 'sms', channel: 'sms', address: 'phone', amr: 'otp' },
  VOICE: { member: 'voice', channel: 'voice', address: 'phone', amr: 'otp' },
  WHATSAPP: { member: 'whatsApp', channel: 'whatsapp', address: 'phone', amr: 'otp' },
  TOTP: { member: 'totp', amr: 'otp' },
  OATH_TOKEN: { member: 'oathToken', amr: 'otp' },
  FIDO2: { member: 'fido2', amr: 'hwk' },
  MOBILE: { member: 'mobile', amr: 'swk' },
};

interface TimeSpan {
  readonly duration?: number;
  readonly timeUnit?: string;
}

const unitMilliseconds: Readonly<Record<string, number>> = { SECONDS: 1_000, MINUTES: 60_000, HOURS: 3_600_000, DAYS: 86_400_000 };

/** A time span of a policy, in milliseconds. */
export const millisecondsOf = ({ duration = 0, timeUnit = 'MINUTES' }: TimeSpan): number =>
  duration * (unitMilliseconds[timeUnit] ?? 60_000);

/** What an MFA policy says about a type of device, with defaults for what it leaves out. */
export interface MethodSettings {
  readonly enabled: boolean;
  readonly pairingDisabled: boolean;
  readonly otpLength: number;
  readonly lifeTimeMilliseconds: number;
  /** After so many wrong passcodes in a row the device is locked, for so long. */
  readonly failureCount: number;
  readonly coolDownMilliseconds: number;
}

/** Reads what an MFA policy says of a type of device. */
export function settingsFor(policy: DeviceAuthenticationPolicy, type: DeviceType): MethodSettings {
  const settings = (policy as Partial<DevicePolicyBody>)[methods[type].member] as
    | {
        enabled?: boolean;
        pairingDisabled?: boolean;
        failure?: { count?: number; coolDown?: TimeSpan };
        otp?: { lifeTime?: TimeSpan; failure?: { count?: number; coolDown?: TimeSpan }; otpLength?: number };
      }
    | undefined;
  const { otp, failure = otp?.failure, enabled = false, pairingDisabled = false } = settings ?? {};
  return {
    enabled,
    pairingDisabled,
    otpLength: otp?.otpLength ?? 6,
    lifeTimeMilliseconds: millisecondsOf(otp?.lifeTime ?? { duration: 30 }),
    failureCount: failure?.count ?? 3,
    coolDownMilliseconds: millisecondsOf(failure?.coolDown ?? { duration: 2 }),
  };
}

/** What an MFA policy says about one application on a phone. */
export const mobileApplicationOf = (policy: DeviceAuthenticationPolicy, applicationId: string | undefined) =>
  (policy as Partial<DevicePolicyBody>).mobile?.applications?.find(({ id }) => id.toLowerCase() === applicationId);
