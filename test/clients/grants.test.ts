import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import t, { type Test } from 'tap';
import { newClientKey } from '../helpers/application.js';
import { addResource, changeApplication, grant } from '../helpers/configure.js';
import { answerDevice, type StartedDevice } from '../helpers/device.js';
import { ids, listen, type TestServer } from '../helpers/server.js';
import { until } from '../helpers/until.js';

/** Independent clients over HTTP: the grants that need no browser, every client authentication, introspection, revocation. */

type World = TestServer & { url: string; issuer: string };

/** The server in real time, as clients live in it. */
async function world(t: Test): Promise<World> {
  const server = await listen(t);
  await server.clock.reset();
  return server;
}

const discover = (issuer: string, clientId: string, authentication: client.ClientAuth): Promise<client.Configuration> =>
  client.discovery(new URL(issuer), clientId, undefined, authentication, { execute: [client.allowInsecureRequests] });

/** PingOne's discovery document does not list the CIBA endpoint, so clients configure it. */
function withBackchannel(
  config: client.Configuration,
  issuer: string,
  clientId: string,
  authentication: client.ClientAuth,
): client.Configuration {
  const known = config.serverMetadata() as client.ServerMetadata;
  const metadata = { ...known, backchannel_authentication_endpoint: `${issuer}/cibaAuthorization` };
  const own = new client.Configuration(metadata, clientId, undefined, authentication);
  client.allowInsecureRequests(own);
  return own;
}

const errorOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'nothing',
    (error: { error?: string; message: string }) => error.error ?? error.message,
  );

t.test('openid-client connects a device', async (t) => {
  const server = await world(t);
  await changeApplication(server, ids.device, { devicePollingInterval: 1 });
  const config = await discover(server.issuer, ids.device, client.None());
  const started = await client.initiateDeviceAuthorization(config, { scope: 'openid profile' });
  const polling = client.pollDeviceAuthorizationGrant(config, started);
  await until(async () => {
    await server.context.recordings.caughtUp(server.environment.id);
    return server.environment.requests.list({ endpoint: 'token' }).length > 0;
  });
  await answerDevice(server.app, started as StartedDevice);
  const tokens = await polling;
  t.match(tokens.claims(), { sub: ids.alice, aud: ids.device });
  t.match(await client.fetchUserInfo(config, tokens.access_token, ids.alice), { preferred_username: 'alice' });
  t.ok((await client.refreshTokenGrant(config, tokens.refresh_token as string)).access_token);

  const refused = await client.initiateDeviceAuthorization(config, { scope: 'openid' });
  await answerDevice(server.app, refused as StartedDevice, false);
  t.equal(await errorOf(client.pollDeviceAuthorizationGrant(config, refused)), 'access_denied');
});

