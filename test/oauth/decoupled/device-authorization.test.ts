import { decodeJwt } from 'jose';
import t from 'tap';
import { as, authorize, basic, cookiesOf, post } from '../../helpers/client.js';
import { changeApplication, grant } from '../../helpers/configure.js';
import { act, answerDevice, enter, poll, startDevice } from '../../helpers/device.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

/** The device grant (RFC 8628; docs/fidelity.md, 7.6). */

const processing = (text: string) =>
  new RegExp(
    `^The request could not be completed\\. There was an issue processing the request\\.: ${text} \\(Correlation ID: [0-9a-f-]{36}\\)$`,
  );
const pending = processing('The authorization request is still pending\\.');
const slow = processing('The authorization request is still pending\\. Please slow down the poll requests\\.');
const denied = processing('The authorization request has been denied\\.');
const expired = processing('The authorization request for the provided device_code has expired\\.');

t.test('the device receives its codes, addresses and interval, as its application configures them', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const response = await post(app, `${as}/device_authorization`, { client_id: ids.device, scope: 'openid unknown' });
  t.equal(response.statusCode, 200);
  t.equal(response.headers['content-type'], 'application/json');
  const body = response.json();
  t.same(Object.keys(body), ['device_code', 'user_code', 'verification_uri', 'verification_uri_complete', 'expires_in', 'interval']);
  const uri = `http://localhost/${environmentId}/device`;
  t.match(body, {
    device_code: /^[0-9a-f-]{36}$/,
    user_code: /^[A-Z0-9]{4}-[A-Z0-9]{4}$/,
    verification_uri: uri,
    verification_uri_complete: `${uri}?user_code=${body.user_code}`,
    expires_in: 600,
    interval: 5,
  });
  await changeApplication(server, ids.device, { deviceTimeout: 60, devicePollingInterval: 1, devicePathId: 'go' });
  const own = await startDevice(app);
  t.match(own, {
    verification_uri: `${uri}/go`,
    verification_uri_complete: `${uri}/go?user_code=${own.user_code}`,
    expires_in: 60,
    interval: 1,
  });
  await changeApplication(server, ids.device, { deviceCustomVerificationUri: 'https://example.com/tv?x=1' });
  const custom = await startDevice(app);
  t.equal(custom.verification_uri, 'https://example.com/tv?x=1', 'verbatim');
  t.equal(custom.verification_uri_complete, `https://example.com/tv?x=1&user_code=${custom.user_code}`);
});

t.test('only a client with the device grant can start, with scopes of one resource', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  await grant(server, ids.device, 'Orders', ['orders:read']);
  await grant(server, ids.device, 'PingOne API', ['p1:read:user']);
  const cases = [
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client', /Unsupported authentication method/],
    ['no client', {}, 401, 'invalid_client', /Unsupported authentication method/],
    [
      'a public client with a secret',
      { client_id: ids.device, client_secret: 'x' },
      401,
      'invalid_client',
      /Unsupported authentication method/,
    ],
    ['an application without the grant', { client_id: ids.spa }, 400, 'unauthorized_client', /Unsupported grant type: urn:ietf/],
    ['no scope that is granted', { client_id: ids.device, scope: 'unknown' }, 400, 'invalid_scope', /At least one scope must be granted/],
    [
      'scopes of two resources',
      { client_id: ids.device, scope: 'openid orders:read p1:read:user' },
      400,
      'invalid_scope',
      /May not request scopes for multiple resources/,
    ],
  ] as const;
  for (const [name, form, status, error, description] of cases) {
    const response = await post(app, `${as}/device_authorization`, form);
    t.equal(response.statusCode, status, name);
    t.match(response.json(), { error, error_description: description }, name);
  }
  const json = await app.inject({ method: 'POST', url: `${as}/device_authorization`, payload: { client_id: ids.device } });
  t.equal(json.statusCode, 415);
  t.equal((await app.inject({ url: `${as}/device_authorization` })).statusCode, 405);
  await changeApplication(server, ids.web, { grantTypes: ['DEVICE_CODE'] });
  const confidential = await post(app, `${as}/device_authorization`, {}, { authorization: basic(ids.web, 'web-secret') });
  t.equal(confidential.statusCode, 200, 'a confidential application by its own method');
});

