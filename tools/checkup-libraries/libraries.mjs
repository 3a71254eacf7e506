// The client libraries of the report card. `reasons` says what the library's own code or documentation has about each case that its
// application did not meet as the case expects. A row comes into the document only if there is a reason for every such case.

const toAll = (ids, reason) => Object.fromEntries(ids.map((id) => [id, reason]));

const core = '[OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)';
/** The cases that only a verified signature meets. */
const unsigned = ['signature-wrong', 'kid-unknown', 'key-embedded', 'key-url-followed'];
const tls = `${core}, 6 allows that for tokens that come straight from the token endpoint over TLS.`;

export const libraries = [
  {
    package: 'openid-client',
    needs: ['express-session'],
    callback: '/callback',
    method: 'CLIENT_SECRET_POST',
    // The session is that of express-session.
    notMeasured: ['session'],
    note: 'its application sends state and nonce beside PKCE. The README leaves them out for servers that announce PKCE.',
    reasons: toAll(unsigned, `It verifies this signature only after \`enableNonRepudiationChecks\`. ${tls}`),
  },
  {
    package: 'express-openid-connect',
    callback: '/callback',
    method: 'CLIENT_SECRET_BASIC',
    reasons: {
      ...toAll(unsigned, `It leaves openid-client at its default, which does not verify this signature. ${tls}`),
      ...toAll(
        ['state-reused', 'state-of-another-browser', 'state-used-before'],
        'By default its state is the address to return to, so it is the same each time. The nonce and the code_verifier in its signed cookie bind the callback to the browser: `login-csrf`, `callback-of-another-browser` and `code-injected` are refused.',
      ),
    },
  },
  {
    package: 'passport-openidconnect',
    needs: ['express-session', 'passport'],
    callback: '/callback',
    method: 'CLIENT_SECRET_POST',
    notMeasured: ['session'],
    reasons: {},
  },
  {
    package: '@auth/express',
    app: 'auth-express',
    needs: ['express-4@npm:express@4'],
    callback: '/auth/callback/pingone',
    method: 'CLIENT_SECRET_BASIC',
    reasons: {
      ...toAll(unsigned, `It leaves oauth4webapi at its default, which does not verify this signature. ${tls}`),
      ...toAll(
        ['state-missing', 'state-altered', 'state-of-another-browser', 'state-used-before'],
        'By default it sends no state, so there is none to compare (`checks: ["pkce"]`). PKCE binds the callback to the browser, as RFC 9700 §2.1 allows: `login-csrf`, `callback-of-another-browser` and `code-injected` are refused.',
      ),
    },
  },
  {
    package: 'better-auth',
    callback: '/api/auth/callback/pingone',
    method: 'CLIENT_SECRET_POST',
    reasons: {
      'azp-wrong': `It compares \`iss\` and \`aud\`, which names the application here. ${core} recommends to compare \`azp\`, and does not require it.`,
      'aud-several': 'It accepts a list of audiences that has the application in it.',
      ...toAll(['token-type-missing', 'token-type-unknown'], 'It keeps `token_type` as it comes.'),
      'access-token-missing': 'A verified ID token with `sub` and `email` is enough for it.',
      'keys-rotated': 'It fetches the JWKS at most every 30 seconds (the default of jose), and the keys changed sooner. Later it goes on.',
    },
  },
  {
    package: 'next-auth',
    needs: ['next', 'react', 'react-dom'],
    callback: '/api/auth/callback/pingone',
    method: 'CLIENT_SECRET_BASIC',
    note: 'its application is built with Next.js, and sends PKCE and state as the example of a custom provider does.',
    reasons: {
      ...toAll(['token-type-missing', 'token-type-unknown'], 'It leaves `token_type` to openid-client 5, which keeps it as it comes.'),
      'access-token-missing': 'With `idToken: true`, a verified ID token is enough for it.',
      'keys-fetched-too-often':
        'It makes a client for each request, as functions without memory need, and each fetches discovery and JWKS once.',
    },
  },
  { package: 'oidc-client-ts', callback: '/callback', browser: true, reasons: {} },
  {
    package: '@forgerock/oidc-client',
    app: 'forgerock-oidc-client',
    needs: ['esbuild'],
    callback: '/callback',
    browser: true,
    reasons: {},
  },
];
