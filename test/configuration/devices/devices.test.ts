import t from 'tap';
import type { Application } from '../../../src/environment/model/application.js';
import { fromBase32 } from '../../../src/lib/base32.js';
import { makeAccessToken } from '../../../src/oauth/tokens/make.js';
import { totp } from '../../../src/protocol/totp.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const user = `users/${ids.alice}`;
const path = `${user}/devices`;

async function start(t: Parameters<typeof buildTestServer>[0]) {
  const server = await buildTestServer(t);
  const call = async (...asked: Parameters<Awaited<ReturnType<typeof managementClient>>>) => (await managementClient(server.app))(...asked);
  const policies = async () => (await call('GET', 'deviceAuthenticationPolicies')).json()._embedded.deviceAuthenticationPolicies;
  /** Changes members of the default MFA policy. */
  const setPolicy = async (change: object) => {
    const [policy] = await policies();
    const put = await call('PUT', `deviceAuthenticationPolicies/${policy.id}`, { body: { ...policy, ...change } });
    if (put.statusCode !== 200) throw new Error(put.body);
  };
  const create = (body: object) => call('POST', path, { body });
  const list = async (query = '') => (await call('GET', `${path}${query}`)).json();
  const lastCode = () => server.environment.outbox.list().findLast(({ code }) => code !== undefined)?.code ?? '';
  return { ...server, call, setPolicy, create, list, lastCode };
}

const enabled = {
  enabled: true,
  otp: {
    lifeTime: { duration: 5, timeUnit: 'MINUTES' },
    otpLength: 8,
    failure: { count: 3, coolDown: { duration: 2, timeUnit: 'MINUTES' } },
  },
};

t.test('a device that an administrator adds is active, and is read, listed and deleted', async (t) => {
  const { create, call, list } = await start(t);
  const made = await create({ type: 'EMAIL', email: 'alice@example.com', nickname: 'Work' });
  t.equal(made.statusCode, 201, made.body);
  const device = made.json();
  const self = `${environmentUrl}/${path}/${device.id}`;
  t.equal(made.headers.location, self);
  t.same(device, {
    _links: { self: { href: self }, environment: { href: environmentUrl }, user: { href: `${environmentUrl}/${user}` } },
    id: device.id,
    environment: { id: environmentId },
    user: { id: ids.alice },
    type: 'EMAIL',
    status: 'ACTIVE',
    createdAt: device.createdAt,
    updatedAt: device.updatedAt,
    nickname: 'Work',
    email: 'alice@example.com',
    block: { status: 'UNBLOCKED' },
    lock: { status: 'UNLOCKED' },
  });
  t.same((await call('GET', `${path}/${device.id}`)).json(), device);
  t.same((await list())._embedded.devices, [device]);
  t.equal((await call('GET', `users/${ids.bob}/devices/${device.id}`)).statusCode, 404, 'another user’s device');
  t.equal((await call('DELETE', `users/${ids.bob}/devices/${device.id}`)).statusCode, 404);
  t.equal((await call('DELETE', `${path}/${device.id}`)).statusCode, 204);
  t.equal((await list()).count, 0);
});

