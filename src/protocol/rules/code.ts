import { invalidGrant, type Rule, requestFailed } from './row.js';

export const codeRules = {
  code_present: {
    spec: 'RFC 6749 §4.1.3',
    ...requestFailed('invalid_request', 'code is required'),
    title: 'code is missing',
    fix: 'Read code from the callback’s query, after checking it for error.',
  },
  code_known: {
    spec: 'RFC 6749 §4.1.2',
    step: 'code.lookup',
    ...invalidGrant('The authorization code is unknown or has expired'),
    title: 'The code is unknown',
    fix: 'Send the code exactly as the callback received it; after a restart of the mock, start the sign-on again.',
  },
  code_unused: {
    spec: 'RFC 6749 §4.1.2',
    step: 'code.lookup',
    ...invalidGrant('The authorization code has been used already'),
    title: 'The code has been used already',
    fix: 'Redeem the code once.',
  },
  code_fresh: {
    spec: 'RFC 6749 §4.1.2',
    step: 'code.lookup',
    ...invalidGrant('The authorization code is unknown or has expired'),
    title: 'The code has expired',
    fix: 'Redeem the code as soon as the callback receives it.',
  },
  code_client: {
    spec: 'RFC 6749 §4.1.3',
    step: 'code.lookup',
    ...invalidGrant('The authorization code was issued to another client'),
    title: 'The code was issued to another client',
    fix: 'Send the same client_id to /as/authorize and /as/token.',
  },
  redirect_uri_repeated: {
    spec: 'RFC 6749 §4.1.3',
    step: 'redirect_uri.check',
    ...invalidGrant('redirect_uri does not match the authorization request'),
    title: 'redirect_uri differs from that of the authorization request',
    fix: 'Send the same redirect_uri to /as/authorize and /as/token, or to neither.',
  },
} as const satisfies Record<string, Rule>;
