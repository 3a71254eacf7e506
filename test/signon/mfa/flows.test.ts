import { decodeJwt } from 'jose';
import t from 'tap';
import { claimPairingKey, createPairingKey } from '../../../src/configuration/devices/pairing-keys.js';
import type { Device } from '../../../src/environment/model/mfa.js';
import type { PushRequest } from '../../../src/environment/model/second-factor.js';
import type { User } from '../../../src/environment/model/user.js';
import { cookiesOf } from '../../helpers/client.js';
import { lastCode, startFlow } from '../../helpers/flows.js';
import { refusal } from '../../helpers/refusal.js';
import { withSecondFactor } from '../../helpers/second-factor.js';
import { buildTestServer, ids, type TestServer } from '../../helpers/server.js';

const alice = { username: 'alice', password: 'Alice-Passw0rd' };
const links = (body: { _links: object }): string[] => Object.keys(body._links).filter((name) => !['self', 'signOnPage'].includes(name));

/** A flow that has got as far as the second factor. */
async function secondStep(server: TestServer) {
  const flow = await startFlow(server);
  const body = (await flow.act('usernamePassword.check', alice)).json();
  return { ...flow, body, code: () => lastCode(server, flow.id) };
}

/** A phone of alice's. */
async function pairPhone({ environment }: TestServer, applications: string[] = []): Promise<Device> {
  const user = (await environment.store.users.get(ids.alice)) as User;
  const { code } = await createPairingKey(environment, user, applications);
  return (await claimPairingKey(environment, code, 'My phone')) as Device;
}

/** The request that waits on a phone, and its answer. */
async function answerPush({ environment: { store } }: TestServer, answer: 'APPROVED' | 'DENIED'): Promise<PushRequest> {
  const push = (await store.pushRequests.list()).at(-1) as PushRequest;
  await store.pushRequests.put({ ...push, answer }, push.timesOutAt + 60_000);
  return push;
}

t.test('the default device is used without a question, and another can be chosen', async (t) => {
  const server = await buildTestServer(t);
  const { pair, appCode } = await withSecondFactor(server);
  const mail = await pair({ type: 'EMAIL', email: 'work@example.com', nickname: 'Work' });
  const app = await pair({ type: 'TOTP' });
  const { act, body, code, tokens } = await secondStep(server);
  t.equal(body.status, 'OTP_REQUIRED');
  t.same(links(body), ['otp.check', 'device.select', 'session.reset']);
  t.same(body._embedded.devices, [
    { id: mail.id, type: 'EMAIL', status: 'ACTIVE', userRetries: 0, nickname: 'Work', email: 'w***@example.com' },
    { id: app.id, type: 'TOTP', status: 'ACTIVE', userRetries: 0 },
  ]);
  t.same([body.selectedDevice, body.bypassAllowed], [{ id: mail.id }, false]);
  t.match(code(), /^\d{8}$/, 'as long as the policy says');
  const sent = code();
  const selected = (await act('device.select', { device: { id: app.id.toUpperCase() } })).json();
  t.match(selected, { status: 'OTP_REQUIRED', selectedDevice: { id: app.id } });
  t.same(refusal(await act('otp.check', { otp: sent })), [400, 'INVALID_OTP', 'otp'], 'the code of the other device');
  const done = await act('otp.check', { otp: ` ${appCode(app)} ` });
  t.equal(done.json().status, 'COMPLETED', done.body);
  t.match(cookiesOf(done), /^ST=/);
  t.match(decodeJwt((await tokens()).id_token), { acr: 'Two_Steps', amr: ['pwd', 'otp', 'mfa'] });
});