t.test('a device waits for the passcode that was sent to it, within its lifetime and three attempts', async (t) => {
  const { create, call, lastCode, setPolicy, clock, environment } = await start(t);
  await setPolicy({ email: enabled, newDeviceNotification: 'NONE' });
  const device = (await create({ type: 'EMAIL', email: 'a@example.com', status: 'ACTIVATION_REQUIRED' })).json();
  t.match(device, { status: 'ACTIVATION_REQUIRED', _links: { 'device.activate': { href: device._links.self.href } } });
  t.match(environment.outbox.list(), [{ channel: 'email', to: 'a@example.com', code: /^\d{8}$/ }]);
  const activate = (otp: unknown) => call('POST', `${path}/${device.id}`, { action: 'device.activate', body: { otp } });
  for (const otp of ['', '1', 'wrong']) t.same(refusal(await activate(otp)), [400, 'INVALID_OTP', 'otp'], otp);
  t.same(refusal(await activate(lastCode())), [400, 'INVALID_OTP', 'otp'], 'the right one after three wrong ones');
  t.match((await call('GET', `${path}/${device.id}`)).json(), { lock: { status: 'LOCKED', reason: 'OTP' } });
  const resend = () => call('POST', `${path}/${device.id}`, { action: 'device.sendActivationCode' });
  t.equal((await resend()).statusCode, 200);
  t.same(refusal(await activate(lastCode())), [400, 'INVALID_OTP', 'otp'], 'the device is locked');
  clock.advance(2 * 60_000);
  await resend();
  clock.advance(5 * 60_000);
  t.same(refusal(await activate(lastCode())), [400, 'INVALID_OTP', 'otp'], 'too late');
  const before = lastCode();
  await resend();
  t.same(refusal(await activate(before)), [400, 'INVALID_OTP', 'otp'], 'an earlier one');
  const active = await activate(lastCode());
  t.match(active.json(), { status: 'ACTIVE' });
  t.same(refusal(await activate(lastCode())), [400, 'CONSTRAINT_VIOLATION', undefined]);
  t.same(refusal(await activate(5)), [400, 'INVALID_VALUE', 'otp']);
  t.same(refusal(await resend()), [400, 'CONSTRAINT_VIOLATION', undefined]);
});

t.test('an authenticator app is paired by its secret, which is shown until then, and a passcode of it counts once', async (t) => {
  const { create, call, setPolicy, clock } = await start(t);
  await setPolicy({ totp: { enabled: true, otp: enabled.otp, uriParameters: { issuer: 'Example Inc' } } });
  const device = (await create({ type: 'TOTP', status: 'ACTIVE' })).json();
  t.match(device, { status: 'ACTIVATION_REQUIRED', secret: /^[A-Z2-7]{32}$/ });
  t.equal(device.keyUri, `otpauth://totp/alice?secret=${device.secret}&issuer=Example%20Inc`);
  const code = () => totp(fromBase32(device.secret) as Buffer, clock.now());
  const activate = (otp: string) => call('POST', `${path}/${device.id}`, { action: 'device.activate', body: { otp } });
  t.same(refusal(await activate('000000')), [400, 'INVALID_OTP', 'otp']);
  const active = await activate(code());
  t.equal(active.json().status, 'ACTIVE', active.body);
  for (const name of ['secret', 'keyUri']) t.notOk(name in active.json(), name);
  t.same(refusal(await call('POST', `${path}/${device.id}`, { action: 'device.sendActivationCode' })), [
    400,
    'CONSTRAINT_VIOLATION',
    undefined,
  ]);

  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  await setPolicy({ oathToken: { enabled: true, otp: enabled.otp } });
  const token = (await create({ type: 'OATH_TOKEN', serialNumber: '1', secret })).json();
  t.notOk('secret' in token);
  const otp = totp(fromBase32(secret) as Buffer, clock.now());
  t.equal((await call('POST', `${path}/${token.id}`, { action: 'otp.check', body: { otp } })).json().status, 'ACTIVE');
  t.same(refusal(await create({ type: 'OATH_TOKEN', secret: 'x1' })), [400, 'INVALID_VALUE', 'secret']);
});

t.test('in test mode the passcode is in the answer and is sent nowhere', async (t) => {
  const { create, call, environment } = await start(t);
  const device = (await create({ type: 'EMAIL', email: 'a@example.com', status: 'ACTIVATION_REQUIRED', testMode: true })).json();
  t.match(device, { testMode: true, test: { otp: /^\d{6}$/ } });
  t.same(environment.outbox.list(), []);
  const active = await call('POST', `${path}/${device.id}`, { action: 'device.activate', body: { otp: device.test.otp } });
  t.equal(active.json().status, 'ACTIVE');
  t.notOk('test' in active.json());
});

