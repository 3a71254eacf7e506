import type { AuthorizationParameters, AuthorizationRequest } from '../../protocol/authorization-request.js';
import type { CodeChallenge } from '../../protocol/pkce.js';
import type { AssertionRequest, FlowDevice, SentCode } from './second-factor.js';

/** The facts of a sign-on that go into tokens. */
export interface Authentication {
  readonly userId: string;
  readonly sessionId: string;
  /** When the user last signed on. */
  readonly authenticatedAt: number;
  /** The sign-on policy that was met. */
  readonly acr: string;
  readonly amr: readonly string[];
}

/** A user's session in one browser. Found by the value of the cookie `ST`, or by its id. */
export interface Session extends Authentication {
  /** Equals `sessionId`. */
  readonly id: string;
  /** The value of the cookies `ST` and `ST-NO-SS`. */
  readonly token: string;
  readonly createdAt: number;
  readonly activeAt: number;
  readonly expiresAt: number;
}

/** Where a request came from. */
export interface Visit {
  readonly remoteIp?: string | undefined;
  /** The header `User-Agent`. */
  readonly userAgent?: string | undefined;
}

/** The last use of one authenticator, such as `pwd`, in a session. */
export interface AuthenticatorUse {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The policy that asked for it. */
  readonly policy?: { readonly id: string; readonly type: string } | undefined;
}

/** A session as the management API shows it: also once it has expired, and one that has no user yet. */
export interface SessionRecord {
  /** For a session of a user, that of the `Session`. */
  readonly id: string;
  /** The value of the cookie. Undefined for a session that was created without one. */
  readonly token?: string | undefined;
  readonly userId?: string | undefined;
  readonly createdAt: number;
  readonly activeAt: number;
  readonly expiresAt: number;
  readonly idleTimeoutInMinutes: number;
  readonly userAgent?: string | undefined;
  /** Where the last sign-ons came from, the newest first. */
  readonly locations: readonly { readonly at: number; readonly remoteIp: string }[];
  readonly lastSignOn?: {
    /** Milliseconds since the epoch. */
    readonly at: number;
    readonly remoteIp?: string | undefined;
    readonly authenticators: readonly string[];
    readonly withAuthenticator: Readonly<Record<string, AuthenticatorUse>>;
  };
}

/** A code that was sent to a user outside of a flow. */
export interface UserCode {
  /** Purpose and user: a new code replaces the previous one. */
  readonly id: string;
  readonly value: string;
  /** The address that it was sent to. */
  readonly to: string;
  /** Wrong attempts. */
  readonly failures: number;
  readonly expiresAt: number;
}

