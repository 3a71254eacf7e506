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
    title: 'subject_token is not a valid token of this environment',
    fix: 'Send one that was issued here and has not expired.',
  },
  actor_token_good: {
    spec: 'RFC 8693 §2.1',
    ...invalidGrant('The actor_token is invalid or has expired'),
    title: 'actor_token is not a valid token of this environment',
    fix: 'Send one that was issued here and has not expired.',
  },
  may_act_matches: {
    spec: 'RFC 8693 §4.4',
    ...invalidGrant('The actor may not act for the subject'),
    title: 'The actor is not the one named in the subject token’s may_act',
    fix: 'Send the token of the actor named in may_act.',
  },
  exchange_custom_resource: {
    spec: 'PingOne token exchange',
    ...requestFailed('invalid_scope', 'Token exchange can only be used to issue tokens for custom resources', 'recorded'),
    title: 'Tokens can be exchanged only for custom resources',
    fix: 'Ask for a scope of a custom resource that the application is granted.',
  },
} as const satisfies Record<string, Rule>;