t.test('telephones are reached by SMS, call and WhatsApp, where the MFA policy allows them', async (t) => {
  const { create, setPolicy, environment } = await start(t);
  const phone = '+14155550100';
  for (const type of ['SMS', 'VOICE', 'WHATSAPP']) t.same(refusal(await create({ type, phone })), [400, 'INVALID_VALUE', 'type'], type);
  await setPolicy({ sms: enabled, voice: enabled, whatsApp: enabled });
  for (const [type, channel] of [
    ['SMS', 'sms'],
    ['VOICE', 'voice'],
    ['WHATSAPP', 'whatsapp'],
  ] as const) {
    const made = await create({ type, phone, extension: '12', status: 'ACTIVATION_REQUIRED' });
    t.match(made.json(), { type, phone, ...(type === 'VOICE' && { extension: '12' }) }, made.body);
    t.match(environment.outbox.list().at(-1), { channel, to: phone, code: /^\d{8}$/ });
    t.same(refusal(await create({ type })), [400, 'EMPTY_VALUE', 'phone']);
    t.same(refusal(await create({ type, phone: 'tel' })), [400, 'INVALID_VALUE', 'phone']);
  }
  await setPolicy({ sms: { ...enabled, pairingDisabled: true } });
  t.same(refusal(await create({ type: 'SMS', phone })), [400, 'INVALID_VALUE', 'type']);
  for (const type of ['MOBILE', 'PLATFORM', 'toString', 'email'])
    t.same(refusal(await create({ type })), [400, 'INVALID_VALUE', 'type'], type);
  for (const body of [
    { type: 5 },
    { type: 'EMAIL', email: 5 },
    { type: 'EMAIL', email: 'a@b.c', status: 'x' },
    {},
    [],
    'x',
    { type: 'EMAIL', email: 'a@b.c', policy: { id: ids.web } },
  ])
    t.equal((await create(body as object)).statusCode, 400, JSON.stringify(body));
});

t.test('the order is that of activation until a user changes it; without one, nothing is the default', async (t) => {
  const { create, call, list } = await start(t);
  const made: string[] = [];
  for (const name of ['one', 'two', 'three']) made.push((await create({ type: 'EMAIL', email: `${name}@example.com` })).json().id);
  const [one, two, three] = made as [string, string, string];
  const order = async () => (await list('?expand=order')).order.map(({ id }: { id: string }) => id);
  t.same(await order(), [one, two, three]);
  const reorder = (...ids: string[]) => call('POST', path, { action: 'devices.reorder', body: { order: ids.map((id) => ({ id })) } });
  t.same((await reorder(three, one.toUpperCase(), two)).json().order, [{ id: three }, { id: one }, { id: two }]);
  t.same(
    (await list())._embedded.devices.map(({ id }: { id: string }) => id),
    [three, one, two],
  );
  for (const wrong of [[one, two], [one, one, two], [one, two, ids.web], []] as string[][])
    t.same(refusal(await reorder(...wrong)), [400, 'INVALID_VALUE', 'order']);
  await call('DELETE', `${path}/${three}`);
  t.same(await order(), [one, two], 'the next one is the default');
  t.equal((await call('POST', path, { action: 'devices.order.remove' })).statusCode, 204);
  t.same(await order(), []);
  t.notOk('order' in (await list()));
});

