import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { startServer } from '../../src/server/start.js';
import { defaultSettings } from '../../src/settings/read.js';
import { launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { s256, signOn } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);

t.test('a request that arrived over TLS can be sent again with its certificate unverified', async (t) => {
  const server = await startServer({ ...defaultSettings, port: 0, httpsPort: 0, https: 'on' });
  t.teardown(() => server.close());
  const { page } = await visit(t, browser, { ignoreHTTPSErrors: true, permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${server.httpsUrl}/__mock/live`);
  await page.getByText('● live').waitFor();
  await page.evaluate(`fetch('/${environmentId}/as/authorize?client_id=nobody')`);
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const command = await page.evaluate<string>('navigator.clipboard.readText()');
  const { stdout } = await promisify(execFile)('bash', ['-c', `${command} --silent`]);
  t.match(stdout, /^HTTP\/1.1 302/);
});

t.test('a claim that was left out stands out as a warning among the steps', async (t) => {
  const { url, environment } = await listen(t);
  const [orders] = await environment.store.resources.find('name', 'orders');
  const members = { environment: { id: environment.id }, resource: { id: orders?.id ?? '' }, createdAt: '', updatedAt: '' };
  await environment.store.resourceAttributes.put({ ...members, id: environment.random.uuid(), name: 'iss', value: 'mine', type: 'CUSTOM' });
  const form = { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret' };
  t.equal((await fetch(`${url}/${environmentId}/as/token`, { method: 'POST', body: new URLSearchParams(form) })).status, 200);
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/tx/${environment.transactions.list().at(-1)?.id}`);
  const step = page.locator('.step', { hasText: 'Claim iss left out of the Access token' });
  await step.waitFor();
  t.match(await step.textContent(), /!Warning.*the name iss is reserved/s);
  const colourOf = (which: string) => page.evaluate<string>(`getComputedStyle(document.querySelector('.step.${which}')).color`);
  t.not(await colourOf('wait'), await colourOf('true'), 'it has a colour of its own');
  t.same(said, []);
});

t.test('a redemption without PKCE shows that no verifier was sent, instead of waiting for one', async (t) => {
  const { url, environment } = await listen(t);
  const web = await environment.store.applications.get(ids.spa);
  if (web) await environment.store.applications.put({ ...web, pkceEnforcement: 'OPTIONAL' });
  const { page, said } = await visit(t, browser);
  const as = `${url}/${environmentId}/as`;
  const query = {
    client_id: ids.spa,
    response_type: 'code',
    redirect_uri: 'http://localhost:3000/callback',
    scope: 'openid',
    response_mode: 'pi.flow',
  };
  const begun = (await (await fetch(`${as}/authorize?${new URLSearchParams(query)}`)).json()) as { id: string };
  await fetch(`${url}/${environmentId}/flows/${begun.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
    body: JSON.stringify({ username: 'alice', password: 'Alice-Passw0rd' }),
  });
  const { authorizeResponse } = (await (await fetch(`${as}/resume?flowId=${begun.id}`)).json()) as { authorizeResponse: { code: string } };
  const form = {
    grant_type: 'authorization_code',
    client_id: ids.spa,
    redirect_uri: query.redirect_uri,
    code: authorizeResponse.code,
  };
  t.equal((await fetch(`${as}/token`, { method: 'POST', body: new URLSearchParams(form) })).status, 200);
  await page.goto(`${url}/__mock/live`);
  const duel = page.locator('.duel');
  await duel.waitFor();
  t.match(await duel.textContent(), /none was recorded.*none was sent/s);
  t.notMatch(await duel.textContent(), /\?|not seen/);
  t.same(said, []);
});

t.test('an error message stays until the reader does something else', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/tokens`);
  await page.getByText('The signature is valid').waitFor();
  const field = page.getByLabel('Token', { exact: true });
  const good = await field.inputValue();
  const [header, payload = '', signature] = good.split('.');
  const odd = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: { an: 'object' } };
  await field.fill([header, Buffer.from(JSON.stringify(odd)).toString('base64url'), signature].join('.'));
  await page.getByRole('button', { name: 'Expired' }).click();
  await page.getByText('Something went wrong').waitFor();
  await page.getByRole('button', { name: 'Issue one for me' }).click();
  await page.getByText('Something went wrong').waitFor({ state: 'detached' });
  await page.getByText('The signature is valid').waitFor();
});

