import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { s256 } from '../../src/protocol/pkce.js';
import { type RunningServer, startServer } from '../../src/server/start.js';
import { defaultSettings, type Settings } from '../../src/settings/read.js';
import { fillSignOn, launchBrowser, startClient, visit } from '../helpers/browser.js';
import { newVerifier } from '../helpers/client.js';
import { environmentId, ids } from '../helpers/server.js';

async function start(t: Test, settings: Partial<Settings>): Promise<RunningServer> {
  const server = await startServer({ ...defaultSettings, port: 0, httpsPort: 0, ...settings });
  t.teardown(() => server.close());
  return server;
}

/** A person signs on at a server of this origin; answers where the browser was, and the code that the application got. */
async function signOn(t: Test, page: Page, origin: string): Promise<{ shownAt: string; code: string | null | undefined }> {
  const { redirectUri, callbacks } = await startClient(t);
  const query = new URLSearchParams({
    client_id: ids.spa,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: s256(newVerifier()),
    code_challenge_method: 'S256',
  });
  await page.goto(`${origin}/${environmentId}/as/authorize?${query}`);
  const shownAt = new URL(page.url()).origin;
  await fillSignOn(page);
  await page.waitForURL(`${redirectUri}**`);
  return { shownAt, code: callbacks[0]?.get('code') };
}

const secureCookies = async (page: Page, domain: string) => {
  const cookies = (await page.context().cookies()).filter((cookie) => cookie.domain === domain);
  return cookies.map(({ name, secure, httpOnly, sameSite }) => ({ name, secure, httpOnly, sameSite }));
};
const sessionCookies = ['ST', 'ST-NO-SS'].map((name) => ({ name, secure: true, httpOnly: true, sameSite: 'None' }));

t.test('a browser that knows the key by its hash signs on over https, with secure cookies', async (t) => {
  const { httpsUrl = '', url, keyHash } = await start(t, { https: 'on' });
  const { port } = new URL(httpsUrl);
  const browser = await launchBrowser(t, { args: [`--ignore-certificate-errors-spki-list=${keyHash}`] });
  for (const host of ['localhost', 'app.localhost']) {
    const { page } = await visit(t, browser);
    const { shownAt, code } = await signOn(t, page, `https://${host}:${port}`);
    t.equal(shownAt, `https://${host}:${port}`);
    t.ok(code);
    t.same(await secureCookies(page, host), sessionCookies);
  }
  const { page } = await visit(t, browser);
  await page.goto(`http://pingone.localhost:${new URL(url).port}/healthz`);
  t.ok(await page.evaluate('isSecureContext && crypto.subtle !== undefined'), 'over plain HTTP *.localhost is a secure context as well');
});

t.test('a browser refuses an untrusted certificate, unless Playwright ignores HTTPS errors', async (t) => {
  const { httpsUrl = '' } = await start(t, { https: 'on' });
  const browser = await launchBrowser(t);
  const strict = await visit(t, browser);
  await t.rejects(strict.page.goto(`${httpsUrl}/healthz`), /ERR_CERT_AUTHORITY_INVALID/);
  const lenient = await visit(t, browser, { ignoreHTTPSErrors: true });
  t.ok((await signOn(t, lenient.page, httpsUrl)).code);
});

t.test('through the proxy the browser keeps PingOne’s names and reaches no other host', async (t) => {
  const { url, keyHash } = await start(t, { proxy: true });
  const browser = await launchBrowser(t, {
    args: [`--ignore-certificate-errors-spki-list=${keyHash}`],
    proxy: { server: url, bypass: '127.0.0.1' },
  });
  const { page } = await visit(t, browser);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).host));
  const { shownAt, code } = await signOn(t, page, 'https://auth.pingone.com');
  t.ok(code);
  t.equal(shownAt, 'https://auth.pingone.com');
  t.ok(asked.includes('apps.pingone.com'), 'the host for apps leads there');
  t.same(await secureCookies(page, 'auth.pingone.com'), sessionCookies);
  await t.rejects(page.goto('https://example.com/'), /ERR_TUNNEL_CONNECTION_FAILED/);
  const plain = await visit(t, browser);
  await plain.page.goto('http://example.com/');
  t.match(await plain.page.textContent('body'), /^offline mock/);
});

t.test('a browser with host-resolver rules signs on under PingOne’s names', async (t) => {
  const { httpsUrl = '', keyHash } = await start(t, { https: 'on', tlsHosts: ['auth.pingone.eu', 'apps.pingone.eu'] });
  const { host } = new URL(httpsUrl);
  const browser = await launchBrowser(t, {
    args: [
      `--ignore-certificate-errors-spki-list=${keyHash}`,
      `--host-resolver-rules=MAP auth.pingone.eu:443 ${host},MAP apps.pingone.eu:443 ${host}`,
    ],
  });
  const { page } = await visit(t, browser);
  t.ok((await signOn(t, page, 'https://auth.pingone.eu')).code);
});