t.test('devices are blocked, unblocked, named and filtered', async (t) => {
  const { create, call, list } = await start(t);
  const { id } = (await create({ type: 'EMAIL', email: 'a@example.com' })).json();
  await create({ type: 'EMAIL', email: 'b@example.com', status: 'ACTIVATION_REQUIRED' });
  const act = async (action: string) => (await call('POST', `${path}/${id}`, { action })).json();
  t.match(await act('device.block'), { block: { status: 'BLOCKED', blockedAt: /^2026-11-22/ } });
  t.same((await act('device.unblock')).block, { status: 'UNBLOCKED' });
  t.same((await act('device.unlock')).lock, { status: 'UNLOCKED' });
  const name = async (nickname: unknown) => call('PUT', `${path}/${id}/nickname`, { body: { nickname } });
  t.equal((await name('Mine')).json().nickname, 'Mine');
  t.notOk('nickname' in (await name('')).json());
  t.same(refusal(await name('x'.repeat(101))), [400, 'SIZE_LIMIT_EXCEEDED', 'nickname']);
  t.equal((await list(`?filter=${encodeURIComponent('status eq "ACTIVE"')}`)).count, 1);
  t.equal((await list(`?filter=${encodeURIComponent('(type eq "EMAIL")')}`)).count, 2);
  t.same(refusal(await call('GET', `${path}?filter=${encodeURIComponent('email eq "a"')}`)), [400, 'INVALID_FILTER', 'filter']);
  t.same(refusal(await call('PUT', `${path}/${id}/logs`, { body: {} })), [400, 'CONSTRAINT_VIOLATION', undefined]);
  t.equal((await call('POST', `${path}/${id}`, { action: 'device.explode' })).statusCode, 415);
});

t.test('a user has five active devices at most, and devices that wait for activation end after a day', async (t) => {
  const { create, call, list, clock, lastCode } = await start(t);
  const waiting = (await create({ type: 'EMAIL', email: 'w@example.com', status: 'ACTIVATION_REQUIRED' })).json();
  const code = lastCode();
  const made = await Promise.all(Array.from({ length: 6 }, (_, at) => create({ type: 'EMAIL', email: `d${at}@example.com` })));
  t.same(made.map(({ statusCode }) => statusCode).sort(), [201, 201, 201, 201, 201, 400]);
  t.same(refusal(await create({ type: 'EMAIL', email: 'x@example.com' })), [400, 'LIMIT_EXCEEDED', 'device']);
  const activated = await call('POST', `${path}/${waiting.id}`, { action: 'device.activate', body: { otp: code } });
  t.same(refusal(activated), [400, 'LIMIT_EXCEEDED', 'device']);
  t.equal((await list()).count, 6);
  clock.advance(24 * 3_600_000);
  t.equal((await list()).count, 5);
  t.equal((await call('GET', `${path}/${waiting.id}`)).statusCode, 404);
});

t.test('a user hears of a new device as the MFA policy says', async (t) => {
  const { create, setPolicy, environment } = await start(t);
  await create({ type: 'EMAIL', email: 'a@example.com' });
  t.match(environment.outbox.list(), [{ channel: 'email', to: 'alice@example.com', subject: 'A new device was paired' }]);
  await setPolicy({ newDeviceNotification: 'NONE' });
  await create({ type: 'EMAIL', email: 'b@example.com' });
  t.equal(environment.outbox.list().length, 1);
});

t.test('MFA settings are read, replaced and reset, and decide what new users begin with', async (t) => {
  const { call } = await start(t);
  t.match((await call('GET', 'mfaSettings')).json(), {
    environment: { id: environmentId },
    pairing: { maxAllowedDevices: 5, pairingKeyFormat: 'NUMERIC' },
  });
  const body = {
    pairing: { maxAllowedDevices: 1, pairingKeyFormat: 'ALPHANUMERIC' },
    users: { mfaEnabled: true },
    lockout: { failureCount: 5, durationSeconds: 60 },
  };
  t.match((await call('PUT', 'mfaSettings', { body })).json(), { ...body, _links: { self: { href: `${environmentUrl}/mfaSettings` } } });
  t.match((await call('POST', 'users', { body: { username: 'new', email: 'n@example.com' } })).json(), { mfaEnabled: true });
  t.same(refusal(await call('PUT', 'mfaSettings', { body: { pairing: { ...body.pairing, maxAllowedDevices: 16 } } })), [
    400,
    'OUT_OF_RANGE',
    'pairing.maxAllowedDevices',
  ]);
  t.equal((await call('DELETE', 'mfaSettings')).statusCode, 204);
  t.match((await call('GET', 'mfaSettings')).json(), { pairing: { maxAllowedDevices: 5 } });
  t.match((await call('GET', `${user}/mfaEnabled`)).json(), {
    mfaEnabled: false,
    _links: { self: { href: `${environmentUrl}/${user}/mfaEnabled` } },
  });
});

