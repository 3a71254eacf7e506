import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import t from 'tap';
import type { App } from '../../../src/environment/context.js';
import type { Application } from '../../../src/environment/model/application.js';
import { halfHash } from '../../../src/protocol/jwt.js';
import { as, askAuthorize, authorize, basic, locationOf, newVerifier, post, redeem, redirectUri } from '../../helpers/client.js';
import { grant } from '../../helpers/configure.js';
import { buildTestServer, environmentId, ids, listen, type TestServer } from '../../helpers/server.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const prefixed = (prefix: string, detail: string) => new RegExp(`^${prefix}: ${detail} \\(Correlation ID: [0-9a-f-]{36}\\)$`);
const refresh = (app: App, token: string, form: Record<string, string> = {}) =>
  post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: token, client_id: ids.spa, ...form });

/** Changes an application of the seed as a PUT would. */
const change = async ({ environment }: TestServer, id: string, members: Partial<Application>) => {
  const application = (await environment.store.applications.get(id)) as Application;
  await environment.store.applications.put({ ...application, ...members } as Application);
};

t.test('a code and its verifier give tokens', async (t) => {
  const { app } = await buildTestServer(t);
  const response = await redeem(
    app,
    await authorize(app, { parameters: { nonce: 'n-0S6_WzA2Mj', scope: 'openid profile email unknown' } }),
  );
  t.equal(response.statusCode, 200);
  t.equal(response.headers['content-type'], 'application/json');
  t.match(response.headers['cache-control'], /no-store/);
  const body = response.json();
  t.same(Object.keys(body), ['access_token', 'token_type', 'expires_in', 'refresh_token', 'scope', 'id_token'], 'in PingOne’s order');
  t.match(body, { token_type: 'Bearer', expires_in: 3600, scope: 'openid profile email' }, 'a scope without grant is left out');

  const iat = Date.UTC(2026, 10, 22, 12) / 1000;
  const access = decodeJwt(body.access_token);
  t.same(Object.keys(access), [
    'client_id',
    'iss',
    'jti',
    'iat',
    'exp',
    'aud',
    'scope',
    'sub',
    'sid',
    'auth_time',
    'acr',
    'env',
    'org',
    'p1.rid',
  ]);
  t.match(access, {
    client_id: ids.spa,
    iss: `http://localhost${as}`,
    jti: uuid,
    iat,
    exp: iat + 3600,
    aud: ['https://api.pingone.com'],
    scope: 'openid profile email',
    sub: ids.alice,
    sid: uuid,
    auth_time: iat,
    acr: 'Single_Factor',
    env: environmentId,
    org: 'd0000000-0000-4000-8000-000000000001',
  });
  const header = decodeProtectedHeader(body.access_token);
  t.same(Object.keys(header), ['kid', 'alg']);
  t.match(header.kid, /^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-/, 'a version 1 UUID');

  const id = decodeJwt(body.id_token);
  t.same(Object.keys(id), [
    'iss',
    'sub',
    'aud',
    'iat',
    'exp',
    'acr',
    'amr',
    'auth_time',
    'at_hash',
    'nonce',
    'sid',
    'preferred_username',
    'name',
    'given_name',
    'updated_at',
    'family_name',
    'email',
    'env',
    'org',
    'p1.region',
  ]);
  t.match(id, {
    aud: ids.spa,
    sub: ids.alice,
    amr: ['pwd'],
    nonce: 'n-0S6_WzA2Mj',
    sid: access.sid,
    at_hash: halfHash(body.access_token),
    preferred_username: 'alice',
    email: 'alice@example.com',
    updated_at: iat,
    'p1.region': 'NA',
  });
  t.equal(id.exp, iat + 3600);
});

