import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { htmlOf } from '../../src/checkup/entry.js';
import { startMock } from '../../src/index.js';
import { report } from '../checkup/a-report.js';
import { accessibilityFaults, launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { signOnFirst } from '../helpers/first-sign-on.js';
import { screenshot } from '../helpers/sign-on.js';
import { type Check, startRelyingParty } from '../library/relying-party.js';
import { startApp } from './checkup-app.js';

process.env.CHROMIUM_PATH ??= '/usr/bin/chromium';

const browser = await launchBrowser(t);

const looks = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 400, height: 800 } }],
] as const;

/** A mock, and a small application of it, with one of its checks left out. */
async function buildApplication(t: Test, without?: Check) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const other = await mock.createEnvironment({});
  const second = { issuer: other.issuer, clientId: 'registered-elsewhere' };
  const client = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, without, second });
  await mock.apps.update(app.id, { redirectUris: [client.callback] });
  await signOnFirst(client.start, mock);
  return { mock, page: `${mock.url}/__mock/checkup`, ...client };
}

for (const [name, options] of looks)
  t.test(`the report that is handed on is accessible and fits its window: ${name}`, async (t) => {
    const file = join(t.testdir(), 'checkup.html');
    writeFileSync(file, htmlOf(report));
    const { page, said } = await visit(t, browser, { bypassCSP: true, ...options });
    await page.goto(pathToFileURL(file).href);
    t.same(await accessibilityFaults(page), []);
    t.ok((await overflowOf(page)) <= 0);
    await screenshot(page, `report-${name}`);
    t.same(said, []);
  });

/** What people print on, at 96 dots an inch and without margins. */
const papers = [
  ['A4', { width: 718, height: 1000 }],
  ['A5', { width: 480, height: 700 }],
] as const;

for (const [name, viewport] of papers)
  t.test(`the report that is handed on prints with every finding and every column: ${name}`, async (t) => {
    const file = join(t.testdir(), 'checkup.html');
    writeFileSync(file, htmlOf(report));
    const { page } = await visit(t, browser, { bypassCSP: true, colorScheme: 'dark', viewport });
    await page.emulateMedia({ media: 'print' });
    await page.goto(pathToFileURL(file).href);
    t.equal(await overflowOf(page), 0, 'nothing is cut off');
    for (const { id, title, verdict, spec, must, ok } of report.findings) {
      const row = page.getByRole('row').filter({ hasText: title });
      for (const text of [title, verdict, spec]) {
        const cell = row.getByText(text).first();
        t.ok(await cell.isVisible(), `${id}: ${text}`);
        const box = await cell.boundingBox();
        t.ok(box && box.x >= 0 && box.x + box.width <= viewport.width, `${id}: ${text} is on the paper`);
      }
      if (!ok) t.ok(await page.locator(`#${id}`).getByText(must).isVisible(), `${id}: what to do`);
    }
    for (const seen of await page.locator('.seen li').all()) t.ok(await seen.isVisible());
    const colours = await page.evaluate<string[]>(
      "['color', 'backgroundColor'].map((name) => getComputedStyle(document.documentElement)[name])",
    );
    t.same(colours, ['rgb(27, 31, 36)', 'rgb(255, 255, 255)'], 'dark on white, whatever the screen looks like');
    await screenshot(page, `report-printed-${name}`);
  });

