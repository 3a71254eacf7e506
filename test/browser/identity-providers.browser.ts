import t from 'tap';
import { readJwt } from '../../src/protocol/jwt.js';
import { accessibilityFaults, launchBrowser, overflowOf, startSignOn, visit } from '../helpers/browser.js';
import { ids } from '../helpers/server.js';

const browser = await launchBrowser(t);

for (const javaScriptEnabled of [true, false])
  t.test(`a person signs on at another environment, and is back, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
    const { url, issuer, environment, authorizeUrl, callbacks, redirectUri, verifier } = await startSignOn(t);
    const control = `${url}/__mock/v1/environments`;
    const post = async (address: string, body: object) =>
      (await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json();
    const users = [
      { username: 'carol', email: 'carol@partner.example', name: { given: 'Carol', family: 'Chu' }, password: 'Carol-Passw0rd1' },
    ];
    const partner = (await post(control, { name: 'Partner', users })) as { id: string };
    await post(`${control}/${environment.id}/identity-providers`, { from: partner.id, name: 'Partner & Co' });
    const { page, said } = await visit(t, browser, { javaScriptEnabled, refused: /\/signon\/\?flowId/ });

    await page.goto(authorizeUrl());
    t.equal(await page.locator('button[type=submit]').count(), 1, 'the primary button is the one that tests select');
    await page.getByRole('link', { name: 'Continue with Partner & Co' }).click();
    t.match(page.url(), new RegExp(`/${partner.id}/signon/`));
    await page.getByLabel('Username').fill('carol');
    await page.getByLabel('Password').fill('Carol-Passw0rd1');
    await page.locator('button[type=submit]').click();
    await page.waitForURL(/\/callback/);
    const form = { grant_type: 'authorization_code', client_id: ids.spa, redirect_uri: redirectUri, code_verifier: verifier };
    const tokens = (await (
      await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ ...form, code: callbacks[0]?.get('code') ?? '' }) })
    ).json()) as { id_token: string };
    const [carol] = await environment.store.users.find('username', 'carol');
    t.match(readJwt(tokens.id_token)?.claims, { sub: carol?.id, amr: ['ext'] });
    t.match(carol, { name: { given: 'Carol', family: 'Chu' } });

    await page.goto(authorizeUrl());
    t.match(page.url(), /\/callback/, 'a second request in the same browser asks nothing');

    // The other side refuses: the person reads why, and goes on.
    await page.context().clearCookies();
    await page.goto(authorizeUrl());
    await page.getByRole('link', { name: 'Continue with Partner & Co' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    t.match(await page.getByRole('alert').textContent(), 'The identity provider did not sign you on (access_denied');
    await page.getByLabel('Username').fill('alice');
    await page.getByLabel('Password').fill('Alice-Passw0rd');
    await page.locator('button[type=submit]').click();
    await page.waitForURL(/\/callback/);
    t.same(said, [], 'the console is silent');
  });

t.test('the pages of external identity providers suit every screen', async (t) => {
  const { url, environment, authorizeUrl } = await startSignOn(t);
  const control = `${url}/__mock/v1/environments`;
  const headers = { 'content-type': 'application/json' };
  const partner = (await (await fetch(control, { method: 'POST', headers, body: JSON.stringify({ name: 'Partner' }) })).json()) as {
    id: string;
  };
  const make = `${control}/${environment.id}/identity-providers`;
  const made = await fetch(make, {
    method: 'POST',
    headers,
    body: JSON.stringify({ from: partner.id, name: 'A partner with quite a long name' }),
  });
  const { id } = (await made.json()) as { id: string };
  await fetch(`${make}/${id}/player`, { method: 'PUT', headers, body: JSON.stringify({ playedBy: 'someone-else' }) });
  const provider = await environment.store.identityProviders.get(id);
  if (provider) await environment.store.identityProviders.put({ ...provider, registration: {} });

  for (const [name, options] of [
    ['light', { viewport: { width: 1000, height: 900 } }],
    ['dark', { viewport: { width: 1000, height: 900 }, colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 400, height: 800 } }],
  ] as const) {
    const { page } = await visit(t, browser, { ...options, bypassCSP: true, refused: /someone-else|signon/ });
    const look = async (what: string) => {
      t.same(await accessibilityFaults(page), [], `${what}, ${name}`);
      t.equal(await overflowOf(page), 0, `${what}, ${name}: nothing is cut off`);
      const folder = process.env.MOCK_PICTURES;
      if (folder !== undefined) await page.screenshot({ path: `${folder}/${what}-${name}.png`, fullPage: true });
    };
    await page.goto(authorizeUrl());
    await look('sign-on');
    await page.getByRole('link', { name: /Continue with/ }).click();
    await look('someone-else');
    await page.getByLabel('Name').fill('Dana Doe');
    await page.getByLabel('Claims').fill('{');
    await page.locator('button[type=submit]').click();
    t.match(await page.getByRole('alert').textContent(), 'The claims are not JSON');
    await look('someone-else-refused');
    await page.getByLabel('Claims').fill('');
    await page.getByLabel('E-mail').fill('dana@example.com');
    await page.locator('button[type=submit]').click();
    t.equal(await page.getByRole('heading', { name: 'Link Your Account' }).count(), 1);
    await look('linking');
  }
});
