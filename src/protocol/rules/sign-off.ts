import { invalidRequest, type Rule } from './row.js';

export const signOffRules = {
  id_token_hint_present: {
    spec: 'OpenID Connect RP-Initiated Logout §2',
    ...invalidRequest('id_token_hint', 'id_token_hint is required'),
    title: 'id_token_hint is missing',
    fix: 'Keep the ID token, and send it when the user signs off.',
  },
  id_token_hint_signature: {
    spec: 'OpenID Connect RP-Initiated Logout §2',
    ...invalidRequest('id_token_hint', 'The id_token_hint is not an ID token of this environment'),
    title: 'id_token_hint is not an ID token of this environment',
    fix: 'Send the ID token, not the access token. After a restart of the mock with other keys, sign on again.',
  },
  id_token_hint_issuer: {
    spec: 'OpenID Connect RP-Initiated Logout §2',
    ...invalidRequest('id_token_hint', 'The id_token_hint has another issuer'),
    title: 'id_token_hint has another issuer',
    fix: 'Use one name for the server: localhost and 127.0.0.1 are different issuers.',
  },
  id_token_hint_audience: {
    spec: 'OpenID Connect RP-Initiated Logout §2',
    ...invalidRequest('id_token_hint', 'The application of the id_token_hint is unknown or disabled'),
    title: 'The application of the id_token_hint is unknown or disabled',
    fix: 'Send an ID token of an application that exists and is enabled.',
  },
  id_token_hint_client: {
    spec: 'OpenID Connect RP-Initiated Logout §2',
    ...invalidRequest('client_id', 'client_id is not the audience of the id_token_hint'),
    title: 'client_id is not the audience of the id_token_hint',
    fix: 'Send the client_id that the ID token was issued to, or leave it out.',
  },
  id_token_hint_user: {
    spec: 'OpenID Connect RP-Initiated Logout §2',
    ...invalidRequest('id_token_hint', 'The id_token_hint belongs to another user'),
    title: 'id_token_hint belongs to another user than this browser’s session',
    fix: 'Send the ID token of the person who is signed on.',
  },
  sign_off_client: {
    spec: 'OpenID Connect RP-Initiated Logout §2',
    ...invalidRequest('client_id', 'The application is unknown or disabled'),
    title: 'The application is unknown or disabled',
    fix: 'Send the client_id of an application that exists and is enabled.',
  },
  idp_sign_off_allowed: {
    spec: 'PingOne idpSignoff',
    ...invalidRequest('id_token_hint', 'The application may not end sessions by an ID token'),
    title: 'The application may not end sessions by an ID token',
    fix: 'Set idpSignoff of the application.',
  },
  post_logout_redirect_uri_registered: {
    spec: 'OpenID Connect RP-Initiated Logout §2',
    ...invalidRequest('post_logout_redirect_uri', 'Invalid post logout redirect URI', 'recorded'),
    title: 'post_logout_redirect_uri is not registered',
    fix: 'Add it to postLogoutRedirectUris of the application: it is compared character by character.',
  },
  post_logout_length: {
    spec: 'OpenID Connect RP-Initiated Logout §2',
    ...invalidRequest('post_logout_redirect_uri', 'post_logout_redirect_uri and state are too long'),
    title: 'post_logout_redirect_uri and state are too long',
    fix: 'Send a shorter state, and keep what it refers to on your side.',
  },
} as const satisfies Record<string, Rule>;