t.test('jose verifies every token with the published keys', async (t) => {
  const { app, issuer, url, clock } = await listen(t);
  await clock.reset();
  const host = new URL(url).host;
  const body = (await redeem(app, await authorize(app), {}, { host })).json();
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const { payload } = await jwtVerify(body.id_token, keys, { issuer, audience: ids.spa });
  t.equal(payload.sub, ids.alice);
  await t.resolves(jwtVerify(body.access_token, keys, { issuer, audience: 'https://api.pingone.com' }));
  const worker = await post(
    app,
    `${as}/token`,
    { grant_type: 'client_credentials' },
    { authorization: basic(ids.worker, 'worker-secret'), host },
  );
  await t.resolves(jwtVerify(worker.json().access_token, keys, { issuer }), 'the default key is published, too');
});

t.test('PKCE refuses a missing, wrong, malformed or unexpected verifier', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const failed = (detail: string) => prefixed('Request failed', detail);
  const mismatch = (method: string) =>
    `The code_verifier sent does not match code_challenge included in the authorization request using the ${method} code_challenge_method`;
  const cases = [
    ['a wrong verifier, S256', ids.spa, 'S256', newVerifier(), mismatch('S256')],
    ['a wrong verifier, plain', ids.native, 'plain', newVerifier(), mismatch('plain')],
    ['no verifier', ids.spa, 'S256', undefined, mismatch('S256')],
    ['an empty verifier', ids.spa, 'S256', '', mismatch('S256')],
    ['42 characters', ids.spa, 'S256', 'a'.repeat(42), failed('code_verifier must have 43 to 128 characters')],
    ['129 characters', ids.spa, 'S256', 'a'.repeat(129), failed('code_verifier must have 43 to 128 characters')],
    ['a plus sign', ids.spa, 'S256', `${'a'.repeat(43)}+`, failed('code_verifier must consist of unreserved characters')],
    [
      'a verifier nobody asked for',
      ids.web,
      'none',
      newVerifier(),
      failed('A code_verifier was sent, but the authorization request had no code_challenge'),
    ],
  ] as const;
  for (const [name, clientId, method, codeVerifier, description] of cases) {
    const authorized = await authorize(app, { clientId, method });
    const headers = clientId === ids.web ? { authorization: basic(ids.web, 'web-secret') } : {};
    const response = await redeem(app, authorized, { code_verifier: codeVerifier }, headers);
    t.equal(response.statusCode, 400, name);
    t.match(response.json(), { error: 'invalid_grant', error_description: description }, name);
    t.same(Object.keys(response.json()), ['error', 'error_description'], 'nothing of ours in the body');
    const right = await redeem(app, authorized, {}, headers);
    t.match(right.json(), { error: 'invalid_grant' }, `${name}: the code is spent, the right verifier comes too late`);
  }
});

t.test('every PKCE enforcement works with every client authentication and method', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const authentications = {
    NONE: [{}, {}],
    CLIENT_SECRET_BASIC: [{ client_id: undefined }, { authorization: basic(ids.web, 'web-secret') }],
    CLIENT_SECRET_POST: [{ client_secret: 'web-secret' }, {}],
  } as const;
  for (const pkceEnforcement of ['OPTIONAL', 'REQUIRED', 'S256_REQUIRED'] as const)
    for (const [tokenEndpointAuthMethod, [form, headers]] of Object.entries(authentications)) {
      await change(server, ids.web, { pkceEnforcement, tokenEndpointAuthMethod });
      for (const method of ['S256', 'plain', 'none'] as const) {
        const allowed = pkceEnforcement === 'OPTIONAL' || (pkceEnforcement === 'REQUIRED' ? method !== 'none' : method === 'S256');
        const name = `${pkceEnforcement}, ${tokenEndpointAuthMethod}, ${method}`;
        if (!allowed) continue;
        const response = await redeem(app, await authorize(app, { clientId: ids.web, method }), form, headers);
        t.equal(response.statusCode, 200, name);
        const authorized = await authorize(app, { clientId: ids.web, method });
        if (method === 'none') continue;
        t.match(
          (await redeem(app, authorized, { ...form, code_verifier: newVerifier() }, headers)).json(),
          { error: 'invalid_grant' },
          `${name}, a wrong verifier`,
        );
      }
    }
});

