import type { Row } from './rule-rows.js';

const askAnew = 'Begin anew: ask for a new one, and use it once and in time.';
const rightClient = 'Send the client_id that asked for it.';
const clocks =
  'Set iat, nbf and exp in seconds since the epoch, by a clock that is right. In tests: see whether one moved the clock of the mock.';
const assertionKey =
  'Sign with the secret of the application (CLIENT_SECRET_JWT) or with the private half of a key of its jwks (PRIVATE_KEY_JWT); see whether kid names that key.';

/** Refusals of signed requests, of the other grants and of sign-off, that their own check explains. */
export const requestRules: Readonly<Record<string, Row>> = {
  client_assertion_readable: { title: 'client_assertion is not a JWT', fix: 'Send three base64url parts with dots between them.' },
  client_assertion_type: {
    title: 'client_assertion_type is missing or another one',
    fix: 'Send urn:ietf:params:oauth:client-assertion-type:jwt-bearer.',
  },
  client_assertion_algorithm: {
    title: (check) => `The assertion is signed with ${check.got}`,
    fix: 'Sign with HS256 and the secret, or with RS256 and a private key, as the application is configured.',
  },
  client_assertion_client: { title: 'iss and sub of the assertion are not the client_id', fix: 'Set both to the id of the application.' },
  client_assertion_audience: {
    title: 'aud of the assertion is another server',
    fix: 'Set it to the issuer or to the token endpoint, as the discovery document of this environment names them: the host and the environment must be the same.',
  },
  client_assertion_expires: { title: 'The assertion has no exp', fix: 'Set exp to some minutes ahead, in seconds since the epoch.' },
  client_assertion_fresh: {
    title: 'The assertion has expired',
    why: 'Either it was kept too long, or the clocks of client and server differ.',
    fix: `Make a new one for each request. ${clocks}`,
  },
  client_assertion_horizon: {
    title: 'exp of the assertion is too far ahead',
    why: 'PingOne takes one hour at most; milliseconds in place of seconds are far more.',
    fix: clocks,
  },
  client_assertion_not_before: {
    title: 'The assertion is not valid yet',
    why: 'The clock of the client is ahead of the server’s.',
    fix: clocks,
  },
  client_assertion_signature: { title: 'The signature of the assertion is not the application’s', fix: assertionKey },
  client_confidential: {
    title: 'The application has no secret, and this needs one',
    fix: 'Use an application with a tokenEndpointAuthMethod other than NONE.',
  },

  token_present: { title: 'token is missing', fix: 'Send the token as the parameter token.' },
  introspection_own_token: {
    title: 'A token may be introspected by its own application or resource only',
    fix: 'Authenticate as the application that it was issued to, or as the resource in its audience.',
  },
  refresh_token_form: {
    title: 'JWT refresh tokens are no longer accepted',
    fix: 'Set refreshTokenType of the application to OPAQUE_TOKEN and let the user sign on again.',
  },
  attribute_has_value: {
    title: (check) => `The required attribute ${check.got} has no value for this user`,
    fix: 'Fill the attribute of the user, or change the mapping of the resource.',
  },
  user_has_roles: { title: 'The user has no role', fix: 'Assign a role to the user: that is what an application of this type is for.' },
  access_control: {
    title: 'The user may not use this application',
    fix: 'Put the user into a group of accessControl of the application, or change that.',
  },
  subject_token_present: { title: 'subject_token is missing', fix: 'Send the token that is to be exchanged.' },
  subject_token_type_known: {
    title: (check) => `There is no subject_token_type ${check.got}`,
    fix: 'Send urn:ietf:params:oauth:token-type:access_token or …:id_token.',
  },
  subject_token_good: {
    title: 'subject_token is not a good token of this environment',
    fix: 'Send one that was issued here and has not expired.',
  },
  actor_token_present: { title: 'actor_token is missing', fix: 'Send actor_token with actor_token_type, or neither.' },
  actor_token_type_known: {
    title: (check) => `There is no actor_token_type ${check.got}`,
    fix: 'Send urn:ietf:params:oauth:token-type:access_token or …:id_token.',
  },
  actor_token_good: {
    title: 'actor_token is not a good token of this environment',
    fix: 'Send one that was issued here and has not expired.',
  },
  requested_token_type_known: {
    title: (check) => `requested_token_type ${check.got} is not offered`,
    fix: 'Ask for urn:ietf:params:oauth:token-type:access_token.',
  },
  may_act_matches: {
    title: 'The actor is not the one that may_act of the subject names',
    fix: 'Send the token of the actor that the subject’s may_act names.',
  },
  exchange_custom_resource: {
    title: 'Tokens are exchanged for custom resources only',
    fix: 'Ask for a scope of a custom resource that the application is granted.',
  },
  device_code_present: { title: 'device_code is missing', fix: 'Send the device_code of the device authorization response.' },
  device_code_known: { title: 'The device code is unknown', fix: askAnew },
  device_code_unused: { title: 'The device code has been used already', fix: askAnew },
  device_code_client: { title: 'The device code belongs to another client', fix: rightClient },
  device_code_fresh: { title: 'The device code has expired', fix: askAnew },
  auth_req_id_present: { title: 'auth_req_id is missing', fix: 'Send the auth_req_id of the backchannel authentication response.' },
  auth_req_id_known: { title: 'The auth_req_id is unknown', fix: askAnew },
  auth_req_id_unused: { title: 'The auth_req_id has been used already', fix: askAnew },
  auth_req_id_client: { title: 'The auth_req_id belongs to another client', fix: rightClient },
  auth_req_id_fresh: { title: 'The auth_req_id has expired', fix: askAnew },
  request_decided: { title: 'The person has not decided yet', fix: 'Wait for the interval of the first answer, then ask again.' },
  polled_slowly: {
    title: 'The client polls too fast',
    fix: 'Wait for the interval of the first answer, and five seconds more after each slow_down (RFC 8628 §3.5).',
  },
  request_not_denied: { title: 'The person has refused', fix: 'Show that nothing was done, and offer another try.' },
  backchannel_scope_present: { title: 'scope is missing', fix: 'Send scope with openid.' },
  backchannel_one_hint: { title: 'Not exactly one hint was sent', fix: 'Send one of login_hint, id_token_hint and login_hint_token.' },
  backchannel_user_known: { title: 'The hint names no user of this environment', fix: 'Send the name of a user that is there.' },
  binding_message_shown: { title: 'binding_message cannot be shown', fix: 'Send a short text of plain characters.' },
  requested_expiry_number: { title: 'requested_expiry is not a number of seconds', fix: 'Send a positive whole number.' },

  request_one_way: { title: 'request and request_uri came together', fix: 'Send one of them (RFC 9101 §5).' },
  request_uri_known: {
    title: 'The request_uri is unknown, expired or used already',
    why: 'A pushed request works once, and for a short time.',
    fix: 'Push the request anew before each redirect.',
  },
  request_uri_client: { title: 'The request_uri was pushed by another client', fix: rightClient },
  request_uri_not_pushed: { title: 'A pushed request has a request_uri', fix: 'Push the parameters themselves (RFC 9126 §2.1).' },
  pushed_request_required: {
    title: 'The application must push its authorization requests',
    fix: 'Send the parameters to /as/par first, or change parRequirement of the application.',
  },
  application_pushes: { title: 'The application may not push authorization requests', fix: 'Change parRequirement of the application.' },
  request_object_required: {
    title: 'The application must send a request object',
    fix: 'Send request, or set requireSignedRequestObject of the application to false.',
  },
  request_object_readable: { title: 'request is not a JWT', fix: 'Send three base64url parts with dots between them.' },
  request_object_algorithm: {
    title: (check) => `The request object is signed with ${check.got}`,
    fix: 'Sign with HS256 and the secret of the application.',
  },
  request_object_signed: {
    title: 'The request object is not signed',
    fix: 'Sign it, or set supportUnsignedRequestObject of the application.',
  },
  request_object_signature: { title: 'The signature of the request object is wrong', fix: assertionKey },
  request_object_issuer: { title: 'iss of the request object is not the client', fix: 'Set it to the id of the application.' },
  request_object_audience: { title: 'aud of the request object is another server', fix: 'Set it to the issuer of this environment.' },
  request_object_client: {
    title: 'client_id in the request object is another one than beside it',
    fix: 'Send the same client_id at both places.',
  },
  request_object_fresh: { title: 'The request object has expired, or is not valid yet', fix: `Make a new one for each request. ${clocks}` },
  request_object_flat: { title: (check) => `The request object contains ${check.got}`, fix: 'Leave it out (RFC 9101 §4).' },
  request_object_parameters: {
    title: (check) => `${check.got} in the request object is no text`,
    fix: 'Write parameters as texts, as they would stand in the URL.',
  },
  login_hint_token_readable: {
    title: 'login_hint_token is not a signed JWT',
    fix: 'Sign it with HS256 and the secret of the application.',
  },
  login_hint_token_signature: {
    title: 'The signature of the login_hint_token is wrong',
    fix: 'Sign it with the current secret of the application.',
  },
  login_hint_token_claims: {
    title: 'login_hint_token has another issuer or audience',
    fix: 'Set iss to the id of the application and aud to the issuer.',
  },
  login_hint_token_fresh: { title: 'login_hint_token has expired', fix: clocks },
  login_hint_token_user: { title: 'login_hint_token names no user', fix: 'Set sub to the id of a user of this environment.' },
  acr_values_assigned: {
    title: 'acr_values names no sign-on policy of the application',
    fix: 'Send the name of a policy that is assigned to the application, or leave acr_values out.',
  },
  id_token_hint_present: { title: 'id_token_hint is missing', fix: 'Keep the ID token, and send it when the user signs off.' },
  id_token_hint_signature: {
    title: 'id_token_hint is not an ID token of this environment',
    fix: 'Send the ID token itself, not the access token; after a restart of the mock with other keys, sign on anew.',
  },
  id_token_hint_issuer: {
    title: 'id_token_hint has another issuer',
    fix: 'Use one name for the server: localhost and 127.0.0.1 are two issuers.',
  },
  id_token_hint_audience: {
    title: 'The application of the id_token_hint is unknown or disabled',
    fix: 'Send an ID token of an application that is there.',
  },
  id_token_hint_client: {
    title: 'client_id is not the audience of the id_token_hint',
    fix: 'Send the client_id that the ID token was issued to, or leave it out.',
  },
  id_token_hint_user: {
    title: 'id_token_hint belongs to another user than this browser’s session',
    fix: 'Send the ID token of the person who is signed on.',
  },
  sign_off_client: { title: 'The application is unknown or disabled', fix: 'Send the client_id of an application that is there.' },
  idp_sign_off_allowed: { title: 'The application may not end sessions by an ID token', fix: 'Set idpSignoff of the application.' },
  post_logout_redirect_uri_registered: {
    title: 'post_logout_redirect_uri is not registered',
    fix: 'Add it to postLogoutRedirectUris of the application: it is compared character by character.',
  },
  post_logout_length: {
    title: 'post_logout_redirect_uri and state are too long',
    fix: 'Send a shorter state, and keep what it stands for yourself.',
  },
  password_right: {
    title: 'User name or password are wrong, or the user may not sign on',
    fix: 'Look at the users of the seed; passwords stand there in clear text.',
  },
};
