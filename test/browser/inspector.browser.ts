import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import t from 'tap';
import { accessibilityFaults, launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { newVerifier, redirectUri, s256, screenshot, signOn } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);

t.test('the built-in client signs on with PKCE, and the live page shows each step', async (t) => {
  const { url, context } = await listen(t);
  const { page, said } = await visit(t, browser);
  await page.goto(url);
  t.equal(page.url(), `${url}/__mock/`, 'the bare address leads to the inspector');
  t.match(await page.getByLabel('Settings', { exact: true }).textContent(), `OIDC_ISSUER=${url}/${environmentId}/as`);
  for (const name of ['openid-client', 'oidc-client-ts', 'Spring', 'Ping SDK']) {
    await page.getByRole('button', { name, exact: true }).click();
    t.match(await page.getByLabel('Settings', { exact: true }).textContent(), ids.spa, name);
  }
  t.equal(await page.getByRole('button', { name: 'Auth.js' }).isVisible(), false, 'it has no secret to give');
  await page.getByLabel('Application', { exact: true }).selectOption(ids.web);
  t.equal(await page.getByRole('button', { name: 'Ping SDK' }).isVisible(), false);
  await page.getByRole('button', { name: 'Auth.js' }).click();
  await page.getByText('which is not registered').waitFor();
  await page.getByRole('button', { name: 'Register it' }).click();
  await page.getByText('which is not registered').waitFor({ state: 'detached' });
  const registered = (await context.environments.list()[0]?.store.applications.get(ids.web))?.redirectUris;
  t.match(registered?.at(-1), /ping-id$/);
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByRole('button', { name: /victor/i }).click();
  await page.getByRole('heading', { name: 'Signed on, with PKCE' }).waitFor();
  t.equal(page.url(), `${url}/__mock/callback`, 'the code does not stay in the address');
  t.match(await page.locator('.token').first().textContent(), /preferred_username.*victor/s);
  await page.getByRole('link', { name: 'See what the server saw' }).click();
  await page.getByRole('heading', { name: 'Tokens issued', level: 2 }).waitFor();
  t.equal(await page.locator('.step.false').count(), 0);
  t.match(await page.locator('.duel').textContent(), 'equals');
  t.equal(context.environments.list()[0]?.transactions.list().length, 0, 'in an environment of its own');
  await page.goto(`${url}/__mock/callback?code=abc&state=def`);
  t.match(await page.locator('main').textContent(), 'There is no sign-on to finish', 'a callback that nobody waits for');
  t.same(said, []);
});

