import t from 'tap';
import { workerToken } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { withSecondFactor } from '../../helpers/second-factor.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

const base = `/${environmentId}/deviceAuthentications`;

async function start(t: Parameters<typeof buildTestServer>[0]) {
  const server = await buildTestServer(t);
  const test = await withSecondFactor(server);
  const send = async (method: 'GET' | 'POST', url: string, payload?: unknown, type = 'application/json', token?: string | null) =>
    server.app.inject({
      method,
      url,
      headers: {
        host: 'localhost:9400',
        ...(token !== null && { authorization: `Bearer ${token ?? (await workerToken(server.app))}` }),
        ...(payload !== undefined && { 'content-type': type }),
      },
      ...(payload !== undefined && { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
    });
  const begin = (body: object = {}) => send('POST', base, { user: { id: ids.alice }, policy: { id: test.policy.id }, ...body });
  const act = (id: string, action: string, body: unknown = {}) =>
    send('POST', `${base}/${id}`, body, `application/vnd.pingidentity.${action}+json`);
  const code = (id: string) => (server as TestServer).environment.outbox.lastOf(id)?.code ?? '';
  return { ...server, ...test, send, begin, act, code };
}

t.test('an address is used once, and its passcode completes the authentication', async (t) => {
  const { begin, act, code, send, policy } = await start(t);
  const begun = await begin({ selectedDevice: { oneTime: { type: 'EMAIL', email: 'someone@example.com' } } });
  t.equal(begun.statusCode, 201, begun.body);
  const body = begun.json();
  const href = `http://localhost:9400${base}/${body.id}`;
  t.match(body, {
    _links: { self: { href }, 'otp.check': { href }, 'device.select': { href } },
    _embedded: { devices: [{ type: 'EMAIL', email: 's******@example.com' }] },
    status: 'OTP_REQUIRED',
    user: { id: ids.alice },
    policy: { id: policy.id },
    environment: { id: environmentId },
    selectedDevice: { oneTime: { type: 'EMAIL', email: 's******@example.com' } },
  });
  t.notMatch(begun.body, code(body.id));
  t.match((await send('GET', `${base}/${body.id}`)).json(), { status: 'OTP_REQUIRED' });
  t.same(refusal(await act(body.id, 'otp.check', { otp: 'x' })), [400, 'INVALID_OTP', 'otp']);
  const otp = code(body.id);
  const answers = await Promise.all([act(body.id, 'otp.check', { otp }), act(body.id, 'otp.check', { otp })]);
  // Either of the two may come first.
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 400], 'once');
  const completed = answers.find(({ statusCode }) => statusCode === 200)?.json();
  t.match(completed, { status: 'COMPLETED' });
  t.same(Object.keys(completed._links), ['self']);
});

t.test('in test mode the passcode of a one-time device is in the answer', async (t) => {
  const { begin, act, environment } = await start(t);
  const body = (await begin({ selectedDevice: { oneTime: { type: 'SMS', phone: '+14155550100', testMode: true } } })).json();
  t.match(body, { status: 'OTP_REQUIRED', test: { otp: /^\d{8}$/ }, selectedDevice: { oneTime: { phone: '**********00' } } });
  t.same(environment.outbox.list(), []);
  t.equal((await act(body.id, 'otp.check', { otp: body.test.otp })).json().status, 'COMPLETED');
});

