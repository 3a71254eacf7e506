// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { decodeJwt } from 'jose';
import t from 'tap';
import type { User } from '../../../src/environment/model/user.js';
import { as, cookiesOf } from '../../helpers/client.js';
import { assignPolicy, lastCode, startFlow } from '../../helpers/flows.js';
import { buildTestServer, ids, type TestServer } from '../../helpers/server.js';

const alice = { username: 'alice', password: 'Alice-Passw0rd' };
const since = (authenticator: string, greater: number) => ({
  condition: { secondsSince: `\${session.lastSignOn.withAuthenticator.${authenticator}.at}`, greater },
});
const mfa = { type: 'MULTI_FACTOR_AUTHENTICATION', email: { enabled: true } };
const links = (body: { _links: object }): string[] => Object.keys(body._links).filter((name) => !['self', 'signOnPage'].includes(name));

const change = async ({ environment }: TestServer, id: string, members: Partial<User>) => {
  const user = (await environment.store.users.get(id)) as User;
  await environment.store.users.put({ ...user, ...members });
};

t.test('a second step asks for a one-time passcode by e-mail', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  await assignPolicy(server, 'Two_Steps', [{}, mfa]);
  const flow = await startFlow(server);
  const checked = await flow.act('usernamePassword.check', alice);
  const body = checked.json();
  t.equal(body.status, 'OTP_REQUIRED');
  t.notOk(checked.headers['set-cookie'], 'one step of two is no sign-on');
  t.same(links(body), ['otp.check', 'device.select', 'session.reset']);
  const [device] = body._embedded.devices;
  t.strictSame(device, { id: device.id, type: 'EMAIL', status: 'ACTIVE', userRetries: 0, email: 'a****@example.com' });
  t.strictSame([body.selectedDevice, body.bypassAllowed], [{ id: device.id }, false]);
  t.match(environment.outbox.list(), [{ channel: 'email', to: 'alice@example.com', code: /^\d{6}$/ }]);
  t.notMatch(checked.body, lastCode(server, flow.id));

  t.match((await flow.act('otp.check', { otp: 'x' })).json(), { code: 'INVALID_DATA', details: [{ code: 'INVALID_OTP' }] });
  t.match((await flow.act('otp.check', { otp: 123456 })).json(), { code: 'INVALID_REQUEST', details: [{ target: 'otp' }] });
  const first = lastCode(server, flow.id);
  t.equal((await flow.act('device.select', { device: { id: device.id } })).json().status, 'OTP_REQUIRED', 'another one is sent');
  t.equal((await flow.act('otp.check', { otp: first })).statusCode, 400);
  const done = await flow.act('otp.check', { otp: lastCode(server, flow.id) });
  t.equal(done.json().status, 'COMPLETED');
  t.match(cookiesOf(done), /^ST=/);
  t.match(decodeJwt((await flow.tokens()).id_token), { acr: 'Two_Steps', amr: ['pwd', 'otp', 'mfa'] });

  for (const [name, sent, code] of [
    ['an unknown device', { device: { id: 'x' } }, 'INVALID_DATA'],
    ['no device', {}, 'INVALID_DATA'],
    ['a text', { device: 'x' }, 'INVALID_REQUEST'],
    ['a list', { device: [] }, 'INVALID_REQUEST'],
    ['null', { device: null }, 'INVALID_DATA'],
    ['an id that is none', { device: { id: 5 } }, 'INVALID_REQUEST'],
  ] as const) {
    const other = await startFlow(server);
    await other.act('usernamePassword.check', alice);
    const response = await other.act('device.select', sent);
    t.equal(response.statusCode, 400, name);
    t.match(response.json(), { code, details: [{ target: /^device/ }] }, name);
  }
});