t.test('a refusal is explained: the values, the difference, the mistake, the line of the server', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${url}/__mock/live`);
  t.match(await page.locator('.empty').textContent(), 'Waiting for the first /authorize request');
  const verifier = newVerifier();
  const right = s256(verifier);
  await signOn(url, { challenge: right, sends: `${verifier.slice(0, -1)}${verifier.endsWith('A') ? 'B' : 'A'}` });
  await page.locator('.why').waitFor();

  t.match(await page.locator('.why').textContent(), /Why.*Fix.*different_verifier.*RFC 7636 §4\.6/s);
  await page.getByText('Code that does it right').click();
  await page.getByLabel('Language').selectOption('Python');
  t.match(await page.locator('.snippet pre').textContent(), 'hashlib.sha256');
  t.match(await page.locator('.comparison').textContent(), /Different: \d\d of 43 characters/);
  t.ok((await page.locator('.comparison .differs').count()) > 40, 'the characters that differ are marked');
  await page.getByText('byte by byte').click();
  await page.locator('.weave').waitFor();
  t.equal(await page.locator('.weave .group').count(), 11, '32 bytes are eleven groups of three');
  const computed = (await page.locator('.weave .four b').allTextContents()).join('');
  t.match(await page.locator('.weave').getAttribute('aria-label'), computed, 'the picture has a text');
  t.equal(
    await page.locator('.duel .side').nth(1).locator('code').nth(1).textContent(),
    computed,
    'the page computes what the server computed',
  );
  t.match(await page.locator('.source .decided').textContent(), /check\('verifier_matches_challenge'/);
  t.match(await page.locator('.source').textContent(), /export function\* verifyPkce/);

  await page.getByText('Token request, authorization_code').click();
  await page.locator('.step', { hasText: 'Token request' }).getByRole('button', { name: 'Copy as curl' }).click();
  await page.locator('.step', { hasText: 'Token request' }).getByRole('button', { name: 'Copied' }).waitFor();
  const command = await page.evaluate<string>('navigator.clipboard.readText()');
  const { stdout } = await promisify(execFile)('bash', ['-c', `${command} --silent`]);
  t.match(stdout, /^HTTP\/1.1 400[\s\S]*"error":"invalid_grant"/, 'the copied command sends the request again');
  t.match(stdout, /x-mock-diagnosis: code_used/);
  await page.getByText('The code has been used already').first().waitFor();
  t.same(said, []);
});

t.test('a transaction appears within 100 ms, and the reader can pause, filter and clear the list', async (t) => {
  const { url, environment } = await listen(t);
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();

  // From the step in the server to the element on the page, by the clock of this machine.
  const began: number[] = [];
  const started = new Set<string>();
  environment.transactions.subscribe(({ id }) => {
    if (!started.has(id)) began.push(performance.timeOrigin + performance.now());
    started.add(id);
  });
  await page.evaluate(`window.appeared = []; new MutationObserver((changes) => {
    if (changes.some(({ addedNodes }) => addedNodes.length > 0)) appeared.push(performance.timeOrigin + performance.now());
  }).observe(document.querySelector('.list'), { childList: true })`);
  const waits: number[] = [];
  for (let at = 0; at < 5; at++) {
    await fetch(`${url}/${environmentId}/as/authorize?client_id=${ids.spa}`);
    await page.locator('.item').nth(at).waitFor();
    waits.push(((await page.evaluate<number[]>('appeared')).at(-1) as number) - (began[at] as number));
  }
  t.comment(`from the server's step to the page: ${waits.map((wait) => wait.toFixed(0)).join(', ')} ms`);
  const forgotten = /\/transactions$/;
  await page.route(forgotten, async (route) => {
    const response = await route.fetch();
    await signOn(url);
    await page.getByRole('heading', { name: 'Tokens issued', level: 2 }).waitFor();
    await route.fulfill({ response });
  });
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText('Cleared').waitFor({ state: 'attached' });
  await page.unroute(forgotten);
  t.equal(await page.locator('.item').count(), 1, 'what came since is kept');

  await page.keyboard.press('p');
  await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
  await signOn(url, { sends: newVerifier() });
  await page.getByText('1 changed while paused: show').waitFor();
  t.equal(await page.locator('.item').count(), 1, 'nothing moves while paused');
  await page.keyboard.press('p');
  t.equal(await page.locator('.item').count(), 2);

  await page.locator('.item').nth(1).click();
  t.match(page.url(), /\/__mock\/tx\/[0-9a-f-]{36}$/);
  const lab = page.getByRole('link', { name: 'Attack lab' });
  t.equal(await lab.evaluate((link) => (link as unknown as { href: string }).href), `${url}/__mock/lab`, 'the menu leads where it led');
  await page.locator('.step summary').first().click();
  await page.locator('.checks summary').first().click();
  await page.locator('.checks summary').first().focus();
  await signOn(url);
  await page.locator('.item').nth(2).waitFor();
  t.match(await page.evaluate('document.activeElement.textContent'), /checks/, 'the focus stays where it is');
  t.equal(await page.locator('.checks').first().getAttribute('open'), '', 'and so does what was opened');
  await page.keyboard.press('k');
  await page.locator('.hero.bad').waitFor();
  await page.keyboard.press('Escape');
  t.match(page.url(), /\/__mock\/live$/, 'Esc follows the newest');
  await page.getByLabel('only refused').check();
  t.equal(await page.locator('.item').count(), 1);
  await page.getByLabel('only refused').uncheck();
  await page.keyboard.press('/');
  await page.keyboard.type('nothing of the kind? p c');
  await page.locator('.browse').getByText('No transaction matches the search.').waitFor();
  t.equal(await page.locator('.item').count(), 0, 'keys are letters in the search');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('follow the newest again').waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Search transactions').fill('');
  await page.locator('.item').first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.getByText('Waiting for the first').waitFor();
  t.equal(environment.transactions.list().length, 0);
  t.same(said, []);
});