t.test('a person signs on, types the user code and allows the device', async (t) => {
  const { app, environment, clock } = await buildTestServer(t);
  const device = await startDevice(app);
  t.match((await poll(app, device.device_code)).json(), { error: 'authorization_pending', error_description: pending });

  const flowId = await enter(app, device.verification_uri);
  const before = await app.inject({ url: `/${environmentId}/flows/${flowId}` });
  t.match(before.json(), { status: 'USERNAME_PASSWORD_REQUIRED' }, 'the sign-on comes first');
  const signedOn = await act(app, flowId, 'usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
  t.match(signedOn.json(), { status: 'DAG_USER_CODE_REQUIRED', _links: { 'deviceAuthGrant.userCode.verify': { href: /./ } } });
  const typed = device.user_code.toLowerCase().replace('-', ' ');
  const verified = await act(app, flowId, 'deviceAuthGrant.userCode.verify', { userCode: typed });
  t.match(verified.json(), {
    status: 'DAG_CONSENT_REQUIRED',
    _links: { 'deviceAuthGrant.consent': { href: /./ } },
    _embedded: { application: { name: 'Demo Device' }, user: { username: 'alice' } },
  });
  await clock.advance(5000);
  t.match((await poll(app, device.device_code)).json(), { error: 'authorization_pending' }, 'not before the consent');
  const done = await act(app, flowId, 'deviceAuthGrant.consent', { accept: true });
  t.match(done.json(), { status: 'COMPLETED', session: { id: /./ } });

  const response = await poll(app, device.device_code);
  t.equal(response.statusCode, 200, 'at once: a decided request cannot be polled too fast');
  const tokens = response.json();
  t.same(Object.keys(tokens), ['access_token', 'token_type', 'expires_in', 'refresh_token', 'scope', 'id_token']);
  t.match(decodeJwt(tokens.access_token), {
    client_id: ids.device,
    sub: ids.alice,
    scope: 'openid profile',
    acr: 'Single_Factor',
    sid: /./,
  });
  t.match(decodeJwt(tokens.id_token), { aud: ids.device, preferred_username: 'alice' });
  const userinfo = await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${tokens.access_token}` } });
  t.match(userinfo.json(), { sub: ids.alice, preferred_username: 'alice' });
  const refreshed = await post(app, `${as}/token`, {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
    client_id: ids.device,
  });
  t.equal(refreshed.statusCode, 200);

  const again = await poll(app, device.device_code);
  t.match(again.json(), { error: 'invalid_grant', error_description: /The device code has been used already/ }, 'a device code works once');
  const late = await act(app, flowId, 'deviceAuthGrant.consent', { accept: true });
  t.equal(late.statusCode, 400, 'and so does the consent');
  t.match(environment.transactions.list()[0], { application: { id: ids.device }, user: 'alice' });
});

t.test('the complete address does not ask for a code', async (t) => {
  const { app } = await buildTestServer(t);
  const device = await startDevice(app);
  const done = await answerDevice(app, device);
  t.match(done.json(), { status: 'COMPLETED' });
  t.equal((await poll(app, device.device_code)).statusCode, 200);

  const { cookie } = await authorize(app);
  const second = await startDevice(app);
  const flowId = await enter(app, second.verification_uri_complete, cookie);
  t.match(
    (await app.inject({ url: `/${environmentId}/flows/${flowId}` })).json(),
    { status: 'DAG_CONSENT_REQUIRED' },
    'nor for a sign-on, with a session',
  );
});

t.test('polling too fast lengthens the interval, and the codes expire', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const { device_code: code } = await startDevice(app);
  const steps = [
    ['the first', 0, 'authorization_pending', pending],
    ['at once', 0, 'slow_down', slow],
    ['after the old interval', 5000, 'slow_down', slow],
    ['after 14 s, where 15 are asked for', 14_000, 'slow_down', slow],
    ['after the interval, which has grown by 5 s each time', 20_000, 'authorization_pending', pending],
    ['again', 20_000, 'authorization_pending', pending],
    ['too late', 600_000, 'expired_token', expired],
  ] as const;
  for (const [name, wait, error, description] of steps) {
    await clock.advance(wait);
    const response = await poll(app, code);
    t.equal(response.statusCode, 400, name);
    t.match(response.json(), { error, error_description: description }, name);
    t.same(Object.keys(response.json()), ['error', 'error_description'], name);
  }
  await clock.advance(3_600_000);
  t.match((await poll(app, code)).json(), { error: 'invalid_grant' }, 'forgotten after an hour');
});

t.test('a poll with a bad, foreign, denied or used device_code is refused', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const device = await startDevice(app);
  await changeApplication(server, ids.native, { grantTypes: ['DEVICE_CODE'] });
  const cases = [
    ['no code', undefined, {}, 'invalid_request', /device_code is required/],
    ['an invented code', 'x', {}, 'invalid_grant', /unknown or has expired/],
    ['a user code', device.user_code, {}, 'invalid_grant', /unknown or has expired/],
    ['the code of another client', device.device_code, { client_id: ids.native }, 'invalid_grant', /issued to another client/],
  ] as const;
  for (const [name, code, form, error, description] of cases) {
    const response = await poll(app, code, form);
    t.match([response.statusCode, response.json()], [400, { error, error_description: description }], name);
  }
  await answerDevice(app, device, false);
  t.match((await poll(app, device.device_code)).json(), { error: 'access_denied', error_description: denied });
  t.match((await poll(app, device.device_code)).json(), { error: 'access_denied' }, 'however often it asks');

  const both = await startDevice(app);
  await answerDevice(app, both);
  const answers = await Promise.all([1, 2, 3].map(() => poll(app, both.device_code)));
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 400, 400], 'of three polls at once one gets tokens');

  const disabled = await startDevice(app);
  await answerDevice(app, disabled);
  const alice = await environment.store.users.get(ids.alice);
  await environment.store.users.put({ ...(alice as NonNullable<typeof alice>), enabled: false });
  t.match((await poll(app, disabled.device_code)).json(), { error: 'invalid_grant', error_description: /disabled/ });
});

t.test('a user code is checked, and works only at its own application’s address', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  await changeApplication(server, ids.device, { devicePathId: 'go' });
  await changeApplication(server, ids.native, { grantTypes: ['DEVICE_CODE'], devicePathId: 'phone' });
  const device = await startDevice(app);
  const flowId = await enter(app, `/${environmentId}/device/phone`);
  await act(app, flowId, 'usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
  const verify = (userCode: unknown) => act(app, flowId, 'deviceAuthGrant.userCode.verify', { userCode });
  const cases = [
    ['an unknown code', 'AAAA-AAAA', { code: 'INVALID_DATA', details: [{ code: 'INVALID_VALUE', target: 'userCode' }] }],
    [
      'the code of another application',
      device.user_code,
      { code: 'INVALID_DATA', details: [{ code: 'INVALID_VALUE', target: 'userCode' }] },
    ],
    ['an empty code', '', { code: 'INVALID_DATA', details: [{ code: 'EMPTY_VALUE', target: 'userCode' }] }],
    ['no code', undefined, { code: 'INVALID_DATA', details: [{ code: 'EMPTY_VALUE', target: 'userCode' }] }],
    ['a number', 1, { code: 'INVALID_REQUEST', details: [{ code: 'INVALID_VALUE', target: 'userCode' }] }],
    ['a huge one', 'A'.repeat(100_000), { code: 'INVALID_DATA' }],
  ] as const;
  for (const [name, userCode, body] of cases) {
    const response = await verify(userCode);
    t.equal(response.statusCode, 400, name);
    t.match(response.json(), body, name);
  }
  const early = await act(app, flowId, 'deviceAuthGrant.consent', { accept: true });
  t.match([early.statusCode, early.json()], [400, { code: 'INVALID_DATA' }], 'no consent before the code');

  const own = await startDevice(app, { client_id: ids.native });
  t.match((await verify(own.user_code)).json(), { status: 'DAG_CONSENT_REQUIRED' });
  for (const [name, accept, code] of [
    ['no answer', undefined, 'INVALID_DATA'],
    ['a text', 'true', 'INVALID_REQUEST'],
  ] as const)
    t.match((await act(app, flowId, 'deviceAuthGrant.consent', { accept })).json(), { code, details: [{ target: 'accept' }] }, name);
  await clock.advance(600_000);
  const late = await act(app, flowId, 'deviceAuthGrant.consent', { accept: true });
  t.match(late.json(), { status: 'FAILED', error: { code: 'expired_token' } }, 'the device no longer waits');

  const second = await startDevice(app);
  const other = await enter(app, `/${environmentId}/device/go`);
  await act(app, other, 'usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
  await act(app, other, 'deviceAuthGrant.userCode.verify', { userCode: second.user_code });
  t.match((await act(app, other, 'deviceAuthGrant.consent', { accept: false })).json(), {
    status: 'FAILED',
    error: { code: 'access_denied' },
  });
  t.match((await enter(app, second.verification_uri_complete)).length, 36, 'a decided code leads to the question for one');
});

t.test('after ten wrong user codes no code is right for ten minutes, in any flow of the session', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock, environment } = server;
  await changeApplication(server, ids.device, { deviceTimeout: 3600 });
  const device = await startDevice(app);
  const page = `/${environmentId}/device`;
  const flowId = await enter(app, page);
  const verify = (flow: string, userCode: string) => act(app, flow, 'deviceAuthGrant.userCode.verify', { userCode });
  const signedOn = await act(app, flowId, 'usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
  const cookie = cookiesOf(signedOn);

  const early = await Promise.all(Array.from({ length: 4 }, () => verify(flowId, 'BBBB-BBBB')));
  t.same(
    early.map(({ statusCode }) => statusCode),
    [400, 400, 400, 400],
  );
  // Further flows of the same browser need no sign-on. At the complete address a wrong code counts as well.
  const [second, third] = [await enter(app, page, cookie), await enter(app, page, cookie)];
  await Promise.all([second, third].flatMap((flow) => [verify(flow, 'CCCC-CCCC'), verify(flow, 'DDDD-DDDD')]));
  await enter(app, `${page}?user_code=FFFF-FFFF`, cookie);
  t.equal((await environment.store.wrongUserCodes.list())[0]?.count, 9);
  await verify(second, 'GGGG-GGGG');
  const refused = await verify(third, device.user_code);
  t.match([refused.statusCode, refused.json()], [400, { details: [{ code: 'INVALID_VALUE', target: 'userCode' }] }], 'the right one');
  const complete = await enter(app, device.verification_uri_complete, cookie);
  t.equal((await environment.store.flows.get(complete))?.status, 'DAG_USER_CODE_REQUIRED', 'at the complete address');
  t.match(
    environment.requests.list().some(({ answer }) => answer?.body?.includes('too many')),
    false,
    'the answer is that to a wrong one',
  );

  const other = await enter(app, page);
  await act(app, other, 'usernamePassword.check', { username: 'bob', password: 'Bob-Passw0rd1' });
  t.equal((await verify(other, device.user_code)).statusCode, 200, 'another session is not held up');
  await clock.advance(10 * 60_000);
  t.equal((await verify(third, device.user_code)).json().status, 'DAG_CONSENT_REQUIRED', 'ten minutes later it counts again');
});

t.test('wrong user codes at the complete address are counted by peer where nobody has signed on', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock, environment } = server;
  await changeApplication(server, ids.device, { deviceTimeout: 3600 });
  const device = await startDevice(app);
  const open = async (address: string, remoteAddress = '127.0.0.1', headers = {}) => {
    const { pathname, search } = new URL(address, 'http://localhost');
    const opened = await app.inject({ url: `${pathname}${search}`, remoteAddress, headers });
    const flow = await environment.store.flows.get(new URL(String(opened.headers.location)).searchParams.get('flowId') ?? '');
    return flow?.deviceGrant?.deviceCode !== undefined;
  };
  const wrong = `/${environmentId}/device?user_code=BBBB-BBBB`;
  await Promise.all(Array.from({ length: 9 }, () => open(wrong)));
  await open(`/${environmentId}/device`);
  t.ok(await open(device.verification_uri_complete), 'nine are not too many, and no code is no guess');
  await open(wrong);
  t.notOk(await open(device.verification_uri_complete), 'the right one');
  t.ok(await open(device.verification_uri_complete, '192.0.2.7'), 'another peer is not held up');
  const { cookie } = await authorize(app);
  t.ok(await open(device.verification_uri_complete, '127.0.0.1', { cookie }), 'nor is a session of the same peer');
  t.equal((await environment.store.wrongUserCodes.list()).length, 1);
  await clock.advance(10 * 60_000);
  t.ok(await open(device.verification_uri_complete), 'ten minutes later it counts again');
});

t.test('every device address leads to a sign-on', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  await changeApplication(server, ids.device, { devicePathId: 'go' });
  for (const path of ['device', 'device/', 'device/go', `device/${ids.device}`, 'device?user_code=x', 'device?user_code=a&user_code=b']) {
    const response = await app.inject({ url: `/${environmentId}/${path}` });
    t.equal(response.statusCode, 302, path);
    t.match(response.headers.location, new RegExp(`^http://localhost/${environmentId}/signon/\\?flowId=[0-9a-f-]{36}$`), path);
  }
  const unknown = await app.inject({ url: `/${environmentId}/device/nobody` });
  t.match(unknown.headers.location, /\/signon\/\?error=/, 'no such application');
  t.equal((await app.inject({ method: 'POST', url: `/${environmentId}/device` })).statusCode, 405);
  t.equal((await app.inject({ url: `/${environmentId.replace('e', 'f')}/device` })).statusCode, 404);

  const automatic = await buildTestServer(t, { autoLogin: 'alice' });
  const device = await startDevice(automatic.app);
  const { pathname, search } = new URL(device.verification_uri_complete);
  const entered = await automatic.app.inject({ url: `${pathname}${search}` });
  t.match(cookiesOf(entered), /ST=/, 'auto login begins a session');
  const flowId = new URL(entered.headers.location as string).searchParams.get('flowId') as string;
  t.match((await act(automatic.app, flowId, 'deviceAuthGrant.consent', { accept: true })).json(), { status: 'COMPLETED' });
  t.equal((await poll(automatic.app, device.device_code)).statusCode, 200);
});
