import type { Owned } from './configuration.js';

/** An MFA policy, in the spelling of PingOne's management API, without `_links`. */
export interface DeviceAuthenticationPolicy extends Owned {
  readonly name: string;
  /** Whether it applies if no other is named. One always does. */
  readonly default: boolean;
  readonly [member: string]: unknown;
}

/** The settings of multi-factor authentication of an environment, without `_links`. */
export interface MfaSettings extends Owned {
  readonly pairing: { readonly maxAllowedDevices: number; readonly pairingKeyFormat: string };
  readonly lockout?: { readonly failureCount: number; readonly durationSeconds?: number };
  readonly users?: { readonly mfaEnabled?: boolean };
  readonly updatedAt: string;
  readonly [member: string]: unknown;
}

/** A FIDO2 policy, without `_links`. */
export interface Fido2Policy extends Owned {
  readonly name: string;
  readonly relyingPartyId: string;
  readonly default: boolean;
  readonly [member: string]: unknown;
}

/** What push messages of an application would be sent with, without the secrets: nothing here sends any. */
export interface PushCredential extends Owned {
  readonly application: { readonly id: string };
  readonly type: string;
  readonly createdAt: string;
}

export const deviceTypes = ['EMAIL', 'SMS', 'VOICE', 'WHATSAPP', 'TOTP', 'OATH_TOKEN', 'FIDO2', 'MOBILE'] as const;
export type DeviceType = (typeof deviceTypes)[number];

/** A second factor of a user, without `_links` and secrets. */
export interface Device extends Owned {
  readonly user: { readonly id: string };
  readonly type: DeviceType;
  readonly status: 'ACTIVE' | 'ACTIVATION_REQUIRED';
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly nickname?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly extension?: string;
  /** Codes are shown in answers instead of being sent. */
  readonly testMode?: boolean;
  /** The relying party of a FIDO2 device. */
  readonly rp?: { readonly id: string; readonly name: string };
  /** The application of a MOBILE device. */
  readonly application?: { readonly id: string };
  /** The MFA policy that it was paired by. */
  readonly policy?: { readonly id: string };
  readonly block?: { readonly blockedAt: string };
  readonly lock?: { readonly expiresAt: string; readonly reason: 'OTP' | 'PUSH' };
  /** Its place among the active devices of the user; undefined if their order was removed. */
  readonly order?: number;
}

/** A code that was sent to pair a device. */
export interface PairingCode {
  readonly value: string;
  readonly expiresAt: string;
  readonly failures: number;
}

/** A passkey: what the relying party keeps of it (WebAuthn Level 3 §4, credential record). */
export interface Passkey {
  /** The credential's id, base64url. */
  readonly id: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly backupEligible: boolean;
  /** For a passkey that the mock uses in place of a person: the private key, P-256, base64url. */
  readonly privateKey?: string;
}

/** What a device proves itself by, stored apart from it. */
export interface DeviceSecret {
  /** The device's id. */
  readonly id: string;
  /** The shared secret of TOTP and OATH tokens, base32. */
  readonly secret?: string;
  /** The last step of it that was used. */
  readonly usedStep?: number;
  /** Wrong passcodes since the last right one. */
  readonly failures?: number;
  readonly code?: PairingCode;
  /** The challenge of a passkey that is being made. */
  readonly challenge?: string;
  readonly passkey?: Passkey;
}

/** A key that pairs a native application with a user, until it is used or expires. */
export interface PairingKey {
  readonly id: string;
  readonly environment: { readonly id: string };
  readonly user: { readonly id: string };
  readonly applications: readonly { readonly id: string }[];
  readonly code: string;
  readonly status: 'UNCLAIMED' | 'CLAIMED';
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt: string;
}