t.test('a code ends with its first use, its lifetime or a mismatch', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const first = await authorize(app);
  const tokens = (await redeem(app, first)).json();
  const second = await redeem(app, first);
  t.match(second.json(), {
    error: 'invalid_grant',
    error_description: prefixed('Request failed', 'The authorization code has been used already'),
  });
  t.match(
    (await refresh(app, tokens.refresh_token)).json(),
    { error: 'invalid_grant' },
    'a second use ends the refresh tokens of the first',
  );
  t.equal(
    (await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${tokens.access_token}` } })).statusCode,
    200,
    'not access tokens for PingOne’s API',
  );

  const cases = [
    ['another client', { client_id: ids.native }],
    ['another redirect_uri', { redirect_uri: 'https://example.com/callback' }],
    ['no redirect_uri', { redirect_uri: undefined }],
    ['a trailing slash', { redirect_uri: `${redirectUri}/` }],
  ] as const;
  for (const [name, form] of cases) {
    const authorized = await authorize(app);
    t.match((await redeem(app, authorized, form)).json(), { error: 'invalid_grant' }, name);
    t.match((await redeem(app, authorized)).json(), { error: 'invalid_grant' }, `${name}: the code is spent`);
  }
  for (const [milliseconds, status] of [
    [599_999, 200],
    [600_000, 400],
    [2 * 3_600_000, 400],
  ] as const) {
    const authorized = await authorize(app);
    await clock.advance(milliseconds);
    t.equal((await redeem(app, authorized)).statusCode, status, `after ${milliseconds} ms`);
  }
  for (const code of ['b2c3d4e5-0000-4000-8000-000000000000', 'x', '\0', '__proto__', 'é'.repeat(5000)])
    t.match((await redeem(app, { ...first, code })).json(), { error: 'invalid_grant' }, 'an invented code');
  t.match((await redeem(app, { ...first, code: '' })).json(), { error: 'invalid_request' }, 'an empty code counts as absent');
});

t.test('a refused client authentication does not use up the code', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const authorized = await authorize(app, { clientId: ids.web });
  t.equal((await redeem(app, authorized, {}, { authorization: basic(ids.web, 'wrong') })).statusCode, 401);
  t.equal((await redeem(app, authorized, { client_id: undefined }, { authorization: basic(ids.web, 'web-secret') })).statusCode, 200);
  const transaction = environment.transactions.list().at(-1);
  t.match(transaction, { state: 'succeeded', error: undefined, diagnosis: undefined }, 'what was put right is no error any more');
  t.ok(
    transaction?.steps.some(({ ok }) => ok === false),
    'its step stays',
  );
});

t.test('of simultaneous redemptions exactly one gets tokens', async (t) => {
  const { app } = await buildTestServer(t);
  for (let round = 0; round < 5; round += 1) {
    const authorized = await authorize(app);
    const responses = await Promise.all(Array.from({ length: 4 }, () => redeem(app, authorized)));
    t.same(responses.map(({ statusCode }) => statusCode).sort(), [200, 400, 400, 400]);
  }
});

t.test('a code used twice ends its refresh tokens and the access tokens of custom resources, not those of PingOne’s API', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  await grant(server, ids.spa, 'Orders', ['orders:read']);
  const isActive = async (token: string) => (await post(app, `${as}/introspect`, { token, client_id: ids.spa })).json().active;
  const userinfo = async (token: string) =>
    (await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${token}` } })).statusCode;

  for (const [scope, api] of [
    ['openid orders:read', false],
    ['openid profile', true],
  ] as const) {
    const authorized = await authorize(app, { parameters: { scope } });
    const first = (await redeem(app, authorized)).json();
    const refreshed = (await refresh(app, first.refresh_token)).json();
    const tokens = [first.access_token, refreshed.access_token];
    for (const token of [...tokens, refreshed.refresh_token]) t.equal(await isActive(token), true, `${scope}: before`);
    const again = await redeem(app, authorized);
    t.match([again.statusCode, again.json()], [400, { error: 'invalid_grant' }]);
    t.equal(await isActive(refreshed.refresh_token), false, `${scope}: the refresh token`);
    t.match((await refresh(app, refreshed.refresh_token)).json(), { error: 'invalid_grant' });
    for (const token of tokens) {
      t.equal(await isActive(token), api, `${scope}: the access token`);
      t.equal(await userinfo(token), api ? 200 : 401);
    }
  }
});

