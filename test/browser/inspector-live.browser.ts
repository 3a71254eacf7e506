import t from 'tap';
import { launchBrowser, visit } from '../helpers/browser.js';
import { post } from '../helpers/client.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { newVerifier, signOn } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);

const see = (state: 'hidden' | 'visible') => `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));`;

t.test('every link of the menu leads to its page, whatever was open before', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await signOn(url);
  for (const [link, path] of [
    ['Attack lab', 'lab'],
    ['Tokens', 'tokens'],
    ['State', 'state'],
    ['PKCE calculator', 'pkce'],
    ['Live', 'live'],
    ['pingone-mock', ''],
  ] as const) {
    await page.goto(`${url}/__mock/live`);
    await page.locator('.item').nth(1).click();
    const deep = page.url();
    t.match(deep, /\/tx\//);
    await page.getByRole('link', { name: link, exact: true }).click();
    // By its path: the lab soon adds its choices to its address.
    await page.waitForURL(({ pathname }) => pathname === `/__mock/${path}`);
    await page.goto(deep);
    await page.locator('.hero').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(`${url}/__mock/live`);
    await page.getByRole('link', { name: link, exact: true }).click();
    await page.waitForURL(({ pathname }) => pathname === `/__mock/${path}`);
    await page.locator('h1').first().waitFor({ state: 'attached' });
  }
  await page.goto(`${url}/__mock/tx/nope`);
  await page.getByText('This transaction is no longer available').waitFor();
  t.same(said, [], 'and nothing on the way is missing');
});

t.test('the live page stays responsive through a thousand transactions', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  const devtools = await page.context().newCDPSession(page);
  // Of the processor: how busy the machine is does not count.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  const before = await spent();
  const target = `${url}/${environmentId}/as/authorize?client_id=${ids.spa}`;
  for (let at = 0; at < 100; at++) await Promise.all(Array.from({ length: 10 }, () => fetch(target)));
  await fetch(`${url}/${environmentId}/as/authorize?client_id=the-last-one`);
  await page.locator('.item', { hasText: 'the-last-one' }).first().waitFor();
  const seconds = (await spent()) - before;
  t.ok(seconds < 10, `${seconds.toFixed(1)} s of the processor for the page`);
  t.equal(await page.locator('.item').count(), 300, 'what it shows is bounded');
  t.same(said, []);
});

t.test('a tab shown while the server is down catches up once the server is back', async (t) => {
  const first = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(first.url);
  await page.goto(`${first.url}/__mock/live`);
  await page.getByText('● live').waitFor();
  let down = false;
  await page.route(/\/__mock\/v1\//, (route) => (down ? route.abort('connectionrefused') : route.continue()));
  await page.evaluate(see('hidden'));
  down = true;
  await page.evaluate(see('visible'));
  await page.getByText('○ reconnecting…').waitFor();
  await signOn(first.url);
  t.equal(await page.locator('.item').count(), 1, 'the list is kept');
  down = false;
  await page.getByText('● live').waitFor();
  await page.locator('.item').nth(1).waitFor();
  t.same(
    said.filter((line) => !/ERR_CONNECTION_REFUSED/.test(line)),
    [],
  );
});

t.test('a paused list stays still through a hidden tab, a clearing here and a reset elsewhere', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  await page.keyboard.press('p');
  await page.evaluate(see('hidden'));
  await signOn(url);
  await signOn(url);
  await page.evaluate(see('visible'));
  await page.getByText('2 changed while paused: show').waitFor();
  t.equal(await page.locator('.item').count(), 1, 'nothing moves');
  await page.getByText('2 changed while paused: show').click();
  t.equal(await page.locator('.item').count(), 3);

  await page.keyboard.press('p');
  await signOn(url);
  await page.getByText('1 changed while paused: show').waitFor();
  await page.keyboard.press('c');
  await page.getByText('Waiting for the first').waitFor();
  t.equal(await page.locator('.newer').isVisible(), false, 'nothing is left to show');
  await page.keyboard.press('p');

  await signOn(url);
  await page.locator('.item').waitFor();
  const other = await page.context().newPage();
  await other.goto(`${url}/__mock/live`);
  await other.locator('.item').waitFor();
  await page.keyboard.press('p');
  await fetch(`${url}/__mock/v1/reset`, { method: 'POST' });
  await other.getByText('Waiting for the first').waitFor();
  await page.getByText('1 changed while paused: show').click();
  await page.getByText('Waiting for the first').waitFor();
  t.same(said, []);
});

t.test('Esc follows the newest from inside a transaction, and a search without matches says so', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await signOn(url, { clientId: ids.native });
  await page.goto(`${url}/__mock/live`);
  await page.locator('.item').nth(1).click();
  await page.locator('.step summary').first().focus();
  t.match(await page.locator('.hero').textContent(), 'Demo SPA');
  await page.keyboard.press('Escape');
  t.match(await page.locator('.hero').textContent(), 'Demo Native');
  t.equal(await page.locator('.item').first().getAttribute('aria-current'), 'true');
  await signOn(url);
  await page.locator('.item').nth(2).waitFor();
  t.match(await page.locator('.hero').textContent(), 'Demo SPA', 'and goes on to');

  await page.getByLabel('Search transactions').fill('nothing of the kind');
  await page.locator('.side-list').getByText('No transaction matches the search.').waitFor();
  t.equal(await page.locator('.hero').count(), 0);
  await page.getByLabel('Search transactions').fill('');
  await page.locator('.hero').waitFor();
  t.same(said, []);
});

t.test('a refusal that has nothing to do with PKCE shows the line of the server that refused', async (t) => {
  const { url, app } = await listen(t);
  const { page, said } = await visit(t, browser);
  const token = `/${environmentId}/as/token`;
  const spa = { client_id: ids.spa, redirect_uri: 'http://localhost:3000/callback' };
  for (const [request, file, line] of [
    [() => signOn(url, { parameters: { redirect_uri: 'http://localhost:3000/elsewhere' } }), 'judge-client.ts', /matchRedirectUri\(/],
    [() => signOn(url, { clientId: 'nobody' }), 'judge-client.ts', /if \(!plan\)/],
    [() => signOn(url, { parameters: { response_type: 'cod' } }), 'authorization-request.ts', /parseResponseType\(got\)/],
    [
      () => post(app, token, { grant_type: 'authorization_code', client_id: ids.web, code: 'x' }),
      'client-authentication.ts',
      /method === known/,
    ],
    [() => post(app, token, { grant_type: 'refresh_token', refresh_token: 'nothing', ...spa }), 'refresh-tokens.ts', /const living = /],
    [() => signOn(url, { sends: newVerifier() }), 'pkce.ts', /equal\(derived, challenge\.value\)/],
  ] as const) {
    await page.goto(`${url}/__mock/live`);
    await request();
    await page.locator('.source .decided').waitFor();
    t.match(await page.locator('.source').textContent(), file);
    t.match(await page.locator('.source .decided').textContent(), line, file);
    if (file === 'refresh-tokens.ts') t.equal(await page.locator('.duel').count(), 0, 'PKCE has no place in a refresh');
    await fetch(`${url}/__mock/v1/transactions`, { method: 'DELETE' });
  }
  t.same(said, []);
});
