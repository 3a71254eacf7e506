import t from 'tap';
import type { App } from '../../src/environment/context.js';
import { as, authorize, basic, post, redeem } from '../helpers/client.js';
import { changeApplication, grant } from '../helpers/configure.js';
import { buildTestServer, ids, type TestServer } from '../helpers/server.js';

const revoke = (app: App, token: string | undefined, form: Record<string, string | undefined> = { client_id: ids.spa }, headers = {}) =>
  post(app, `${as}/revoke`, { token, ...form }, headers);
const isActive = async (app: App, token: string) => (await post(app, `${as}/introspect`, { token, client_id: ids.spa })).json().active;
const userinfo = async (app: App, token: string) =>
  (await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${token}` } })).statusCode;
const refresh = (app: App, token: string) =>
  post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: token, client_id: ids.spa });

/** Signs alice on for a custom resource, or for OpenID Connect alone. */
const signOn = async (server: TestServer, scope: string) => {
  await grant(server, ids.spa, 'Orders', ['orders:read']);
  return (await redeem(server.app, await authorize(server.app, { parameters: { scope } }))).json();
};

t.test('revoking an access token of a custom resource ends that token alone, at once', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const tokens = await signOn(server, 'openid orders:read');
  t.equal(await userinfo(app, tokens.access_token), 200);
  const response = await revoke(app, tokens.access_token);
  t.equal(response.statusCode, 200);
  t.equal(response.body, '');
  t.equal(response.headers['content-type'], 'application/json');
  t.equal(await isActive(app, tokens.access_token), false);
  t.equal(await userinfo(app, tokens.access_token), 401);
  t.equal(await isActive(app, tokens.refresh_token), true, 'the refresh token lives');
  const next = (await refresh(app, tokens.refresh_token)).json();
  t.equal(await userinfo(app, next.access_token), 200, 'and so does what it gives');
  t.equal((await revoke(app, tokens.access_token)).statusCode, 200, 'a second time');
});

t.test('revoking a refresh token ends its whole family', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const tokens = await signOn(server, 'openid orders:read');
  const rotated = (await refresh(app, tokens.refresh_token)).json();
  t.equal((await revoke(app, rotated.refresh_token, { client_id: ids.spa, token_type_hint: 'refresh_token' })).statusCode, 200);
  t.match((await refresh(app, rotated.refresh_token)).json(), { error: 'invalid_grant' });
  t.equal(await isActive(app, rotated.refresh_token), false);
  for (const token of [tokens.access_token, rotated.access_token]) {
    t.equal(await isActive(app, token), false, 'access tokens of the custom resource');
    t.equal(await userinfo(app, token), 401);
  }
  t.equal(await environment.store.sessions.count(), 1, 'the session stays');

  const api = await signOn(server, 'openid');
  await revoke(app, api.refresh_token);
  t.match((await refresh(app, api.refresh_token)).json(), { error: 'invalid_grant' });
  t.equal(await isActive(app, api.access_token), true, 'not an access token for PingOne’s API');

  await changeApplication(server, ids.spa, { refreshTokenRollingGracePeriodDuration: 60 });
  const within = await signOn(server, 'openid');
  await refresh(app, within.refresh_token);
  await revoke(app, within.refresh_token);
  t.match((await refresh(app, within.refresh_token)).json(), { error: 'invalid_grant' }, 'nor is there a grace period after it');
});

t.test('a token that cannot be revoked gets the same answer and stays active', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const api = await signOn(server, 'openid email');
  const service = { client_id: ids.service, client_secret: 'service-secret' };
  const { access_token: withoutSession } = (await post(app, `${as}/token`, { grant_type: 'client_credentials', ...service })).json();
  const authorized = await authorize(app);
  const cases: readonly (readonly [string, string, Record<string, string>?])[] = [
    ['for PingOne’s API', api.access_token],
    ['without a session', withoutSession, service],
    ['an ID token', api.id_token],
    ['an authorization code', authorized.code],
    ['invented', 'nonsense'],
    ['of another client', api.refresh_token, { client_id: ids.native }],
    ['an access token of another client', (await signOn(server, 'orders:read')).access_token, { client_id: ids.native }],
  ];
  for (const [name, token, form] of cases) {
    const response = await revoke(app, token, form);
    t.match([response.statusCode, response.body], [200, ''], name);
  }
  t.equal(await isActive(app, api.access_token), true);
  t.match((await post(app, `${as}/introspect`, { token: withoutSession, ...service })).json(), { active: true });
  t.equal(await isActive(app, api.refresh_token), true);
  t.equal((await redeem(app, authorized)).statusCode, 200, 'the code works');
});

t.test('an unauthenticated caller or a request without a token is refused', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const { refresh_token: token } = await signOn(server, 'openid');
  const cases = [
    ['nobody', token, {}, {}, 401, 'invalid_client'],
    ['an unknown client', token, { client_id: 'x' }, {}, 401, 'invalid_client'],
    ['a wrong secret', token, {}, { authorization: basic(ids.web, 'wrong') }, 401, 'invalid_client'],
    ['without a token', undefined, { client_id: ids.spa }, {}, 400, 'invalid_request'],
  ] as const;
  for (const [name, asked, form, headers, status, error] of cases) {
    const response = await revoke(app, asked, form, headers);
    t.match([response.statusCode, response.json()], [status, { error }], name);
  }
  t.equal(await isActive(app, token), true);
  t.equal((await app.inject({ method: 'POST', url: `${as}/revoke`, payload: { token } })).statusCode, 415);
});