t.test('a passcode of an authenticator app signs on once', async (t) => {
  const server = await buildTestServer(t);
  const { pair, appCode } = await withSecondFactor(server);
  const app = await pair({ type: 'TOTP' });
  const otp = appCode(app);
  const [one, other] = [await secondStep(server), await secondStep(server)];
  const answers = await Promise.all([one.act('otp.check', { otp }), other.act('otp.check', { otp })]);
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 400], 'of two flows at once, one');
  t.same(refusal(await (await secondStep(server)).act('otp.check', { otp })), [400, 'INVALID_OTP', 'otp']);
});

t.test('the policy says when a device has to be chosen', async (t) => {
  for (const [deviceSelection, count, status] of [
    ['DEFAULT_TO_FIRST', 2, 'OTP_REQUIRED'],
    ['PROMPT_TO_SELECT', 1, 'OTP_REQUIRED'],
    ['PROMPT_TO_SELECT', 2, 'DEVICE_SELECTION_REQUIRED'],
    ['ALWAYS_DISPLAY_DEVICES', 1, 'DEVICE_SELECTION_REQUIRED'],
  ] as const) {
    const server = await buildTestServer(t);
    const { pair } = await withSecondFactor(server, { authentication: { deviceSelection } });
    for (let at = 0; at < count; at += 1) await pair({ type: 'EMAIL', email: `d${at}@example.com` });
    const { body } = await secondStep(server);
    t.equal(body.status, status, `${deviceSelection} with ${count}`);
    t.same(body.selectedDevice === undefined, status === 'DEVICE_SELECTION_REQUIRED');
  }
  const server = await buildTestServer(t);
  const { pair, call } = await withSecondFactor(server);
  for (const name of ['a', 'b']) await pair({ type: 'EMAIL', email: `${name}@example.com` });
  await call('POST', `users/${ids.alice}/devices`, { action: 'devices.order.remove' });
  t.equal((await secondStep(server)).body.status, 'DEVICE_SELECTION_REQUIRED', 'without an order nothing is the default');
});

t.test('wrong passcodes lock a device for as long as the policy says', async (t) => {
  const server = await buildTestServer(t);
  const { pair, call, appCode } = await withSecondFactor(server);
  const app = await pair({ type: 'TOTP' });
  const flow = await secondStep(server);
  const guesses = await Promise.all(Array.from({ length: 5 }, () => flow.act('otp.check', { otp: '000000' })));
  for (const response of guesses) t.same(refusal(response), [400, 'INVALID_OTP', 'otp']);
  t.match((await call('GET', `users/${ids.alice}/devices/${app.id}`)).json().lock, { status: 'LOCKED', reason: 'OTP' });
  t.same(refusal(await flow.act('otp.check', { otp: appCode(app) })), [400, 'INVALID_OTP', 'otp'], 'the right one is too late');
  t.same(refusal(await flow.act('device.select', { device: { id: app.id } })), [400, 'INVALID_VALUE', 'device']);
  const { body } = await secondStep(server);
  t.match(body, {
    status: 'FAILED',
    error: {
      code: 'NO_USABLE_DEVICES',
      message: `Couldn't find authenticating device for user: ${ids.alice}`,
      unavailableDevices: [{ id: app.id }],
    },
  });
  await call('POST', `users/${ids.alice}/devices/${app.id}`, { action: 'device.unlock' });
  t.equal((await secondStep(server)).body.status, 'OTP_REQUIRED');
  const other = await secondStep(server);
  for (let at = 0; at < 3; at += 1) await other.act('otp.check', { otp: '000000' });
  await server.clock.advance(2 * 60_000);
  const later = await secondStep(server);
  t.equal((await later.act('otp.check', { otp: appCode(app) })).json().status, 'COMPLETED');
});

