import type { Authentication } from './lifetimes.js';

/** A grant that a client polls for until the user has decided (RFC 8628 §3.4, OpenID Connect CIBA Core §10.1). */
export interface PolledGrant {
  /** The device code, or the `auth_req_id`. */
  readonly id: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly transactionId: string;
  /** The family of the tokens that it yields. */
  readonly familyId: string;
  readonly issuedAt: number;
  /** It is kept for a while longer, so that the client gets `expired_token`. */
  readonly expiresAt: number;
  /** Grows whenever the client polls too fast. */
  readonly intervalSeconds: number;
  readonly lastPolledAt?: number | undefined;
  readonly decision?: 'approved' | 'denied' | undefined;
  /** Set once approved. */
  readonly authentication?: Authentication | undefined;
}

export interface DeviceAuthorization extends PolledGrant {
  /** Without its hyphen, as it is compared. */
  readonly userCode: string;
}

export interface BackchannelRequest extends PolledGrant {
  readonly userId: string;
  readonly bindingMessage?: string | undefined;
  readonly acr: string;
}
