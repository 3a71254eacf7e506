import t, { type Test } from 'tap';
import { setPassword } from '../../src/configuration/directory/passwords.js';
import type { Application } from '../../src/environment/model/application.js';
import { accessibilityFaults, fillSignOn, launchBrowser, overflowOf, startSignOn, visit } from '../helpers/browser.js';
import { ids } from '../helpers/server.js';

const browser = await launchBrowser(t);

/** A sign-on, and the code’s way back. */
async function world(t: Test) {
  const started = await startSignOn(t);
  const redeem = async (code: string | null | undefined) => {
    const response = await fetch(`${started.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: ids.spa,
        redirect_uri: started.redirectUri,
        code: code ?? '',
        code_verifier: started.verifier,
      }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  return { ...started, redeem };
}

for (const javaScriptEnabled of [true, false]) {
  t.test(`a person signs on ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
    const { authorizeUrl, callbacks, redeem } = await world(t);
    const { page, said } = await visit(t, browser, { javaScriptEnabled, refused: /\/signon\/\?flowId/ });

    await page.goto(authorizeUrl());
    t.match(page.url(), /\/signon\/\?flowId=[0-9a-f-]{36}$/);
    t.equal(await page.getByRole('heading', { name: 'Sign On' }).count(), 1);
    t.equal(await page.locator('[type=submit], button:not([type])').first().textContent(), 'Sign On');

    await fillSignOn(page, 'alice', 'wrong');
    t.match(page.url(), /\/signon\/\?flowId=/, 'a wrong password stays on the page');
    t.match(await page.getByRole('alert').textContent(), 'Invalid username and/or password');
    t.equal(await page.getByLabel('Username').inputValue(), 'alice', 'the user name is kept');
    t.equal(await page.getByLabel('Password').inputValue(), '', 'the password is not');
    t.equal(await page.getByLabel('Password').getAttribute('aria-invalid'), 'true');
    t.equal(await page.locator(':focus').getAttribute('name'), 'password');

    await page.getByLabel('Password').fill('Alice-Passw0rd');
    await page.getByRole('button', { name: 'Sign On' }).click();
    await page.waitForURL(/\/callback/);
    t.equal(callbacks.length, 1);
    t.equal(callbacks[0]?.get('state'), 'the state');
    t.match(await redeem(callbacks[0]?.get('code')), { status: 200, body: { token_type: 'Bearer' } });

    await page.goto(authorizeUrl());
    t.match(page.url(), /\/callback/, 'a second request in the same browser asks nothing');
    t.equal((await redeem(callbacks[1]?.get('code'))).status, 200);
    t.same(said, [], 'the console is silent');
  });
}

t.test('a person can sign on by keyboard alone', async (t) => {
  const { authorizeUrl, callbacks } = await world(t);
  const { page } = await visit(t, browser);
  await page.goto(authorizeUrl());
  await page.locator('[name=username]:focus').waitFor();
  await page.keyboard.type('bob');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Bob-Passw0rd1');
  await page.keyboard.press('Tab');
  t.equal(await page.locator(':focus').textContent(), 'Sign On');
  const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineWidth');
  t.equal(outline, '3px', 'the focus is seen');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/callback/);
  t.ok(callbacks[0]?.get('code'));
});

t.test('a test user signs on with one click', async (t) => {
  const { authorizeUrl, callbacks, environment } = await world(t);
  const { page } = await visit(t, browser);
  await page.goto(authorizeUrl({ login_hint: 'alice' }));
  t.equal(await page.getByLabel('Username').inputValue(), 'alice', 'the hint is filled in');
  t.equal(await page.locator(':focus').getAttribute('name'), 'password');
  await page.getByRole('button', { name: 'bob' }).click();
  await page.waitForURL(/\/callback/);
  t.ok(callbacks[0]?.get('code'));
  t.equal((await environment.store.sessions.list())[0]?.userId, ids.bob);
});

t.test('a person cancels, and the application receives access_denied', async (t) => {
  const { authorizeUrl, callbacks } = await world(t);
  const { page } = await visit(t, browser);
  await page.goto(authorizeUrl());
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.waitForURL(/\/callback/);
  t.equal(callbacks[0]?.get('error'), 'access_denied');
  t.equal(callbacks[0]?.get('state'), 'the state');
});