t.test('the life of a code runs down by the environment’s clock, and stops when the clock does', async (t) => {
  const { url, environment } = await listen(t);
  const { page, said } = await visit(t, browser, { bypassCSP: true, reducedMotion: 'reduce' });
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  await signOn(url, { sends: null });
  const bar = page.getByRole('progressbar', { name: 'Time until the code expires' });
  await page.getByText('in 10 min: the clock is frozen').waitFor();
  t.equal(await bar.getAttribute('value'), '600000');
  t.match(await bar.getAttribute('aria-valuetext'), 'in 10 min', 'it is told in words as well');
  t.same(await accessibilityFaults(page), []);
  await environment.clock.advance(540_000);
  await page.locator('progress[value="60000"]').waitFor();
  await page.getByText('in 60 s').waitFor();
  await environment.clock.advance(61_000);
  await page.locator('.item', { hasText: 'Expired' }).waitFor();
  t.equal(await bar.count(), 0, 'what has ended has no life to show');
  t.same(said, []);
});

t.test('a list cleared in another tab is cleared here too', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  t.equal(await page.locator('.item').count(), 1);
  await fetch(`${url}/__mock/v1/transactions`, { method: 'DELETE' });
  await page.getByText('Waiting for the first').waitFor();
  t.same(said, []);
});

t.test('a request to an unknown environment or path is listed with the nearest match', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  await fetch(`${url}/${environmentId.replace('1', '7')}/as/.well-known/openid-configuration`);
  await page.locator('.item', { hasText: 'There is no environment' }).waitFor();
  t.match(await page.locator('.why').textContent(), /unknown_environment/);
  t.match(await page.locator('.why').textContent(), environmentId);
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  await fetch(`${url}/${environmentId}/as/autorize`);
  await page.locator('.item', { hasText: 'There is no path /as/autorize' }).click();
  t.match(await page.locator('.why').textContent(), `/${environmentId}/as/authorize`);
  t.same(said, []);
});

t.test('a request refused before it had a transaction is listed with the nearest match', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  await signOn(url, { clientId: 'demo spa' });
  await page.goto(`${url}/__mock/live`);
  t.match(await page.locator('.item').textContent(), 'GET /authorize');
  t.match(await page.locator('.why').textContent(), /Demo SPA/);
});

t.test('hostile texts are shown as text', async (t) => {
  const { url, environment } = await listen(t);
  const { page, said } = await visit(t, browser, {
    viewport: { width: 1100, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const name = `<img src=x onerror="alert(1)"> \u202Eevil\u202C ${'W'.repeat(200)} مرحبا`;
  const spa = await environment.store.applications.get(ids.spa);
  if (spa) await environment.store.applications.put({ ...spa, name });
  const state = `</script><script>alert(2)</script>${'x'.repeat(10_000)}`;
  await signOn(url, { parameters: { state } });
  await signOn(url, { challenge: `"><b>${'y'.repeat(4000)}` });
  for (const path of ['live', 'state', '', 'tokens', `pkce?verifier=${encodeURIComponent(`<b>${'z'.repeat(300)}`)}&challenge=%3Cimg%3E`]) {
    await page.goto(`${url}/__mock/${path}`);
    await page.locator('h1').waitFor();
    if (path === 'live') {
      await page.locator('.item').nth(1).click();
      await page.locator('.step summary').first().click();
      await page.getByRole('button', { name: 'Copy as curl' }).first().click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      t.match(await page.evaluate('navigator.clipboard.readText()'), 'x'.repeat(10_000), 'what is cut on the page is copied as a whole');
    }
    t.equal(await page.locator('main img, main script').count(), 0, `${path}: no element is made of it`);
    t.ok((await overflowOf(page)) <= 0, `${path}: the layout holds`);
  }
  t.same(said, []);
});

t.test('eight open tabs share one stream, and the sign-on page still answers', async (t) => {
  const { url, context } = await listen(t);
  const { page } = await visit(t, browser);
  await page.goto(`${url}/__mock/live`);
  const tabs = [page];
  for (let at = 1; at < 8; at++) {
    const tab = await page.context().newPage();
    await tab.goto(`${url}/__mock/live`);
    tabs.push(tab);
  }
  const last = await page.context().newPage();
  const query = {
    response_type: 'code',
    client_id: ids.spa,
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: s256(newVerifier()),
    code_challenge_method: 'S256',
  };
  await last.goto(`${url}/${environmentId}/as/authorize?${new URLSearchParams(query)}`);
  await last.getByRole('heading', { name: 'Sign On' }).waitFor();
  for (const tab of tabs) await tab.locator('.item').waitFor();
  t.pass('every tab heard of it');

  await tabs[0]?.close();
  await signOn(url);
  for (const tab of tabs.slice(1)) await tab.locator('.item').nth(1).waitFor();
  t.pass('another tab leads once the first is closed');
  t.equal(context.environments.list()[0]?.transactions.list().length, 2);
});

t.test('the live page does not compute with a hidden verifier', async (t) => {
  const { url } = await listen(t, { hideSecrets: true });
  const { page, said } = await visit(t, browser);
  await signOn(url, { sends: newVerifier() });
  await page.goto(`${url}/__mock/live`);
  await page.getByText('The verifier is not shown').waitFor();
  t.equal(await page.locator('.transformation').count(), 0);
  t.match(await page.locator('.comparison').textContent(), 'Different');
  t.same(said, []);
});

t.test('a hidden tab closes its stream and catches up when it is shown again', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  const see = (state: 'hidden' | 'visible') =>
    page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`);
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  const ended = page.waitForEvent('requestfailed', (request) => /\/events/.test(request.url()));
  await see('hidden');
  await ended;
  await page.getByText('○ paused while hidden').waitFor();
  await signOn(url);
  t.equal(await page.locator('.item').count(), 0);
  await see('visible');
  await page.locator('.item').waitFor();
  await page.getByText('● live').waitFor();
  await signOn(url);
  await page.locator('.item').nth(1).waitFor();
  t.same(said, []);
});

t.test('a reset asks first, then forgets everything', async (t) => {
  const { url, environment } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/live`);
  const dialog = page.getByRole('dialog', { name: 'Reset to the seed?' });
  await page.getByRole('button', { name: 'Reset' }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  t.equal(environment.transactions.list().length, 1);
  await page.getByRole('button', { name: 'Reset' }).click();
  await dialog.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('heading', { name: 'PingOne, on your own machine' }).waitFor();
  t.equal(environment.transactions.list().length, 0);
  t.same(said, []);
});

t.test('losing the stream is reported, and the list is kept', async (t) => {
  const { url, app } = await listen(t);
  const { page } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  await app.close();
  await page.getByText('○ reconnecting…').waitFor();
  t.equal(await page.locator('.item').count(), 1);
});

t.test('projector mode shows one application’s newest transaction, large, without controls', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { bypassCSP: true, viewport: { width: 1600, height: 900 } });
  await signOn(url);
  await signOn(url, { clientId: ids.native });
  await page.goto(`${url}/__mock/live?projector=1&app=${encodeURIComponent('Demo SPA')}`);
  await page.locator('.hero').waitFor();
  t.match(await page.locator('.hero').textContent(), 'Demo SPA');
  t.equal(await page.locator('.item, nav:visible, .hero button').count(), 0);
  t.same(await accessibilityFaults(page), []);
  await screenshot(page, 'projector');
});

