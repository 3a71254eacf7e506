import { invalidGrant, type Rule, requestFailed } from './row.js';

export const refreshRules = {
  refresh_token_present: {
    spec: 'RFC 6749 §6',
    ...requestFailed('invalid_request', 'refresh_token is required'),
    title: 'refresh_token is missing',
    fix: 'Keep the refresh token of the token response.',
  },
  refresh_token_form: {
    spec: 'PingOne, March 2, 2027',
    ...invalidGrant('JWT refresh tokens are no longer accepted'),
    title: 'JWT refresh tokens are no longer accepted',
    fix: 'Set refreshTokenType of the application to OPAQUE_TOKEN and have the user sign on again.',
  },
  refresh_token_client: {
    spec: 'RFC 6749 §6',
    ...invalidGrant('The refresh token was issued to another client'),
    title: 'The refresh token belongs to another client',
    fix: 'Send the client_id that the token was issued to.',
  },
  refresh_token_unused: {
    spec: 'RFC 9700 §4.14.2',
    ...invalidGrant('The refresh token has been used already'),
    title: 'The refresh token has been used already',
    why: 'Each refresh gives a new refresh token and ends the old one; the second use revoked the whole family (RFC 9700 §4.14.2).',
    fix: 'Keep the refresh token of each answer, and refresh once at a time: two tabs or two requests must wait for each other.',
  },
  refresh_token_known: {
    spec: 'RFC 6749 §5.2',
    ...invalidGrant('The refresh token is unknown, expired or revoked'),
    title: 'The refresh token is unknown, expired or revoked',
    why: 'It was not issued here, has outlived its lifetime, was revoked (by POST /as/revoke, or because a code or a refresh token of its family was used twice), or was lost in a restart or a reset of the mock.',
    fix: 'Have the user sign on again, and always keep the newest refresh token.',
  },
  refresh_token_session: {
    spec: 'PingOne sessions',
    ...invalidGrant('The session of the refresh token has ended'),
    title: 'The session of the refresh token has ended',
    why: 'PingOne ends refresh tokens with the session: by sign-off, when its user has ten newer ones, or after 30 days.',
    fix: 'Have the user sign on again.',
  },
} as const satisfies Record<string, Rule>;