t.test('openid-client asks for approval on another device', async (t) => {
  const server = await world(t);
  await changeApplication(server, ids.web, { grantTypes: ['CIBA'] });
  const authentication = client.ClientSecretBasic('web-secret');
  const config = withBackchannel(await discover(server.issuer, ids.web, authentication), server.issuer, ids.web, authentication);
  const decide = (id: string, approve: boolean) =>
    fetch(`${server.url}/__mock/v1/environments/default/backchannel-requests/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ approve }),
    });
  const asked = await client.initiateBackchannelAuthentication(config, {
    scope: 'openid profile',
    login_hint: 'alice',
    binding_message: 'Pump 4',
  });
  t.match(asked, { auth_req_id: /./, expires_in: 120, interval: 2 });
  await decide(asked.auth_req_id, true);
  const tokens = await client.pollBackchannelAuthenticationGrant(config, asked);
  t.match(tokens.claims(), { sub: ids.alice, aud: ids.web });
  const denied = await client.initiateBackchannelAuthentication(config, { scope: 'openid', login_hint: 'alice' });
  await decide(denied.auth_req_id, false);
  t.equal(await errorOf(client.pollBackchannelAuthenticationGrant(config, denied)), 'access_denied');
});

t.test('openid-client authenticates by every method and algorithm that discovery lists', async (t) => {
  const server = await world(t);
  const key = await newClientKey();
  const config = await discover(server.issuer, ids.worker, client.None());
  const { token_endpoint_auth_methods_supported: methods, token_endpoint_auth_signing_alg_values_supported: algorithms } =
    config.serverMetadata();
  const secret = new TextEncoder().encode('worker-secret');
  const hmac =
    (alg: string): client.ClientAuth =>
    async (_server, metadata, body) => {
      const { SignJWT } = await import('jose');
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: metadata.client_id, sub: metadata.client_id, aud: server.issuer, exp: now + 60 };
      body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      body.set('client_assertion', await new SignJWT(claims).setProtectedHeader({ alg }).sign(secret));
    };
  const rsa = async (alg: string): Promise<client.ClientAuth> => {
    const hash = alg.replace('RS', 'SHA-');
    const { exportJWK } = await import('jose');
    const jwk = await exportJWK(key.privateKey);
    const imported = await crypto.subtle.importKey('jwk', { ...jwk, alg }, { name: 'RSASSA-PKCS1-v1_5', hash }, false, ['sign']);
    return client.PrivateKeyJwt({ key: imported, kid: 'client-key' });
  };
  const ways: [method: string, algorithm: string | undefined, authentication: client.ClientAuth][] = [
    ['client_secret_basic', undefined, client.ClientSecretBasic('worker-secret')],
    ['client_secret_post', undefined, client.ClientSecretPost('worker-secret')],
    ['client_secret_jwt', undefined, client.ClientSecretJwt('worker-secret')],
    ['private_key_jwt', undefined, client.PrivateKeyJwt({ key: key.privateKey, kid: 'client-key' })],
  ];
  for (const alg of algorithms ?? [])
    ways.push(alg.startsWith('HS') ? ['client_secret_jwt', alg, hmac(alg)] : ['private_key_jwt', alg, await rsa(alg)]);
  t.same([...new Set(ways.map(([method]) => method))], methods, 'no method is left out');
  for (const [method, algorithm, authentication] of ways) {
    await changeApplication(server, ids.worker, {
      tokenEndpointAuthMethod: method.toUpperCase(),
      jwks: JSON.stringify({ keys: [{ ...key.publicJwk, alg: undefined }] }),
    });
    const own = await discover(server.issuer, ids.worker, authentication);
    const name = `${method}${algorithm === undefined ? '' : `, ${algorithm}`}`;
    const { access_token: token } = await client.clientCredentialsGrant(own);
    t.match(await client.tokenIntrospection(own, token), { active: true, client_id: ids.worker }, `${name}: token and introspection`);
    await t.resolves(client.tokenRevocation(own, token), `${name}: revocation`);
  }
});

t.test('openid-client exchanges tokens', async (t) => {
  const server = await world(t);
  await addResource(server, 'Books', ['books:read']);
  await changeApplication(server, ids.web, { grantTypes: ['TOKEN_EXCHANGE'] });
  await grant(server, ids.web, 'Books', ['books:read']);
  const service = await discover(server.issuer, ids.service, client.ClientSecretPost('service-secret'));
  const subject = await client.clientCredentialsGrant(service, { scope: 'orders:read' });
  const config = await discover(server.issuer, ids.web, client.ClientSecretBasic('web-secret'));
  const tokens = await client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
    subject_token: subject.access_token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    scope: 'books:read',
  });
  t.match(tokens, { token_type: 'bearer', scope: 'books:read', expires_in: 3600 });
  t.match(await client.tokenIntrospection(config, tokens.access_token), { active: true, aud: ['https://books.example.com'] });
});

t.test('oauth4webapi connects a device, introspects as a resource, and revokes', async (t) => {
  const server = await world(t);
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(server.issuer);
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  const device: oauth.Client = { client_id: ids.device };
  await grant(server, ids.device, 'Orders', ['orders:read']);
  await changeApplication(server, ids.device, { devicePollingInterval: 1 });
  const request = await oauth.deviceAuthorizationRequest(as, device, oauth.None(), { scope: 'openid orders:read' }, insecure);
  const started = await oauth.processDeviceAuthorizationResponse(as, device, request);
  const poll = async () =>
    oauth.processDeviceCodeResponse(
      as,
      device,
      await oauth.deviceCodeGrantRequest(as, device, oauth.None(), started.device_code, insecure),
    );
  t.equal(await errorOf(poll()), 'authorization_pending');
  t.equal(await errorOf(poll()), 'slow_down');
  await answerDevice(server.app, started as StartedDevice);
  const tokens = await poll();
  t.match(oauth.getValidatedIdTokenClaims(tokens), { sub: ids.alice, aud: ids.device });

  const orders = (await server.environment.store.resources.list()).find(({ name }) => name === 'Orders') as { id: string };
  await server.environment.store.secrets.put({ id: orders.id, secret: 'orders-secret' });
  const introspect = async (who: oauth.Client, authentication: oauth.ClientAuth) =>
    oauth.processIntrospectionResponse(as, who, await oauth.introspectionRequest(as, who, authentication, tokens.access_token, insecure));
  const resource = [{ client_id: orders.id }, oauth.ClientSecretBasic('orders-secret')] as const;
  t.match(await introspect(...resource), { active: true, client_id: ids.device, sub: ids.alice });
  const revoked = await oauth.revocationRequest(as, device, oauth.None(), tokens.access_token, insecure);
  await oauth.processRevocationResponse(revoked);
  t.match(await introspect(...resource), { active: false });
  t.match(await introspect(device, oauth.None()), { active: false });
  const userinfo = await oauth.userInfoRequest(as, device, tokens.access_token, insecure);
  t.equal(userinfo.status, 401, 'userinfo knows it at once');

  const service: oauth.Client = { client_id: ids.service };
  const credentials = await oauth.clientCredentialsGrantRequest(as, service, oauth.ClientSecretPost('service-secret'), {}, insecure);
  t.match(await oauth.processClientCredentialsResponse(as, service, credentials), { scope: 'orders:read' });
});
