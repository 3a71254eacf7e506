/** What a rule was applied with. */
export interface CheckValues {
  readonly expected?: string | undefined;
  readonly got?: string | undefined;
  /** What the rule was applied with, if its name does not say it: the method of a challenge. */
  readonly using?: string | undefined;
}

/** The error codes of OAuth and OpenID Connect that PingOne answers with. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_request_object'
  | 'invalid_request_uri'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'access_denied'
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'unknown_user_id'
  | 'invalid_binding_message'
  | 'server_error'
  | 'temporarily_unavailable';

/**
 * How well a text is known: documented, recorded, or inferred. An inferred text is our own, composed in the pattern of
 * PingOne's known texts; a recording replaces it here, in one place.
 */
export type Evidence = 'documented' | 'recorded' | 'inferred';

/** What precedes the detail in error_description (docs/fidelity.md, 3.5 and 5.4). */
export type Prefix = 'validation' | 'processing' | 'denied' | 'failed' | 'none';

/** A text, or one that is made of what a rule was applied with. */
export type Text = string | ((check: CheckValues) => string);

/** What a person reads about a rule that failed. What was expected and received is added to it. */
export interface Explanation {
  readonly title: Text;
  readonly why?: Text;
  readonly fix: Text;
}

/** What the client gets when a rule fails. */
export interface Refusal {
  readonly error: OAuthErrorCode;
  /** The HTTP status of an answer with a body; 400 by default. */
  readonly status?: number;
  readonly prefix: Prefix;
  readonly detail: Text;
  /** The parameter at fault: `target` in PingOne's own error format. */
  readonly target?: string;
  /** In PingOne's own format, an error without `details`; `with detail` says it in place of the platform's message. */
  readonly bare?: true | 'with detail';
  readonly evidence: Evidence;
}

/** One rule: the section that demands it (where that is always the same), what the client gets, what a person reads. */
export interface Rule extends Refusal, Explanation {
  readonly spec?: string;
  /** The step of a redemption that shows it. */
  readonly step?: 'code.lookup' | 'redirect_uri.check' | 'pkce.transform' | 'pkce.compare';
  /** The client expects this answer or asked for it, though it has the form of an error: there is nothing to fix. */
  readonly expectedByClient?: true;
}

/** A rule whose failure is not an OAuth error. */
export interface ObservedRule extends Explanation {
  readonly spec?: string;
}

export const invalidClient = (detail: Text, evidence: Evidence = 'inferred') =>
  ({ error: 'invalid_client', status: 401, prefix: 'denied', detail, evidence }) as const;

export const invalidGrant = (detail: Text, evidence: Evidence = 'inferred') =>
  ({ error: 'invalid_grant', prefix: 'failed', detail, evidence }) as const;

export const invalidRequest = (target: string, detail: Text, evidence: Evidence = 'inferred') =>
  ({ error: 'invalid_request', prefix: 'validation', target, detail, evidence }) as const;

export const invalidRequestObject = (detail: Text) =>
  ({ error: 'invalid_request_object', prefix: 'validation', target: 'request', detail, evidence: 'inferred' }) as const;

export const requestFailed = (error: OAuthErrorCode, detail: Text, evidence: Evidence = 'inferred') =>
  ({ error, prefix: 'failed', detail, evidence }) as const;

export const quoted = ({ got = 'nothing' }: CheckValues): string => JSON.stringify(got.slice(0, 80));

/** Advice that several rules give. */
export const fixes = {
  clocks: 'Set iat, nbf and exp in seconds since the epoch, from a correct clock. In tests, check whether one moved the mock’s clock.',
  signingKey:
    'Sign with the application’s secret (CLIENT_SECRET_JWT) or with the private half of a key in its jwks (PRIVATE_KEY_JWT); check that kid names that key.',
  jwt: 'Send three base64url parts separated by dots.',
  tokenType: 'Send urn:ietf:params:oauth:token-type:access_token or …:id_token.',
} as const;
