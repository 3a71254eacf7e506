import type { Page } from 'playwright-core';
import t from 'tap';
import { accessibilityFaults, launchBrowser, overflowOf, startSignOn, visit } from '../helpers/browser.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { newVerifier, screenshot, signOn } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);

const labels = (page: Page) =>
  page.locator('.sequence .row').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));

t.test('a sign-on in a browser is drawn arrow by arrow, and each arrow opens its request', async (t) => {
  const { url, issuer, environment, authorizeUrl, redirectUri, callbacks, verifier } = await startSignOn(t);
  const application = await environment.store.applications.get(ids.spa);
  if (application) await environment.store.applications.put({ ...application, redirectUris: [redirectUri] });
  const { page: person } = await visit(t, browser);
  const { page, said } = await visit(t, browser, { bypassCSP: true });
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  await person.goto(authorizeUrl());
  await page.locator('.sequence .row').waitFor();
  await page.locator('.sequence .row').focus();
  await person.getByLabel('Username').fill('alice');
  await person.getByLabel('Password', { exact: true }).fill('Alice-Passw0rd');
  await person.getByRole('button', { name: 'Sign On', exact: true }).click();
  await person.getByText('Back in the application').waitFor();
  const form = { grant_type: 'authorization_code', client_id: ids.spa, redirect_uri: redirectUri, code_verifier: verifier };
  const code = callbacks[0]?.get('code') ?? '';
  await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ ...form, code }) });
  // The arrow is there before its answer.
  await page.locator('.sequence .row[aria-label*="tokens issued"]').waitFor();
  t.match(await labels(page), [
    /^GET \/authorize: challenge ✓ challenge kept · 302: sign-on page\. Request 1, from the browser to the mock: accepted/,
    /^POST sign-on page: the form ✓ Signed on as alice · 303: resume/,
    /^GET \/resume ✓ code issued · 302: code for 127\.0\.0\.1:\d+ carries the code/,
    /^POST \/token: code, verifier ✓ verifier fits the challenge, tokens issued · 200: .*from the application to the mock/,
  ]);
  t.match(await page.evaluate('document.activeElement.getAttribute("aria-label")'), 'GET /authorize', 'the focus has not moved');

  await page.keyboard.press('Enter');
  await page.locator('.opened-request').getByText('GET /').first().waitFor();
  t.match(await page.locator('.opened-request').textContent(), /Authorization request parsed.*code_challenge=.*correlation-id/s);
  t.equal(await page.evaluate('document.activeElement.getAttribute("aria-expanded")'), 'true', 'and stays on the arrow');
  t.same(await accessibilityFaults(page), []);
  await page.keyboard.press(' ');
  t.equal(await page.locator('.opened-request').count(), 0);
  await page.locator('.sequence .row').nth(3).click();
  t.match(await page.locator('.opened-request').textContent(), /POST .*\/as\/token.*200.*access_token/s);
  t.equal(await page.locator('.step details[open]').count(), 0, 'passed steps are folded');
  t.equal(await page.locator('.token').count(), 0, 'and so are the tokens');
  await page.getByText(/^The \d tokens$/).click();
  await page.locator('.token').nth(1).waitFor();
  t.same(said, []);
});

t.test('the error page’s correlation id leads to its transaction, however old it is', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser, { refused: /signon/ });
  const query = { response_type: 'code', client_id: ids.spa, redirect_uri: 'http://localhost:3000/elsewhere', scope: 'openid' };
  await page.goto(`${url}/${environmentId}/as/authorize?${new URLSearchParams(query)}`);
  const id = (await page.locator('.correlation code').textContent()) ?? '';
  t.match(id, /^[0-9a-f-]{36}$/);
  // More than the page loads at first.
  for (let at = 0; at < 25; at += 1)
    await Promise.all(
      Array.from({ length: 10 }, () => fetch(`${url}/${environmentId}/as/authorize?client_id=${ids.spa}`, { redirect: 'manual' })),
    );
  await page.goto(`${url}/__mock/live`);
  await page.locator('.item').nth(199).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type(`id:${id}`);
  await page.locator('.hero', { hasText: 'Refused at /authorize' }).waitFor();
  await page.locator('.item').nth(1).waitFor({ state: 'detached' });
  t.equal(await page.locator('.item').count(), 1);
  // The address, which can be sent to somebody, follows the typing after a pause.
  await page.waitForURL(`**q=id%3A${id}`);
  t.match(await page.locator('.compared-values').first().textContent(), 'elsewhere', 'what was expected beside what came');
  await page.getByLabel('Search transactions').fill('');
  await page.getByText('Search syntax').click();
  await page.getByRole('button', { name: 'endpoint:token' }).click();
  await page.locator('.browse').getByText('No transaction matches the search.').waitFor();
  t.same(said, []);
});

