import type { AuthorizationParameters, AuthorizationRequest } from '../../protocol/authorization-request.js';
import type { CodeChallenge } from '../../protocol/pkce.js';

/** What a person's sign-on proved, as tokens tell it. */
export interface Authentication {
  readonly userId: string;
  readonly sessionId: string;
  /** When the person last signed on. */
  readonly authenticatedAt: number;
  /** The sign-on policy that was met. */
  readonly acr: string;
  readonly amr: readonly string[];
}

/** A person signed on in one browser. Found by the value of the cookie `ST`, or by its id. */
export interface Session extends Authentication {
  /** Equals `sessionId`. */
  readonly id: string;
  /** The value of the cookies `ST` and `ST-NO-SS`. */
  readonly token: string;
  readonly createdAt: number;
  readonly activeAt: number;
  readonly expiresAt: number;
}

/** A code that a user was sent outside of any flow. */
export interface UserCode {
  /** What it is for, and whose it is: a new one takes the place of the one before. */
  readonly id: string;
  readonly value: string;
  /** Where it was sent to. */
  readonly to: string;
  /** Wrong attempts. */
  readonly failures: number;
  readonly expiresAt: number;
}

/** PingOne's flow statuses (docs/fidelity.md, 4.2). */
export type FlowStatus =
  | 'SIGN_ON_REQUIRED'
  | 'USERNAME_PASSWORD_REQUIRED'
  | 'PASSWORD_REQUIRED'
  | 'PASSWORD_EXPIRED'
  | 'MUST_CHANGE_PASSWORD'
  | 'RECOVERY_CODE_REQUIRED'
  | 'VERIFICATION_CODE_REQUIRED'
  | 'DEVICE_SELECTION_REQUIRED'
  | 'OTP_REQUIRED'
  | 'PROFILE_DATA_REQUIRED'
  | 'AGREEMENT_CONSENT_REQUIRED'
  | 'DAG_USER_CODE_REQUIRED'
  | 'DAG_CONSENT_REQUIRED'
  | 'COMPLETED'
  | 'FAILED';

/** A code that was sent to a person, for the step that a flow waits in. */
export interface SentCode {
  readonly purpose: 'recovery' | 'verification' | 'passcode';
  readonly value: string;
  readonly expiresAt: number;
  /** Wrong ones that were tried. */
  readonly failures: number;
  /** Whom it was sent to. */
  readonly userId: string;
}

/** Where a one-time passcode can be sent. */
export interface FlowDevice {
  readonly id: string;
  readonly type: 'EMAIL' | 'SMS';
  readonly address: string;
}

/** How far a flow has come in its sign-on policy. */
export interface SignOnProgress {
  /** The actions of the policy that are done, by id. */
  readonly passed?: readonly string[] | undefined;
  /** What they proved, as `amr` tells it. */
  readonly amr?: readonly string[] | undefined;
  /** An earlier sign-on of the same browser and user that still counts. */
  readonly earlier?: Pick<Authentication, 'authenticatedAt' | 'amr'> | undefined;
  readonly sentCode?: SentCode | undefined;
  readonly devices?: readonly FlowDevice[] | undefined;
  readonly selectedDeviceId?: string | undefined;
  /** What the profile is asked for. */
  readonly attributes?: readonly { readonly name: string; readonly required: boolean }[] | undefined;
  readonly promptText?: string | undefined;
  /** The action of the policy that the flow waits in. */
  readonly actionId?: string | undefined;
  /** How many of the policies that are tried one after the other have failed. */
  readonly failedPolicies?: number | undefined;
  /** The policy lets people register. */
  readonly registration?: true | undefined;
  /** The policy does not let people recover a password. */
  readonly withoutRecovery?: true | undefined;
}

/** A sign-on under way: from the authorization request to the resume call. */
export interface Flow extends SignOnProgress {
  readonly id: string;
  readonly environmentId: string;
  readonly applicationId: string;
  readonly request: AuthorizationRequest;
  readonly status: FlowStatus;
  readonly transactionId: string;
  /** The base URL under which the authorization request came, as http://localhost:9400/{environmentId}. */
  readonly baseUrl: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Whose flow it is, once that is known. */
  readonly userId?: string | undefined;
  /** Set when the sign-on is done. */
  readonly authentication?: Authentication | undefined;
  /** The flow connects a device (RFC 8628 §3.3): which one is known once its user code is. */
  readonly deviceGrant?: { readonly deviceCode?: string | undefined } | undefined;
  /** Why the flow failed, in PingOne's words. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** An authorization request that a client pushed, until it is used (RFC 9126). */
export interface PushedRequest {
  /** The request_uri. */
  readonly id: string;
  readonly clientId: string;
  /** What the push began; the sign-on goes on with it. */
  readonly transactionId: string;
  /** Its request object opened already. */
  readonly parameters: AuthorizationParameters;
}

/** An authorization code and what it stands for (RFC 6749 §4.1.2). */
export interface AuthorizationCode {
  /** The code itself. */
  readonly id: string;
  readonly clientId: string;
  readonly redirectUri?: string | undefined;
  readonly scopes: readonly string[];
  /** The audience that `resource` named (RFC 8707). */
  readonly audience?: string | undefined;
  readonly nonce?: string | undefined;
  readonly codeChallenge?: CodeChallenge | undefined;
  readonly authentication: Authentication;
  /** The family of the tokens that it gives. */
  readonly familyId: string;
  readonly transactionId: string;
  readonly baseUrl: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * The trace of a code or of a rotated refresh token. It outlives what it speaks of, so that a second use is known as
 * one and can revoke what the first gave. A code's trace is put with the code: there is no moment without one.
 */
export interface Trace {
  /** The code or refresh token itself. */
  readonly id: string;
  readonly clientId: string;
  /** The family of the tokens that it gave. */
  readonly familyId: string;
  readonly transactionId: string;
  /** Of a rotated refresh token: what it carried, and how long it may come again (the application's grace period). */
  readonly rotated?: { readonly token: RefreshToken; readonly reusableUntil: number } | undefined;
  /** Of a refresh token that went with its session, and of the session: why that ended. */
  readonly ended?: SessionEnd | undefined;
}

/** Why a session ended before its time: for the diagnosis. */
export type SessionEnd = 'limit' | 'sign_off' | 'other_user' | 'management';

/** A refresh token (RFC 6749 §1.5). */
export interface RefreshToken {
  /** The token itself. */
  readonly id: string;
  readonly familyId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience?: string | undefined;
  readonly nonce?: string | undefined;
  readonly authentication: Authentication;
  readonly transactionId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A family of tokens that has ended, or one access token that was revoked: kept as long as such a token could live. */
export interface Revocation {
  /** The family's id, or the token's `jti`. */
  readonly id: string;
}