t.test('a password that must be changed is changed during the sign-on', async (t) => {
  const { authorizeUrl, callbacks, environment } = await world(t);
  await setPassword(environment, ids.alice, 'First-Passw0rd', { forceChange: true });
  const { page } = await visit(t, browser);
  await page.goto(authorizeUrl());
  await fillSignOn(page, 'alice', 'First-Passw0rd');
  t.equal(await page.getByRole('heading', { name: 'Change Password' }).count(), 1);
  await page.getByLabel('Current Password').fill('First-Passw0rd');
  await page.getByLabel('New Password').fill('short');
  await page.getByRole('button', { name: 'Change Password' }).click();
  t.match(await page.getByRole('alert').textContent(), /shorter than the minimum/);
  t.equal(await page.locator(':focus').getAttribute('name'), 'newPassword');
  await page.getByLabel('Current Password').fill('First-Passw0rd');
  await page.getByLabel('New Password').fill('Second-Passw0rd');
  await page.getByRole('button', { name: 'Change Password' }).click();
  await page.waitForURL(/\/callback/);
  t.ok(callbacks[0]?.get('code'));
});

t.test('a hostile application name is shown as text', async (t) => {
  const { authorizeUrl, environment } = await world(t);
  const name = `<img src=x onerror="document.title=1"> \u202Elatrop ${'n'.repeat(300)}`;
  const application = (await environment.store.applications.get(ids.spa)) as Application;
  await environment.store.applications.put({ ...application, name });
  const { page, said } = await visit(t, browser, { viewport: { width: 400, height: 800 } });
  await page.goto(authorizeUrl());
  t.equal(await page.locator('img').count(), 0);
  t.match(await page.locator('main').textContent(), '<img src=x onerror=');
  t.equal(await overflowOf(page), 0);
  t.same(said, []);
});

const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 400, height: 800 } },
  // What a window of 640 pixels shows at a zoom of 200 %.
  { colorScheme: 'light', viewport: { width: 320, height: 400 }, forcedColors: 'active', reducedMotion: 'reduce' },
] as const;

for (const look of looks) {
  const name = `${look.colorScheme}, ${look.viewport.width} pixels wide`;
  t.test(`every state of the sign-on page is accessible and fits its window: ${name}`, async (t) => {
    const { url, authorizeUrl, environment } = await world(t);
    const base = `${url}/${environment.id}/signon`;
    await setPassword(environment, ids.bob, 'First-Passw0rd', { forceChange: true });
    const { page } = await visit(t, browser, { ...look, bypassCSP: true });
    const states: [state: string, reach: () => Promise<unknown>][] = [
      ['the form', () => page.goto(authorizeUrl())],
      ['a wrong password', () => page.goto(authorizeUrl()).then(() => fillSignOn(page, 'alice', 'wrong'))],
      ['a password to change', () => page.goto(authorizeUrl()).then(() => fillSignOn(page, 'bob', 'First-Passw0rd'))],
      ['an error', () => page.goto(authorizeUrl({ redirect_uri: 'https://elsewhere.example/callback' }))],
      [
        'an error with a long value',
        () => page.goto(authorizeUrl({ redirect_uri: `https://elsewhere.example/${'very-long'.repeat(60)}` })),
      ],
      ['an unknown client', () => page.goto(authorizeUrl({ client_id: ids.spa.replace('2', '7') }))],
      ['an error that is none', () => page.goto(`${base}/?error=%3Cscript%3Ealert(1)%3C/script%3E`)],
      ['a flow that is over', () => page.goto(`${base}/?flowId=00000000-0000-4000-8000-000000000000`)],
      ['nothing to do', () => page.goto(`${base}/`)],
    ];
    for (const [state, reach] of states) {
      await reach();
      t.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${state}: one heading`);
      t.equal(await overflowOf(page), 0, `${state}: no scrolling to the side`);
      t.same(await accessibilityFaults(page), [], `${state}: axe-core finds nothing`);
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${state}, ${name}.png`, fullPage: true });
    }
  });
}