t.test('a code is refused once its configured lifetime is over', async (t) => {
  const { app, clock } = await buildTestServer(t, { codeLifetimeSeconds: 5 });
  const authorized = await authorize(app);
  await clock.advance(5000);
  t.equal((await redeem(app, authorized)).statusCode, 400);
});

t.test('a client that fails to authenticate is refused in PingOne’s words', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const unsupported = prefixed('Request denied', 'Unsupported authentication method');
  const wrong = prefixed('Request denied', 'Invalid client credentials');
  await change(server, ids.device, { enabled: false });
  const grant = { grant_type: 'client_credentials' };
  const cases = [
    ['a wrong secret', grant, { authorization: basic(ids.worker, 'wrong') }, wrong],
    ['the secret in the body, Basic is right', { ...grant, client_id: ids.worker, client_secret: 'worker-secret' }, {}, unsupported],
    ['Basic, the body is right', grant, { authorization: basic(ids.service, 'service-secret') }, unsupported],
    ['none at all', { ...grant, client_id: ids.worker }, {}, unsupported],
    ['an unknown client', { ...grant, client_id: 'nobody' }, {}, unsupported],
    ['no client', grant, {}, unsupported],
    ['a public client with a secret', { ...grant, client_id: ids.spa, client_secret: 'x' }, {}, unsupported],
    ['Basic that cannot be read', grant, { authorization: 'Basic %%%' }, wrong],
    ['a disabled application', { ...grant, client_id: ids.device }, {}, prefixed('Request denied', 'Application is disabled')],
    ['the portal is no client', { ...grant, client_id: 'system' }, {}, unsupported],
  ] as const;
  const portal = (await server.environment.store.applications.list()).find(({ type }) => type === 'PING_ONE_PORTAL');
  for (const [name, form, headers, description] of cases) {
    const sent = 'client_id' in form && form.client_id === 'system' ? { ...form, client_id: portal?.id as string } : form;
    const response = await post(app, `${as}/token`, sent, headers);
    t.equal(response.statusCode, 401, name);
    t.match(response.json(), { error: 'invalid_client', error_description: description }, name);
    t.equal(response.headers['www-authenticate'] !== undefined, 'authorization' in headers, 'a challenge for whom came by the header');
  }
});

t.test('a missing, unknown or disallowed grant is refused', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const worker = { authorization: basic(ids.worker, 'worker-secret') };
  const cases = [
    ['no grant_type', {}, worker, 400, 'invalid_request', prefixed('Request failed', 'grant_type is required')],
    [
      'an unknown one',
      { grant_type: 'password' },
      worker,
      400,
      'unsupported_grant_type',
      prefixed('Request failed', 'Unsupported grant type: password'),
    ],
    [
      'one that the application lacks',
      { grant_type: 'authorization_code', code: 'x' },
      worker,
      400,
      'unauthorized_client',
      prefixed('Request failed', 'Unsupported grant type: authorization_code'),
    ],
    [
      'no refresh token',
      { grant_type: 'refresh_token', client_id: ids.spa },
      {},
      400,
      'invalid_request',
      prefixed('Request failed', 'refresh_token is required'),
    ],
    [
      'a repeated parameter',
      'grant_type=client_credentials&grant_type=client_credentials',
      worker,
      400,
      'invalid_request',
      prefixed('Request failed', 'The parameter grant_type must not be repeated'),
    ],
  ] as const;
  for (const [name, form, headers, status, error, description] of cases) {
    const response =
      typeof form === 'string'
        ? await app.inject({
            method: 'POST',
            url: `${as}/token`,
            headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
            payload: form,
          })
        : await post(app, `${as}/token`, form, headers);
    t.equal(response.statusCode, status, name);
    t.match(response.json(), { error, error_description: description }, name);
  }
});

