import { decodeJwt, decodeProtectedHeader } from 'jose';
import t from 'tap';
import type { App } from '../../../src/environment/context.js';
import type { Application } from '../../../src/environment/model/application.js';
import { as, authorize, basic, post, redeem } from '../../helpers/client.js';
import { changeApplication, grant } from '../../helpers/configure.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

/** The settings of an application for its refresh tokens (docs/fidelity.md, 5.4 and 5.5); the rest is in token.test.ts. */

const refresh = (app: App, token: string) =>
  post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: token, client_id: ids.spa });
const signOn = async ({ app }: TestServer) => (await redeem(app, await authorize(app))).json();
const day = 86_400_000;

t.test('a refresh token lives as long as its application and its session allow', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  const settings: readonly (readonly [string, Partial<Application>, readonly (readonly [wait: number, status: number])[]])[] = [
    ['by default 30 days', {}, [[30 * day - 1, 200]]],
    ['and no longer', {}, [[30 * day, 400]]],
    [
      'refreshTokenDuration',
      { refreshTokenDuration: 60 },
      [
        [59_999, 200],
        [59_999, 200],
        [60_000, 400],
      ],
    ],
    [
      'refreshTokenRollingDuration counts from the sign-on, whatever comes between',
      { refreshTokenDuration: 60, refreshTokenRollingDuration: 120 },
      [
        [59_000, 200],
        [59_000, 200],
        [2000, 400],
      ],
    ],
    [
      'never longer than the session',
      { refreshTokenDuration: 2_147_483_647, refreshTokenRollingDuration: undefined },
      [
        [20 * day, 200],
        [10 * day, 400],
      ],
    ],
  ];
  for (const [name, members, polls] of settings) {
    await changeApplication(server, ids.spa, {
      refreshTokenDuration: 2_592_000,
      refreshTokenRollingDuration: undefined,
      ...members,
    } as Partial<Application>);
    let token = (await signOn(server)).refresh_token as string;
    for (const [wait, status] of polls) {
      await clock.advance(wait);
      const response = await refresh(app, token);
      t.equal(response.statusCode, status, `${name}, ${wait} ms later`);
      if (status === 200) token = response.json().refresh_token;
      else
        t.match(response.json(), {
          error: 'invalid_grant',
          error_description: /^Request failed: The refresh token is unknown, expired or revoked/,
        });
    }
  }
});

t.test('a refresh marks the session as active, and never lengthens it', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock, environment } = server;
  const { refresh_token: token } = await signOn(server);
  const [before] = await environment.store.sessions.list();
  await clock.advance(60_000);
  await refresh(app, token);
  const [after] = await environment.store.sessions.list();
  t.equal(after?.activeAt, (before?.activeAt ?? 0) + 60_000);
  t.equal(after?.expiresAt, before?.expiresAt);
});

t.test('a rotated token still works within its grace period', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  await changeApplication(server, ids.spa, { refreshTokenRollingGracePeriodDuration: 30 });
  const { refresh_token: first } = await signOn(server);
  const second = (await refresh(app, first)).json();
  await clock.advance(29_999);
  const again = await refresh(app, first);
  t.equal(again.statusCode, 200, 'within it the previous token gives new tokens again');
  t.not(again.json().refresh_token, second.refresh_token);
  const both = await Promise.all([second.refresh_token, again.json().refresh_token].map((token) => refresh(app, token)));
  t.same(
    both.map(({ statusCode }) => statusCode),
    [200, 200],
    'and both go on',
  );
  await clock.advance(1);
  t.match(
    (await refresh(app, first)).json(),
    { error: 'invalid_grant', error_description: /has been used already/ },
    'afterwards it was copied',
  );
  t.equal((await refresh(app, both[0]?.json().refresh_token)).statusCode, 400, 'which ends the family');

  const parallel = (await signOn(server)).refresh_token;
  const answers = await Promise.all([1, 2, 3].map(() => refresh(app, parallel)));
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 200],
    'requests at once all get tokens',
  );
  await changeApplication(server, ids.spa, { enabled: false });
  t.equal((await refresh(app, parallel)).statusCode, 401, 'not those of a disabled application');
});

