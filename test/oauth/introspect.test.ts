import { decodeJwt } from 'jose';
import t from 'tap';
import type { App } from '../../src/environment/context.js';
import { as, authorize, basic, post, redeem } from '../helpers/client.js';
import { addResource, changeApplication, grant } from '../helpers/configure.js';
import { buildTestServer, ids, type TestServer } from '../helpers/server.js';

const introspect = (app: App, token: string | undefined, form: Record<string, string | undefined> = { client_id: ids.spa }, headers = {}) =>
  post(app, `${as}/introspect`, { token, ...form }, headers);

const signOn = async ({ app }: TestServer, scope = 'openid email') =>
  (await redeem(app, await authorize(app, { parameters: { scope } }))).json();

const unsupported = /^Request denied: Unsupported authentication method \(Correlation ID: [0-9a-f-]{36}\)$/;
const iat = Date.UTC(2026, 10, 22, 12) / 1000;

t.test('a client introspects its own access and refresh tokens', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  const tokens = await signOn(server);
  const access = await introspect(app, tokens.access_token);
  t.equal(access.statusCode, 200);
  t.equal(access.headers['content-type'], 'application/json');
  t.match(access.json(), {
    active: true,
    scope: 'openid email',
    client_id: ids.spa,
    token_type: 'Bearer',
    exp: iat + 3600,
    iat,
    sub: ids.alice,
    aud: ['https://api.pingone.com'],
    iss: `http://localhost${as}`,
    jti: /./,
  });
  t.same(
    Object.keys(access.json()),
    ['active', 'scope', 'client_id', 'token_type', 'exp', 'iat', 'sub', 'aud', 'iss', 'jti'],
    'core claims only',
  );
  const refresh = (await introspect(app, tokens.refresh_token, { client_id: ids.spa, token_type_hint: 'refresh_token' })).json();
  t.match(refresh, { active: true, scope: 'openid email', client_id: ids.spa, token_type: 'Bearer', sub: ids.alice });
  t.equal(refresh.exp, iat + 2_592_000);
  const wrongHint = await introspect(app, tokens.refresh_token, { client_id: ids.spa, token_type_hint: 'access_token' });
  t.match(wrongHint.json(), { active: true }, 'a wrong hint is only a hint');
  await clock.advance(3_600_000);
  t.same((await introspect(app, tokens.access_token)).json(), { active: false }, 'expired');
});

t.test('a confidential client can introspect by header or form', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const token = async (form: Record<string, string>, headers = {}) =>
    (await post(app, `${as}/token`, { grant_type: 'client_credentials', ...form }, headers)).json().access_token;
  const header = { authorization: basic(ids.worker, 'worker-secret') };
  const worker = await token({}, header);
  t.match((await introspect(app, worker, {}, header)).json(), { active: true, client_id: ids.worker, aud: ['https://api.pingone.com'] });
  t.notOk('scope' in (await introspect(app, worker, {}, header)).json(), 'a worker’s token has no scope');
  const secret = { client_id: ids.service, client_secret: 'service-secret' };
  t.match((await introspect(app, await token(secret), secret)).json(), {
    active: true,
    scope: 'orders:read',
    aud: ['https://orders.example.com'],
  });
});

t.test('an invalid, foreign or disabled user’s token is inactive', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const tokens = await signOn(server);
  const cases = [
    ['an invented token', 'dummy'],
    ['a malformed one', 'a.b.c'],
    ['a tampered token', `${tokens.access_token.slice(0, -4)}AAAA`],
    ['a huge one', 'x'.repeat(300_000)],
    ['control characters', '\0\r\n'],
  ] as const;
  for (const [name, token] of cases) {
    const response = await introspect(app, token);
    t.equal(response.statusCode, 200, name);
    t.same(response.json(), { active: false }, name);
  }
  t.same((await introspect(app, tokens.access_token, { client_id: ids.native })).json(), { active: false }, 'another client’s token');
  t.same((await introspect(app, tokens.refresh_token, { client_id: ids.native })).json(), { active: false }, 'and refresh token');
  const alice = await environment.store.users.get(ids.alice);
  await environment.store.users.put({ ...(alice as NonNullable<typeof alice>), enabled: false });
  t.same((await introspect(app, tokens.refresh_token)).json(), { active: false }, 'a refresh token of a disabled user');
});

