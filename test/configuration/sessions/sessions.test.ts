import t, { type Test } from 'tap';
import { askAuthorize, authorize, checkPassword, redeem } from '../../helpers/client.js';
import { type Call, environmentUrl, managementClient, workerToken } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const firefox = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:103.0) Gecko/20100101 Firefox/103.0';
const policy = { id: '874d5c7d-5e1c-4e73-b2b5-dfe1453b02f5', type: 'PINGONE' };
const signedOnAt = '2026-11-22T11:59:00.000Z';

/** Ping's sample, with our user. */
const sample = {
  activeAt: '2026-11-22T12:00:00.000Z',
  idleTimeoutInMinutes: '144000',
  lastSignOn: { authenticators: ['pwd'], remoteIp: '174.1.62.19', withAuthenticator: { pwd: { at: signedOnAt, policy } } },
  token: 'a-token-of-our-own',
  user: { id: ids.alice },
  userAgent: firefox,
};

const begin = async (t: Test) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const call = await managementClient(app);
  const authorization = `Bearer ${await workerToken(app)}`;
  /** Asks for the session of a cookie. */
  const mine = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', token: string, { body, type }: { body?: unknown; type?: string } = {}) =>
    app.inject({
      method,
      url: `/v1/environments/${environmentId}/sessions/me`,
      headers: {
        authorization,
        host: 'localhost:9400',
        cookie: `ST=${token}`,
        ...((type !== undefined || body !== undefined) && { 'content-type': type ?? 'application/json' }),
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
  const silent = async (token: string) =>
    (await askAuthorize(app, { client_id: ids.web, prompt: 'none' }, { cookie: `ST=${token}` })).headers.location as string;
  return { ...server, call, mine, silent };
};

const logout = 'application/vnd.pingidentity.sso.session.logout';

t.test('the session of a cookie shows browser, system, device and last sign-on, members in order', async (t) => {
  const { app, mine, call, environment } = await begin(t);
  const { cookie } = await authorize(app);
  const token = /ST=([^;]+)/.exec(cookie)?.[1] as string;
  const [session] = await environment.store.sessions.list();
  const [policyInForce] = (await environment.store.signOnPolicies.list()).filter((each) => each.default);
  const response = await mine('GET', token);
  t.equal(response.statusCode, 200);
  const self = `${environmentUrl}/sessions/${session?.id}`;
  const body = response.json();
  t.same(body, {
    _links: { self: { href: self }, environment: { href: environmentUrl }, user: { href: `${environmentUrl}/users/${ids.alice}` } },
    id: session?.id,
    environment: { id: environmentId },
    user: { id: ids.alice },
    createdAt: '2026-11-22T12:00:00.000Z',
    activeAt: '2026-11-22T12:00:00.000Z',
    expiresAt: '2026-12-22T12:00:00.000Z',
    idleTimeoutInMinutes: 43_200,
    userAgent: 'lightMyRequest',
    browser: { name: 'lightMyRequest' },
    device: { type: 'Other' },
    locations: [{ at: '2026-11-22T12:00:00.000Z', remoteIp: '127.0.0.1' }],
    lastSignOn: {
      remoteIp: '127.0.0.1',
      authenticators: ['pwd'],
      withAuthenticator: { pwd: { policy: { id: policyInForce?.id, type: 'PINGONE' }, at: '2026-11-22T12:00:00.000Z' } },
      policy: { id: policyInForce?.id, type: 'PINGONE' },
      at: '2026-11-22T12:00:00.000Z',
    },
  });
  t.same((await call('GET', `sessions/${session?.id}`)).json(), body, 'the same by its id');
  t.notMatch(response.body, token, 'never the value of the cookie');
  t.equal((await mine('GET', 'somebody-else')).statusCode, 404);
  t.equal((await call('GET', 'sessions/me')).statusCode, 404, 'without a cookie');
  t.equal((await call('GET', `sessions/${ids.bob}`)).statusCode, 404);
});

t.test('a session that a service creates signs the browser with its cookie on', async (t) => {
  const { call, mine, silent, clock } = await begin(t);
  const created = await call('POST', 'sessions', { body: sample });
  t.equal(created.statusCode, 201);
  const body = created.json();
  t.equal(created.headers.location, `${environmentUrl}/sessions/${body.id}`);
  t.match(body, {
    user: { id: ids.alice },
    activeAt: sample.activeAt,
    expiresAt: '2027-03-02T12:00:00.000Z',
    idleTimeoutInMinutes: 144_000,
    userAgent: firefox,
    browser: { name: 'Firefox', version: '103.0' },
    operatingSystem: { name: 'Mac OS X', version: '10.15' },
    device: { type: 'Mac' },
    lastSignOn: {
      remoteIp: '174.1.62.19',
      authenticators: ['pwd'],
      withAuthenticator: { pwd: { policy, at: signedOnAt } },
      at: signedOnAt,
    },
  });
  t.same((await mine('GET', sample.token)).json(), body);
  t.match(await silent(sample.token), /code=/);
  t.equal((await call('POST', 'sessions', { body: { ...sample, idleTimeoutInMinutes: 5, token: 'brief' } })).statusCode, 201);
  clock.advance(5 * 60_000);
  t.equal((await mine('GET', 'brief')).statusCode, 404, 'expired');
  t.match(await silent('brief'), /login_required/);
});

t.test('a session is replaced by its cookie, and may get another one', async (t) => {
  const { call, mine, silent } = await begin(t);
  const { id, createdAt } = (await call('POST', 'sessions', { body: sample })).json();
  const change = { ...sample, activeAt: '2026-11-22T12:30:00.000Z', idleTimeoutInMinutes: 60, token: 'another', userAgent: 'curl/8.5.0' };
  const replaced = await mine('PUT', sample.token, { body: change });
  t.equal(replaced.statusCode, 200);
  t.match(replaced.json(), { id, createdAt, activeAt: change.activeAt, expiresAt: '2026-11-22T13:30:00.000Z', browser: { name: 'curl' } });
  t.equal(replaced.json().locations.length, 2, 'each sign-on is a location');
  t.match(await silent(sample.token), /login_required/);
  t.match(await silent('another'), /code=/);
  t.same(refusal(await mine('PUT', 'another', { body: { ...change, user: { id: ids.bob } } })), [400, 'INVALID_VALUE', 'user.id']);
  const { idleTimeoutInMinutes: _, ...rest } = change;
  t.equal((await mine('PUT', 'another', { body: rest })).json().idleTimeoutInMinutes, 60, 'kept where the body does not say');
});

t.test('a session is signed out by its media type, and deleted, by cookie and by id', async (t) => {
  const { app, call, mine, environment } = await begin(t);
  const signOn = async () => {
    const { refresh_token } = (await redeem(app, await authorize(app))).json();
    const session = (await environment.store.sessions.list()).at(-1);
    return { token: session?.token as string, id: session?.id as string, refresh_token };
  };
  const first = await signOn();
  t.equal((await mine('POST', first.token, { type: 'application/json' })).statusCode, 415);
  const signedOut = await mine('POST', first.token, { type: logout });
  t.same([signedOut.statusCode, signedOut.body], [204, '']);
  t.equal((await mine('GET', first.token)).statusCode, 404);
  t.equal(await environment.store.refreshTokens.count(), 0, 'its refresh tokens end with it');
  const second = await signOn();
  t.equal((await call('POST', `sessions/${second.id}`, { headers: { 'content-type': logout } })).statusCode, 204);
  t.equal((await call('GET', `sessions/${second.id}`)).statusCode, 404);
  const third = await signOn();
  t.equal((await mine('DELETE', third.token)).statusCode, 204);
  t.equal((await mine('DELETE', third.token)).statusCode, 404);
  t.same((await call('GET', `users/${ids.alice}/sessions`)).json()._embedded.sessions, []);
});

t.test('a session without a user is anonymous until it gets one', async (t) => {
  const { call, mine, silent } = await begin(t);
  const { user: _, ...anonymous } = sample;
  const created = (await call('POST', 'sessions', { body: anonymous })).json();
  t.same([created.user, created._links.user, created.lastSignOn, created.locations], [undefined, undefined, null, []]);
  t.match(await silent(sample.token), /login_required/, 'nobody is signed on');
  t.match((await mine('PUT', sample.token, { body: sample })).json(), { id: created.id, user: { id: ids.alice } });
  t.match(await silent(sample.token), /code=/);
  t.equal((await mine('PUT', sample.token, { body: anonymous })).json().user.id, ids.alice, 'it keeps its user');
});

t.test('a session that says what cannot be is refused', async (t) => {
  const { call } = await begin(t);
  const { userAgent: _, ...withoutAgent } = sample;
  const { lastSignOn, ...withoutSignOn } = sample;
  const strange = { ...lastSignOn, withAuthenticator: { pwd: { at: 'yesterday', policy } } };
  const incomplete = { ...lastSignOn, withAuthenticator: { pwd: { at: signedOnAt } } };
  const cases = [
    [withoutAgent, [400, 'INVALID_VALUE', 'userAgent']],
    [withoutSignOn, [400, 'EMPTY_VALUE', 'lastSignOn.authenticators']],
    [{ ...sample, lastSignOn: strange }, [400, 'INVALID_VALUE', 'lastSignOn.withAuthenticator.pwd.at']],
    [{ ...sample, lastSignOn: incomplete }, [400, 'INVALID_VALUE', 'lastSignOn.withAuthenticator.pwd.policy']],
    [{ ...sample, activeAt: 'soon' }, [400, 'INVALID_VALUE', 'activeAt']],
    [{ ...sample, activeAt: '9999-01-01T00:00:00Z' }, [400, 'INVALID_VALUE', 'activeAt']],
    [{ ...sample, idleTimeoutInMinutes: 0 }, [400, 'INVALID_VALUE', 'idleTimeoutInMinutes']],
    [{ ...sample, idleTimeoutInMinutes: '1e3' }, [400, 'INVALID_VALUE', 'idleTimeoutInMinutes']],
    [{ ...sample, idleTimeoutInMinutes: 10_000_000 }, [400, 'INVALID_VALUE', 'idleTimeoutInMinutes']],
    [{ ...sample, user: { id: ids.web } }, [400, 'INVALID_VALUE', 'user.id']],
    ...['a b', 'x;y', 'é', '"', '\\', ','].map((token) => [{ ...sample, token }, [400, 'INVALID_VALUE', 'token']] as const),
    [{ ...sample, userAgent: 'a'.repeat(1025) }, [400, 'INVALID_VALUE', 'userAgent']],
  ] as const;
  for (const [body, expected] of cases) {
    const response = await call('POST', 'sessions', { body });
    const [status, code, target] = refusal(response);
    t.same([status, target], [expected[0], expected[2]], JSON.stringify(body).slice(0, 300));
    t.ok(code === expected[1] || ['EMPTY_VALUE', 'REQUIRED_VALUE', 'INVALID_VALUE', 'SIZE_LIMIT_EXCEEDED'].includes(code as string));
  }
  t.equal((await call('POST', 'sessions', { body: sample })).statusCode, 201);
  t.same(refusal(await call('POST', 'sessions', { body: sample })), [400, 'UNIQUENESS_VIOLATION', 'token']);
});

t.test('expired sessions of a user are listed too, at most ten, and end with the user', async (t) => {
  const { app, clock, environment } = await buildTestServer(t);
  // With a new token: an old one has expired as well.
  const call: Call = async (...asked) => (await managementClient(app))(...asked);
  const listed = async () => (await call('GET', `users/${ids.alice}/sessions`)).json()._embedded.sessions as { expiresAt: string }[];
  await authorize(app);
  await clock.advance(30 * 86_400_000);
  t.equal(await environment.store.sessions.count(), 0);
  const [expired] = await listed();
  t.match(expired, { expiresAt: '2026-12-22T12:00:00.000Z', lastSignOn: { authenticators: ['pwd'] } });
  for (let round = 0; round < 9; round += 1) {
    await clock.advance(1);
    await authorize(app);
  }
  t.same((await listed()).at(-1), expired, 'the last of ten');
  await clock.advance(1);
  await authorize(app);
  t.equal((await listed()).length, 10);
  t.notOk(
    (await listed()).some(({ expiresAt }) => expiresAt === expired?.expiresAt),
    'the oldest made room',
  );
  await clock.advance(30 * 86_400_000);
  await call('DELETE', `users/${ids.alice}`);
  t.equal(await environment.store.sessionRecords.count(), 0);
});

t.test('cookies of sessions last, or end with the browser where the environment says so', async (t) => {
  const { app, call, context } = await begin(t);
  const read = async () => (await call('GET', 'ssoCookieSettings')).json();
  const url = `${environmentUrl}/ssoCookieSettings`;
  const shown = {
    _links: { self: { href: url }, environment: { href: environmentUrl } },
    environment: { id: environmentId },
    useNonPersistentSessionTokenCookie: false,
  };
  t.same(await read(), shown);
  const cookies = async () => {
    const asked = await askAuthorize(app, { client_id: ids.web });
    const flowId = new URL(asked.headers.location as string).searchParams.get('flowId') as string;
    return [(await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd')).headers['set-cookie']].flat();
  };
  for (const cookie of await cookies()) t.match(cookie, /; Max-Age=2592000; Expires=/);
  const set = await call('POST', 'ssoCookieSettings', { body: { useNonPersistentSessionTokenCookie: true } });
  t.same([set.statusCode, set.json()], [200, { ...shown, useNonPersistentSessionTokenCookie: true }]);
  t.same(await read(), { ...shown, useNonPersistentSessionTokenCookie: true });
  const ending = await cookies();
  t.equal(ending.length, 2);
  for (const cookie of ending) t.notMatch(cookie, /Max-Age|Expires/);
  const [status, , target] = refusal(await call('POST', 'ssoCookieSettings', { body: {} }));
  t.same([status, target], [400, 'useNonPersistentSessionTokenCookie']);
  await call('PUT', `/environments/${environmentId}`, {
    body: { name: 'Renamed', type: 'SANDBOX', region: 'NA', license: { id: ids.alice } },
  });
  t.equal(context.environments.get(environmentId)?.record.useNonPersistentSessionTokenCookie, true, 'a rename keeps it');
});

t.test('sessions and their settings need their own permissions', async (t) => {
  const { app } = await begin(t);
  const user = (await redeem(app, await authorize(app))).json().access_token as string;
  const call = await managementClient(app, user);
  for (const path of ['sessions/me', `sessions/${ids.alice}`, 'ssoCookieSettings']) t.ok((await call('GET', path)).statusCode >= 401, path);
});
