import t, { type Test } from 'tap';
import { fromBase32 } from '../../src/lib/base32.js';
import { totp } from '../../src/protocol/totp.js';
import { changeApplication } from '../helpers/application.js';
import { newBrowser } from '../helpers/federation.js';
import { startFlow } from '../helpers/flows.js';
import { withSecondFactor } from '../helpers/second-factor.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

const account = `/${environmentId}/myaccount/`;
const alice = { username: 'alice', password: 'Alice-Passw0rd' };

async function start(t: Test) {
  const server = await buildTestServer(t);
  const browser = newBrowser(server.app);
  const signOn = async () => {
    const { url } = await browser.follow(account);
    const done = await browser.submit(url.href, alice);
    return browser.followFrom(done, url.href);
  };
  const devices = async () => (await server.environment.store.devices.find('user.id', ids.alice)) ?? [];
  return { ...server, server, browser, signOn, devices };
}

const heading = (body: string) => /<h1>([^<]*)<\/h1>/.exec(body)?.[1];
const keyOf = (body: string) => /<code class="key">([^<]*)</.exec(body)?.[1]?.replaceAll(' ', '') ?? '';

t.test('a person signs on to their account, pairs an authenticator app by its QR code, and signs on with it', async (t) => {
  const { server, browser, signOn, devices, clock, environment } = await start(t);
  const arrived = await signOn();
  t.equal(arrived.url.pathname, account);
  t.equal(heading(arrived.response.body), 'My Account');
  t.match(arrived.response.body, 'None yet.');
  t.match(arrived.response.body, 'Multi-factor authentication is not enabled', 'nothing would ask for it');

  const begun = await browser.submit(account, { action: 'add' });
  t.equal(begun.statusCode, 303);
  const address = new URL(begun.headers.location ?? '', `http://localhost${account}`).href;
  const page = await browser.get(address);
  t.equal(heading(page.body), 'Add an Authenticator App');
  t.match(page.body, /<img src="data:image\/svg\+xml,%3Csvg[^"]*" width="240" height="240" alt="QR code/);
  t.match(String(page.headers['content-security-policy']), "default-src 'none'");
  const secret = keyOf(page.body);
  t.match(secret, /^[A-Z2-7]{32}$/);
  t.equal((await browser.submit(account, { action: 'add' })).headers.location, begun.headers.location, 'the one that waits goes on');

  const wrong = await browser.submit(address, { action: 'activate', otp: '000000' });
  t.equal(wrong.statusCode, 400);
  t.match(wrong.body, /role="alert".*aria-invalid="true"/s);
  const otp = totp(fromBase32(secret) as Buffer, clock.now());
  t.equal((await browser.submit(address, { action: 'activate', otp })).statusCode, 303);
  t.match(await devices(), [{ type: 'TOTP', status: 'ACTIVE' }]);
  t.match((await browser.get(account)).body, '<strong>Authenticator app</strong></span>');
  t.equal(heading((await browser.get(address)).body), 'My Account', 'its secret is not shown again');

  clock.advance(60_000);
  await withSecondFactor(server);
  const flow = await startFlow(server);
  t.match((await flow.act('usernamePassword.check', alice)).json(), { status: 'OTP_REQUIRED' });
  const next = totp(fromBase32(secret) as Buffer, clock.now());
  t.equal((await flow.act('otp.check', { otp: next })).json().status, 'COMPLETED');

  const [device] = await devices();
  const [, id = ''] = /name="device" value="([^"]*)"/.exec((await browser.get(account)).body) ?? [];
  t.equal(id, device?.id);
  await browser.submit(account, { action: 'remove', device: id });
  t.equal((await devices()).length, 0);
  t.equal(await environment.store.deviceSecrets.count(), 0);
});

t.test('only the person of the session acts on the account, with forms of the page', async (t) => {
  const { app, browser, signOn, devices } = await start(t);
  t.equal((await app.inject({ url: account.slice(0, -1) })).headers.location, 'myaccount/');
  const stranger = await app.inject({
    method: 'POST',
    url: account,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'action=add',
  });
  t.match(stranger.headers.location, /\/signon\/\?flowId=/, 'without a session: to the sign-on');
  await signOn();
  const cookie = [...browser.cookies.values()].map(({ name, value }) => `${name}=${value}`).join('; ');
  const post = (payload: string, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: account,
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload,
    });
  t.match(await post('action=add', { 'sec-fetch-site': 'cross-site' }), { statusCode: 400, body: /another site/ });
  t.match(await post('{"action":"add"}', { 'content-type': 'application/json' }), { statusCode: 400, body: /not a form/ });
  t.match(await post('action=add&action=remove'), { statusCode: 400, body: /not a form/ });
  t.match(await post(`action=remove&device=${ids.bob}`), { statusCode: 400, body: /role="alert"/ });
  t.equal((await post('action=dance')).statusCode, 303, 'what it does not know does nothing');
  t.equal((await post('action=activate&otp=123456')).statusCode, 303);
  t.equal((await devices()).length, 0);
  await post('action=add');
  const [device] = await devices();
  t.equal((await browser.submit(`${account}?device=${device?.id}`, { action: 'discard' })).statusCode, 303);
  t.equal((await devices()).length, 0);
});

t.test('a sign-on to the account that is cancelled begins again, and a disabled self-service has no page', async (t) => {
  const { app, browser, environment } = await start(t);
  const { url } = await browser.follow(account);
  const cancelled = await browser.submit(url.href, { action: 'cancel' });
  t.match((await browser.followFrom(cancelled, url.href)).url.pathname, `/${environmentId}/signon/`, 'a new sign-on');
  const self = (await environment.store.applications.list()).find(({ type }) => type === 'PING_ONE_SELF_SERVICE');
  const { id: flowId } = (await environment.store.flows.list()).at(-1) ?? { id: '' };
  const resumed = await app.inject(`/${environmentId}/as/resume?flowId=${flowId}`);
  t.notMatch(String(resumed.headers.location ?? ''), 'code=', 'there is no application to get a code');
  await changeApplication(environment, self?.id ?? '', { enabled: false });
  t.match(await app.inject(account), { statusCode: 403, body: /MyAccount of this environment is disabled/ });
  t.equal((await app.inject('/e0000000-0000-4000-8000-00000000ffff/myaccount/')).statusCode, 404);
});