t.test('a body that is not a form is refused', async (t) => {
  const { app } = await buildTestServer(t);
  const send = (type: string | undefined, payload: string) =>
    app.inject({ method: 'POST', url: `${as}/token`, headers: type === undefined ? {} : { 'content-type': type }, payload });
  const cases = [
    ['application/json', '{"grant_type":"client_credentials"}', 415],
    ['application/json', 'not json', 400],
    ['text/plain', 'grant_type=client_credentials', 415],
    ['multipart/form-data; boundary=x', '--x--', 415],
    ['nonsense', 'x', 415],
    ['application/x-www-form-urlencoded; charset=UTF-8', 'grant_type=client_credentials', 401],
    ['application/x-www-form-urlencoded', '', 400],
    ['application/x-www-form-urlencoded', '%', 400],
    ['application/x-www-form-urlencoded', '__proto__=x&constructor=y&grant_type=z', 400],
    ['application/x-www-form-urlencoded', `code=${'a'.repeat(2_000_000)}`, 413],
  ] as const;
  for (const [type, payload, status] of cases) {
    const response = await send(type, payload);
    t.equal(response.statusCode, status, `${type}: ${payload.slice(0, 40)}`);
    t.match(response.json(), { error: /^invalid_|^unsupported/, error_description: /./ });
  }
  t.equal((await app.inject({ url: `${as}/token` })).statusCode, 405, 'GET');
});

t.test('client_credentials gives a worker no scope, a service its own, and nothing without a role', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const worker = await post(
    app,
    `${as}/token`,
    { grant_type: 'client_credentials', scope: 'p1:read:user' },
    { authorization: basic(ids.worker, 'worker-secret') },
  );
  t.same(Object.keys(worker.json()), ['access_token', 'token_type', 'expires_in'], 'no scope, no refresh token');
  t.same(decodeProtectedHeader(worker.json().access_token), { alg: 'RS256', kid: 'default' });
  const claims = decodeJwt(worker.json().access_token);
  t.same(Object.keys(claims), ['client_id', 'iss', 'jti', 'iat', 'exp', 'aud', 'env', 'org', 'p1.rid']);
  t.equal(claims['p1.rid'], claims.jti);
  t.same(claims.aud, ['https://api.pingone.com']);

  const service = { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret' };
  for (const form of [service, { ...service, scope: 'orders:read orders:write openid' }]) {
    const body = (await post(app, `${as}/token`, form)).json();
    t.equal(body.scope, 'orders:read', 'what is not granted is ignored');
    t.match(decodeJwt(body.access_token), { aud: ['https://orders.example.com'], scope: 'orders:read', env: environmentId });
    t.notOk('sub' in decodeJwt(body.access_token));
  }
  t.match((await post(app, `${as}/token`, { ...service, scope: 'openid' })).json(), {
    error: 'invalid_scope',
    error_description: prefixed('Request failed', 'At least one scope must be granted'),
  });

  for (const { id } of await environment.store.roleAssignments.find('holder.id', ids.worker))
    await environment.store.roleAssignments.take(id);
  const without = await post(
    app,
    `${as}/token`,
    { grant_type: 'client_credentials' },
    { authorization: basic(ids.worker, 'worker-secret') },
  );
  t.equal(without.statusCode, 403);
  t.match(without.json(), {
    error: 'access_denied',
    error_description: prefixed('Request denied', 'Application does not have any role assignments'),
  });
});