t.test('an unauthenticated caller or a request without a token is refused', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const { access_token: token } = await signOn(server);
  const worker = { authorization: basic(ids.worker, 'worker-secret') };
  const cases = [
    ['a worker about another client’s token', token, {}, worker, 401, 'invalid_client', unsupported],
    ['nobody', token, {}, {}, 401, 'invalid_client', unsupported],
    ['an unknown client', token, { client_id: 'nobody' }, {}, 401, 'invalid_client', unsupported],
    ['a wrong secret', token, {}, { authorization: basic(ids.worker, 'x') }, 401, 'invalid_client', /Invalid client credentials/],
    ['a wrong method', token, { client_id: ids.worker, client_secret: 'worker-secret' }, {}, 401, 'invalid_client', unsupported],
    ['without a token', undefined, { client_id: ids.spa }, {}, 400, 'invalid_request', /Request failed: token is required/],
    ['with an empty token', '', { client_id: ids.spa }, {}, 400, 'invalid_request', /Request failed: token is required/],
  ] as const;
  for (const [name, asked, form, headers, status, error, description] of cases) {
    const response = await introspect(app, asked, form, headers);
    t.equal(response.statusCode, status, name);
    t.match(response.json(), { error, error_description: description }, name);
  }
  const json = await app.inject({ method: 'POST', url: `${as}/introspect`, payload: { token } });
  t.equal(json.statusCode, 415, 'JSON');
  const twice = await app.inject({
    method: 'POST',
    url: `${as}/introspect`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `client_id=${ids.spa}&token=a&token=b`,
  });
  t.match(twice.json(), { error: 'invalid_request', error_description: /token must not be repeated/ });
  t.equal((await app.inject({ url: `${as}/introspect?token=x` })).statusCode, 405);
});

t.test('a custom resource introspects its tokens by its id and secret', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const orders = (await environment.store.resources.list()).find(({ name }) => name === 'Orders') as NonNullable<unknown> & { id: string };
  await environment.store.secrets.put({ id: orders.id, secret: 'orders-secret' });
  const service = { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret' };
  const { access_token: token } = (await post(app, `${as}/token`, service)).json();
  const own = { authorization: basic(orders.id, 'orders-secret') };
  t.match((await introspect(app, token, {}, own)).json(), { active: true, client_id: ids.service, aud: ['https://orders.example.com'] });

  const books = await addResource(server, 'Books', ['books:read']);
  t.same(
    (await introspect(app, token, {}, { authorization: basic(books.id, 'Books-secret') })).json(),
    { active: false },
    'for another resource',
  );
  await grant(server, ids.spa, 'Orders', ['orders:read']);
  const tokens = await signOn(server, 'openid orders:read');
  t.match((await introspect(app, tokens.access_token, {}, own)).json(), { active: true, sub: ids.alice, client_id: ids.spa });
  t.same((await introspect(app, tokens.refresh_token, {}, own)).json(), { active: false }, 'a refresh token is none of its business');

  t.match((await introspect(app, token, {}, { authorization: basic(orders.id, 'wrong') })).json(), {
    error: 'invalid_client',
    error_description: /Invalid client credentials/,
  });
  const posted = { client_id: orders.id, client_secret: 'orders-secret' };
  t.equal((await introspect(app, token, posted)).statusCode, 401, 'by another method than its own');
  const kept = await environment.store.resources.get(orders.id);
  await environment.store.resources.put({ ...(kept as NonNullable<typeof kept>), introspectEndpointAuthMethod: 'CLIENT_SECRET_POST' });
  t.match((await introspect(app, token, posted)).json(), { active: true }, 'CLIENT_SECRET_POST');
  await environment.store.resources.put({ ...(kept as NonNullable<typeof kept>), introspectEndpointAuthMethod: 'NONE' });
  t.match((await introspect(app, token, { client_id: orders.id })).json(), { active: true }, 'NONE');
  const asClient = await post(app, `${as}/token`, { ...service, ...posted });
  t.equal(asClient.statusCode, 401, 'a resource gets no tokens');
  const [openid] = await environment.store.resources.find('type', 'OPENID_CONNECT');
  t.equal((await introspect(app, token, { client_id: openid?.id })).statusCode, 401, 'only custom resources ask');
});