t.test('the devices of the user are used by their order, by id, or by choice', async (t) => {
  const { begin, act, pair, appCode, code, call } = await start(t);
  t.match((await begin()).json(), {
    status: 'FAILED',
    error: { code: 'NO_USABLE_DEVICES', message: `Couldn't find authenticating device for user: ${ids.alice}`, unavailableDevices: [] },
  });
  const mail = await pair({ type: 'EMAIL', email: 'a@example.com' });
  const app = await pair({ type: 'TOTP' });
  const usual = (await begin()).json();
  t.match(usual, { status: 'OTP_REQUIRED', selectedDevice: { id: mail.id } });
  t.equal((await act(usual.id, 'otp.check', { otp: code(usual.id) })).json().status, 'COMPLETED');
  const named = (await begin({ selectedDevice: { id: app.id } })).json();
  t.match(named, { status: 'OTP_REQUIRED', selectedDevice: { id: app.id } });
  t.equal((await act(named.id, 'otp.check', { otp: appCode(app) })).json().status, 'COMPLETED');
  await call('POST', `users/${ids.alice}/devices`, { action: 'devices.order.remove' });
  const asked = (await begin()).json();
  t.equal(asked.status, 'DEVICE_SELECTION_REQUIRED');
  t.match((await act(asked.id, 'device.select', { device: { id: mail.id } })).json(), {
    status: 'OTP_REQUIRED',
    selectedDevice: { id: mail.id },
  });
  await call('POST', `users/${ids.alice}/devices/${app.id}`, { action: 'device.block' });
  t.match((await begin({ selectedDevice: { id: app.id } })).json(), { status: 'FAILED', error: { unavailableDevices: [{ id: app.id }] } });
  t.same(refusal(await begin({ selectedDevice: { id: ids.web } })), [400, 'INVALID_VALUE', 'device']);
});

t.test('only a worker with a role may ask, and what is unknown or over is a 404', async (t) => {
  const { begin, send, act, clock } = await start(t);
  const body = { user: { id: ids.alice } };
  t.equal((await send('POST', base, body, 'application/json', null)).statusCode, 401);
  t.equal((await send('POST', base, body, 'application/json', 'nonsense')).statusCode, 401);
  const { id } = (await begin({ selectedDevice: { oneTime: { type: 'EMAIL', email: 'a@b.c' } } })).json();
  t.equal((await send('GET', `${base}/${id}`, undefined, undefined, null)).statusCode, 401);
  for (const unknown of [ids.web, 'x']) t.equal((await send('GET', `${base}/${unknown}`)).statusCode, 404);
  clock.advance(15 * 60_000);
  t.equal((await act(id, 'otp.check', { otp: '1' })).statusCode, 404);
});

t.test('hostile bodies are refused, and change nothing', async (t) => {
  const { send, begin, act } = await start(t);
  const user = { id: ids.alice };
  for (const [body, target] of [
    [{}, 'user'],
    [{ user: { id: 5 } }, 'user.id'],
    [{ user: { id: ids.web } }, 'user.id'],
    [{ user, policy: { id: ids.web } }, 'policy.id'],
    [{ user, selectedDevice: 'x' }, 'selectedDevice'],
    [{ user, selectedDevice: { oneTime: { type: 'FAX' } } }, 'selectedDevice.oneTime.type'],
    [{ user, selectedDevice: { oneTime: { type: 'EMAIL' } } }, 'selectedDevice.oneTime.email'],
    [{ user, selectedDevice: { oneTime: { type: 'SMS', email: 'a@b.c' } } }, undefined],
  ] as const)
    t.match(refusal(await send('POST', base, body)), [400, /./, target ?? /selectedDevice/], JSON.stringify(body));
  for (const body of ['[]', '"x"', '{', 'null x']) t.equal((await send('POST', base, body)).statusCode, 400, body);
  const { id } = (await begin({ selectedDevice: { oneTime: { type: 'EMAIL', email: 'a@b.c' } } })).json();
  for (const body of [[], { otp: {} }, {}, { otp: 'x'.repeat(400) }])
    t.equal((await act(id, 'otp.check', body)).statusCode, 400, JSON.stringify(body));
  t.equal((await act(id, 'otp.explode')).statusCode, 415);
  t.same(refusal(await act(id, 'cancel.push.authentication')), [400, 'INVALID_VALUE', undefined]);
  t.equal((await send('GET', `${base}/${id}`)).json().status, 'OTP_REQUIRED');
});