t.test('sign-ons that were left are folded, with their number, and j and k pass over them', async (t) => {
  const { url, clock } = await listen(t);
  const { page, said } = await visit(t, browser, { bypassCSP: true });
  await signOn(url);
  const query = { response_type: 'code', client_id: ids.spa, redirect_uri: 'http://localhost:3000/callback', scope: 'openid' };
  const pkce = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
  const begin = async () => {
    await clock.advance(5000);
    await fetch(`${url}/${environmentId}/as/authorize?${new URLSearchParams({ ...query, ...pkce })}`, { redirect: 'manual' });
  };
  for (let at = 0; at < 3; at += 1) await begin();
  await page.goto(`${url}/__mock/live`);
  await page.getByText('○ 2 sign-ons that were not finished').waitFor();
  t.equal(await page.locator('.item:visible').count(), 2, 'the one that waits, and the one before those that were left');
  await begin();
  const folded = page.getByText('○ 3 sign-ons that were not finished');
  await folded.waitFor();
  await page.keyboard.press('j');
  await page.locator('.hero', { hasText: 'Tokens issued' }).waitFor();
  await folded.click();
  t.equal(await page.locator('.item:visible').count(), 5);
  await begin();
  await page.getByText('○ 4 sign-ons that were not finished').waitFor();
  t.equal(await page.locator('.item:visible').count(), 6, 'what the reader opened stays open');
  t.same(await accessibilityFaults(page), []);
  await page.locator('.folded .item').first().click();
  await page.getByText('○ 3 sign-ons that were not finished').waitFor();
  t.equal(await page.locator('.item[aria-current]').count(), 1, 'the one that is looked at is not folded');
  t.same(said, []);
});

t.test('on a phone the result comes first, and the list on request', async (t) => {
  const { url } = await listen(t);
  await signOn(url);
  await signOn(url, { sends: newVerifier() });
  const { page, said } = await visit(t, browser, { bypassCSP: true, viewport: { width: 400, height: 800 } });
  await page.goto(`${url}/__mock/live`);
  await page.locator('.sequence .row').nth(3).waitFor();
  t.equal(await page.locator('.item:visible').count(), 0);
  const bottom = await page
    .locator('.hero')
    .evaluate((hero) => (hero as unknown as { getBoundingClientRect(): { bottom: number } }).getBoundingClientRect().bottom);
  t.ok(bottom < 800, `the result ends at ${bottom}`);
  t.ok((await overflowOf(page)) <= 0);
  await page.getByRole('button', { name: 'List and search (2)' }).click();
  t.same(await accessibilityFaults(page), []);
  await page.locator('.item').nth(1).click();
  await page.locator('.hero', { hasText: 'Tokens issued' }).waitFor();
  t.equal(await page.locator('.item:visible').count(), 0, 'it makes room again');
  t.match(await page.evaluate('document.activeElement.textContent'), 'List and search');
  await screenshot(page, 'live-phone');
  t.same(said, []);
});

/** Labels of the diagram that touch each other, or leave the drawing. */
const touching = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const frame = document.querySelector('.sequence').getBoundingClientRect();
    const texts = [...document.querySelectorAll('.sequence text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    const touch = (one, other) =>
      one.left < other.right && other.left < one.right && one.top + 2 < other.bottom - 2 && other.top + 2 < one.bottom - 2;
    return texts.flatMap(({ text, box }, at) => [
      ...(box.left < frame.left - 1 || box.right > frame.right + 1 ? [text + ' leaves the drawing'] : []),
      ...texts.slice(at + 1).filter((other) => touch(box, other.box)).map((other) => text + ' touches ' + other.text),
    ]);
  })()`);

t.test('no label of the diagram touches another one, at any width', async (t) => {
  const { url, context } = await listen(t);
  await signOn(url);
  await signOn(url, { sends: newVerifier() });
  for (const environment of context.environments.list()) {
    const name = 'A shop with a rather long name of its own';
    for (const transaction of environment.transactions.list())
      if (transaction.application) Object.assign(transaction.application, { name });
  }
  for (const width of [320, 400, 700, 1280]) {
    const { page } = await visit(t, browser, { bypassCSP: true, viewport: { width, height: 900 } });
    for (const at of [0, 1]) {
      const all = (await (await fetch(`${url}/__mock/v1/transactions`)).json()) as { transactions: { id: string }[] };
      await page.goto(`${url}/__mock/tx/${all.transactions[at]?.id}`);
      await page.locator('.sequence .row').nth(3).waitFor();
      t.same(await touching(page), [], `${width} pixels, transaction ${at}`);
      await screenshot(page, `live-labels-${width}-${at}`);
    }
    await page.close();
  }
});

t.test('a transaction larger than 20 kB says so, and is shown in full on request', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser, { bypassCSP: true, viewport: { width: 400, height: 800 } });
  const query = {
    response_type: 'code',
    client_id: ids.spa,
    redirect_uri: 'http://localhost:3000/callback',
    prompt: 'none',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
    state: 's'.repeat(7500),
    nonce: 'n'.repeat(6000),
  };
  await fetch(`${url}/${environmentId}/as/authorize?${new URLSearchParams(query)}`, { redirect: 'manual' });
  await page.goto(`${url}/__mock/live`);
  await page.getByText('This transaction is larger than 20 kB').waitFor();
  await screenshot(page, 'live-cut');
  t.same(await accessibilityFaults(page), []);
  await page.getByRole('button', { name: 'Show all of it' }).click();
  await page.getByText('This transaction is larger than 20 kB').waitFor({ state: 'detached' });
  // Another transaction has the page drawn anew.
  await fetch(`${url}/${environmentId}/as/authorize?client_id=${ids.spa}`, { redirect: 'manual' });
  await page.getByRole('button', { name: 'List and search (2)' }).waitFor();
  t.notMatch(await page.locator('main').textContent(), /\(cut: \d+/);
  t.same(said, []);
});

t.test('a sign-on in which nothing is recorded yet says so, without an empty diagram', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser, { bypassCSP: true });
  await fetch(`${url}/${environmentId}/device`, { redirect: 'manual' });
  await page.goto(`${url}/__mock/live`);
  await page.getByText('Nothing is recorded yet').waitFor();
  t.equal(await page.locator('.diagram, .steps').count(), 0);
  t.same(await accessibilityFaults(page), []);
  t.same(said, []);
});
