import type { Page } from 'playwright-core';
import t from 'tap';
import type { User } from '../../src/environment/model/user.js';
import { accessibilityFaults, fillSignOn, launchBrowser, overflowOf, startSignOn, visit } from '../helpers/browser.js';
import { assignPolicy } from '../helpers/flows.js';
import { ids } from '../helpers/server.js';

const browser = await launchBrowser(t);

/** Reads the code of the message that was not sent, as a person would. */
const readCode = async (page: Page, form: RegExp): Promise<string> => {
  await page.locator('.mail summary').click();
  const text = (await page.locator('.mail p').last().textContent()) ?? '';
  return form.exec(text)?.[0] ?? '';
};

for (const javaScriptEnabled of [true, false]) {
  t.test(`a person recovers, registers and enters a passcode ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
    const server = await startSignOn(t);
    const { authorizeUrl, callbacks } = server;
    const { page, said } = await visit(t, browser, { javaScriptEnabled, refused: /\/signon\/\?flowId/ });

    await page.goto(authorizeUrl());
    await page.getByRole('link', { name: 'Recover access' }).click();
    await page.getByLabel('Username').fill('bob');
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByLabel('Recovery Code').fill(await readCode(page, /\b[A-Z0-9]{8}\b/));
    await page.getByLabel('New Password').fill('Another-Passw0rd');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.waitForURL(/\/callback/);
    t.ok(callbacks.at(-1)?.get('code'), 'recovered');

    await assignPolicy(server, 'Everything', [{ registration: { enabled: true } }, { type: 'MULTI_FACTOR_AUTHENTICATION' }]);
    await page.goto(authorizeUrl({ prompt: 'login' }));
    await page.getByRole('link', { name: 'Create new Account' }).click();
    await page.getByLabel('Username').fill('carol');
    await page.getByLabel('Email').fill('carol@example.com');
    await page.getByLabel('Password').fill('Carol-Passw0rd');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByLabel('Verification Code').fill(await readCode(page, /\b[A-Z0-9]{8}\b/));
    await page.getByRole('button', { name: 'Verify' }).click();
    t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Enter the Passcode');
    t.equal(await page.locator(':focus').getAttribute('name'), 'otp');
    await page.getByLabel('Passcode').fill('000');
    await page.getByRole('button', { name: 'Verify' }).click();
    t.match(await page.getByRole('alert').textContent(), 'The one-time passcode is not valid');
    await page.getByLabel('Passcode').fill(await readCode(page, /\b\d{6}\b/));
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.waitForURL(/\/callback/);
    t.ok(callbacks.at(-1)?.get('code'), 'registered, verified and signed on with two steps');
    t.same(said, [], 'the console is silent');
  });
}

const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 600 } },
] as const;

for (const look of looks)
  t.test(`every step is accessible and fits its window: ${look.colorScheme}`, async (t) => {
    const server = await startSignOn(t);
    const { authorizeUrl, environment } = server;
    const { page } = await visit(t, browser, { ...look, bypassCSP: true });
    const user = (await environment.store.users.get(ids.alice)) as User;
    const attributes = [
      { name: 'nickname', required: true },
      { name: 'address.locality', required: false },
    ];
    const policies: [name: string, actions: object[]][] = [
      ['Register', [{ registration: { enabled: true } }]],
      ['Identifier', [{ type: 'IDENTIFIER_FIRST' }]],
      ['Passcode', [{}, { type: 'MULTI_FACTOR_AUTHENTICATION' }]],
      ['Devices', [{}, { type: 'MULTI_FACTOR_AUTHENTICATION', sms: { enabled: true } }]],
      ['Profile', [{}, { type: 'PROGRESSIVE_PROFILING', attributes }]],
      ['Agreement', [{}, { type: 'AGREEMENT' }]],
    ];
    for (const [name, actions] of policies) await assignPolicy(server, name, actions);
    await environment.store.users.put({ ...user, mobilePhone: '+441234501' });
    const begin = (policy: string) => page.goto(authorizeUrl({ acr_values: policy }));
    const form = async (policy: string, name: string) => {
      await begin(policy);
      await page.getByRole('link', { name }).click();
    };
    const states: [state: string, reach: () => Promise<unknown>][] = [
      ['links', () => begin('Register')],
      ['registration', () => form('Register', 'Create new Account')],
      ['identifier', () => begin('Identifier')],
      [
        'recovery',
        async () => {
          await form('Register', 'Recover access');
          await page.getByLabel('Username').fill('alice');
          await page.getByRole('button', { name: 'Send the code' }).click();
          await page.locator('.mail summary').click();
        },
      ],
      [
        'passcode refused',
        async () => {
          await begin('Passcode');
          await fillSignOn(page);
          await page.getByLabel('Passcode').fill('1');
          await page.getByRole('button', { name: 'Verify' }).click();
        },
      ],
      ['devices', () => begin('Devices').then(() => fillSignOn(page))],
      ['profile', () => begin('Profile').then(() => fillSignOn(page))],
      ['agreement', () => begin('Agreement').then(() => fillSignOn(page))],
    ];
    for (const [state, reach] of states) {
      await reach();
      t.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${state}: one heading`);
      t.equal(await overflowOf(page), 0, `${state}: no scrolling to the side`);
      t.same(await accessibilityFaults(page), [], `${state}: axe-core finds nothing`);
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/step ${state} ${look.colorScheme}.png`, fullPage: true });
    }
  });
