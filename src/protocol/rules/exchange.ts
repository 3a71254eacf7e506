import { fixes, invalidGrant, type Rule, requestFailed } from './row.js';

export const exchangeRules = {
  subject_token_present: {
    spec: 'RFC 8693 §2.1',
    ...requestFailed('invalid_request', 'subject_token is required'),
    title: 'subject_token is missing',
    fix: 'Send the token to exchange.',
  },
  subject_token_type_known: {
    spec: 'RFC 8693 §3',
    ...requestFailed('invalid_request', ({ got }) => `Unsupported subject_token_type: ${got}`),
    title: ({ got }) => `There is no subject_token_type ${got}`,
    fix: fixes.tokenType,
  },
  actor_token_present: {
    spec: 'RFC 8693 §2.1',
    ...requestFailed('invalid_request', 'actor_token is required'),
    title: 'actor_token is missing',
    fix: 'Send actor_token with actor_token_type, or neither.',
  },
  actor_token_type_known: {
    spec: 'RFC 8693 §3',
    ...requestFailed('invalid_request', ({ got }) => `Unsupported actor_token_type: ${got}`),
    title: ({ got }) => `There is no actor_token_type ${got}`,
    fix: fixes.tokenType,
  },
  requested_token_type_known: {
    spec: 'RFC 8693 §2.1',
    ...requestFailed('invalid_request', ({ got }) => `Unsupported requested_token_type: ${got}`),
    title: ({ got }) => `requested_token_type ${got} is not offered`,
    fix: 'Ask for urn:ietf:params:oauth:token-type:access_token.',
  },
  subject_token_good: {
    spec: 'RFC 8693 §2.1',
    ...invalidGrant('The subject_token is invalid or has expired'),
    title: 'subject_token is not accepted',
    why: ({ got = 'it is not valid' }) => `${got.charAt(0).toUpperCase()}${got.slice(1)}.`,
    fix: 'Send an unexpired one that was issued here, or by a trusted issuer assigned to the application.',
  },
  actor_token_good: {
    spec: 'RFC 8693 §2.1',
    ...invalidGrant('The actor_token is invalid or has expired'),
    title: 'actor_token is not accepted',
    why: ({ got = 'it is not valid' }) => `${got.charAt(0).toUpperCase()}${got.slice(1)}.`,
    fix: 'Send an unexpired one that was issued here, or by a trusted issuer assigned to the application.',
  },
  gateway_credential_offered: {
    spec: 'PingOne token exchange',
    ...requestFailed('invalid_request', ({ got }) => `Unsupported subject_token_type: ${got}`),
    title: 'Credentials of a gateway cannot be exchanged here',
    why: 'PingOne accepts them; this mock does not offer their exchange.',
    fix: 'Exchange an access token, an ID token or a JWT of a trusted issuer.',
  },
  subject_session_alive: {
    spec: 'PingOne token exchange',
    ...invalidGrant('The session of the subject_token has ended'),
    title: 'The session that the subject token names has ended',
    fix: 'Sign on again: PingOne exchanges a user’s token only while its session is alive.',
  },
  exchange_custom_resource: {
    spec: 'PingOne token exchange',
    ...requestFailed('invalid_scope', 'Token exchange can only be used to issue tokens for custom resources', 'recorded'),
    title: 'Tokens can be exchanged only for custom resources',
    fix: 'Request a scope of a custom resource that the application is granted.',
  },
} as const satisfies Record<string, Rule>;
