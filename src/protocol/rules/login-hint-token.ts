import { fixes, invalidRequest, type Rule } from './row.js';

export const loginHintTokenRules = {
  login_hint_token_readable: {
    spec: 'PingOne login_hint_token',
    ...invalidRequest('login_hint_token', 'The login_hint_token is not a signed JSON Web Token'),
    title: 'login_hint_token is not a signed JWT',
    fix: 'Sign it with HS256 and the secret of the application.',
  },
  login_hint_token_signature: {
    spec: 'RFC 7515 §5.2',
    ...invalidRequest('login_hint_token', 'The signature of the login_hint_token is invalid'),
    title: 'The signature of the login_hint_token is wrong',
    fix: 'Sign it with the current secret of the application.',
  },
  login_hint_token_claims: {
    spec: 'PingOne login_hint_token',
    ...invalidRequest('login_hint_token', 'The login_hint_token has another issuer or audience'),
    title: 'login_hint_token has another issuer or audience',
    fix: 'Set iss to the id of the application and aud to the issuer.',
  },
  login_hint_token_fresh: {
    spec: 'PingOne login_hint_token',
    ...invalidRequest('login_hint_token', 'The login_hint_token has expired'),
    title: 'login_hint_token has expired',
    fix: fixes.clocks,
  },
  login_hint_token_user: {
    spec: 'PingOne login_hint_token',
    ...invalidRequest('login_hint_token', 'The login_hint_token names no user'),
    title: 'login_hint_token names no user',
    fix: 'Set sub to the id of a user of this environment.',
  },
} as const satisfies Record<string, Rule>;
