import type { Library } from './library.js';

const springApi = 'https://docs.spring.io/spring-security/reference/api/java/org/springframework/security';
const springBoot = 'https://docs.spring.io/spring-boot/appendix/application-properties/index.html';
const microsoft = 'https://learn.microsoft.com/dotnet/api';

/** Libraries of other languages. */
export const otherLibraries: readonly Library[] = [
  {
    name: 'Spring Security',
    docs: 'https://docs.spring.io/spring-security/reference/servlet/oauth2/client/authorization-grants.html',
    signs: {
      declared: /^(pom\.xml|build\.gradle(\.kts)?) .*(spring-boot-starter-oauth2-client|spring-security-oauth2-client)/,
      redirectPath: /\/login\/oauth2\/code\/[^/]+$/,
    },
    fixes: [
      {
        cases: ['pkce-missing', 'pkce-method', 'code-injected'],
        line: 'resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce())',
      },
      {
        cases: ['clock-minute'],
        line: 'oidcIdTokenValidator.setClockSkew(Duration.ofSeconds(60))',
        docs: `${springApi}/oauth2/client/oidc/authentication/OidcIdTokenValidator.html`,
      },
      { cases: ['cookie-readable'], line: 'server.servlet.session.cookie.http-only=true', docs: springBoot },
      { cases: ['cookie-same-site'], line: 'server.servlet.session.cookie.same-site=lax', docs: springBoot },
      { cases: ['cookie-secure'], line: 'server.servlet.session.cookie.secure=true', docs: springBoot },
    ],
  },
  {
    name: 'Quarkus OIDC',
    docs: 'https://quarkus.io/guides/security-oidc-configuration-properties-reference',
    signs: { declared: /^(pom\.xml|build\.gradle(\.kts)?) .*quarkus-oidc/, cookie: /^q_(auth|session)/ },
    fixes: [
      { cases: ['pkce-missing', 'pkce-method', 'code-injected'], line: 'quarkus.oidc.authentication.pkce-required=true' },
      { cases: ['nonce-'], line: 'quarkus.oidc.authentication.nonce-required=true' },
      { cases: ['clock-minute'], line: 'quarkus.oidc.token.lifespan-grace=60' },
    ],
  },
  {
    name: 'ASP.NET Core',
    docs: `${microsoft}/microsoft.aspnetcore.authentication.openidconnect.openidconnectoptions`,
    signs: {
      declared: /\.csproj .*(Microsoft\.AspNetCore\.Authentication\.OpenIdConnect|Microsoft\.IdentityModel|Microsoft\.Identity\.Web)/,
      userAgent: /^Microsoft ASP\.NET Core OpenIdConnect handler/,
      redirectPath: /\/signin-oidc$/,
      parameter: 'x-client-SKU',
    },
    fixes: [
      { cases: ['pkce-missing', 'pkce-method', 'code-injected'], line: 'options.ResponseType = "code"; options.UsePkce = true;' },
      {
        cases: ['nonce-'],
        line: 'options.ProtocolValidator.RequireNonce = true;',
        docs: `${microsoft}/microsoft.identitymodel.protocols.openidconnect.openidconnectprotocolvalidator.requirenonce`,
      },
      {
        cases: ['clock-'],
        line: 'options.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);',
        docs: `${microsoft}/microsoft.identitymodel.tokens.tokenvalidationparameters.clockskew`,
      },
    ],
  },
  {
    name: 'Authlib',
    docs: 'https://docs.authlib.org/en/latest/client/frameworks.html',
    signs: { declared: /^(requirements\.txt|pyproject\.toml) .*\bauthlib\b/i, userAgent: /^Authlib\// },
    fixes: [
      {
        cases: ['pkce-missing', 'pkce-method', 'code-injected'],
        line: "oauth.register('pingone', client_kwargs={'code_challenge_method': 'S256'}, …)",
      },
    ],
  },
  {
    name: 'mozilla-django-oidc',
    docs: 'https://mozilla-django-oidc.readthedocs.io/en/stable/settings.html',
    signs: { declared: /^(requirements\.txt|pyproject\.toml) .*\bmozilla-django-oidc\b/, redirectPath: /\/oidc\/callback\/$/ },
    fixes: [
      { cases: ['pkce-missing', 'code-injected'], line: 'OIDC_USE_PKCE = True' },
      { cases: ['pkce-method'], line: "OIDC_PKCE_CODE_CHALLENGE_METHOD = 'S256'" },
      { cases: ['nonce-'], line: 'OIDC_USE_NONCE = True' },
    ],
  },
  {
    name: 'coreos/go-oidc',
    docs: 'https://pkg.go.dev/github.com/coreos/go-oidc/v3/oidc',
    signs: { declared: /^go\.mod .*github\.com\/coreos\/go-oidc/ },
    fixes: [
      {
        cases: [
          'signature-',
          'kid-',
          'alg-',
          'key-embedded',
          'iss-wrong',
          'aud-wrong',
          'expired',
          'clock-expired',
          'not-yet-valid',
          'keys-unreachable',
          'keys-empty',
        ],
        line: 'idToken, err := provider.Verifier(&oidc.Config{ClientID: clientID}).Verify(ctx, rawIDToken)',
      },
      { cases: ['nonce-'], line: 'url := config.AuthCodeURL(state, oidc.Nonce(nonce)); later: if idToken.Nonce != nonce { … }' },
    ],
  },
  {
    name: 'golang.org/x/oauth2',
    docs: 'https://pkg.go.dev/golang.org/x/oauth2',
    signs: { declared: /^go\.mod .*golang\.org\/x\/oauth2/ },
    fixes: [
      {
        cases: ['pkce-', 'code-injected'],
        line: 'verifier := oauth2.GenerateVerifier(); config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)); config.Exchange(ctx, code, oauth2.VerifierOption(verifier))',
      },
    ],
  },
  {
    name: 'oauth2-proxy',
    docs: 'https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview',
    signs: { redirectPath: /\/oauth2\/callback$/, cookie: /^_oauth2_proxy/ },
    fixes: [
      { cases: ['pkce-missing', 'pkce-method', 'code-injected'], line: '--code-challenge-method=S256' },
      { cases: ['nonce-'], line: '--insecure-oidc-skip-nonce=false' },
      { cases: ['cookie-readable'], line: '--cookie-httponly=true' },
      { cases: ['cookie-same-site'], line: '--cookie-samesite=lax' },
      { cases: ['cookie-secure'], line: '--cookie-secure=true' },
    ],
  },
  {
    name: 'omniauth_openid_connect',
    docs: 'https://github.com/omniauth/omniauth_openid_connect#options-overview',
    signs: { declared: /^Gemfile .*omniauth_openid_connect/, redirectPath: /\/auth\/openid_connect\/callback$/ },
    fixes: [
      { cases: ['pkce-missing', 'pkce-method', 'code-injected'], line: 'pkce: true' },
      { cases: ['state-', 'login-csrf', 'callback-of'], line: 'send_state: true, require_state: true' },
      { cases: ['nonce-'], line: 'send_nonce: true' },
    ],
  },
];
