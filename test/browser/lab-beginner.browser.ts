import type { Page } from 'playwright-core';
import t from 'tap';
import { exerciseCount } from '../../src/inspector/routes.js';
import { s256 } from '../../src/protocol/pkce.js';
import { accessibilityFaults, launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { attack, refusedInLab } from '../helpers/lab.js';
import { listen } from '../helpers/server.js';
import { screenshot } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);

/** Takes the first exercise to its last step. */
async function takeAllSteps(page: Page): Promise<void> {
  const next = page.locator('.first > .row button');
  for (let step = 1; step <= 6; step += 1) {
    await next.click();
    await page.getByText(`Step ${step} of 6`).waitFor();
  }
}

const shownValue = (page: Page, name: string) =>
  page
    .locator('.steps .values div', { has: page.locator(`dt:text-is("${name}")`) })
    .locator('dd')
    .textContent();

t.test('the first exercise is one real sign-on, step by step, with the values that the server saw', async (t) => {
  const { url, context } = await listen(t);
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/lab`);
  await page.getByRole('heading', { name: 'One honest sign-on' }).waitFor();
  const next = page.locator('.first > .row button');
  await next.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Step 1 of 6').waitFor();
  const [verifier, challenge] = [await shownValue(page, 'code_verifier'), await shownValue(page, 'code_challenge')];
  t.equal(s256(verifier ?? ''), challenge);
  const lab = () => context.environments.list().find(({ record }) => record.name === 'Lab');
  t.same(lab()?.transactions.list(), [], 'nothing was sent in the first step');
  for (let step = 2; step <= 6; step += 1) {
    await page.keyboard.press('Enter');
    await page.getByText(`Step ${step} of 6`).waitFor();
    if (step === 2) t.equal(lab()?.transactions.list()[0]?.pkce.challenge, challenge, 'the challenge has reached the server');
    if (step === 4) t.equal(lab()?.transactions.list()[0]?.pkce.verifier, undefined, 'the verifier has not');
    if (step === 5) t.equal(lab()?.transactions.list()[0]?.pkce.verifier, verifier);
  }
  t.equal(await shownValue(page, 'recorded challenge'), challenge);
  t.equal(await shownValue(page, 'hash of the verifier'), challenge);
  t.match(await shownValue(page, 'answer'), /^HTTP 200: access_token/);
  t.match(
    await page.locator('.lab-diagram svg').getAttribute('aria-label'),
    /browser to server: code_challenge.*app to server: code, code_verifier; server to app: tokens/,
    'the picture has a text',
  );
  t.equal(await page.locator('.lab-diagram .arrow.back').count(), 2, 'the verifier and the tokens do not go through the browser');
  await page.getByRole('radio', { name: 'the code', exact: true }).check();
  t.equal(await page.locator('[data-outcome]').count(), 0);
  await page.getByText('Exercises: 0 of 11 done').waitFor();
  await page.getByRole('radio', { name: 'the verifier' }).check();
  await page.locator('[data-outcome=done]').waitFor();
  await page.getByText('Exercises: 1 of 11 done').waitFor();

  await next.click();
  await page.getByText('Step 1 of 6').waitFor();
  t.not(await shownValue(page, 'code_verifier'), verifier, 'once more with new values');
  t.same(said, []);
});

t.test('the first exercise explains four words where they are needed, and every word of the lab is in its glossary', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  await page.goto(`${url}/__mock/lab/1`);
  const seen = new Set<string>();
  const next = page.locator('.first > .row button');
  for (let step = 1; step <= 6; step += 1) {
    await next.click();
    await page.getByText(`Step ${step} of 6`).waitFor();
    for (const word of await page.locator('.word b').allTextContents()) seen.add(word);
  }
  for (const word of ['code', 'verifier', 'challenge', 'Mallory', 'front channel', 'back channel']) t.ok(seen.has(word), word);
  for (let exercise = 1; exercise <= exerciseCount; exercise += 1) {
    await page.goto(`${url}/__mock/lab/${exercise}`);
    const links = await page.evaluate<[string, boolean][]>(
      "[...document.querySelectorAll('.words a')].map((a) => [a.textContent, document.getElementById(a.hash.slice(1)) !== null])",
    );
    t.ok(links.length >= 2, `${exercise} names its words`);
    for (const [word, leads] of links) t.ok(leads, `${exercise}: ${word} leads to the glossary`);
  }
});

t.test('each exercise has a short address, and the addresses of before still lead to it', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  const opens = async (path: string) => {
    await page.goto(`${url}/__mock/${path}`);
    const title = await page.locator('.stage-area h2, .lab > .panel:last-child h2').first().textContent();
    return [title, page.url().slice(`${url}/__mock/`.length)];
  };
  t.same(await opens('lab/3'), ['A stolen code and a guessed verifier', 'lab/3?pkce=plain&enforcement=OPTIONAL']);
  t.same(await opens('lab?exercise=3&pkce=S256&enforcement=REQUIRED'), [
    'Mallory saw the challenge as well',
    'lab/4?pkce=S256&enforcement=REQUIRED',
  ]);
  t.same(await opens('lab?exercise=5'), ['Downgrade to plain', 'lab/6?pkce=plain&enforcement=S256_REQUIRED']);
  t.same(await opens('lab/10?iss=present'), ['Mix-up of two identity providers', 'lab/10?pkce=off&iss=present']);
  t.same(await opens('lab/2?pkce=nonsense'), ['A stolen code, and nothing else', 'lab/2?pkce=off&enforcement=OPTIONAL']);
  t.not((await opens(`lab/${exerciseCount}`))[0], 'There is no such exercise');
  for (const path of ['lab/0', `lab/${exerciseCount + 1}`, 'lab/x', 'lab/constructor', 'lab/1.5'])
    t.same(await opens(path), ['There is no such exercise', path], path);
});

t.test('one goes to the next exercise and back by links, and the lab opens at the first that is not done', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused: refusedInLab });
  await page.goto(`${url}/__mock/lab`);
  await takeAllSteps(page);
  await page.getByRole('radio', { name: 'the verifier' }).check();
  await page.goto(`${url}/__mock/lab`);
  await page.getByRole('heading', { name: 'A stolen code, and nothing else' }).waitFor();
  await page.getByRole('link', { name: 'Next: A stolen code and a guessed verifier' }).click();
  await page.getByRole('heading', { name: 'A stolen code and a guessed verifier' }).waitFor();
  await page.getByRole('link', { name: 'Previous: A stolen code, and nothing else' }).click();
  await page.getByRole('heading', { name: 'A stolen code, and nothing else' }).waitFor();
  t.equal(await page.locator('.exercises [aria-current]').textContent(), '2A stolen code, and nothing elsenot tried yet');
});

t.test('projector mode is entered and left by a link, on the lab and on the live page', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  for (const path of ['lab/4', 'live']) {
    await page.goto(`${url}/__mock/${path}`);
    if (path === 'lab/4') await page.getByRole('radio', { name: 'S256', exact: true }).check();
    await page.getByRole('link', { name: 'Projector', exact: true }).click();
    await page.locator('html.projector').waitFor();
    t.match(page.url(), 'projector=1', path);
    if (path === 'lab/4') {
      t.match(page.url(), 'pkce=S256', 'with what is chosen');
      await page.getByRole('link', { name: /^Next/ }).click();
      await page.locator('html.projector').waitFor();
      t.match(page.url(), /lab\/5\?.*projector=1/, 'and it stays so');
    }
    await page.getByRole('link', { name: 'Leave projector mode' }).click();
    await page.locator('html:not(.projector)').waitFor();
    t.notMatch(page.url(), 'projector');
  }
});

t.test('the worksheet is served for printing, with what it needs and nothing else', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/lab`);
  await page.getByRole('link', { name: 'Worksheet' }).click();
  await page.getByRole('heading', { name: 'Exercise 5 · Downgrade: the challenge is stripped (8 min)' }).waitFor();
  t.equal(await page.locator('.sheet h2').count(), 10);
  t.ok((await page.locator('.to-fill').count()) > 30, 'cells to write in');
  t.notMatch(await page.locator('.sheet').innerText(), /\*\*|`|\|/, 'no mark of Markdown is left');
  const vectors = await page.evaluate<{ vectors?: unknown[] }>(
    `fetch(document.querySelector('.sheet a[href$="vectors.json"]').href).then((answer) => answer.json())`,
  );
  t.ok(Object.keys(vectors).length > 0, 'the vectors are there');
  await page.emulateMedia({ media: 'print' });
  t.equal(await page.locator('header').isVisible(), false, 'the bar is not printed');
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const printed = pdf.toString('latin1').match(/\/Type ?\/Page\b(?!s)/g)?.length ?? 0;
  t.ok(printed >= 3 && printed <= 5, `${printed} pages of paper`);
  t.same(said, []);
});

t.test('the browser itself refuses a passkey of another site, and the server refuses a signature for one', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused: refusedInLab });
  // Passkeys belong to names: a page of an address has none.
  const named = url.replace('127.0.0.1', 'localhost');
  t.equal(await attack(page, named, { exercise: 11, factor: 'passkey' }), 'refused');
  const moves = await page.locator('.move').allTextContents();
  t.match(
    moves.find((text) => text.includes('may this page use that passkey')),
    /SecurityError/,
  );
  t.match(
    moves.find((text) => text.includes('clientDataJSON')),
    `"origin":"${named}"`,
    'the origin is that of this very page',
  );
  t.match(moves.at(-1), /Accepts the passkey.*COMPLETED/s, 'the same passkey signs on at the right page');
  await page.getByText('What the server saw, computed and decided').click();
  await page.locator('.seen .detail > *').first().waitFor();
});

t.test('in the mix-up, what Mallory reads is what the shop sent, and iss keeps it at home', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused: refusedInLab });
  t.equal(await attack(page, url, { exercise: 10, pkce: 'S256', iss: 'absent' }), 'stolen');
  const moves = await page.locator('.move').allTextContents();
  const verifier = /code_verifier=([\w-]{43})/.exec(moves.join('\n'))?.[1] ?? '';
  const challenge = /code_challenge=([\w-]{43})/.exec(moves.join('\n'))?.[1];
  t.equal(s256(verifier), challenge, 'the verifier that reached her is that of the shop');
  t.match(moves.at(-1), /id_token of victor/);
  await page.getByText('What the server saw, computed and decided').click();
  await page.locator('.seen .hero.bad').waitFor();
  await page.getByRole('link', { name: 'Stolen: Mallory gets tokens' }).click();
  await page.locator('.item.bad[aria-current]', { hasText: 'Stolen: Mallory gets tokens' }).waitFor();
  t.equal(await attack(page, url, { exercise: 10, pkce: 'S256', iss: 'present' }), 'callback');
  const last = await page.locator('.move').last().textContent();
  t.match(last, /external_iss\nexpected http.*\/as\ngot http.*\/as$/s);
  await page.getByText('What the server saw, computed and decided').click();
  await page.locator('.seen').getByText('external_iss').first().waitFor();
});

t.test('a server that hides secrets says why the mix-up cannot be run, and claims no outcome', async (t) => {
  const { url } = await listen(t, { hideSecrets: true });
  const { page } = await visit(t, browser, { refused: refusedInLab });
  await page.goto(`${url}/__mock/lab/10`);
  await page.locator('input[name=prediction]').first().check();
  await page.getByRole('button', { name: 'Run the attack' }).click();
  await page.getByText('this server hides secrets in its record (PINGONE_MOCK_HIDE_SECRETS)').waitFor();
  t.equal(await page.locator('[data-outcome]').count(), 0);
  t.match(await page.locator('.tile').first().textContent(), 'not tried yet');
});

for (const [name, options] of [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['400 pixels', { viewport: { width: 400, height: 800 } }],
  ['projector', { viewport: { width: 1280, height: 720 } }],
] as const)
  t.test(`first exercise, new exercises and worksheet are accessible and fit their window: ${name}`, async (t) => {
    const { url } = await listen(t);
    const { page } = await visit(t, browser, { bypassCSP: true, refused: refusedInLab, ...options });
    const more = name === 'projector' ? '?projector=1' : '';
    const check = async (what: string) => {
      t.same(await accessibilityFaults(page), [], what);
      t.equal(await overflowOf(page), 0, `${what} fits`);
      t.same(
        await page.evaluate(
          "[...document.querySelectorAll('.lab .scroll, .sheet .scroll')].filter((each) => each.scrollWidth > each.clientWidth + 1).length",
        ),
        0,
        `${what}: no column is cut`,
      );
      await screenshot(page, `lab-${what}-${name.replace(' ', '-')}`);
    };
    await page.goto(`${url}/__mock/lab/1${more}`);
    await takeAllSteps(page);
    await check('first');
    for (const exercise of [5, 10, 11]) {
      await page.goto(`${url}/__mock/lab/${exercise}${more}`);
      await page.locator('input[name=prediction]').first().check();
      await page.getByRole('button', { name: 'Run the attack' }).click();
      await page.locator('[data-outcome]').waitFor();
      await check(String(exercise));
    }
    if (more) return;
    await page.goto(`${url}/__mock/lab/sheet`);
    await page.locator('.sheet h1').waitFor();
    await check('sheet');
  });