t.test('a refresh token is rotated, keeps its claims, and cannot be widened or reused', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock, environment } = server;
  const sign = async () => (await redeem(app, await authorize(app, { parameters: { scope: 'openid email', nonce: 'n' } }))).json();

  const first = await sign();
  t.match(first.refresh_token, /^[\w-]{43,}$/, 'opaque');
  await clock.advance(10_000);
  const second = (await refresh(app, first.refresh_token)).json();
  t.match(second, { token_type: 'Bearer', scope: 'openid email', refresh_token: /./, id_token: /./ });
  t.not(second.refresh_token, first.refresh_token, 'rotated');
  const [before, after] = [decodeJwt(first.id_token), decodeJwt(second.id_token)];
  for (const claim of ['iss', 'sub', 'aud', 'auth_time', 'sid', 'nonce']) t.equal(after[claim], before[claim], `${claim} stays`);
  t.equal(after.iat, (before.iat as number) + 10);

  const narrowed = (await refresh(app, second.refresh_token, { scope: 'openid' })).json();
  t.equal(narrowed.scope, 'openid');
  const widened = (await refresh(app, narrowed.refresh_token, { scope: 'openid email profile' })).json();
  t.equal(widened.scope, 'openid email', 'never wider than it was');
  t.match((await refresh(app, widened.refresh_token, { scope: 'profile' })).json(), { error: 'invalid_scope' });

  const stolen = await sign();
  const rotated = (await refresh(app, stolen.refresh_token)).json();
  t.match(
    (await refresh(app, stolen.refresh_token)).json(),
    { error: 'invalid_grant', error_description: /has been used already/ },
    'a rotated token comes again',
  );
  t.match((await refresh(app, rotated.refresh_token)).json(), { error: 'invalid_grant' }, 'and its family is dead');

  const foreign = await sign();
  t.match((await refresh(app, foreign.refresh_token, { client_id: ids.native })).json(), { error: 'invalid_grant' }, 'another client');
  t.equal((await refresh(app, foreign.refresh_token)).statusCode, 200, 'which harms nobody');
  t.match((await refresh(app, 'invented')).json(), { error: 'invalid_grant' });

  const race = await sign();
  const answers = await Promise.all([refresh(app, race.refresh_token), refresh(app, race.refresh_token)]);
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 400], 'two at once: one gets tokens');

  const disabled = await sign();
  const alice = await environment.store.users.get(ids.alice);
  await environment.store.users.put({ ...(alice as NonNullable<typeof alice>), enabled: false });
  t.match((await refresh(app, disabled.refresh_token)).json(), { error: 'invalid_grant' }, 'a disabled user');
  await environment.store.users.put(alice as NonNullable<typeof alice>);

  const old = await sign();
  await clock.advance(30 * 86_400_000);
  t.match((await refresh(app, old.refresh_token)).json(), { error: 'invalid_grant' }, 'after thirty days');
});