t.test('a code that was sent ends with its lifetime, and with the wrong ones that the policy allows', async (t) => {
  const server = await buildTestServer(t);
  const { pair } = await withSecondFactor(server, {
    email: {
      enabled: true,
      otp: { lifeTime: { duration: 30, timeUnit: 'SECONDS' }, failure: { count: 2, coolDown: { duration: 0, timeUnit: 'MINUTES' } } },
    },
  });
  const mail = await pair({ type: 'EMAIL', email: 'w@example.com' });
  const { act, code } = await secondStep(server);
  await server.clock.advance(30_000);
  t.same(refusal(await act('otp.check', { otp: code() })), [400, 'INVALID_OTP', 'otp'], 'expired');
  const again = () => act('device.select', { device: { id: mail.id } });
  await again();
  for (let at = 0; at < 2; at += 1) await act('otp.check', { otp: 'wrong' });
  t.same(refusal(await act('otp.check', { otp: code() })), [400, 'INVALID_OTP', 'otp'], 'after two wrong ones');
  await again();
  t.equal((await act('otp.check', { otp: code() })).json().status, 'COMPLETED', 'the policy has no cool-down');
});

t.test('devices that are blocked, not allowed, deleted or of another user are no use', async (t) => {
  const server = await buildTestServer(t);
  const { pair, call } = await withSecondFactor(server, {
    sms: {
      enabled: false,
      otp: { lifeTime: { duration: 5, timeUnit: 'MINUTES' }, failure: { count: 3, coolDown: { duration: 2, timeUnit: 'MINUTES' } } },
    },
  });
  const [mail, other] = [await pair({ type: 'EMAIL', email: 'a@example.com' }), await pair({ type: 'EMAIL', email: 'b@example.com' })];
  const bobs = (await call('POST', `users/${ids.bob}/devices`, { body: { type: 'EMAIL', email: 'bob@example.com' } })).json();
  const path = `users/${ids.alice}/devices`;
  const open = await secondStep(server);
  t.same(refusal(await open.act('device.select', { device: { id: bobs.id } })), [400, 'INVALID_VALUE', 'device'], 'bob’s');
  await call('POST', `${path}/${mail.id}`, { action: 'device.block' });
  t.same(refusal(await open.act('otp.check', { otp: open.code() })), [400, 'INVALID_OTP', 'otp'], 'blocked meanwhile');
  t.same(refusal(await open.act('device.select', { device: { id: mail.id } })), [400, 'INVALID_VALUE', 'device']);
  const next = await secondStep(server);
  t.same(
    next.body._embedded.devices.map(({ id }: { id: string }) => id),
    [other.id],
    'the next one is used',
  );
  await call('DELETE', `${path}/${other.id}`);
  t.same(refusal(await next.act('otp.check', { otp: next.code() })), [400, 'INVALID_OTP', 'otp'], 'deleted meanwhile');
  t.match((await secondStep(server)).body, { status: 'FAILED', error: { unavailableDevices: [{ id: mail.id }] } });
});

t.test('a user without a device, or whose MFA is not enabled, is blocked or let past as the action says', async (t) => {
  for (const [noDevicesMode, status] of [
    ['BLOCK', 'FAILED'],
    ['BYPASS', 'COMPLETED'],
  ] as const) {
    const server = await buildTestServer(t);
    const { pair, call } = await withSecondFactor(server, {}, { noDevicesMode });
    t.equal((await secondStep(server)).body.status, status, 'none');
    await pair({ type: 'EMAIL', email: 'a@example.com' });
    t.equal((await secondStep(server)).body.status, 'OTP_REQUIRED');
    await call('PUT', `users/${ids.alice}/mfaEnabled`, { body: { mfaEnabled: false } });
    t.equal((await secondStep(server)).body.status, status, 'not enabled');
  }
});

t.test('in test mode the flow shows the passcode, and nothing is sent', async (t) => {
  const server = await buildTestServer(t);
  const { pair } = await withSecondFactor(server);
  await pair({ type: 'EMAIL', email: 'a@example.com', testMode: true });
  const { act, body } = await secondStep(server);
  t.match(body.test, { otp: /^\d{8}$/ });
  t.same(server.environment.outbox.list(), []);
  t.equal((await act('otp.check', { otp: body.test.otp })).json().status, 'COMPLETED');
});

