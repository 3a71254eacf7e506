import type { DeviceType } from './mfa.js';

/** A code that was sent to a user, for the current step of a flow. */
export interface SentCode {
  readonly purpose: 'recovery' | 'verification' | 'passcode';
  readonly value: string;
  /** Undefined for a code that does not expire. */
  readonly expiresAt: number | undefined;
  /** Wrong attempts. */
  readonly failures: number;
  /** The user that it was sent to. */
  readonly userId: string;
}

/** A device as a flow keeps it. */
export interface FlowDevice {
  readonly id: string;
  readonly type: DeviceType;
  /** Where passcodes go; absent where the device makes its own. */
  readonly address?: string | undefined;
  readonly nickname?: string;
  readonly testMode?: true;
  /** It is among the devices that the user has paired. */
  readonly paired?: true;
  /** An address that is used once. */
  readonly oneTime?: true;
}

/** What a passkey is asked to sign. */
export interface AssertionRequest {
  /** base64url. */
  readonly challenge: string;
  readonly relyingPartyId: string;
  readonly userVerification: 'required' | 'preferred' | 'discouraged';
}

/** Where a second factor belongs: to a flow, or to a separate authentication. */
export interface SecondFactor {
  readonly id: string;
  readonly status: string;
  readonly userId?: string | undefined;
  readonly devices?: readonly FlowDevice[] | undefined;
  readonly selectedDeviceId?: string | undefined;
  readonly devicePolicyId?: string | undefined;
  readonly sentCode?: SentCode | undefined;
  /** How many wrong codes were sent back, of all that were sent to the user. */
  readonly wrongCodes?: number | undefined;
  readonly assertion?: AssertionRequest | undefined;
  /** The push request that the phone is to answer. */
  readonly pushId?: string | undefined;
}

/** An authentication by a device alone (docs/fidelity.md, 4.5). */
export interface DeviceAuthentication extends SecondFactor {
  readonly userId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly error?: { readonly code: string; readonly message: string; readonly unavailableDevices?: readonly { readonly id: string }[] };
}

/** What a phone is asked to confirm. */
export interface PushRequest {
  readonly id: string;
  readonly userId: string;
  readonly deviceId: string;
  /** The flow or device authentication that waits for it. */
  readonly ownerId: string;
  readonly createdAt: number;
  readonly timesOutAt: number;
  /** The number that the page shows and the phone has to pick, where numbers have to match. */
  readonly number?: string;
  readonly choices?: readonly string[];
  readonly answer?: 'APPROVED' | 'DENIED';
}
