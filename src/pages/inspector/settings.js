/** Settings by client library, ready to paste. */

const scope = 'openid profile email';

export const settings = {
  'Generic OIDC': ({ issuer, id, secret, uri }) =>
    `OIDC_ISSUER=${issuer}
OIDC_CLIENT_ID=${id}
${secret ? `OIDC_CLIENT_SECRET=${secret}\n` : ''}OIDC_REDIRECT_URI=${uri}
OIDC_SCOPE="${scope}"`,
  'Auth.js': ({ issuer, id, secret }) =>
    `# .env; the redirect URI to register: http://localhost:3000/api/auth/callback/ping-id
AUTH_PING_ID_ID=${id}
${secret ? `AUTH_PING_ID_SECRET=${secret}\n` : ''}AUTH_PING_ID_ISSUER=${issuer}

// auth.ts
import NextAuth from 'next-auth';
import PingId from 'next-auth/providers/ping-id';
export const { handlers, auth } = NextAuth({ providers: [PingId${secret ? '' : "({ client: { token_endpoint_auth_method: 'none' } })"}] });`,
  'openid-client': ({ issuer, id, secret, uri }) =>
    `import * as client from 'openid-client';

const config = await client.discovery(
  new URL('${issuer}'),
  '${id}',
  ${secret ? `'${secret}'` : 'undefined'},
  ${secret ? `client.ClientSecretBasic('${secret}')` : 'client.None()'},
  { execute: [client.allowInsecureRequests] }, // http, for tests
);
// for client.buildAuthorizationUrl, with a code_challenge
const parameters = { redirect_uri: '${uri}', scope: '${scope}' };`,
  'oidc-client-ts': ({ issuer, id, uri }) =>
    `import { UserManager } from 'oidc-client-ts';

export const users = new UserManager({
  authority: '${issuer}',
  client_id: '${id}',
  redirect_uri: '${uri}',
  scope: '${scope}',
});`,
  Spring: ({ issuer, id, secret }) =>
    `# the redirect URI to register: http://localhost:8080/login/oauth2/code/pingone
spring.security.oauth2.client:
  registration.pingone:
    client-id: ${id}
${secret ? `    client-secret: ${secret}\n` : '    client-authentication-method: none\n'}    scope: openid,profile,email
  provider.pingone.issuer-uri: ${issuer}`,
  'Ping SDK': ({ issuer, id, uri }) =>
    `import { oidc } from '@forgerock/oidc-client';

const client = await oidc({
  config: {
    clientId: '${id}',
    redirectUri: '${uri}',
    scope: '${scope}',
    serverConfig: { wellknown: '${issuer}/.well-known/openid-configuration' },
  },
});`,
};
