import type { Check } from '../protocol/check.js';

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
 * How well a text is known: documented, recorded (Rf, Rn: weaker), or inferred. An inferred text is our own
 * composition from the pattern that PingOne's known texts follow; a recording replaces it here, in one place.
 */
export type Evidence = 'documented' | 'recorded' | 'inferred';

/** What stands before the detail in error_description (docs/fidelity.md, 3.5 and 5.4). */
export type Prefix = 'validation' | 'processing' | 'denied' | 'failed' | 'none';

/** One way in which PingOne refuses. */
export interface Refusal {
  readonly error: OAuthErrorCode;
  /** HTTP status where the answer is a body: 400 where it is left out. */
  readonly status?: number;
  readonly prefix: Prefix;
  readonly detail: string | ((check: Check) => string);
  /** The parameter that is at fault: `target` in PingOne's own error format. */
  readonly target?: string;
  /** In PingOne's own format, an error without `details`. */
  readonly bare?: true;
  readonly evidence: Evidence;
}

const denied = { prefix: 'denied' } as const;
const failed = { prefix: 'failed' } as const;
const validation = { prefix: 'validation' } as const;
const processing = { prefix: 'processing' } as const;

const invalidClient = { error: 'invalid_client', status: 401, ...denied } as const;
const invalidGrant = { error: 'invalid_grant', ...failed } as const;
const inferred = { evidence: 'inferred' } as const;

const invalidRequest = (target: string, detail: Refusal['detail']): Refusal => ({
  error: 'invalid_request',
  ...validation,
  ...inferred,
  target,
  detail,
});

const invalidRequestObject = { error: 'invalid_request_object', ...validation, ...inferred, target: 'request' } as const;