t.test('a token is read inside its quotes, and one without a signature has no bit to flip', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await signOn(url);
  await page.goto(`${url}/__mock/tokens`);
  await page.getByText('The signature is valid').waitFor();
  const field = page.getByLabel('Token', { exact: true });
  const good = await field.inputValue();
  for (const quoted of [`"${good}"`, `'${good}',`, `"Authorization: Bearer ${good}"`, `"Bearer ${good}";`]) {
    await field.fill('');
    await page.locator('.outcome').waitFor({ state: 'detached' });
    await field.fill(quoted);
    await page.getByText('The signature is valid').waitFor();
  }
  await page.getByRole('button', { name: 'alg: none' }).click();
  await page.getByText('alg is none').waitFor();
  await page.getByRole('button', { name: 'Flip a bit' }).click();
  await page.getByText('The token has no signature to change').waitFor();
  t.same(said, []);
});

t.test('an environment’s id is one segment of a path, whatever characters it holds', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  const id = '../reset?x=';
  await page.route(/\/v1\/state/, async (route) => {
    const response = await route.fetch({ url: `${url}/__mock/v1/state` });
    const { environment, environments, ...rest } = await response.json();
    await route.fulfill({ json: { ...rest, environment, environments: [...environments, { id, name: 'Odd' }] } });
  });
  const asked: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && asked.push(request.url()));
  await page.goto(`${url}/__mock/tokens`);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  await page.getByLabel('Token', { exact: true }).fill(`${part({ alg: 'HS256' })}.${part({ sub: 'alice', client_id: 'x', env: id })}.c2ln`);
  await page.getByText('alg is HS256').waitFor();
  await page.getByRole('button', { name: 'Expired' }).click();
  await page.getByText('Something went wrong').waitFor();
  t.same(asked, [`${url}/__mock/v1/environments/..%2Freset%3Fx%3D/tokens`]);
});

t.test('the demo client does not redeem a code whose state it did not send', async (t) => {
  const { url, issuer } = await listen(t);
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/`);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.evaluate(
    `sessionStorage.setItem('pingone-mock demo', ${JSON.stringify(JSON.stringify({ state: 'sent', verifier: 'x', issuer, clientId: ids.spa }))})`,
  );
  await page.goto(`${url}/__mock/callback?code=abc&state=forged`);
  await page.getByRole('heading', { name: 'state does not match' }).waitFor();
  t.notOk(asked.some((each) => each.includes('/token')));
  t.same(said, []);
});

t.test('the mock computes the hash where the browser cannot, over plain http by address', async (t) => {
  const { url } = await listen(t);
  const { port } = new URL(url);
  const plain = await launchBrowser(t, { args: ['--host-resolver-rules=MAP 192.168.1.7 127.0.0.1'] });
  const { page, said } = await visit(t, plain);
  await page.goto(`http://192.168.1.7:${port}/__mock/pkce`);
  t.equal(await page.evaluate('isSecureContext'), false);
  const verifier = 'a'.repeat(42);
  for (const text of [`${verifier}b`, `${verifier}c`]) {
    await page.getByLabel('code_verifier').fill(text);
    await page.locator('output', { hasText: s256(text) }).waitFor();
  }
  await page.goto(`http://192.168.1.7:${port}/__mock/`);
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByRole('button', { name: /victor/i }).click();
  await page.getByRole('heading', { name: 'Signed on, with PKCE' }).waitFor();
  t.same(said, []);
});

t.test('projector mode fits its window, however narrow', async (t) => {
  const { url } = await listen(t);
  await signOn(url);
  const { page } = await visit(t, browser, { viewport: { width: 320, height: 640 } });
  await page.goto(`${url}/__mock/live?projector=1`);
  await page.locator('.weave .group').first().waitFor();
  t.ok((await overflowOf(page)) <= 0);
});