/** How many wrong user codes of devices a session has sent, or an address without one. */
export interface WrongUserCodes {
  /** The id of the session, or `peer` and the address. */
  readonly id: string;
  readonly count: number;
  readonly endsAt: number;
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
  | 'ACCOUNT_LINKING_REQUIRED'
  | 'ACCOUNT_CONFIRMATION_REQUIRED'
  | 'EXTERNAL_AUTHENTICATION_REQUIRED'
  | 'ASSERTION_REQUIRED'
  | 'PUSH_CONFIRMATION_REQUIRED'
  | 'PUSH_CONFIRMATION_TIMED_OUT'
  | 'PROFILE_DATA_REQUIRED'
  | 'AGREEMENT_CONSENT_REQUIRED'
  | 'DAG_USER_CODE_REQUIRED'
  | 'DAG_CONSENT_REQUIRED'
  | 'COMPLETED'
  | 'FAILED';

/** What an external identity provider said of a person who is not linked to a user yet. */
export interface ExternalAccount {
  readonly providerId: string;
  /** The person's identifier there. */
  readonly externalId: string;
  /** The attributes that the provider's mappings gave, by their names in the profile: `name.given`. */
  readonly attributes: readonly MappedAttribute[];
  /** The person has confirmed the attributes. */
  readonly confirmed?: true | undefined;
}

/** The value of a user's attribute that comes from an external identity provider. */
export interface MappedAttribute {
  readonly name: string;
  readonly value: unknown;
  readonly update: 'EMPTY_ONLY' | 'ALWAYS';
}

/** A sign-on at an external identity provider, from the redirect to its callback. */
export interface ExternalSignOn {
  /** The value of `state`. */
  readonly id: string;
  readonly flowId: string;
  readonly providerId: string;
  /** The value of the cookie of the browser that was sent away. */
  readonly browser: string;
  readonly redirectUri: string;
  readonly nonce: string;
  /** Undefined where the provider is not sent a challenge. */
  readonly codeVerifier?: string | undefined;
  /** What a person said of themselves on the mock's own page, and the code that it is exchanged for. */
  readonly said?: { readonly code: string; readonly claims: Readonly<Record<string, unknown>> } | undefined;
  /** A callback has used it; what is left tells a replay from a state that was never given out. */
  readonly isUsed?: true;
  readonly expiresAt: number;
}

/** The progress of a flow through its sign-on policy. */
export interface SignOnProgress {
  /** The ids of the completed actions. */
  readonly passed?: readonly string[] | undefined;
  /** What they contribute to `amr`. */
  readonly amr?: readonly string[] | undefined;
  /** An earlier sign-on of the same user in this browser, if it still counts. */
  readonly earlier?: Pick<Authentication, 'authenticatedAt' | 'amr'> | undefined;
  readonly sentCode?: SentCode | undefined;
  readonly devices?: readonly FlowDevice[] | undefined;
  readonly selectedDeviceId?: string | undefined;
  /** The MFA policy that the devices are used by. */
  readonly devicePolicyId?: string | undefined;
  readonly assertion?: AssertionRequest | undefined;
  readonly pushId?: string | undefined;
  /** The attributes that the profile form asks for. */
  readonly attributes?: readonly { readonly name: string; readonly required: boolean }[] | undefined;
  readonly promptText?: string | undefined;
  /** The current action. */
  readonly actionId?: string | undefined;
  /** How many of the policies, which are tried in turn, have failed. */
  readonly failedPolicies?: number | undefined;
  /** The policy allows registration. */
  readonly registration?: true | undefined;
  /** The policy does not allow password recovery. */
  readonly withoutRecovery?: true | undefined;
  /** Who signed on at an external provider, until a user is linked. */
  readonly external?: ExternalAccount | undefined;
  /** The provider that the flow waits for, if it is not the one of the current action. */
  readonly awaitedProviderId?: string | undefined;
  /** Why the last sign-on at an external provider failed, for the page. */
  readonly externalProblem?: string | undefined;
}

/** Where a sign-on through a flow of DaVinci is. */
export interface DavinciProgress {
  readonly policyId: string;
  /** The node that the person is in. */
  readonly nodeId: string;
  /** What a request has to send to go on. */
  readonly interactionToken: string;
  /** What forms have collected, by the keys of their fields. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What the client asks for the status of. */
  readonly challenge?: string | undefined;
}

/** A sign-on in progress: from the authorization request to the resume call. */
export interface Flow extends SignOnProgress {
  readonly id: string;
  readonly environmentId: string;
  readonly applicationId: string;
  readonly request: AuthorizationRequest;
  readonly status: FlowStatus;
  readonly transactionId: string;
  /** The base URL of the authorization request, such as http://localhost:9400/{environmentId}. */
  readonly baseUrl: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The user, once known. */
  readonly userId?: string | undefined;
  /** Set once the user has signed on. */
  readonly authentication?: Authentication | undefined;
  /** How many wrong codes were sent back in this flow, of all that were sent to the user. */
  readonly wrongCodes?: number | undefined;
  /** Set if the flow goes through one of DaVinci: then nothing but its endpoints may act on it. */
  readonly davinci?: DavinciProgress | undefined;
  /** Set if the flow authorizes a device (RFC 8628 §3.3); `deviceCode` once its user code was entered. */
  readonly deviceGrant?: { readonly deviceCode?: string | undefined } | undefined;
  /** The sign-on is for the pages of the user's own account, not for an application. */
  readonly selfService?: true | undefined;
  /** Why the flow failed, in PingOne's words. */
  readonly error?:
    | { readonly code: string; readonly message: string; readonly unavailableDevices?: readonly { readonly id: string }[] | undefined }
    | undefined;
}

/** A pushed authorization request, until it is used (RFC 9126). */
export interface PushedRequest {
  /** The request_uri. */
  readonly id: string;
  readonly clientId: string;
  /** The transaction of the push, which the sign-on continues. */
  readonly transactionId: string;
  /** With the claims of its request object, if it had one. */
  readonly parameters: AuthorizationParameters;
}

/** An authorization code and what it grants (RFC 6749 §4.1.2). */
export interface AuthorizationCode {
  /** The code itself. */
  readonly id: string;
  readonly clientId: string;
  readonly redirectUri?: string | undefined;
  readonly scopes: readonly string[];
  /** From the parameter `resource` (RFC 8707). */
  readonly audience?: string | undefined;
  readonly nonce?: string | undefined;
  readonly codeChallenge?: CodeChallenge | undefined;
  readonly authentication: Authentication;
  /** The family of the tokens that it yields. */
  readonly familyId: string;
  readonly transactionId: string;
  readonly baseUrl: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * The trace of a code, a rotated refresh token or an ended session. It outlives its subject, so that a second use is
 * recognized and revokes the tokens of the first. A code's trace is stored with the code, so that it is never missing.
 */
export interface Trace {
  /** The code, the refresh token, or `session:` with a session's id. */
  readonly id: string;
  readonly clientId: string;
  /** The family of the tokens that it yielded. */
  readonly familyId: string;
  readonly transactionId: string;
  /** For a rotated refresh token: its contents, and until when it may be used again (the application's grace period). */
  readonly rotated?: { readonly token: RefreshToken; readonly reusableUntil: number } | undefined;
  /** For a session and its refresh tokens: why the session ended. */
  readonly ended?: SessionEnd | undefined;
}

/** Why a session ended early, for the diagnosis. */
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

/** A revoked family of tokens, or a revoked access token: kept as long as its tokens could be valid. */
export interface Revocation {
  /** The family's id, or the token's `jti`. */
  readonly id: string;
}
