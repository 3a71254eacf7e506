import type { Authentication } from './lifetimes.js';

/** A grant that a client asks for again and again until a person has decided (RFC 8628 §3.4, OpenID Connect CIBA Core §10.1). */
export interface PolledGrant {
  /** What the client polls with: the device code, or the `auth_req_id`. */
  readonly id: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly transactionId: string;
  /** The family of the tokens that it gives. */
  readonly familyId: string;
  readonly issuedAt: number;
  /** When it ends; it is remembered for a while longer, so that the client can be told. */
  readonly expiresAt: number;
  /** Grows whenever the client polls too fast. */
  readonly intervalSeconds: number;
  readonly lastPolledAt?: number | undefined;
  readonly decision?: 'approved' | 'denied' | undefined;
  /** Who approved it. */
  readonly authentication?: Authentication | undefined;
}

export interface DeviceAuthorization extends PolledGrant {
  /** As it is compared: without its hyphen. */
  readonly userCode: string;
}

export interface BackchannelRequest extends PolledGrant {
  readonly userId: string;
  readonly bindingMessage?: string | undefined;
  readonly acr: string;
}
