import { execFile } from 'node:child_process';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Route } from 'playwright-core';
import t, { type Test } from 'tap';
import { launchBrowser, visit } from '../helpers/browser.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { signOn } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);

const see = (state: 'hidden' | 'visible') => `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));`;

/** A proxy that has several mocks below paths, and takes the path away. */
async function startProxy(t: Test, targets: Record<string, string>): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const [, path = '', rest = '/'] = /^(\/[^/]*)(.*)$/.exec(incoming.url ?? '') ?? [];
    const { hostname, port } = new URL(targets[path] ?? 'http://127.0.0.1:1');
    const { method, headers } = incoming;
    const asked = forward({ hostname, port, method, headers, path: rest }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.writeHead(502).end());
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('two mocks behind one origin have a stream each', async (t) => {
  const targets: Record<string, string> = {};
  const origin = await startProxy(t, targets);
  const servers = [];
  for (const path of ['/p1', '/p2']) {
    const server = await listen(t, { baseUrl: origin + path });
    targets[path] = server.url;
    servers.push(server);
  }
  const { page } = await visit(t, browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  const other = await page.context().newPage();
  await page.goto(`${origin}/p1/__mock/live`);
  await page.getByText('● live').waitFor();
  await other.goto(`${origin}/p2/__mock/live`);
  await other.getByText('● live').waitFor();
  await fetch(`${origin}/p1/${environmentId}/as/authorize?client_id=only-of-the-first`);
  await page.locator('.item', { hasText: 'only-of-the-first' }).waitFor();
  await fetch(`${servers[1]?.url}/${environmentId}/as/authorize?client_id=only-of-the-second`);
  await other.locator('.item', { hasText: 'only-of-the-second' }).waitFor();
  t.same([await page.locator('.item').count(), await other.locator('.item').count()], [1, 1], 'and nothing of the other');

  await page.bringToFront();
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const command = await page.evaluate<string>('navigator.clipboard.readText()');
  t.match(command, `${origin}/p1/${environmentId}/as/authorize`, 'what is copied goes through the proxy again');
  const { stdout } = await promisify(execFile)('bash', ['-c', `${command} --silent`]);
  t.match(stdout, /^HTTP\/1.1 302/);
});

t.test('nothing that happens while a tab loads the list is lost, at its start or on its return', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  const authorize = (client: string) => fetch(`${url}/${environmentId}/as/authorize?client_id=${client}`);

  const other = await page.context().newPage();
  other.setDefaultTimeout(120_000);
  /** The answer was made, and is on its way while something else happens. */
  const late = (client: string) => async (route: Route) => {
    const response = await route.fetch();
    await authorize(client);
    await page.locator('.item', { hasText: client }).waitFor();
    await route.fulfill({ response });
  };
  const list = /\/v1\/transactions\?limit/;
  await other.route(list, late('came-at-the-start'), { times: 1 });
  await other.goto(`${url}/__mock/live`);
  await other.locator('.item', { hasText: 'came-at-the-start' }).waitFor();

  await other.evaluate(see('hidden'));
  await authorize('came-while-hidden');
  await other.route(list, late('came-at-the-return'), { times: 1 });
  await other.evaluate(see('visible'));
  await other.locator('.item', { hasText: 'came-while-hidden' }).waitFor();
  await other.locator('.item', { hasText: 'came-at-the-return' }).waitFor();
  t.equal(await other.locator('.item').count(), 4);
  t.same(said, []);
});

t.test('a tab that was paused and hidden reports what was cleared meanwhile', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  await page.keyboard.press('p');
  await page.evaluate(see('hidden'));
  await fetch(`${url}/__mock/v1/transactions`, { method: 'DELETE' });
  await page.evaluate(see('visible'));
  await page.getByText('1 changed while paused: show').waitFor();
  t.equal(await page.locator('.item').count(), 1, 'nothing moves');
  await page.getByText('1 changed while paused: show').click();
  await page.getByText('Waiting for the first').waitFor();
  t.same(said, []);
});

t.test('the address chooses an application, and the reader can choose another', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await signOn(url, { clientId: ids.native });
  await page.goto(`${url}/__mock/live?app=Demo%20SPA`);
  const choice = page.getByLabel('Application', { exact: true });
  const chosen = () => choice.locator('option:checked').textContent();
  t.equal(await chosen(), 'Demo SPA', 'the filter shows what it filters by');
  t.match(await page.locator('.item').allTextContents(), [/Demo SPA/]);
  await choice.selectOption('Demo Native');
  t.match(await page.locator('.item').allTextContents(), [/Demo Native/]);
  await choice.selectOption('All applications');
  t.equal(await page.locator('.item').count(), 2);
  await page.goto(`${url}/__mock/live?app=Demo%20Web`);
  await page.getByText('● live').waitFor();
  t.equal(await chosen(), 'Demo Web', 'also one of which nothing was heard yet');
  t.equal(await page.locator('.item').count(), 0);
  await choice.selectOption('Demo SPA');
  t.match(await page.locator('.item').allTextContents(), [/Demo SPA/]);
  t.same(said, []);
});

t.test('Esc keeps following although the focused element is redrawn', async (t) => {
  const { url, issuer } = await listen(t);
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  const begun = (await (
    await fetch(
      `${issuer}/authorize?${new URLSearchParams({ client_id: ids.spa, response_type: 'code', redirect_uri: 'http://localhost:3000/callback', scope: 'openid', response_mode: 'pi.flow', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' })}`,
    )
  ).json()) as { id: string };
  await page.getByRole('button', { name: 'Copy link' }).focus();
  await page.keyboard.press('Escape');
  await fetch(`${url}/${environmentId}/flows/${begun.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
    body: JSON.stringify({ username: 'alice', password: 'Alice-Passw0rd' }),
  });
  await page.locator('.hero', { hasText: 'alice' }).waitFor();
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Copy link', 'the focus stays');
  await signOn(url, { clientId: ids.native });
  await page.locator('.hero', { hasText: 'Demo Native' }).waitFor();
  t.match(page.url(), /\/live$/);
  t.same(said, []);
});