t.test('the tokens page explains a token, checks its signature and breaks it on request', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/tokens`);
  await page.getByText('The signature is valid').waitFor();
  t.match(await page.locator('.claims').nth(1).textContent(), /expin|exp\d+/);
  const token = () => page.getByLabel('Token', { exact: true }).inputValue();
  const good = await token();
  for (const [name, told] of [
    ['Flip a bit', 'The signature is invalid'],
    ['Change sub', 'The signature is invalid'],
    ['alg: none', 'alg is none'],
    ['Unknown kid', 'kid unknown-key is not among'],
    ['Expired', 'The signature is valid'],
    ['Other audience', 'The signature is valid'],
    ['Other issuer', 'The signature is valid'],
    ['Not valid yet', 'The signature is valid'],
  ] as const) {
    await page.getByLabel('Token', { exact: true }).fill(good);
    await page.getByText('The signature is valid').waitFor();
    const before = await token();
    await page.getByRole('button', { name }).click();
    await page.waitForFunction(
      (old) =>
        (globalThis as unknown as { document: { querySelector(selector: string): { value: string } } }).document.querySelector('#token')
          .value !== old,
      before,
    );
    await page.locator('.outcome', { hasText: told }).waitFor();
    t.not(await token(), good, name);
  }
  await page.getByLabel('Token', { exact: true }).fill('not a token');
  await page.getByText('Not a JWT').waitFor();
  await page.getByRole('button', { name: 'Issue one for me' }).click();
  await page.getByText('The signature is valid').waitFor();
  t.same(said, []);
});

t.test('a forged token does no harm and is not taken for one of this mock’s tokens', async (t) => {
  const { url, environment } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/tokens`);
  const field = page.getByLabel('Token', { exact: true });
  const picked = () => page.getByLabel('Recently issued').locator('option:checked').textContent();
  await page.getByRole('heading', { name: 'ID token' }).waitFor();
  t.match(await picked(), /^ID token: Demo SPA, alice/, 'what is shown is what is chosen');
  const good = await field.inputValue();

  const jwt = (payload: object, alg = 'RS256') =>
    `${[{ alg }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2lnbmF0dXJl`;
  const asked: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && asked.push(request.url()));
  for (const payload of [
    { sub: 'alice', client_id: 'x', env: '../reset?x=' },
    { sub: 'alice', client_id: 'x', env: '..' },
    { sub: 'alice', client_id: 'x', env: 'e0000000-0000-4000-8000-00000000dead' },
    { sub: 'alice', aud: 'x', iss: 'https://issuer.example' },
  ]) {
    await field.fill(jwt(payload, 'HS256'));
    await page.getByText('alg is HS256').waitFor();
    t.equal(await picked(), 'choose one');
    await page.getByRole('button', { name: 'Expired' }).click();
    await page.getByText('This token does not belong to an environment of this server').waitFor();
    t.equal(await field.inputValue(), jwt(payload, 'HS256'), 'it does not become another');
  }
  t.same(asked, [], 'nothing is sent anywhere');
  t.equal(environment.transactions.list().length, 1, 'nothing was reset');

  for (const text of [`${good.split('.').slice(0, 2).join('.')}.!!!!`, `${good.split('.').slice(0, 2).join('.')}.A`]) {
    await field.fill(text);
    await page.getByText('Not a JWT').waitFor();
  }
  await field.fill(`Authorization: Bearer ${good}`);
  await page.getByText('The signature is valid').waitFor();
  t.match(await picked(), /^ID token/);
  t.same(said, []);
});

