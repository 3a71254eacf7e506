import type { Page } from 'playwright-core';
import t from 'tap';
import { accessibilityFaults, fillSignOn, launchBrowser, overflowOf, startSignOn, visit } from '../helpers/browser.js';
import { withSecondFactor } from '../helpers/second-factor.js';
import { environmentId, ids } from '../helpers/server.js';
import { until } from '../helpers/until.js';

const browser = await launchBrowser(t);
const userPage = (url: string) => `${url}/__mock/state?environment=${environmentId}&user=${ids.alice}`;
const devicesPath = `/v1/environments/${environmentId}/users/${ids.alice}/devices`;

/** The calls that a page shows: status, method and path. */
const calls = (page: Page) => page.locator('.call-head').evaluateAll((heads) => heads.map((each) => each.textContent ?? ''));

async function pair(page: Page, type: string, fields: Record<string, string> = {}, choices: Record<string, string> = {}, pending = false) {
  const form = page.getByText('Pair a device', { exact: true });
  if (!(await page.getByRole('button', { name: 'Pair', exact: true }).isVisible())) await form.click();
  await page.getByLabel('Type', { exact: true }).selectOption(type);
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
  for (const [label, chosen] of Object.entries(choices)) await page.getByLabel(label, { exact: true }).selectOption({ label: chosen });
  if (pending) await page.getByLabel('Asks for a passcode first').check();
  await page.getByRole('button', { name: 'Pair', exact: true }).click();
}