t.test('replay protection ends the family when a rotated token is reused', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  for (const [on, status] of [
    [undefined, 400],
    [true, 400],
    [false, 200],
  ] as const) {
    await changeApplication(server, ids.spa, { additionalRefreshTokenReplayProtectionEnabled: on } as Partial<Application>);
    const { refresh_token: first } = await signOn(server);
    const second = (await refresh(app, first)).json();
    const third = (await refresh(app, second.refresh_token)).json();
    t.match((await refresh(app, first)).json(), { error: 'invalid_grant' }, `${on}: the reused token`);
    t.equal((await refresh(app, third.refresh_token)).statusCode, status, `${on}: its grandchild`);
  }
});

t.test('a family that ends takes its access tokens of custom resources with it', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  await grant(server, ids.spa, 'Orders', ['orders:read']);
  const tokens = (await redeem(app, await authorize(app, { parameters: { scope: 'openid orders:read' } }))).json();
  await refresh(app, tokens.refresh_token);
  await refresh(app, tokens.refresh_token);
  const { active } = (await post(app, `${as}/introspect`, { token: tokens.access_token, client_id: ids.spa })).json();
  t.equal(active, false);
});

t.test('refresh tokens are opaque or JWTs, by the application’s settings and the date', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const jwt = /^[\w-]+\.[\w-]+\.[\w-]+$/;
  const opaque = /^[\w-]{43,}$/;
  const cases = [
    ['an application from before January 27, 2026', '2026-01-26T23:59:59.999Z', undefined, jwt],
    ['one from that day on', '2026-01-27T00:00:00.000Z', undefined, opaque],
    ['an older one that asks for opaque ones', '2025-06-01T00:00:00.000Z', 'OPAQUE_TOKEN', opaque],
    ['a newer one that asks for JWTs', '2026-06-01T00:00:00.000Z', 'JSON_WEB_TOKEN', jwt],
  ] as const;
  for (const [name, createdAt, refreshTokenType, form] of cases) {
    await changeApplication(server, ids.spa, { createdAt, refreshTokenType } as Partial<Application>);
    const { refresh_token: token } = await signOn(server);
    t.match(token, form, name);
    t.equal((await refresh(app, token)).statusCode, 200, `${name}: it works`);
  }

  await changeApplication(server, ids.spa, { refreshTokenType: 'JSON_WEB_TOKEN' });
  await environment.clock.set(Date.UTC(2027, 2, 1, 23, 59, 59));
  const { refresh_token: last } = await signOn(server);
  t.same(decodeProtectedHeader(last), { alg: 'RS256', kid: 'default' });
  t.same(Object.keys(decodeJwt(last)), ['sub', 'jti', 'exp', 'sid', 'scope', 'auth_time', 'acr', 'amr', 'iss']);
  await environment.clock.set(Date.UTC(2027, 2, 2));
  const refused = await refresh(app, last);
  t.equal(refused.statusCode, 400);
  t.match(refused.json(), { error: 'invalid_grant', error_description: /^Request failed: JWT refresh tokens are no longer accepted/ });
  const after = await signOn(server);
  t.match(after.refresh_token, opaque, 'from March 2, 2027 on opaque ones only, whatever the application asks for');
  t.equal((await refresh(app, after.refresh_token)).statusCode, 200);
});

t.test('access tokens have typ at+jwt from March 2, 2027 on, signed by rotating keys', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const worker = async () =>
    decodeProtectedHeader(
      (await post(app, `${as}/token`, { grant_type: 'client_credentials' }, { authorization: basic(ids.worker, 'worker-secret') })).json()
        .access_token,
    );
  t.same(await worker(), { alg: 'RS256', kid: 'default' }, 'before it, PingOne’s own key signs a worker’s');
  await environment.clock.set(Date.UTC(2027, 2, 2));
  const header = await worker();
  t.match(header, { alg: 'RS256', kid: /^[0-9a-f]{8}-[0-9a-f]{4}-1/, typ: 'at+jwt' }, 'keys of a rotation policy sign all of them');
  const tokens = await signOn(server);
  t.match(decodeProtectedHeader(tokens.access_token), { typ: 'at+jwt' });
  t.notOk('typ' in decodeProtectedHeader(tokens.id_token), 'ID tokens say nothing new');
  const accepted = await app.inject({
    url: `/v1/environments/${environmentId}/users`,
    headers: {
      authorization: `Bearer ${(await post(app, `${as}/token`, { grant_type: 'client_credentials' }, { authorization: basic(ids.worker, 'worker-secret') })).json().access_token}`,
    },
  });
  t.equal(accepted.statusCode, 200, 'the management API takes them');
});