t.test('wrong passcodes end a passcode after five, and a flow after fifteen', async (t) => {
  const server = await buildTestServer(t);
  await assignPolicy(server, 'Two_Steps', [{}, mfa]);
  const flow = await startFlow(server);
  const [device] = (await flow.act('usernamePassword.check', alice)).json()._embedded.devices;
  const invalid = { code: 'INVALID_DATA', details: [{ code: 'INVALID_OTP' }] };
  const guess = (count: number) => Promise.all(Array.from({ length: count }, () => flow.act('otp.check', { otp: 'wrong' })));
  const another = () => flow.act('device.select', { device: { id: device.id } });
  const right = () => flow.act('otp.check', { otp: lastCode(server, flow.id) });

  await guess(5);
  t.match((await right()).json(), invalid, 'after five, at once or one after another, the right one no longer counts');
  await another();
  await guess(4);
  await flow.act('session.reset');
  await flow.act('usernamePassword.check', alice);
  await guess(4);
  await another();
  await guess(1);
  await another();
  await guess(1);
  await another();
  t.match((await right()).json(), invalid, 'after fifteen, a new one does not help, nor does it to begin again');
  const next = await startFlow(server);
  await next.act('usernamePassword.check', alice);
  t.equal((await next.act('otp.check', { otp: lastCode(server, next.id) })).json().status, 'COMPLETED', 'another flow is not held up');
});

t.test('a user with several devices chooses one, and one without any fails unless bypassed', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  await change(server, ids.alice, { mobilePhone: '+441234501' });
  await assignPolicy(server, 'Choice', [{}, { ...mfa, sms: { enabled: true } }]);
  const flow = await startFlow(server);
  const body = (await flow.act('usernamePassword.check', alice)).json();
  t.equal(body.status, 'DEVICE_SELECTION_REQUIRED');
  t.same(environment.outbox.list(), [], 'nothing is sent before somebody chooses');
  const sms = body._embedded.devices.find(({ type }: { type: string }) => type === 'SMS');
  t.equal(sms.phone, '********01');
  t.equal((await flow.act('device.select', { device: { id: sms.id } })).json().status, 'OTP_REQUIRED');
  t.match(environment.outbox.list(), [{ channel: 'sms', to: '+441234501' }]);
  t.equal((await flow.act('otp.check', { otp: lastCode(server, flow.id) })).json().status, 'COMPLETED');

  const { email, ...bob } = (await environment.store.users.get(ids.bob)) as User;
  await environment.store.users.put(bob);
  const blocked = await startFlow(server);
  const failed = (await blocked.act('usernamePassword.check', { username: 'bob', password: 'Bob-Passw0rd1' })).json();
  t.match(failed, { status: 'FAILED', error: { code: 'NO_USABLE_DEVICES' } });
  t.same(links(failed), []);
  await environment.store.signOnPolicyAssignments.take((await environment.store.signOnPolicyAssignments.list())[0]?.id ?? '');
  await assignPolicy(server, 'Bypass', [{}, { ...mfa, noDevicesMode: 'BYPASS' }]);
  const passed = await startFlow(server);
  t.equal((await passed.act('usernamePassword.check', { username: 'bob', password: 'Bob-Passw0rd1' })).json().status, 'COMPLETED');
  t.same(decodeJwt((await passed.tokens()).id_token).amr, ['pwd']);
});

t.test('a step-up keeps the session and asks only for the missing step', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  const password = since('pwd', 3600);
  await assignPolicy(server, 'Basic', [password]);
  await assignPolicy(server, 'Strong', [password, { ...mfa, ...since('mfa', 600) }]);
  const first = await startFlow(server);
  const signedOn = await first.act('usernamePassword.check', alice);
  const cookie = cookiesOf(signedOn);
  t.equal((await startFlow(server, {}, cookie)).body.status, 'COMPLETED', 'the first policy is met');

  const strong = await startFlow(server, { acr_values: 'Strong' }, cookie);
  t.match(strong.body, { status: 'OTP_REQUIRED', _embedded: { user: { username: 'alice' } } }, 'only the second step is asked for');
  await clock.advance(5000);
  const done = await strong.act('otp.check', { otp: lastCode(server, strong.id) });
  t.equal(done.json().session.id, signedOn.json().session.id, 'the same session goes on');
  t.not(cookiesOf(done), cookie, 'under another cookie');
  const claims = decodeJwt((await strong.tokens()).id_token);
  t.match(claims, { acr: 'Strong', amr: ['pwd', 'otp', 'mfa'], auth_time: clock.now() / 1000 });
  const stronger = cookiesOf(done);
  t.equal((await startFlow(server, { acr_values: 'Strong' }, stronger)).body.status, 'COMPLETED');
  await clock.advance(601_000);
  t.equal((await startFlow(server, { acr_values: 'Strong' }, stronger)).body.status, 'OTP_REQUIRED', 'each step has its own age');
  const none = await app.inject({ url: `${as}/authorize?response_mode=pi.flow&prompt=none`, headers: { cookie: stronger } });
  t.not(none.statusCode, 200);
  t.equal((await startFlow(server, { acr_values: 'Strong', prompt: 'login' }, stronger)).body.status, 'USERNAME_PASSWORD_REQUIRED');
  await clock.advance(3_600_000);
  t.equal((await startFlow(server, { acr_values: 'Strong' }, stronger)).body.status, 'USERNAME_PASSWORD_REQUIRED');
  const again = await startFlow(server, { acr_values: 'Strong' }, cookie);
  t.equal((await again.act('session.reset')).json().status, 'USERNAME_PASSWORD_REQUIRED');
});

