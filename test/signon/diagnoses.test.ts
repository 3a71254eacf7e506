// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { Writable } from 'node:stream';
import type { LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { pairOwnDevice } from '../../src/configuration/devices/own-devices.js';
import type { Device, DeviceSecret } from '../../src/environment/model/mfa.js';
import type { User } from '../../src/environment/model/user.js';
import { assert } from '../../src/protocol/authenticator.js';
import { addProvider, newBrowser } from '../helpers/federation.js';
import { assignPolicy, lastCode, type StartedFlow, startFlow } from '../helpers/flows.js';
import { withSecondFactor } from '../helpers/second-factor.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

const alice = { username: 'alice', password: 'Alice-Passw0rd' };
const origin = 'http://localhost';

/** A server whose log a test can read. */
async function start(t: Test) {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
  const server = await buildTestServer(t, {}, pino(sink));
  return { server, lines };
}

/** What an answer and the log say of a refusal: the code of the diagnosis in both. */
function told({ headers }: LightMyRequestResponse, lines: string[]) {
  const [header = ''] = String(headers['x-mock-diagnosis'] ?? '').split(';');
  const logged = lines.splice(0).flatMap((line) => {
    const { diagnosis } = JSON.parse(line) as { diagnosis?: string };
    return diagnosis === undefined ? [] : [diagnosis];
  });
  return { header, logged: logged.at(-1) };
}

t.test('a second factor that is refused has its diagnosis, in the header and in the log', async (t) => {
  const { server, lines } = await start(t);
  const { environment, clock } = server;
  const { call, pair } = await withSecondFactor(server, {
    fido2: { enabled: true, failure: { count: 9, coolDown: { duration: 2, timeUnit: 'MINUTES' } } },
  });
  const app = await pair({ type: 'TOTP' });
  const mail = await pair({ type: 'EMAIL', email: 'alice@example.com' });
  const user = (await environment.store.users.get(ids.alice)) as User;
  const passkey = await pairOwnDevice(environment, user, { type: 'FIDO2' });
  const bob = await pairOwnDevice(environment, (await environment.store.users.get(ids.bob)) as User, { type: 'FIDO2' });
  const select = (flow: StartedFlow, { id }: { id: string }) => flow.act('device.select', { device: { id } });
  const secondStep = async (device: { id: string }) => {
    const flow = await startFlow(server);
    await flow.act('usernamePassword.check', alice);
    await select(flow, device);
    return flow;
  };
  const secretOf = async ({ id }: Pick<Device, 'id'>) => (await environment.store.deviceSecrets.get(id)) as DeviceSecret;
  /** The answer of a passkey, with something wrong about it. */
  const answer = async (
    flow: StartedFlow,
    device: Device,
    change: { origin?: string; challenge?: string; counter?: number; relyingPartyId?: string },
  ) => {
    const { passkey: held } = await secretOf(device);
    const { assertion } = (await environment.store.flows.get(flow.id)) ?? {};
    const ceremony = { origin, challenge: assertion?.challenge ?? '', relyingPartyId: 'localhost', counter: 7, ...change };
    return { origin: ceremony.origin, assertion: assert(held?.privateKey ?? '', held?.id ?? '', ceremony) };
  };
  const withPasskey = async (change: Parameters<typeof answer>[2], alter = (body: { origin: string; assertion: string }) => body) => {
    const flow = await secondStep(passkey);
    return flow.act('assertion.check', alter(await answer(flow, passkey, change)));
  };
  const change = (assertion: string, member: string) => {
    const parsed = JSON.parse(assertion);
    const text: string = parsed.response[member];
    parsed.response[member] = `${text.slice(0, -6)}${text.at(-6) === 'A' ? 'B' : 'A'}${text.slice(-5)}`;
    return JSON.stringify(parsed);
  };
  await environment.store.deviceSecrets.put({
    ...(await secretOf(passkey)),
    passkey: { ...((await secretOf(passkey)).passkey as object), counter: 6 },
  } as DeviceSecret);

  const cases: [title: string, code: string, act: () => Promise<LightMyRequestResponse>][] = [
    ['a wrong passcode by e-mail', 'one_time_code_right', async () => (await secondStep(mail)).act('otp.check', { otp: '00000000' })],
    ['a wrong passcode of an app', 'one_time_code_right', async () => (await secondStep(app)).act('otp.check', { otp: '000000' })],
    [
      'an expired passcode',
      'one_time_code_fresh',
      async () => {
        const flow = await secondStep(mail);
        const otp = lastCode(server, flow.id);
        await clock.advance(6 * 60_000);
        return flow.act('otp.check', { otp });
      },
    ],
    [
      'a device that is locked by wrong passcodes',
      'device_usable',
      async () => {
        const flow = await secondStep(mail);
        for (let time = 0; time < 3; time += 1) await flow.act('otp.check', { otp: '00000000' });
        return flow.act('otp.check', { otp: lastCode(server, flow.id) });
      },
    ],
    [
      'a blocked device',
      'device_usable',
      async () => {
        const flow = await secondStep(app);
        await call('POST', `users/${ids.alice}/devices/${app.id}`, { action: 'device.block', body: {} });
        return select(flow, app);
      },
    ],
    ['a device of another user', 'device_of_user', async () => select(await secondStep(passkey), bob)],
    ['a page of another origin', 'passkey_origin', () => withPasskey({ origin: 'http://localhost.example.com' })],
    [
      'a page of another origin that names the right one',
      'passkey_origin',
      () => withPasskey({ origin: 'http://localhost:1' }, (body) => ({ ...body, origin })),
    ],
    ['another challenge', 'passkey_challenge', () => withPasskey({ challenge: 'AAAA' })],
    ['an old counter', 'passkey_counter', () => withPasskey({ counter: 6 })],
    ['another relying party', 'passkey_relying_party', () => withPasskey({ relyingPartyId: 'example.com' })],
    [
      'another signature',
      'passkey_signature',
      () => withPasskey({}, (body) => ({ ...body, assertion: change(body.assertion, 'signature') })),
    ],
    ['no assertion', 'passkey_readable', () => withPasskey({}, (body) => ({ ...body, assertion: '{}' }))],
    [
      'a passkey of another user',
      'passkey_known',
      async () => {
        const flow = await secondStep(passkey);
        return flow.act('assertion.check', await answer(flow, bob, {}));
      },
    ],
    [
      'a flow that has expired',
      'flow_known',
      async () => {
        const flow = await secondStep(passkey);
        await clock.advance(15 * 60_000 + 1);
        return flow.act('assertion.check', await answer(flow, passkey, {}));
      },
    ],
  ];
  for (const [title, code, act] of cases) {
    const refused = await act();
    t.ok(refused.statusCode >= 400, `${title}: ${refused.statusCode}`);
    t.match(told(refused, lines), { header: code, logged: code }, title);
    // So that one case does not lock the device of the next.
    await clock.advance(60 * 60_000);
    for (const device of [mail, passkey])
      await call('POST', `users/${ids.alice}/devices/${device.id}`, { action: 'device.unlock', body: {} });
  }
  t.equal((await environment.store.sessions.list()).length, 0, 'nobody is signed on');
});

t.test('a wrong state at the callback of a provider has its diagnosis, in the header and in the log', async (t) => {
  const { server, lines } = await start(t);
  const { store } = server.environment;
  const provider = await addProvider(server, { type: 'OPENID_CONNECT', playedBy: 'someone-else' });
  await assignPolicy(server, 'Partners', [{ type: 'IDENTITY_PROVIDER', identityProvider: { id: provider.id } }]);
  const rp = `/${environmentId}/rp`;
  const begin = async () => {
    const flow = await startFlow(server);
    const browser = newBrowser(server.app);
    const { url } = await browser.follow(`${rp}/authenticate?providerId=${provider.id}&flowId=${flow.id}`);
    return { browser, state: url.searchParams.get('state') ?? '' };
  };
  const back = (browser: ReturnType<typeof newBrowser>, query: Record<string, string>) =>
    browser.get(`${rp}/callback/openid_connect?${new URLSearchParams(query)}`);
  const cases: [title: string, code: string, act: () => Promise<LightMyRequestResponse>][] = [
    ['no state', 'external_state_sent', async () => back((await begin()).browser, { code: 'c' })],
    ['a foreign state', 'external_state', async () => back((await begin()).browser, { code: 'c', state: 'x'.repeat(43) })],
    [
      'a state that was used',
      'external_state_unused',
      async () => {
        const { browser, state } = await begin();
        await back(browser, { code: 'c', state });
        return back(browser, { code: 'c', state });
      },
    ],
    ['another browser', 'external_browser', async () => back(newBrowser(server.app), { code: 'c', state: (await begin()).state })],
    [
      'an expired sign-on',
      'external_state',
      async () => {
        const { browser, state } = await begin();
        await server.clock.advance(15 * 60_000 + 1);
        return back(browser, { code: 'c', state });
      },
    ],
    [
      'a sign-on that was removed meanwhile',
      'flow_known',
      async () => {
        const { browser, state } = await begin();
        for (const { id } of await store.flows.list()) await store.flows.take(id);
        return back(browser, { code: 'c', state });
      },
    ],
  ];
  for (const [title, code, act] of cases) {
    const refused = await act();
    t.equal(refused.statusCode, 302, title);
    t.match(told(refused, lines), { header: code, logged: code }, title);
  }
  t.equal((await store.sessions.list()).length, 0, 'nobody is signed on');
});

t.test('the page says why in its header as well: a wrong passcode, an expired sign-on', async (t) => {
  const { server, lines } = await start(t);
  const { pair } = await withSecondFactor(server);
  await pair({ type: 'EMAIL', email: 'alice@example.com' });
  const { id } = await startFlow(server);
  const page = `/${environmentId}/signon/?flowId=${id}`;
  const browser = newBrowser(server.app);
  await browser.submit(page, alice);
  const wrong = await browser.submit(page, { otp: '00000000' });
  t.equal(wrong.statusCode, 400);
  t.match(told(wrong, lines), { header: 'one_time_code_right', logged: 'one_time_code_right' });
  await server.clock.advance(15 * 60_000 + 1);
  const late = await browser.submit(page, { otp: '00000000' });
  t.equal(late.statusCode, 404);
  t.match(told(late, lines), { header: 'flow_known', logged: 'flow_known' });
});
