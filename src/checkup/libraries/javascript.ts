import type { Library } from './library.js';

/** Libraries of Node.js and of browsers. What is built on another one comes before it. */
export const javascriptLibraries: readonly Library[] = [
  {
    name: 'express-openid-connect',
    docs: 'https://auth0.github.io/express-openid-connect/interfaces/ConfigParams.html',
    signs: { declared: /^package\.json express-openid-connect@/, userAgent: /^express-openid-connect\//, cookie: /^appSession$/ },
    fixes: [
      { cases: ['alg-'], line: "idTokenSigningAlg: 'RS256'" },
      { cases: ['clock-minute'], line: 'clockTolerance: 60' },
      { cases: ['cookie-readable'], line: 'session: { cookie: { httpOnly: true } }' },
      { cases: ['cookie-same-site'], line: "session: { cookie: { sameSite: 'Lax' } }" },
      { cases: ['cookie-secure'], line: 'session: { cookie: { secure: true } }' },
    ],
  },
  {
    name: 'Auth.js',
    docs: 'https://authjs.dev/reference/core/providers',
    signs: {
      declared: /^package\.json (next-auth|@auth\/[\w-]+)@/,
      cookie: /^(__Secure-|__Host-)?(authjs|next-auth)\./,
    },
    fixes: [
      { cases: ['pkce-missing', 'pkce-method', 'code-injected'], line: "checks: ['pkce', 'state', 'nonce']" },
      { cases: ['state-', 'login-csrf', 'callback-of'], line: "checks: ['pkce', 'state', 'nonce']" },
      { cases: ['nonce-'], line: "checks: ['pkce', 'state', 'nonce']" },
      { cases: ['cookie-secure'], line: 'useSecureCookies: true', docs: 'https://authjs.dev/reference/core#usesecurecookies' },
    ],
  },
  {
    name: 'better-auth',
    docs: 'https://www.better-auth.com/docs/plugins/generic-oauth',
    signs: {
      declared: /^package\.json better-auth@/,
      redirectPath: /\/api\/auth\/oauth2\/callback\/[^/]+$/,
      cookie: /^(__Secure-)?better-auth\./,
    },
    fixes: [
      { cases: ['pkce-missing', 'pkce-method', 'code-injected'], line: "genericOAuth({ config: [{ providerId: '…', pkce: true }] })" },
    ],
  },
  {
    name: 'passport-openidconnect',
    docs: 'https://github.com/jaredhanson/passport-openidconnect',
    signs: { declared: /^package\.json passport-openidconnect@/ },
    // Its README names no option for the cases here.
    fixes: [],
  },
  {
    name: 'openid-client 6',
    docs: 'https://github.com/panva/openid-client/blob/main/docs/README.md',
    signs: { declared: /^package\.json openid-client@\D*[6-9]\b/, userAgent: /^openid-client\/v[6-9]\./ },
    fixes: [
      {
        cases: ['state-', 'login-csrf', 'callback-of'],
        line: 'client.authorizationCodeGrant(config, currentUrl, { expectedState, expectedNonce, pkceCodeVerifier })',
      },
      {
        cases: ['nonce-', 'code-injected'],
        line: 'client.authorizationCodeGrant(config, currentUrl, { expectedState, expectedNonce, pkceCodeVerifier })',
      },
      {
        cases: ['pkce-missing', 'pkce-method'],
        line: "client.buildAuthorizationUrl(config, { code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', … })",
      },
      { cases: ['pkce-verifier', 'pkce-challenge'], line: 'const verifier = client.randomPKCECodeVerifier()' },
      { cases: ['state-reused'], line: 'const state = client.randomState()' },
      {
        cases: ['signature-', 'kid-', 'key-embedded', 'keys-unreachable', 'keys-empty'],
        line: 'client.enableNonRepudiationChecks(config)',
      },
      { cases: ['clock-minute'], line: 'client.discovery(server, clientId, { [client.clockTolerance]: 60 })' },
      { cases: ['sub-unlike-userinfo'], line: 'client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)' },
    ],
  },
  {
    name: 'openid-client 5',
    docs: 'https://github.com/panva/openid-client/blob/v5.x/docs/README.md',
    signs: { declared: /^package\.json openid-client@\D*[2-5]\b/, userAgent: /^openid-client\/[2-5]\./ },
    fixes: [
      {
        cases: ['state-', 'login-csrf', 'callback-of', 'nonce-', 'code-injected'],
        line: 'client.callback(redirectUri, client.callbackParams(request), { state, nonce, code_verifier })',
      },
      {
        cases: ['pkce-missing', 'pkce-method'],
        line: "client.authorizationUrl({ code_challenge: generators.codeChallenge(verifier), code_challenge_method: 'S256', … })",
      },
      { cases: ['pkce-verifier', 'pkce-challenge'], line: 'const verifier = generators.codeVerifier()' },
      { cases: ['clock-minute'], line: 'client[custom.clock_tolerance] = 60' },
    ],
  },
  {
    name: 'oauth4webapi',
    docs: 'https://github.com/panva/oauth4webapi/blob/main/docs/README.md',
    signs: { declared: /^package\.json oauth4webapi@/, userAgent: /^oauth4webapi\// },
    fixes: [
      { cases: ['state-', 'login-csrf', 'callback-of'], line: 'oauth.validateAuthResponse(server, client, currentUrl, expectedState)' },
      {
        cases: ['nonce-'],
        line: 'oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce, requireIdToken: true })',
      },
      { cases: ['signature-', 'kid-', 'key-embedded'], line: 'oauth.validateApplicationLevelSignature(server, response)' },
      { cases: ['clock-minute'], line: 'const client = { client_id, [oauth.clockTolerance]: 60 }' },
    ],
  },
  {
    name: 'angular-auth-oidc-client',
    docs: 'https://angular-auth-oidc-client.com/docs/documentation/configuration',
    signs: { declared: /^package\.json angular-auth-oidc-client@/ },
    fixes: [
      { cases: ['iss-wrong'], line: 'issValidationOff: false' },
      { cases: ['clock-minute'], line: 'maxIdTokenIatOffsetAllowedInSeconds: 120' },
    ],
  },
  {
    name: 'oidc-client-ts',
    docs: 'https://authts.github.io/oidc-client-ts/interfaces/UserManagerSettings.html',
    signs: { declared: /^package\.json (oidc-client-ts|react-oidc-context)@/ },
    fixes: [
      { cases: ['pkce-missing', 'pkce-method'], line: 'new UserManager({ disablePKCE: false, … })' },
      { cases: ['nonce-'], line: 'userManager.signinRedirect({ nonce: crypto.randomUUID() })' },
      { cases: ['sub-unlike-userinfo'], line: 'new UserManager({ loadUserInfo: true, … })' },
    ],
  },
  {
    name: '@forgerock/oidc-client',
    docs: 'https://github.com/ForgeRock/ping-javascript-sdk/tree/main/packages/oidc-client',
    signs: { declared: /^package\.json @forgerock\/oidc-client@/ },
    fixes: [{ cases: ['answer-late'], line: 'oidc({ config: { timeout: 10000, … } })' }],
  },
  {
    name: 'Ping SDK',
    docs: 'https://docs.pingidentity.com/sdks/latest/index.html',
    signs: {
      declared: /^package\.json @(forgerock\/(javascript-sdk|davinci-client)|pingidentity\/[\w-]+)@/,
      header: /^x-requested-with: forgerock-sdk$/,
    },
    fixes: [],
  },
];