t.test('a refresh token is issued only with the grant, or with offline_access once it is granted', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  await change(server, ids.spa, { grantTypes: ['AUTHORIZATION_CODE'] });
  t.notOk('refresh_token' in (await redeem(app, await authorize(app))).json(), 'not without the grant');
  await change(server, ids.spa, { grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'], refreshTokenType: 'JSON_WEB_TOKEN' });
  const jwt = (await redeem(app, await authorize(app))).json().refresh_token;
  t.same(decodeProtectedHeader(jwt), { alg: 'RS256', kid: 'default' });
  t.same(Object.keys(decodeJwt(jwt)), ['sub', 'jti', 'exp', 'sid', 'scope', 'auth_time', 'acr', 'amr', 'iss']);
  t.match((await refresh(app, `${jwt.slice(0, -2)}xx`)).json(), { error: 'invalid_grant' }, 'tampered with');
  t.equal((await refresh(app, jwt)).statusCode, 200);

  const [openid] = await environment.store.resources.find('type', 'OPENID_CONNECT');
  const offline = (await environment.store.scopes.find('resource.id', openid?.id as string)).find(({ name }) => name === 'offline_access');
  const [grant] = await environment.store.grants.find('application.id', ids.spa);
  await environment.store.grants.put({
    ...(grant as NonNullable<typeof grant>),
    scopes: [...(grant?.scopes ?? []), { id: offline?.id as string }],
  });
  t.notOk('refresh_token' in (await redeem(app, await authorize(app))).json(), 'granted offline_access: only when it is asked for');
  t.ok('refresh_token' in (await redeem(app, await authorize(app, { parameters: { scope: 'openid offline_access' } }))).json());
});

t.test('only ten sessions of a user are kept, and a dropped one ends its refresh tokens', async (t) => {
  const { app, environment, clock } = await buildTestServer(t);
  const first = (await redeem(app, await authorize(app))).json();
  for (let round = 0; round < 10; round += 1) {
    await clock.advance(1);
    await authorize(app);
  }
  t.equal(await environment.store.sessions.count(), 10);
  t.match((await refresh(app, first.refresh_token)).json(), { error: 'invalid_grant' });
});

t.test('a refusal names why the session of a refresh token ended', async (t) => {
  const { app, environment, clock } = await buildTestServer(t);
  const signOnTenTimes = async () => {
    for (let round = 0; round < 10; round += 1) {
      await clock.advance(1);
      await authorize(app);
    }
  };
  const diagnosed = async (token: string) => {
    const answer = await refresh(app, token);
    t.match(answer.json(), { error: 'invalid_grant' });
    return answer.headers['x-mock-diagnosis'];
  };
  const dropped = (await redeem(app, await authorize(app))).json();
  await signOnTenTimes();
  t.match(await diagnosed(dropped.refresh_token), /^session_limit; confidence=exact/, 'ten newer sessions');
  t.match(environment.transactions.list()[0], {
    diagnosis: { code: 'session_limit', why: /ten sessions/, fix: /its own user/ },
  });
  const late = await authorize(app);
  await signOnTenTimes();
  const tokens = (await redeem(app, late)).json();
  t.match(await diagnosed(tokens.refresh_token), /^session_limit; confidence=exact/, 'they came before the code was redeemed');

  const signedOff = (await redeem(app, await authorize(app))).json();
  const session = await environment.store.sessions.get(
    JSON.parse(Buffer.from(signedOff.id_token.split('.')[1], 'base64url').toString()).sid,
  );
  await app.inject({ url: `${as}/signoff?id_token_hint=${signedOff.id_token}`, headers: { cookie: `ST=${session?.token}` } });
  t.match(await diagnosed(signedOff.refresh_token), /^session_ended; confidence=exact/, 'sign-off');
  t.match(await diagnosed('never-issued'), /^refresh_token_known/);
});

t.test('the transaction records every step of a redemption', async (t) => {
  const { app, environment } = await buildTestServer(t);
  await redeem(app, await authorize(app), { code_verifier: 'a'.repeat(43) });
  const transaction = environment.transactions.list().at(-1);
  t.match(transaction, {
    environmentId,
    application: { id: ids.spa, name: 'Demo SPA', pkceEnforcement: 'S256_REQUIRED' },
    user: 'alice',
    state: 'failed',
    pkce: { method: 'S256', verifier: 'a'.repeat(43), match: false },
  });
  t.same(
    transaction?.steps.map(({ kind, ok }) => [kind, ok]),
    [
      ['authorize', true],
      ['pkce.recorded', true],
      ['login', true],
      ['code', true],
      ['token', true],
      ['client_auth', true],
      ['code.lookup', true],
      ['redirect_uri.check', true],
      ['pkce.transform', true],
      ['pkce.compare', false],
    ],
  );
  const [compare] = transaction?.steps.at(-1)?.checks ?? [];
  t.match(compare, {
    rule: 'verifier_matches_challenge',
    spec: 'RFC 7636 §4.6',
    ok: false,
    expected: transaction?.pkce.challenge as string,
    got: transaction?.pkce.computed as string,
  });
  const exchange = transaction?.steps.find(({ kind }) => kind === 'token')?.exchange;
  t.match(
    exchange,
    { method: 'POST', body: /grant_type=authorization_code&code=/, answer: { status: 400, body: /invalid_grant/ } },
    'with the request as it came and its answer',
  );

  await askAuthorize(app, { redirect_uri: 'https://evil.example/' });
  t.match(environment.transactions.list().at(-1), {
    state: 'failed',
    steps: [{ kind: 'authorize', checks: [{}, {}, {}, { rule: 'redirect_uri_registered', ok: false }] }],
  });
  t.equal(locationOf(await askAuthorize(app, {})).searchParams.get('error'), 'invalid_request');
});
