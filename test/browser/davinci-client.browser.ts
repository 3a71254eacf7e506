import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { decodeJwt } from 'jose';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { pairOwnDevice } from '../../src/configuration/devices/own-devices.js';
import type { User } from '../../src/environment/model/user.js';
import { decidePush, waitingPushes } from '../../src/signon/mfa/push.js';
import { changeApplication } from '../helpers/application.js';
import { launchBrowser, visit } from '../helpers/browser.js';
import { flowPolicyId, signOnNodes, useFlow } from '../helpers/davinci.js';
import { ids, listen } from '../helpers/server.js';
import { until } from '../helpers/until.js';

/** Ping's own clients from npm, in a browser, are the judge of what the mock answers. */

const bundled = await build({ entryPoints: ['test/browser/davinci-app.mjs'], bundle: true, format: 'esm', write: false, minify: true });
const library = bundled.outputFiles[0]?.text ?? '';
const browser = await launchBrowser(t);

/** The server, an application on another origin, and a browser. */
async function world(t: Test, policy: object = {}, refused?: RegExp) {
  const server = await listen(t);
  await server.clock.reset();
  await useFlow(server, policy);
  let html = '';
  const application = createServer((request, response) => {
    const isScript = request.url === '/app.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html; charset=utf-8', connection: 'close' });
    response.end(isScript ? library : html);
  });
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  t.teardown(() => application.close());
  const home = `http://127.0.0.1:${(application.address() as AddressInfo).port}/`;
  const config = {
    clientId: ids.spa,
    redirectUri: `${home}callback`,
    scope: 'openid profile email',
    serverConfig: { wellknown: `${server.issuer}/.well-known/openid-configuration` },
  };
  html = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Application</title><form></form>
