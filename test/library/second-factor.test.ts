import { decodeJwt } from 'jose';
import t, { type Test } from 'tap';
import { createMock } from '../../src/index.js';
import { fromBase32 } from '../../src/lib/base32.js';
import { totp } from '../../src/protocol/totp.js';
import { everything } from '../helpers/second-factor.js';

const management = 'v1/environments';

type Made = Record<string, unknown> & { id: string };

/** A mock with a sign-on policy that asks for a second factor, by an MFA policy in which everything is enabled. */
async function start(t: Test) {
  const mock = await createMock();
  t.teardown(() => mock.close());
  const token = await mock.managementToken();
  const call = async (method: string, path: string, body?: object, type = 'application/json'): Promise<Made> => {
    const answer = await mock.inject({
      method,
      url: `/${management}/${mock.environmentId}/${path}`,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': type }) },
      ...(body && { payload: JSON.stringify(body) }),
    });
    if (answer.statusCode >= 400) throw new Error(answer.body);
    return answer.json<Made>();
  };
  const users = await mock.users.list();
  const alice = users.find(({ username }) => username === 'alice') as { id: string };
  const [app] = (await mock.apps.list()).filter(({ type }) => type === 'SINGLE_PAGE_APP');
  const authorizeUrl = `${mock.issuer}/authorize?${new URLSearchParams({
    client_id: app?.id ?? '',
    response_type: 'code',
    redirect_uri: app?.redirectUris?.[0] ?? '',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    acr_values: 'Mfa',
  })}`;
  const amrOf = async (callback: string): Promise<unknown> => {
    const answer = await mock.inject({
      method: 'POST',
      url: `/${mock.environmentId}/as/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: app?.id ?? '',
        redirect_uri: app?.redirectUris?.[0] ?? '',
        code: new URL(callback).searchParams.get('code') ?? '',
        code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      }).toString(),
    });
    return decodeJwt(answer.json<{ id_token: string }>().id_token).amr;
  };
  /** Assigns a policy of these actions after the password. */
  const assign = async (name: string, actions: object[]) => {
    const policy = await call('POST', 'signOnPolicies', { name });
    for (const [at, action] of [{ type: 'LOGIN' }, ...actions].entries())
      await call('POST', `signOnPolicies/${policy.id}/actions`, { priority: at + 1, ...action });
    await call('POST', `applications/${app?.id}/signOnPolicyAssignments`, { signOnPolicy: { id: policy.id }, priority: 1 });
  };
  const mfaPolicy = await call('POST', 'deviceAuthenticationPolicies', everything);
  const action = { type: 'MULTI_FACTOR_AUTHENTICATION', deviceAuthenticationPolicy: { id: mfaPolicy.id }, noDevicesMode: 'BLOCK' };
  await assign('Mfa', [action]);
  return { mock, call, alice, app, authorizeUrl, amrOf, assign };
}

t.test('a test needs one line for a passcode, a passkey, and a phone that approves', async (t) => {
  const { mock, authorizeUrl, amrOf } = await start(t);
  // Twice each: the second time the device is there.
  for (let time = 0; time < 2; time += 1) {
    t.same(await amrOf(await mock.signOn(authorizeUrl, 'alice', { otp: 'auto' })), ['pwd', 'otp', 'mfa']);
    t.same(await amrOf(await mock.signOn(authorizeUrl, 'alice', { passkey: true })), ['pwd', 'hwk', 'mfa']);
    t.same(await amrOf(await mock.signOn(authorizeUrl, 'alice', { push: 'approve' })), ['pwd', 'swk', 'mfa']);
  }
  const denied = new URL(await mock.signOn(authorizeUrl, 'alice', { push: 'deny' })).searchParams;
  t.equal(denied.get('code'), null);
  t.ok(denied.get('error'));
  t.same(await amrOf(await mock.signOn(authorizeUrl, 'alice')), ['pwd'], 'without an option the policy is skipped');
});

t.test('an authenticator app that the test has paired is used for passcodes, as often as it likes', async (t) => {
  const { mock, call, alice, authorizeUrl, amrOf } = await start(t);
  const device = await call('POST', `users/${alice.id}/devices`, { type: 'TOTP' });
  const drawn = await mock.inject(`/__mock/v1/environments/default/users/${alice.id}/devices/${device.id}/qr.svg`);
  t.equal(drawn.headers['content-type'], 'image/svg+xml');
  t.match(drawn.body, /^<svg .*<\/svg>$/s);
  const otp = totp(fromBase32(String(device.secret)) as Buffer, (await mock.clock.now()).getTime());
  await call('POST', `users/${alice.id}/devices/${device.id}`, { otp }, 'application/vnd.pingidentity.device.activate+json');
  for (let time = 0; time < 2; time += 1) {
    t.same(await amrOf(await mock.signOn(authorizeUrl, 'alice', { otp: 'auto' })), ['pwd', 'otp', 'mfa']);
    mock.clock.advance('30s');
  }
  t.equal(
    (await mock.inject(`/__mock/v1/environments/default/users/${alice.id}/devices/${device.id}/qr.svg`)).statusCode,
    404,
    'it is active',
  );
});

t.test('a test plays the phone of a sign-on that goes on elsewhere', async (t) => {
  const { mock, call, alice, authorizeUrl } = await start(t);
  await call('PUT', `users/${alice.id}/mfaEnabled`, { mfaEnabled: true });
  const { code } = await call('POST', `users/${alice.id}/pairingKeys`, {});
  const phone = await mock.devices.pair(String(code), { nickname: 'My phone' });
  t.match(phone, { user: { id: alice.id } });
  await t.rejects(mock.devices.pair(String(code)), { code: 'pairing_key_unknown' }, 'once');

  /** The sign-on of an application with a page of its own. */
  const begin = async () => {
    const asked = await mock.inject(`${new URL(authorizeUrl).pathname}${new URL(`${authorizeUrl}&response_mode=pi.flow`).search}`);
    const { id } = asked.json<{ id: string }>();
    const url = `/${mock.environmentId}/flows/${id}`;
    const headers = { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' };
    const payload = JSON.stringify({ username: 'alice', password: 'Alice-Passw0rd' });
    const { status } = (await mock.inject({ method: 'POST', url, headers, payload })).json<{ status: string }>();
    t.equal(status, 'PUSH_CONFIRMATION_REQUIRED');
    return async () => (await mock.inject(url)).json<{ status: string }>().status;
  };
  const first = await begin();
  t.match(await mock.devices.pushes(), [{ user: { username: 'alice' }, device: { id: phone.id, nickname: 'My phone' } }]);
  await mock.devices.approve();
  t.equal(await first(), 'COMPLETED');
  t.same(await mock.devices.pushes(), []);
  const second = await begin();
  const [push] = await mock.devices.pushes();
  await mock.devices.deny({ id: push?.id ?? '' });
  t.equal(await second(), 'FAILED');
  await t.rejects(mock.devices.approve({ id: push?.id ?? '' }), { code: 'request_decided' });
  await t.rejects(mock.devices.approve({ id: 'x' }), { code: 'request_unknown' });
  await t.rejects(mock.devices.approve({ number: '1', what: 1 } as object), { code: 'name_unknown' });
});

t.test('a phone that chooses another number than the page shows denies the sign-on', async (t) => {
  const { mock, call, alice, app, authorizeUrl } = await start(t);
  const list = await call('GET', 'deviceAuthenticationPolicies');
  const policy = (
    list._embedded as { deviceAuthenticationPolicies: { id: string; name: string; mobile: object }[] }
  ).deviceAuthenticationPolicies.find(({ name }) => name === 'Everything');
  const applications = [{ id: app?.id, push: { enabled: true, numberMatching: { enabled: true } } }];
  await call('PUT', `deviceAuthenticationPolicies/${policy?.id}`, { ...policy, mobile: { ...policy?.mobile, applications } });
  await call('PUT', `users/${alice.id}/mfaEnabled`, { mfaEnabled: true });
  const { code } = await call('POST', `users/${alice.id}/pairingKeys`, { applications: [{ id: app?.id }] });
  await mock.devices.pair(String(code));
  const begin = async () => {
    const asked = await mock.inject(`${new URL(authorizeUrl).pathname}${new URL(`${authorizeUrl}&response_mode=pi.flow`).search}`);
    const url = `/${mock.environmentId}/flows/${asked.json<{ id: string }>().id}`;
    const headers = { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' };
    const payload = JSON.stringify({ username: 'alice', password: 'Alice-Passw0rd' });
    const body = (await mock.inject({ method: 'POST', url, headers, payload })).json<{ numberMatching: { number: string } }>();
    return { number: body.numberMatching.number, status: async () => (await mock.inject(url)).json<{ status: string }>().status };
  };
  const wrong = await begin();
  const [push] = await mock.devices.pushes();
  await mock.devices.approve({ number: push?.choices?.find((choice) => choice !== wrong.number) ?? '' });
  t.equal(await wrong.status(), 'FAILED');
  const right = await begin();
  await mock.devices.approve({ number: right.number });
  t.equal(await right.status(), 'COMPLETED');
  const usual = await begin();
  await mock.devices.approve();
  t.equal(await usual.status(), 'COMPLETED', 'without a number the right one is chosen');
});

t.test('a second factor that the policy does not ask for, or that does not help, is said so', async (t) => {
  const { mock, call, alice, authorizeUrl, assign } = await start(t);
  await assign('Password', []);
  const password = authorizeUrl.replace('acr_values=Mfa', 'acr_values=Password');
  await t.rejects(mock.signOn(password, 'alice', { otp: 'auto' }), { code: 'no_second_factor' });
  await t.rejects(mock.signOn(authorizeUrl, 'alice', { otp: 'auto', passkey: true }), { code: 'value_refused' });
  await t.rejects(mock.signOn(authorizeUrl, 'alice', { push: 'maybe' } as object), { code: /./ });
  const attributes = [{ name: 'nickname', required: true }];
  const profile = {
    type: 'PROGRESSIVE_PROFILING',
    attributes,
    preventMultiplePromptsPerFlow: false,
    promptIntervalSeconds: 1,
    promptText: 'x',
  };
  await assign('Profile', [{ type: 'MULTI_FACTOR_AUTHENTICATION', noDevicesMode: 'BLOCK' }, profile]);
  const other = authorizeUrl.replace('acr_values=Mfa', 'acr_values=Profile');
  await t.rejects(mock.signOn(other, 'alice', { otp: 'auto' }), { code: 'step_unexpected' });
  t.ok(((await call('GET', `users/${alice.id}/devices`)).count as number) > 0, 'the mock has paired a device');
});