t.test('devices are paired with the passcode from the outbox or from the app, blocked, locked, unlocked and deleted', async (t) => {
  const server = await startSignOn(t);
  await withSecondFactor(server);
  const { page, said } = await visit(t, browser, { refused: /devices/ });
  await page.goto(userPage(server.url));
  await page.getByText('No devices.').waitFor();
  await pair(page, 'SMS', { 'Phone number, with its country code': 'not a number' });
  await page.locator('.call.refused').waitFor();
  t.equal(await page.evaluate('document.activeElement.name'), 'phone', 'what is refused has the focus');

  await pair(page, 'EMAIL', { 'E-mail': 'alice@devices.example' }, {}, true);
  await page.getByText('waits for its activation').waitFor();
  t.same(await calls(page), [`✓ 201POST ${devicesPath}Copy as curl`]);
  const device = page.locator('.device', { hasText: 'EMAIL' });
  await device.getByLabel('Passcode').fill('000000');
  await page.keyboard.press('Enter');
  await page.locator('.call.refused', { hasText: 'INVALID_OTP' }).waitFor();
  t.match(await page.locator('.call-why').textContent(), 'What to do: Use the newest passcode');
  // As wrong passcodes of a sign-on leave it.
  const [stored] = await server.environment.store.devices.list();
  if (stored)
    await server.environment.store.devices.put({
      ...stored,
      lock: { expiresAt: new Date(server.clock.now() + 60_000).toISOString(), reason: 'OTP' },
    });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('LOCKED: too many wrong passcodes').waitFor();
  await device.getByRole('button', { name: 'Unlock' }).click();
  await page.getByText('LOCKED: too many wrong passcodes').waitFor({ state: 'detached' });
  await device.getByRole('button', { name: 'Send another passcode' }).click();
  await page.locator('.call', { hasText: 'device.sendActivationCode' }).waitFor();
  await device.getByRole('button', { name: 'Fill in the passcode from the outbox' }).click();
  await page.keyboard.press('Enter');
  await device.getByText('active', { exact: true }).waitFor();
  await device.getByRole('button', { name: 'Block' }).click();
  await device.getByText('BLOCKED').waitFor();
  t.same(
    (await server.environment.store.devices.list()).map(({ status, block }) => [status, block !== undefined]),
    [['ACTIVE', true]],
  );
  await device.getByRole('button', { name: 'Unblock' }).click();
  await device.getByText('BLOCKED').waitFor({ state: 'detached' });

  await pair(page, 'TOTP', { Nickname: 'My app' });
  const app = page.locator('.device', { hasText: 'TOTP' });
  await app.getByRole('img', { name: /QR code/ }).waitFor();
  t.ok(
    await app.getByRole('img').evaluate((image) => (image as unknown as { decode(): Promise<void> }).decode().then(() => true)),
    'the picture is one',
  );
  await app.getByRole('button', { name: /Play the app/ }).click();
  await until(async () => /^\d{6}$/.test(await app.getByLabel('Passcode').inputValue()));
  await page.keyboard.press('Enter');
  await app.getByText('active', { exact: true }).waitFor();

  await app.getByRole('button', { name: 'Delete device' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete device' }).click();
  await app.waitFor({ state: 'detached' });
  t.equal((await server.environment.store.devices.list()).length, 1);
  t.same(said, []);
});

t.test('a phone is paired as at PingOne, and played: the right number signs on, another one does not', async (t) => {
  const server = await startSignOn(t);
  const application = (await server.environment.store.applications.list()).find(({ type }) => type === 'NATIVE_APP');
  const mobile = {
    enabled: true,
    otp: { failure: { count: 3, coolDown: { duration: 2, timeUnit: 'MINUTES' } } },
    applications: [{ id: application?.id, push: { enabled: true, numberMatching: { enabled: true } }, otp: { enabled: true } }],
  };
  await withSecondFactor(server, { mobile });
  const { page, said } = await visit(t, browser, { refused: /signon/ });
  await page.goto(userPage(server.url));
  await pair(page, 'MOBILE', { Nickname: 'Pixel' }, { 'Application on the phone': application?.name ?? '' });
  await page.locator('.device', { hasText: 'Pixel' }).waitFor();
  t.same(await calls(page), [
    `✓ 201POST /v1/environments/${environmentId}/users/${ids.alice}/pairingKeysCopy as curl`,
    `✓ 200POST /__mock/v1/environments/${environmentId}/devicesCopy as curl`,
  ]);
  await page.getByText('No push request waits.').waitFor();

  const person = await page.context().newPage();
  for (const [rightly, outcome] of [
    [false, /signon/],
    [true, /callback/],
  ] as const) {
    await person.goto(server.authorizeUrl({ prompt: 'login' }));
    await fillSignOn(person);
    const push = page.locator('.push');
    await push.getByText('is asked on').waitFor();
    const [waiting] = await server.environment.store.pushRequests.list().then((all) => all.filter(({ answer }) => !answer));
    const number = waiting?.number;
    t.match(number, /^\d\d$/, 'numbers have to match');
    const chosen = rightly ? number : waiting?.choices?.find((each) => each !== number);
    await push.getByRole('button', { name: `Approve with ${chosen}` }).focus();
    await page.keyboard.press('Enter');
    await push.waitFor({ state: 'detached' });
    await person.waitForURL(outcome);
  }
  await page.locator('.call', { hasText: '"decision": "approved"' }).waitFor({ state: 'attached' });
  t.ok(server.callbacks.at(-1)?.get('code'));
  t.same(said, []);
});

t.test('one click makes another environment or “Someone else” an identity provider, and people sign on there', async (t) => {
  const { url, environment, authorizeUrl } = await startSignOn(t);
  const users = [{ username: 'carol', email: 'carol@partner.example', password: 'Carol-Passw0rd1' }];
  await fetch(`${url}/__mock/v1/environments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Partner', users }),
  });
  const { page, said } = await visit(t, browser, { refused: /identity-providers$/ });
  await page.goto(`${url}/__mock/state?environment=${environmentId}`);
  await page.getByRole('button', { name: 'Sign on with Partner' }).click();
  await page.getByText('Played by the environment Partner.').waitFor();
  t.same(await calls(page), [`✓ 201POST /__mock/v1/environments/${environmentId}/identity-providersCopy as curl`]);
  await page.getByRole('button', { name: 'Sign on with Partner' }).click();
  await page.locator('.call.refused').waitFor();
  t.match(await page.locator('.call-why').textContent(), 'What to do: choose another name');
  await page.getByRole('button', { name: 'Add “Someone else”' }).click();
  await page.getByText('Played by Someone else').waitFor();

  const person = await page.context().newPage();
  await person.goto(authorizeUrl());
  await person.getByRole('link', { name: 'Continue with Partner' }).click();
  await fillSignOn(person, 'carol', 'Carol-Passw0rd1');
  await person.waitForURL(/\/callback/);
  t.equal((await environment.store.users.find('username', 'carol')).length, 1);
  await person.context().clearCookies();
  await person.goto(authorizeUrl());
  await person.getByRole('link', { name: 'Continue with Someone else' }).click();
  await person.getByRole('textbox', { name: /name/i }).first().fill('Eve Else');
  await person.locator('button[type=submit]').first().click();
  await person.waitForURL(/\/callback/);

  const row = page.locator('.device', { hasText: 'Partner' });
  await row.getByText('Change Partner').click();
  await row.getByLabel('Played by').selectOption('someone-else');
  await row.getByRole('button', { name: 'Set who plays it' }).click();
  await row.getByText('Played by Someone else').waitFor();
  await row.getByRole('button', { name: 'Disable' }).click();
  await row.getByText('DISABLED', { exact: true }).waitFor();
  t.match(
    (await environment.store.identityProviders.list()).map(({ name, enabled, playedBy }) => [name, enabled, playedBy]),
    [
      ['Partner', false, 'someone-else'],
      ['Someone else', true, 'someone-else'],
    ],
  );
  await row.getByRole('button', { name: 'Delete identity provider' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete identity provider' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByText('Use another name, or hide it from the sign-on page').click();
  await page.getByLabel('Name', { exact: true }).fill('Silent partner');
  await page.getByLabel('Sign-on page').selectOption('no');
  await page.getByRole('button', { name: 'Add identity provider' }).click();
  await page.locator('.device', { hasText: 'Silent partner' }).getByText('on no sign-on page').waitFor();
  t.same(said, []);
});

const looks = [
  ['light', { viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 400, height: 800 } }],
] as const;
for (const [name, options] of looks)
  t.test(`devices, phones and identity providers suit every window: ${name}`, async (t) => {
    const server = await startSignOn(t);
    const { call, pair: pairOwn } = await withSecondFactor(server);
    await pairOwn({ type: 'EMAIL', email: 'alice@devices.example' });
    await pairOwn({ type: 'TOTP' });
    await call('POST', `users/${ids.alice}/devices`, { body: { type: 'TOTP', nickname: 'New app' } });
    const { page } = await visit(t, browser, { bypassCSP: true, ...options });
    const look = async (what: string) => {
      t.same(await accessibilityFaults(page), [], what);
      t.ok((await overflowOf(page)) <= 0, `${what} keeps to its window`);
      await page.evaluate('scrollTo(0, 0)');
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${what}-${name}.png`, fullPage: true });
    };
    await page.goto(userPage(server.url));
    await page.locator('.device').first().waitFor();
    await pair(page, 'MOBILE', { Nickname: 'Pixel' });
    await page.locator('.device', { hasText: 'Pixel' }).waitFor();
    const person = await page.context().newPage();
    await person.goto(server.authorizeUrl());
    await fillSignOn(person);
    await person.getByText('Pixel').first().click();
    await page.locator('.push').waitFor();
    await look('devices');
    await page.goto(`${server.url}/__mock/state?environment=${environmentId}`);
    await page.locator('.push').waitFor();
    await page.getByRole('button', { name: 'Add “Someone else”' }).click();
    await page.locator('.call.held').waitFor();
    await page.getByText('Change Someone else').click();
    await look('providers');
  });