t.test('an identifier-first policy asks for the name, then for that user’s password', async (t) => {
  const server = await buildTestServer(t);
  await assignPolicy(server, 'Identifier', [{ type: 'IDENTIFIER_FIRST', registration: { enabled: true } }]);
  const flow = await startFlow(server);
  t.equal(flow.body.status, 'SIGN_ON_REQUIRED');
  t.same(links(flow.body), ['user.lookup', 'user.register', 'session.reset']);
  t.match((await flow.act('user.lookup', { username: 'nobody' })).json(), { details: [{ code: 'INVALID_CREDENTIALS' }] });
  const found = (await flow.act('user.lookup', { username: 'alice' })).json();
  t.match(found, { status: 'PASSWORD_REQUIRED', _embedded: { user: { id: ids.alice } } });
  t.same(links(found), ['usernamePassword.check', 'password.forgot', 'session.reset']);
  t.match(
    (await flow.act('usernamePassword.check', { username: 'bob', password: 'Bob-Passw0rd1' })).json(),
    { details: [{ code: 'INVALID_CREDENTIALS' }] },
    'the name has to identify that user',
  );
  t.equal((await flow.act('session.reset')).json().status, 'SIGN_ON_REQUIRED');
  await flow.act('user.lookup', { username: 'alice' });
  t.match((await flow.act('usernamePassword.check', { username: null, password: 'x' })).json(), { details: [{ target: 'username' }] });
  t.equal((await flow.act('usernamePassword.check', { password: 'Alice-Passw0rd' })).json().status, 'COMPLETED', 'which may be left out');
});

t.test('missing profile attributes are asked for during the sign-on', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const attributes = [
    { name: 'nickname', required: true },
    { name: 'address.locality', required: false },
    { name: 'name.given', required: true },
    { required: true },
    null,
  ];
  await assignPolicy(server, 'Profile', [{}, { type: 'PROGRESSIVE_PROFILING', attributes, promptText: 'Tell us more' }]);
  const flow = await startFlow(server);
  const asked = (await flow.act('usernamePassword.check', alice)).json();
  t.match(asked, { status: 'PROFILE_DATA_REQUIRED', promptText: 'Tell us more' });
  t.strictSame(asked._embedded.attributes, attributes.slice(0, 2), 'what is there already is not asked for');
  t.same(links(asked), ['user.update', 'session.reset']);
  t.match((await flow.act('user.update', {})).json(), { details: [{ code: 'REQUIRED_VALUE', target: 'nickname' }] });
  t.match((await flow.act('user.update', { nickname: '\0' })).json(), { details: [{ code: 'INVALID_VALUE', target: 'nickname' }] });
  t.match((await flow.act('user.update', { nickname: 5 })).json(), { code: 'INVALID_REQUEST', details: [{ target: 'nickname' }] });
  t.match((await flow.act('user.update', { nickname: 'Al', address: 'x' })).json(), {
    code: 'INVALID_REQUEST',
    details: [{ target: 'address' }],
  });
  t.match((await flow.act('user.update', { address: { locality: '' } })).json(), {
    code: 'INVALID_DATA',
    details: [
      { code: 'EMPTY_VALUE', target: 'address.locality' },
      { code: 'REQUIRED_VALUE', target: 'nickname' },
    ],
  });
  const update = { nickname: 'Al', address: { locality: 'Bath', region: 'ignored' }, username: 'ignored' };
  t.equal((await flow.act('user.update', update)).json().status, 'COMPLETED');
  const user = await environment.store.users.get(ids.alice);
  t.match(user, { nickname: 'Al', username: 'alice', lastSignOn: { at: /./ } });
  t.strictSame(user?.address, { locality: 'Bath' });
  const again = await startFlow(server);
  t.equal((await again.act('usernamePassword.check', alice)).json().status, 'COMPLETED', 'nothing is missing any more');
  const bob = await startFlow(server);
  await bob.act('usernamePassword.check', { username: 'bob', password: 'Bob-Passw0rd1' });
  t.equal((await bob.act('user.update', { nickname: 'Bo' })).json().status, 'COMPLETED', 'what is not required may be left out');
});