<script>window.config = ${JSON.stringify(config)}</script><script type="module" src="/app.js"></script>`;
  await changeApplication(server.environment, ids.spa, {
    postLogoutRedirectUris: [home],
    corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [home.slice(0, -1)] },
  });
  const opened = await visit(t, browser, refused ? { refused } : {});
  await opened.page.goto(home);
  const lastCode = () => server.environment.outbox.list().at(-1)?.code ?? '';
  return { ...server, ...opened, home, lastCode };
}

const heading = (page: Page, text: string) => page.getByRole('heading', { name: text }).waitFor();
const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
async function signOn(page: Page, username = 'alice', password = 'Alice-Passw0rd') {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await click(page, 'Sign On');
}
const claims = async (page: Page) => decodeJwt(await page.evaluate<string>('window.tokens.idToken'));
const capability = /\/davinci\/connections\//;

t.test('Ping’s clients sign a user on, keep the session, and sign off', async (t) => {
  const { page, said, home } = await world(t, {}, capability);
  await heading(page, 'Username/Password Form');
  await signOn(page, 'alice', 'wrong');
  t.equal((await page.getByRole('alert').textContent())?.trim(), 'Invalid username and/or password');
  t.match(await page.evaluate('window.node'), {
    status: 'error',
    error: { collectors: [{ code: 'INVALID_VALUE', target: 'password' }], internalHttpStatus: 400 },
  });
  await signOn(page);
  await heading(page, 'Signed on as alice');
  t.match(await claims(page), { sub: ids.alice, acr: flowPolicyId, amr: ['pwd'] });
  t.match(await page.evaluate('window.node'), { status: 'success', server: { session: /^[0-9a-f-]{36}$/ } });
  await page.goto(home);
  await heading(page, 'Signed on as alice');
  await click(page, 'Sign off');
  await heading(page, 'Username/Password Form');
  t.same(said, []);
});

t.test('Ping’s client registers a user', async (t) => {
  const { page, said, lastCode, environment } = await world(t, {}, capability);
  await click(page, 'No account? Register now!');
  await heading(page, 'Registration Form');
  await page.getByLabel('Email').fill('new@example.com');
  await page.getByLabel('Password').fill('short');
  t.ok((await page.locator('output').textContent())?.length, 'the client judges the password by the policy of the field');
  await click(page, 'Save');
  t.match(await page.getByRole('alert').textContent(), /password/);
  await page.getByLabel('Password').fill('New-Passw0rd1');
  await page.getByLabel('Given Name').fill('Bruce');
  await click(page, 'Save');
  await heading(page, 'Enter verification code');
  await page.getByLabel('Verification Code').fill(lastCode());
  await click(page, 'Verify');
  await heading(page, 'Registration Complete');
  await click(page, 'Continue');
  await heading(page, 'Signed on as new@example.com');
  t.equal((await environment.store.users.find('username', 'new@example.com')).length, 1);
  t.same(said, []);
});

t.test('Ping’s client sets a forgotten password anew', async (t) => {
  const { page, said, lastCode } = await world(t);
  await click(page, 'Having trouble signing on?');
  await heading(page, 'Reset Password');
  await page.getByLabel('Username').fill('alice');
  await click(page, 'Send');
  await heading(page, 'Enter recovery code');
  await page.getByLabel('Recovery Code').fill(lastCode());
  await page.getByLabel('New Password').fill('Other-Passw0rd1');
  await click(page, 'Submit');
  await heading(page, 'Reset password success');
  await click(page, 'Continue');
  await heading(page, 'Signed on as alice');
  t.same(said, []);
});

const [form, password, success] = signOnNodes;

t.test('Ping’s client shows a passcode, and each field of a form', async (t) => {
  const options = [
    { label: 'Red', value: 'red' },
    { label: 'Blue', value: 'blue' },
  ];
  const fields = [
    { key: 'welcome', type: 'LABEL', label: 'Welcome' },
    { key: 'username', label: 'Username', required: true },
    { key: 'password', type: 'PASSWORD', label: 'Password' },
    { key: 'colour', type: 'DROPDOWN', label: 'Colour', options },
    { key: 'shade', type: 'RADIO', label: 'Shade', options },
    { key: 'teams', type: 'CHECKBOX', label: 'Teams', options },
    { key: 'more', type: 'COMBOBOX', label: 'More', options },
    { key: 'remember', type: 'SINGLE_CHECKBOX', label: 'Remember me' },
  ];
  const { page, said, lastCode } = await world(t, { nodes: [{ ...form, fields }, password, { type: 'otp' }, success] }, capability);
  await heading(page, 'Sign On');
  t.match(await page.getByText('Welcome').count(), 1);
  t.equal(await page.getByText('?').count(), 0, 'there is no collector that the client does not know');
  await page.getByLabel('Colour').selectOption('blue');
  await page.getByLabel('Shade').selectOption('red');
  await page.getByRole('checkbox', { name: 'Red' }).first().check();
  await page.getByLabel('Remember me').check();
  await signOn(page);
  await heading(page, 'Enter passcode');
  await page.getByLabel('Passcode').fill('000000');
  await click(page, 'Verify');
  await page.getByRole('alert').waitFor();
  const first = lastCode();
  await click(page, 'Resend passcode');
  await until(() => lastCode() !== first);
  await page.getByLabel('Passcode').fill(lastCode());
  await click(page, 'Verify');
  await heading(page, 'Signed on as alice');
  t.match(await claims(page), { acr: flowPolicyId, amr: ['pwd', 'otp', 'mfa'] });
  t.same(said, []);
});

for (const polling of ['challenge', 'continue'])
  t.test(`Ping’s client waits for a phone by polling: ${polling}`, async (t) => {
    const nodes = [form, password, { type: 'push', polling, pollInterval: 100, pollRetries: 1000 }, success];
    const { page, said, environment } = await world(t, { nodes: nodes.map((node) => (node === form ? withLabels : node)) });
    const user = { ...((await environment.store.users.get(ids.alice)) as User), mfaEnabled: true };
    await environment.store.users.put(user);
    await pairOwnDevice(environment, user, { type: 'MOBILE', nickname: 'Phone' }, 'localhost');
    await heading(page, 'Sign On');
    await signOn(page);
    await heading(page, 'Polling');
    const polled = polling === 'challenge' ? /\/challenge\/.*\/status$/ : capability;
    await page.waitForResponse((response) => polled.test(response.url()));
    const [push] = await waitingPushes(environment);
    await decidePush(environment, push?.id ?? '', true);
    await heading(page, 'Signed on as alice');
    t.match(await claims(page), { amr: ['pwd', 'swk', 'mfa'] });
    t.match(await page.evaluate('window.seen'), polling === 'challenge' ? ['approved'] : ['continue']);
    t.same(said, []);
  });

const withLabels = {
  ...form,
  fields: [
    { key: 'username', label: 'Username' },
    { key: 'password', type: 'PASSWORD', label: 'Password' },
  ],
};

t.test('Ping’s client takes a denied request and a lost interaction as failures', async (t) => {
  const nodes = [withLabels, password, { type: 'push', pollInterval: 100 }, success];
  const { page, environment } = await world(t, { nodes }, capability);
  const user = { ...((await environment.store.users.get(ids.alice)) as User), mfaEnabled: true };
  await environment.store.users.put(user);
  await pairOwnDevice(environment, user, { type: 'MOBILE', nickname: 'Phone' }, 'localhost');
  await heading(page, 'Sign On');
  await signOn(page);
  await until(async () => (await waitingPushes(environment)).length > 0);
  const [push] = await waitingPushes(environment);
  await decidePush(environment, push?.id ?? '', false);
  await heading(page, 'Failed: The user denied the request on the device');
  await page.reload();
  await heading(page, 'Sign On');
  for (const { id } of await environment.store.flows.list()) await environment.store.flows.take(id);
  await signOn(page);
  await heading(page, 'Failed: Request timed out. Please try again.');
});