for (const [name, options] of looks)
  t.test(`a checkup runs from its page, and the report grows: ${name}`, async (t) => {
    const { page: address, start } = await buildApplication(t, 'nonce');
    const { page, said } = await visit(t, browser, { bypassCSP: true, ...options });
    await page.goto(address);
    await page.getByLabel('Start address', { exact: true }).fill(start);
    t.same(await accessibilityFaults(page), [], 'the form');
    await page.getByLabel('Only these cases').fill('nonce-wrong, state-missing, iss-wrong');
    await page.keyboard.press('Enter');
    // Whatever happens is shown, so that a failure says what it was.
    await page.locator('.checkup-stage h2:not(:text-matches("^Running")), [role=alert] .problem').first().waitFor();
    t.equal(await page.locator('.checkup-stage h2, [role=alert] .problem').first().textContent(), `Finished: ${start}`);
    t.match(await page.locator('.checkup-score').textContent(), '2/3 as expected, 1 not');
    t.match(await page.locator('.checkup-wrong').allTextContents(), [/The ID token has another nonce.*accepted.*Compare nonce/s]);
    t.same(await page.locator('.checkup-report tbody tr').count(), 3);
    await page.getByText('What the mock saw').click();
    t.match(await page.locator('.checkup-seen').textContent(), /POST \/as\/token with grant_type/);
    t.same(await accessibilityFaults(page), [], 'the report');
    t.ok((await overflowOf(page)) <= 0, 'it keeps to its window');
    await screenshot(page, `checkup-${name}`);

    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as HTML' }).click()]);
    t.equal(download.suggestedFilename(), 'checkup.html');
    t.match(readFileSync(await download.path(), 'utf8'), /^<!doctype html>[\s\S]*2\/3/);

    await page.reload();
    await page.getByRole('heading', { name: `Finished: ${start}` }).waitFor();
    t.equal(await page.locator('.checkup-wrong').count(), 1, 'loading it again shows the same');
    await page.getByRole('link', { name: 'The transaction of nonce-wrong' }).click();
    await page.waitForURL(/\/__mock\/tx\//);
    await page.locator('.detail').waitFor();
    t.same(said, []);
  });

for (const [name, options] of looks)
  t.test(`the options that some cases need unfold, and are used: ${name}`, async (t) => {
    const { page: address, start, secondStart } = await buildApplication(t);
    const { page, said } = await visit(t, browser, { bypassCSP: true, ...options });
    await page.goto(address);
    await page.getByLabel('Start address', { exact: true }).fill(start);
    await page.getByLabel('Only these cases').fill('mix-up, sign-off-session-kept');
    // By keyboard alone: the summary comes after the last field of the first part.
    await page.getByLabel('What shows success').press('Tab');
    await page.keyboard.press('Enter');
    await page.getByLabel('Protected page').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type(new URL('/profile', start).href);
    await page.keyboard.press('Tab');
    await page.keyboard.type(new URL('/profile', start).href);
    await page.keyboard.press('Tab');
    await page.keyboard.type(secondStart);
    const click = page.getByLabel('Button to click');
    t.ok(await click.isDisabled(), 'only a browser clicks');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    t.ok(await click.isEnabled());
    t.same(await accessibilityFaults(page), []);
    t.ok((await overflowOf(page)) <= 0, 'it keeps to its window');
    await screenshot(page, `checkup-options-${name}`);
    await page.keyboard.press('Space');
    t.ok(await click.isDisabled());
    await page.getByLabel('Second start address').press('Enter');
    await page.getByRole('heading', { name: `Finished: ${start}` }).waitFor();
    const rows = await page.locator('.checkup-report tbody tr').allTextContents();
    t.match(rows, [/^✗ accepted.*signed off afterwards/, /^✓ refused.*waits for another one/]);
    t.same(said, []);
  });

t.test('a wrong address among the folded options unfolds them', async (t) => {
  const { page: address, start } = await buildApplication(t);
  const { page } = await visit(t, browser);
  await page.goto(address);
  const more = page.locator('.checkup-more');
  await page.getByText('More options').click();
  await page.getByLabel('Sign-off address').fill('logout');
  await page.getByText('More options').click();
  t.equal(await more.getAttribute('open'), null);
  await page.getByLabel('Start address', { exact: true }).fill(start);
  await page.getByRole('button', { name: 'Start the checkup' }).click();
  await page.locator('.checkup-more[open]').waitFor();
  t.equal(await page.evaluate('document.activeElement.id'), 'signOff', 'the browser complains there');
});

t.test('a single-page application is checked in a Chromium of the mock', async (t) => {
  const { mock, page: address } = await buildApplication(t);
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', redirectUris: ['http://127.0.0.1/callback'] });
  const home = await startApp(t, 'bad', (own) => ({
    authority: mock.issuer,
    client_id: app.id,
    redirect_uri: `${own}callback`,
    scope: 'openid profile',
  }));
  await mock.apps.update(app.id, {
    redirectUris: [`${home}callback`],
    corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [home.slice(0, -1)] },
  });
  const { page } = await visit(t, browser, { bypassCSP: true });
  await page.goto(address);
  await page.getByLabel('Start address', { exact: true }).fill(home);
  await page.getByLabel('Only these cases').fill('token-in-local');
  await page.getByText('More options').click();
  await page.getByLabel('Run it in Chromium').check();
  await page.getByLabel('Button to click').fill('Sign on');
  await page.getByLabel('Button to click').press('Enter');
  await page.locator('.checkup-stage h2:not(:text-matches("^Running")), [role=alert] .problem').first().waitFor();
  t.equal(await page.locator('.checkup-stage h2, [role=alert] .problem').first().textContent(), `Finished: ${home}`);
  t.match(await page.locator('.checkup-wrong').allTextContents(), [/accepted/]);
});

t.test('a checkup is stopped by its button, and shows what it has found', async (t) => {
  const { page: address, start } = await buildApplication(t);
  const { page } = await visit(t, browser, { bypassCSP: true });
  await page.goto(address);
  await page.getByLabel('Start address', { exact: true }).fill(start);
  await page.getByRole('button', { name: 'Start the checkup' }).click();
  await page.locator('.checkup-report tbody tr').first().waitFor();
  t.same(await accessibilityFaults(page), [], 'while it runs');
  await screenshot(page, 'checkup-running');
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('heading', { name: `Stopped: ${start}` }).waitFor();
  t.ok((await page.locator('.checkup-report tbody tr').count()) > 0);
  await page.getByRole('button', { name: `Show the checkup of ${start}` }).waitFor();
});

t.test('a checkup that cannot begin says what to do', async (t) => {
  const { page: address } = await buildApplication(t);
  const { page } = await visit(t, browser, { bypassCSP: true, refused: /checkups$/ });
  await page.goto(address);
  await page.getByLabel('Start address', { exact: true }).fill('https://example.com/login');
  await page.getByRole('button', { name: 'Start the checkup' }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'may be somebody else' });
  await alert.waitFor();
  t.match(await alert.textContent(), 'a checkup calls only this machine');
  t.same(await accessibilityFaults(page), []);
  await screenshot(page, 'checkup-refused');
});