t.test('a token becomes inactive with its application or its person', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const { store } = environment;
  const [orders] = await store.resources.find('name', 'orders');
  const id = orders?.id as string;
  await store.secrets.put({ id, secret: 'orders-secret' });
  await grant(server, ids.spa, 'Orders', ['orders:read']);
  const api = await signOn(server);
  const { access_token: token } = await signOn(server, 'openid orders:read');
  const ask = async () => (await introspect(app, token, {}, { authorization: basic(id, 'orders-secret') })).json();
  const statuses = () =>
    Promise.all(
      [`${as}/userinfo`, `/v1/environments/${environment.id}/users`].map(
        async (url) => (await app.inject({ url, headers: { authorization: `Bearer ${api.access_token}` } })).statusCode,
      ),
    );
  t.match(await ask(), { active: true });
  t.same(await statuses(), [200, 401], 'such a token is for userinfo');

  await changeApplication(server, ids.spa, { enabled: false });
  t.same(await ask(), { active: false }, 'disabled');
  t.same(await statuses(), [401, 401]);
  await changeApplication(server, ids.spa, { enabled: true });
  t.match(await ask(), { active: true }, 'and enabled again');

  const alice = (await store.users.get(ids.alice)) as NonNullable<Awaited<ReturnType<typeof store.users.get>>>;
  await store.users.put({ ...alice, enabled: false });
  t.same(await ask(), { active: false }, 'a disabled person');
  await store.users.put(alice);
  t.match(await ask(), { active: true });
  await store.users.take(ids.alice);
  t.same(await ask(), { active: false }, 'a person who is gone');
  await store.users.put(alice);
  await store.applications.take(ids.spa);
  t.same(await ask(), { active: false }, 'an application that is gone');
  t.same(await statuses(), [401, 401]);
});

t.test('a JWT refresh token is refused from March 2, 2027 on', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  await changeApplication(server, ids.spa, { refreshTokenType: 'JSON_WEB_TOKEN' });
  await environment.clock.set(Date.UTC(2027, 2, 1, 23, 59));
  const tokens = await signOn(server);
  t.match((await introspect(app, tokens.refresh_token)).json(), { active: true }, 'the day before');
  await environment.clock.set(Date.UTC(2027, 2, 2));
  const after = await introspect(app, tokens.refresh_token);
  t.equal(after.statusCode, 400);
  t.match(after.json(), { error: 'invalid_grant', error_description: /^Request failed: JWT refresh tokens are no longer accepted/ });
  t.match((await introspect(app, tokens.access_token)).json(), { active: true }, 'access tokens are JWTs for good');
});

t.test('an ID token is introspected by the application that it was issued to, and by no other', async (t) => {
  const { app, environment, clock } = await buildTestServer(t);
  const { id_token: token } = (await redeem(app, await authorize(app))).json();
  const claims = decodeJwt(token);
  const answer = await introspect(app, token);
  t.strictSame(answer.json(), {
    active: true,
    client_id: ids.spa,
    exp: claims.exp,
    iat: claims.iat,
    sub: ids.alice,
    aud: ids.spa,
    iss: claims.iss,
  });
  const web = { authorization: basic(ids.web, 'web-secret') };
  const inactive = { active: false };
  t.strictSame((await introspect(app, token, {}, web)).json(), inactive, 'another application');
  t.strictSame((await introspect(app, `${token}x`)).json(), inactive, 'a wrong signature');
  await clock.advance(3_600_000);
  t.strictSame((await introspect(app, token)).json(), inactive, 'an expired one');
  const fresh = (await redeem(app, await authorize(app))).json().id_token;
  const alice = await environment.store.users.get(ids.alice);
  await environment.store.users.put({ ...(alice as NonNullable<typeof alice>), enabled: false });
  t.strictSame((await introspect(app, fresh)).json(), inactive, 'one of a disabled user');
});