/** Every refusal of the authorization server by the rule that failed: the one place where its texts stand. */
export const refusals = {
  // Client authentication, at every endpoint that asks for it.
  client_known: { ...invalidClient, detail: 'Unsupported authentication method', evidence: 'recorded' },
  client_authentication_method: { ...invalidClient, detail: 'Unsupported authentication method', evidence: 'recorded' },
  client_assertion_type: { ...invalidClient, ...inferred, detail: 'Unsupported authentication method' },
  client_assertion_readable: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },
  client_assertion_algorithm: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },
  client_assertion_client: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },
  client_assertion_audience: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },
  client_assertion_expires: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },
  client_assertion_fresh: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },
  client_assertion_horizon: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },
  client_assertion_not_before: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },
  client_assertion_signature: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },
  client_confidential: { ...invalidClient, ...inferred, detail: 'Unsupported authentication method' },
  client_enabled: { ...invalidClient, ...inferred, detail: 'Application is disabled' },
  client_credentials: { ...invalidClient, detail: 'Invalid client credentials', evidence: 'recorded' },
  client_credentials_form: { ...invalidClient, ...inferred, detail: 'Invalid client credentials' },

  // The token endpoint.
  content_type_form: {
    error: 'invalid_request',
    status: 415,
    ...failed,
    ...inferred,
    detail: 'Content-Type must be application/x-www-form-urlencoded',
  },
  body_readable: { error: 'invalid_request', ...failed, ...inferred, detail: 'The request body could not be read' },
  body_size: { error: 'invalid_request', status: 413, ...failed, ...inferred, detail: 'The request body is too large' },
  parameter_once: { error: 'invalid_request', ...failed, ...inferred, detail: ({ got }) => `The parameter ${got} must not be repeated` },
  grant_type_present: { error: 'invalid_request', ...failed, ...inferred, detail: 'grant_type is required' },
  grant_type_known: { error: 'unsupported_grant_type', ...failed, ...inferred, detail: ({ got }) => `Unsupported grant type: ${got}` },
  grant_type_allowed: {
    error: 'unauthorized_client',
    ...failed,
    detail: ({ got }) => `Unsupported grant type: ${got}`,
    evidence: 'recorded',
  },
  code_present: { error: 'invalid_request', ...failed, ...inferred, detail: 'code is required' },
  code_known: { ...invalidGrant, ...inferred, detail: 'The authorization code is unknown or has expired' },
  code_unused: { ...invalidGrant, ...inferred, detail: 'The authorization code has been used already' },
  code_fresh: { ...invalidGrant, ...inferred, detail: 'The authorization code is unknown or has expired' },
  code_client: { ...invalidGrant, ...inferred, detail: 'The authorization code was issued to another client' },
  redirect_uri_repeated: { ...invalidGrant, ...inferred, detail: 'redirect_uri does not match the authorization request' },
  user_usable: { ...invalidGrant, ...inferred, detail: 'The user is disabled or no longer exists' },
  no_verifier_without_challenge: {
    ...invalidGrant,
    ...inferred,
    detail: 'A code_verifier was sent, but the authorization request had no code_challenge',
  },
  verifier_present: { ...invalidGrant, ...inferred, detail: 'code_verifier is required' },
  verifier_length: { ...invalidGrant, ...inferred, detail: 'code_verifier must have 43 to 128 characters' },
  verifier_characters: { ...invalidGrant, ...inferred, detail: 'code_verifier must consist of unreserved characters' },
  verifier_matches_challenge: {
    error: 'invalid_grant',
    prefix: 'none',
    detail: ({ using }) =>
      `The code_verifier sent does not match code_challenge included in the authorization request using the ${using} code_challenge_method`,
    evidence: 'recorded',
  },
  refresh_token_present: { error: 'invalid_request', ...failed, ...inferred, detail: 'refresh_token is required' },
  refresh_token_known: { ...invalidGrant, ...inferred, detail: 'The refresh token is unknown, expired or revoked' },
  refresh_token_unused: { ...invalidGrant, ...inferred, detail: 'The refresh token has been used already' },
  refresh_token_client: { ...invalidGrant, ...inferred, detail: 'The refresh token was issued to another client' },
  refresh_token_form: { ...invalidGrant, ...inferred, detail: 'JWT refresh tokens are no longer accepted' },
  refresh_token_session: { ...invalidGrant, ...inferred, detail: 'The session of the refresh token has ended' },
  token_present: { error: 'invalid_request', ...failed, ...inferred, detail: 'token is required' },
  introspection_own_token: { ...invalidClient, ...inferred, detail: 'Unsupported authentication method' },
  scope_granted: { error: 'invalid_scope', ...failed, detail: 'At least one scope must be granted', evidence: 'recorded' },
  scope_one_resource: {
    error: 'invalid_scope',
    ...validation,
    detail: 'May not request scopes for multiple resources',
    target: 'scope',
    evidence: 'documented',
  },
  attribute_has_value: {
    error: 'invalid_request',
    ...failed,
    ...inferred,
    detail: ({ got }) => `The required attribute ${got} has no value`,
  },
  application_has_roles: {
    error: 'access_denied',
    status: 403,
    ...denied,
    detail: 'Application does not have any role assignments',
    evidence: 'recorded',
  },
  user_has_roles: {
    error: 'access_denied',
    status: 403,
    ...denied,
    detail: 'User does not have any role assignments',
    evidence: 'recorded',
  },

  // Token exchange.
  subject_token_present: { error: 'invalid_request', ...failed, ...inferred, detail: 'subject_token is required' },
  subject_token_type_known: {
    error: 'invalid_request',
    ...failed,
    ...inferred,
    detail: ({ got }) => `Unsupported subject_token_type: ${got}`,
  },
  actor_token_present: { error: 'invalid_request', ...failed, ...inferred, detail: 'actor_token is required' },
  actor_token_type_known: { error: 'invalid_request', ...failed, ...inferred, detail: ({ got }) => `Unsupported actor_token_type: ${got}` },
  requested_token_type_known: {
    error: 'invalid_request',
    ...failed,
    ...inferred,
    detail: ({ got }) => `Unsupported requested_token_type: ${got}`,
  },
  subject_token_good: { ...invalidGrant, ...inferred, detail: 'The subject_token is invalid or has expired' },
  actor_token_good: { ...invalidGrant, ...inferred, detail: 'The actor_token is invalid or has expired' },
  // The error is recorded, its text is not.
  may_act_matches: { ...invalidGrant, ...inferred, detail: 'The actor may not act for the subject' },
  // The text is recorded, the error is not.
  exchange_custom_resource: {
    error: 'invalid_scope',
    ...failed,
    detail: 'Token exchange can only be used to issue tokens for custom resources',
    evidence: 'recorded',
  },

  // Polling: the texts are documented for CIBA; those of the device grant are ours after them.
  device_code_present: { error: 'invalid_request', ...failed, ...inferred, detail: 'device_code is required' },
  device_code_known: { ...invalidGrant, ...inferred, detail: 'The device code is unknown or has expired' },
  device_code_unused: { ...invalidGrant, ...inferred, detail: 'The device code has been used already' },
  device_code_client: { ...invalidGrant, ...inferred, detail: 'The device code was issued to another client' },
  device_code_fresh: {
    error: 'expired_token',
    ...processing,
    ...inferred,
    detail: 'The authorization request for the provided device_code has expired.',
  },
  auth_req_id_present: { error: 'invalid_request', ...failed, ...inferred, detail: 'auth_req_id is required' },
  auth_req_id_known: { ...invalidGrant, ...inferred, detail: 'The auth_req_id is unknown or has expired' },
  auth_req_id_unused: { ...invalidGrant, ...inferred, detail: 'The auth_req_id has been used already' },
  auth_req_id_client: { ...invalidGrant, ...inferred, detail: 'The auth_req_id was issued to another client' },
  auth_req_id_fresh: {
    error: 'expired_token',
    ...processing,
    detail: 'The authorization request for the provided auth_req_id has expired.',
    evidence: 'documented',
  },
  request_decided: {
    error: 'authorization_pending',
    ...processing,
    detail: 'The authorization request is still pending.',
    evidence: 'documented',
  },
  polled_slowly: {
    error: 'slow_down',
    ...processing,
    detail: 'The authorization request is still pending. Please slow down the poll requests.',
    evidence: 'documented',
  },
  request_not_denied: {
    error: 'access_denied',
    ...processing,
    detail: 'The authorization request has been denied.',
    evidence: 'documented',
  },

  // Backchannel authentication.
  backchannel_scope_present: invalidRequest('scope', 'scope is required'),
  backchannel_one_hint: invalidRequest('login_hint', 'Exactly one of login_hint, id_token_hint and login_hint_token is required'),
  binding_message_shown: {
    error: 'invalid_binding_message',
    ...validation,
    ...inferred,
    detail: 'binding_message cannot be shown',
  },
  requested_expiry_number: invalidRequest('requested_expiry', 'requested_expiry must be a positive number of seconds'),
  backchannel_user_known: { error: 'unknown_user_id', ...validation, ...inferred, detail: 'The hint names no user' },

  // The authorization endpoint. The first group can never go to the redirect_uri.
  client_id_present: invalidRequest('client_id', 'client_id is required'),
  authorize_client_known: { error: 'invalid_request', ...validation, ...inferred, detail: 'Application not found', bare: true },
  authorize_client_enabled: {
    error: 'invalid_request',
    ...validation,
    ...inferred,
    detail: 'Application is disabled',
    target: 'client_id',
  },
  redirect_uri_present: invalidRequest('redirect_uri', 'redirect_uri is required'),
  redirect_uri_registered: {
    error: 'invalid_request',
    ...validation,
    detail: 'Redirect URI mismatch',
    target: 'redirect_uri',
    evidence: 'documented',
  },
  authorize_parameter_once: invalidRequest('request', ({ got }) => `The parameter ${got} must not be repeated`),
  request_one_way: invalidRequest('request_uri', 'request and request_uri must not both be sent'),
  request_uri_known: {
    error: 'invalid_request_uri',
    ...validation,
    ...inferred,
    detail: 'The request_uri is unknown, expired or used already',
  },
  request_uri_client: { error: 'invalid_request_uri', ...validation, ...inferred, detail: 'The request_uri was issued to another client' },
  request_uri_not_pushed: invalidRequest('request_uri', 'request_uri must not be pushed'),
  pushed_request_required: invalidRequest('request_uri', 'The application must push its authorization requests'),
  request_object_required: invalidRequest('request', 'request is required'),
  request_object_readable: { ...invalidRequestObject, detail: 'The request object is not a JSON Web Token' },
  request_object_algorithm: { ...invalidRequestObject, detail: ({ got }) => `Unsupported request object algorithm: ${got}` },
  request_object_signed: { ...invalidRequestObject, detail: 'The request object must be signed' },
  request_object_signature: { ...invalidRequestObject, detail: 'The signature of the request object is invalid' },
  request_object_issuer: { ...invalidRequestObject, detail: 'The request object was issued by another client' },
  request_object_audience: { ...invalidRequestObject, detail: 'The request object is for another audience' },
  request_object_client: { ...invalidRequestObject, detail: 'The client_id of the request object is another one' },
  request_object_fresh: { ...invalidRequestObject, detail: 'The request object has expired or is not yet valid' },
  request_object_flat: { ...invalidRequestObject, detail: ({ got }) => `The request object must not contain ${got}` },
  request_object_parameters: { ...invalidRequestObject, detail: ({ got }) => `The ${got} of the request object is not a text` },
  login_hint_token_readable: invalidRequest('login_hint_token', 'The login_hint_token is not a signed JSON Web Token'),
  login_hint_token_signature: invalidRequest('login_hint_token', 'The signature of the login_hint_token is invalid'),
  login_hint_token_claims: invalidRequest('login_hint_token', 'The login_hint_token has another issuer or audience'),
  login_hint_token_fresh: invalidRequest('login_hint_token', 'The login_hint_token has expired'),
  login_hint_token_user: invalidRequest('login_hint_token', 'The login_hint_token names no user'),
  acr_values_assigned: {
    error: 'invalid_request',
    ...validation,
    detail: 'Invalid sign-on policy provided in acr_values parameter',
    target: 'acr_values',
    evidence: 'recorded',
  },
  application_pushes: {
    error: 'unauthorized_client',
    ...failed,
    ...inferred,
    detail: 'The application may not push authorization requests',
  },
  access_control: { error: 'access_denied', ...denied, ...inferred, detail: 'User does not have access to this application' },
  // Sign-off.
  id_token_hint_present: invalidRequest('id_token_hint', 'id_token_hint is required'),
  id_token_hint_signature: invalidRequest('id_token_hint', 'The id_token_hint is not an ID token of this environment'),
  id_token_hint_issuer: invalidRequest('id_token_hint', 'The id_token_hint has another issuer'),
  id_token_hint_audience: invalidRequest('id_token_hint', 'The application of the id_token_hint is unknown or disabled'),
  id_token_hint_client: invalidRequest('client_id', 'client_id is not the audience of the id_token_hint'),
  id_token_hint_user: invalidRequest('id_token_hint', 'The id_token_hint belongs to another user'),
  sign_off_client: invalidRequest('client_id', 'The application is unknown or disabled'),
  idp_sign_off_allowed: invalidRequest('id_token_hint', 'The application may not end sessions by an ID token'),
  post_logout_redirect_uri_registered: {
    error: 'invalid_request',
    ...validation,
    detail: 'Invalid post logout redirect URI',
    target: 'post_logout_redirect_uri',
    evidence: 'recorded',
  },
  post_logout_length: invalidRequest('post_logout_redirect_uri', 'post_logout_redirect_uri and state are too long'),

  // The rest of an authorization request.
  response_type_present: invalidRequest('response_type', 'response_type is required'),
  response_type_known: {
    error: 'unsupported_response_type',
    ...validation,
    ...inferred,
    detail: ({ got }) => `Unsupported response type: ${got}`,
    target: 'response_type',
  },
  response_type_allowed: {
    error: 'unauthorized_client',
    ...validation,
    ...inferred,
    detail: ({ got }) => `The application may not use the response type: ${got}`,
    target: 'response_type',
  },
  response_mode_known: invalidRequest('response_mode', ({ got }) => `Unsupported response mode: ${got}`),
  response_mode_fits: invalidRequest('response_mode', 'Tokens are never returned in the query'),
  prompt_known: invalidRequest('prompt', ({ got }) => `Unsupported prompt: ${got}`),
  prompt_none_alone: invalidRequest('prompt', 'prompt=none must stand alone'),
  max_age_number: invalidRequest('max_age', 'max_age must be a number of seconds'),
  challenge_present: invalidRequest('code_challenge', 'code_challenge is required'),
  no_method_without_challenge: invalidRequest('code_challenge', 'code_challenge_method was sent without code_challenge'),
  method_known: invalidRequest('code_challenge_method', ({ got }) => `Unsupported code_challenge_method: ${got}`),
  method_is_s256: invalidRequest('code_challenge_method', 'code_challenge_method must be S256'),
  challenge_length: invalidRequest('code_challenge', ({ expected }) => `code_challenge must have ${expected}`),
  challenge_characters: invalidRequest('code_challenge', ({ expected }) => `code_challenge must consist of the characters ${expected}`),
  signed_on: { error: 'login_required', ...processing, ...inferred, detail: 'User authentication is required' },
  user_not_refused: { error: 'access_denied', ...denied, ...inferred, detail: 'The user cancelled the sign-on' },
} as const satisfies Record<string, Refusal>;

/** A rule whose failure is a refusal. */
export type RefusalRule = keyof typeof refusals;