t.test('a pairing key belongs to its user, and ends with its lifetime', async (t) => {
  const { call, clock } = await start(t);
  const keys = `${user}/pairingKeys`;
  const made = await call('POST', keys, { body: { applications: [{ id: ids.native }] } });
  t.equal(made.statusCode, 201, made.body);
  const key = made.json();
  t.match(key, { code: /^\d{12}$/, status: 'UNCLAIMED', applications: [{ id: ids.native }], user: { id: ids.alice } });
  t.same((await call('GET', `${keys}/${key.id}`)).json(), key);
  t.equal((await call('GET', `users/${ids.bob}/pairingKeys/${key.id}`)).statusCode, 404);
  t.same(refusal(await call('POST', keys, { body: { applications: [{ id: ids.alice }] } })), [400, 'INVALID_VALUE', 'applications']);
  clock.advance(10 * 60_000);
  t.equal((await call('GET', `${keys}/${key.id}`)).statusCode, 404);
  const other = (await call('POST', keys, { body: {} })).json();
  t.equal((await call('DELETE', `${keys}/${other.id}`)).statusCode, 204);
  t.equal((await call('DELETE', `${keys}/${other.id}`)).statusCode, 404);
});

t.test('the devices of a user go with the user', async (t) => {
  const { create, call, environment } = await start(t);
  await create({ type: 'TOTP' });
  await call('DELETE', user);
  t.same([await environment.store.devices.count(), await environment.store.deviceSecrets.count()], [0, 0]);
});

t.test('people pair and order their own devices with the scopes for that, and only by showing that they have them', async (t) => {
  const { app, environment, lastCode } = await start(t);
  const application = (await environment.store.applications.get(ids.spa)) as Application;
  const [resource] = await environment.store.resources.find('type', 'PINGONE_API');
  const callWith = async (...scopes: string[]) => {
    const authentication = { userId: ids.alice, sessionId: 's', authenticatedAt: 0, acr: 'Single_Factor', amr: ['pwd'] };
    const options = { issuer: 'https://x', application, resource, authentication, scopes: ['openid', ...scopes] };
    return managementClient(app, (await makeAccessToken(environment, options)).token);
  };
  const [creates, reads, updates, removes] = await Promise.all(
    ['create', 'read', 'update', 'delete'].map((name) => callWith(`p1:${name}:device`)),
  );
  const body = { type: 'EMAIL', email: 'a@example.com', status: 'ACTIVE' };
  t.equal((await reads?.('POST', path, { body }))?.statusCode, 403);
  const device = (await creates?.('POST', path, { body }))?.json();
  t.equal(device.status, 'ACTIVATION_REQUIRED');
  t.equal((await creates?.('POST', `users/${ids.bob}/devices`, { body }))?.statusCode, 403);
  const otp = { action: 'device.activate', body: { otp: lastCode() } };
  t.equal((await creates?.('POST', `${path}/${device.id}`, otp))?.json().status, 'ACTIVE');
  for (const action of ['device.block', 'device.unlock'])
    t.equal((await creates?.('POST', `${path}/${device.id}`, { action }))?.statusCode, 403, action);
  const order = { action: 'devices.reorder', body: { order: [{ id: device.id }] } };
  t.equal((await creates?.('POST', path, order))?.statusCode, 403);
  t.equal((await updates?.('POST', path, order))?.statusCode, 200);
  t.equal((await reads?.('GET', path))?.json().count, 1);
  t.equal((await reads?.('DELETE', `${path}/${device.id}`))?.statusCode, 403);
  t.equal((await removes?.('DELETE', `${path}/${device.id}`))?.statusCode, 204);
  const pairs = await callWith('p1:create:pairingKey');
  t.equal((await pairs('POST', `${user}/pairingKeys`, { body: {} })).statusCode, 201);
});