t.test('a copied request repeats the original byte for byte', async (t) => {
  const { url, environment } = await listen(t);
  const { page } = await visit(t, browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  const { hostname, port } = new URL(url);
  const target = `/${environmentId}/as/authorize?client_id=${ids.spa}&state=a#b'c`;
  const socket = connect(Number(port), hostname);
  socket.write(Buffer.from(`GET ${target} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nx-l: café \\ 'x'\r\nconnection: close\r\n\r\n`));
  await new Promise((resolve) => socket.resume().on('close', resolve));
  await page.goto(`${url}/__mock/live`);
  await page.getByRole('button', { name: 'Copy as curl' }).first().click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  await promisify(execFile)('bash', ['-c', `${await page.evaluate<string>('navigator.clipboard.readText()')} --silent`]);
  const [first, again] = environment.requests.list().map((each) => [each.url, each.headers['x-l']]);
  t.equal(first?.[0], target);
  t.same(again, first);
});

t.test('the calculator computes while one types, and names the mistake in a challenge', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/pkce`);
  t.equal(await page.locator('output').textContent(), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', 'RFC 7636 appendix B');
  const verifier = newVerifier();
  await page.getByLabel('code_verifier').fill(verifier);
  t.equal(await page.locator('output').textContent(), s256(verifier));
  await page
    .getByRole('textbox', { name: 'My challenge' })
    .fill(Buffer.from(createHash('sha256').update(verifier).digest('hex')).toString('base64url'));
  await page.locator('.why', { hasText: 'hex_text' }).waitFor();
  await page.getByRole('textbox', { name: 'My challenge' }).fill(s256(verifier));
  await page.getByText('Correct: the server would accept this pair').waitFor();
  await page.getByLabel('code_verifier').fill('too short');
  await page.getByText('✗ 9 characters').waitFor();
  await page.getByLabel('code_verifier').fill('é'.repeat(43));
  await page.getByText('86 bytes of UTF-8: a verifier must be ASCII').waitFor();
  t.same(said, []);
});

t.test('the state page shows one environment, and another once it is chosen', async (t) => {
  const { url, environment } = await listen(t);
  const { page, said } = await visit(t, browser);
  await environment.outbox.add({
    channel: 'email',
    to: 'alice@example.com',
    subject: 'A code',
    text: 'Your code is 123456',
    code: '123456',
  });
  await signOn(url);
  await page.goto(`${url}/__mock/lab`);
  await fetch(`${url}/__mock/v1/lab`, { method: 'POST' });
  await page.goto(`${url}/__mock/state`);
  await page.getByRole('region', { name: 'Sessions' }).last().getByText('alice').waitFor();
  t.match(await page.locator('main').textContent(), /Alice-Passw0rd.*web-secret.*Your code is 123456/s);
  await page.getByLabel('Environment').selectOption({ index: 1 });
  await page.getByText('Try-it Client').waitFor();
  t.same(said, []);
});