t.test('an agreement is accepted once or declined', async (t) => {
  const server = await buildTestServer(t);
  await assignPolicy(server, 'Agreement', [{}, { type: 'AGREEMENT', agreement: { id: 'a1' } }, { type: 'AGREEMENT' }]);
  const flow = await startFlow(server);
  const asked = (await flow.act('usernamePassword.check', alice)).json();
  t.equal(asked.status, 'AGREEMENT_CONSENT_REQUIRED');
  t.same(links(asked), ['user.consent', 'session.reset']);
  t.match((await flow.act('user.consent', {})).json(), { code: 'INVALID_DATA', details: [{ code: 'EMPTY_VALUE', target: 'accept' }] });
  t.match((await flow.act('user.consent', { accept: 'true' })).json(), { code: 'INVALID_REQUEST', details: [{ target: 'accept' }] });
  t.equal((await flow.act('user.consent', { accept: true })).json().status, 'AGREEMENT_CONSENT_REQUIRED', 'and the next one');
  t.equal((await flow.act('user.consent', { accept: true })).json().status, 'COMPLETED');
  t.equal((await (await startFlow(server)).act('usernamePassword.check', alice)).json().status, 'COMPLETED');

  const bob = await startFlow(server);
  await bob.act('usernamePassword.check', { username: 'bob', password: 'Bob-Passw0rd1' });
  const declined = await bob.act('user.consent', { accept: false });
  t.match(declined.json(), { status: 'FAILED', error: { code: 'CONSENT_DECLINED' } });
  t.notOk(declined.headers['set-cookie']);
});

t.test('a policy with no possible step fails, and an empty one still asks for a sign-on', async (t) => {
  const server = await buildTestServer(t);
  const { store } = server.environment;
  const only = async (name: string, actions: object[]) => {
    for (const { id } of await store.signOnPolicyAssignments.list()) await store.signOnPolicyAssignments.take(id);
    await assignPolicy(server, name, actions);
    return startFlow(server);
  };
  const external = await only('External', [{}, { type: 'IDENTITY_PROVIDER' }]);
  t.match((await external.act('usernamePassword.check', alice)).json(), { status: 'FAILED', error: { code: 'REQUEST_FAILED' } });
  const second = await only('Second_Factor', [mfa]);
  t.equal(second.body.status, 'SIGN_ON_REQUIRED', 'who it is has to be said');
  t.equal((await second.act('user.lookup', { username: 'alice' })).json().status, 'OTP_REQUIRED');
  t.equal((await second.act('otp.check', { otp: lastCode(server, second.id) })).json().status, 'COMPLETED');
  for (const [name, actions] of [
    ['no action', []],
    ['an action that never runs', [{ condition: { or: [] } }]],
    ['an agreement alone', [{ type: 'AGREEMENT' }]],
  ] as const) {
    const flow = await only(name.replaceAll(' ', '_'), [...actions]);
    t.match(flow.body.status, /^(USERNAME_PASSWORD|SIGN_ON)_REQUIRED$/, `${name}: nobody is signed on unasked`);
  }
});
