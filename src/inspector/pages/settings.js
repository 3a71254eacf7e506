/** Settings by client library, ready to paste. `fits`: for which applications; `uri`: the library's fixed redirect URI. */

const scope = 'openid profile email';

const isPublic = ({ method }) => method === 'NONE';
const hasSecret = ({ method }) => /SECRET_(BASIC|POST)/.test(method);

export const settings = {
  'Generic OIDC': {
    fits: () => true,
    text: ({ issuer, id, secret, uri }) =>
      `OIDC_ISSUER=${issuer}
OIDC_CLIENT_ID=${id}
${secret ? `OIDC_CLIENT_SECRET=${secret}\n` : ''}OIDC_REDIRECT_URI=${uri}
OIDC_SCOPE="${scope}"`,
  },
  'Auth.js': {
    fits: hasSecret,
    uri: 'http://localhost:3000/api/auth/callback/ping-id',
    text: ({ issuer, id, secret, method }) =>
      `# .env
AUTH_SECRET=any-long-text-is-good-enough-for-tests
AUTH_PING_ID_ID=${id}
AUTH_PING_ID_SECRET=${secret}
AUTH_PING_ID_ISSUER=${issuer}

// auth.ts
import NextAuth from 'next-auth';
import PingId from 'next-auth/providers/ping-id';
export const { handlers, auth } = NextAuth({
  providers: [PingId({ client: { token_endpoint_auth_method: '${method.toLowerCase()}' } })],
});`,
  },
  'openid-client': {
    fits: (app) => isPublic(app) || hasSecret(app),
    text: ({ issuer, id, secret, method, uri }) =>
      `import * as client from 'openid-client';

const config = await client.discovery(
  new URL('${issuer}'),
  '${id}',
  undefined,
  client.${secret ? `ClientSecret${/POST/.test(method) ? 'Post' : 'Basic'}('${secret}')` : 'None()'},
  { execute: [client.allowInsecureRequests] }, // http, for tests
);
// for client.buildAuthorizationUrl, with a code_challenge
const parameters = { redirect_uri: '${uri}', scope: '${scope}' };`,
  },
  'oidc-client-ts': {
    fits: isPublic,
    text: ({ issuer, id, uri }) =>
      `import { UserManager } from 'oidc-client-ts';

export const users = new UserManager({
  authority: '${issuer}',
  client_id: '${id}',
  redirect_uri: '${uri}',
  scope: '${scope}',
});`,
  },
  Spring: {
    // Spring sends a challenge for public clients only.
    fits: (app) => isPublic(app) || (hasSecret(app) && app.pkceEnforcement === 'OPTIONAL'),
    uri: 'http://localhost:8080/login/oauth2/code/pingone',
    text: ({ issuer, id, secret, method }) =>
      `spring.security.oauth2.client:
  registration.pingone:
    client-id: ${id}
${secret ? `    client-secret: ${secret}\n` : ''}    client-authentication-method: ${method.toLowerCase()}
    scope: openid,profile,email
  provider.pingone.issuer-uri: ${issuer}`,
  },
  'Ping SDK': {
    fits: isPublic,
    text: ({ issuer, id, uri }) =>
      `import { oidc } from '@forgerock/oidc-client';

const client = await oidc({
  config: {
    clientId: '${id}',
    redirectUri: '${uri}',
    scope: '${scope}',
    serverConfig: { wellknown: '${issuer}/.well-known/openid-configuration' },
  },
});`,
  },
};

/** The settings of an application; `missing`: it does not know the library's redirect URI. */
export const settingsFor = (kind, issuer, app) => {
  const { tokenEndpointAuthMethod: method = 'NONE', redirectUris = [], secret } = app;
  const about = { ...app, issuer, method, secret: method === 'NONE' ? undefined : (secret ?? 'THE_SECRET') };
  const { fits, uri = redirectUris[0], text } = settings[kind];
  return { fits: fits(about), uri, missing: !redirectUris.includes(uri), text: text({ ...about, uri }) };
};