t.test('a sign-on waits for the phone, and goes on when it is read after the approval', async (t) => {
  const server = await buildTestServer(t);
  await withSecondFactor(server);
  const phone = await pairPhone(server);
  const { read, body, id, tokens } = await secondStep(server);
  t.equal(body.status, 'PUSH_CONFIRMATION_REQUIRED');
  t.same(links(body), ['cancel.push.authentication', 'session.reset']);
  t.match(body, { selectedDevice: { id: phone.id }, _embedded: { devices: [{ id: phone.id, type: 'MOBILE', nickname: 'My phone' }] } });
  const sent = server.environment.outbox.list().at(-1);
  t.match(sent, { channel: 'push', to: 'My phone', flowId: id, subject: 'Approve your sign-on' });
  t.equal(sent?.text, 'Do you want alice to be signed on?', 'it asks, and has no passcode');
  t.equal((await read()).status, 'PUSH_CONFIRMATION_REQUIRED');
  await answerPush(server, 'APPROVED');
  const answers = await Promise.all([read(), read()]);
  t.same(
    answers.map(({ status }) => status),
    ['COMPLETED', 'COMPLETED'],
  );
  t.match(decodeJwt((await tokens()).id_token), { amr: ['pwd', 'swk', 'mfa'] });
});

t.test('a push that is denied fails the sign-on, one without an answer can be sent again or given up', async (t) => {
  const server = await buildTestServer(t);
  const { pair } = await withSecondFactor(server);
  const phone = await pairPhone(server);
  await pair({ type: 'EMAIL', email: 'a@example.com' });
  const denied = await secondStep(server);
  await answerPush(server, 'DENIED');
  t.match(await denied.read(), { status: 'FAILED', error: { code: 'PUSH_CONFIRMATION_DENIED' } });
  const { act, read } = await secondStep(server);
  t.same(refusal(await act('device.select', { device: { id: phone.id } })), [400, 'INVALID_VALUE', undefined], 'not while it waits');
  await server.clock.advance(40_000);
  const over = await read();
  t.equal(over.status, 'PUSH_CONFIRMATION_TIMED_OUT');
  t.same(links(over), ['device.select', 'session.reset']);
  await answerPush(server, 'APPROVED');
  t.equal((await read()).status, 'PUSH_CONFIRMATION_TIMED_OUT', 'an answer that comes too late');
  t.equal((await act('device.select', { device: { id: phone.id } })).json().status, 'PUSH_CONFIRMATION_REQUIRED');
  const cancelled = (await act('cancel.push.authentication', { reason: 'CHANGE_DEVICE' })).json();
  t.equal(cancelled.status, 'DEVICE_SELECTION_REQUIRED');
  t.equal(cancelled._embedded.devices.length, 2);
});

t.test('where numbers have to match, the flow shows the one that the phone has to choose', async (t) => {
  const server = await buildTestServer(t);
  const mobile = {
    enabled: true,
    otp: { failure: { count: 3, coolDown: { duration: 2, timeUnit: 'MINUTES' } } },
    applications: [
      { id: ids.native, push: { enabled: true, numberMatching: { enabled: true } }, pushTimeout: { duration: 90, timeUnit: 'SECONDS' } },
    ],
  };
  await withSecondFactor(server, { mobile });
  await pairPhone(server, [ids.native]);
  const { body, read } = await secondStep(server);
  const [push] = await server.environment.store.pushRequests.list();
  t.match(body.numberMatching, { number: /^\d\d$/ });
  t.equal(push?.number, body.numberMatching.number);
  t.equal(new Set(push?.choices).size, 3);
  t.ok(push?.choices?.includes(body.numberMatching.number));
  await server.clock.advance(89_000);
  t.equal((await read()).status, 'PUSH_CONFIRMATION_REQUIRED', 'as long as the policy of the application says');
});
