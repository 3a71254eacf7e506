import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { startMock } from '../../src/index.js';
import { startExample } from '../examples/application.js';
import { startAgent } from '../helpers/agent.js';
import { run } from '../helpers/command.js';
import { startRelyingParty } from '../library/relying-party.js';
import { launchReady } from '../package/command.js';
import { startApp } from './checkup-app.js';

process.env.CHROMIUM_PATH ??= '/usr/bin/chromium';

/** A mock with a single-page application, which begins at `home`. */
async function startSpa(t: Test, kind: 'right' | 'bad', more: Record<string, unknown> = {}) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', redirectUris: ['http://127.0.0.1/callback'] });
  const home = await startApp(t, kind, (own) => ({
    authority: mock.issuer,
    client_id: app.id,
    redirect_uri: `${own}callback`,
    scope: 'openid profile',
    loadUserInfo: true,
    automaticSilentRenew: false,
    ...more,
  }));
  await mock.apps.update(app.id, {
    redirectUris: [`${home}callback`],
    corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [home.slice(0, -1)] },
  });
  return { mock, home };
}

async function checkupOf(t: Test, kind: 'right' | 'bad', only: readonly string[], more: Record<string, unknown> = {}) {
  const { mock, home } = await startSpa(t, kind, more);
  return mock.checkup({ start: home, browser: true, click: 'Sign on', only });
}

const verdicts = (findings: readonly { id: string; verdict: string }[]) =>
  Object.fromEntries(findings.map(({ id, verdict }) => [id, verdict]));

t.test('a single-page application with oidc-client-ts is taken through the cases in a browser', async (t) => {
  const refused = ['state-altered', 'login-csrf', 'error-with-markup', 'json-cut', 'sub-unlike', 'token-in-'];
  const { findings, success } = await checkupOf(t, 'right', [...refused, 'answer-late', 'expires-in', 'cookie-readable']);
  t.ok(success.includes('title Welcome'), success.join(', '));
  t.same(
    findings.filter(({ ok }) => !ok),
    [],
  );
  const found = verdicts(findings);
  for (const id of ['state-altered', 'login-csrf', 'sub-unlike-userinfo', 'token-in-local-storage']) t.equal(found[id], 'refused', id);
  // These faults meet requests that the page sends itself, across origins.
  for (const id of ['answer-late', 'expires-in-missing']) t.equal(found[id], 'accepted', id);
  t.equal(found['cookie-readable'], 'does not apply');
});

for (const mode of ['query', 'fragment'])
  t.test(`a single-page application that checks nothing is found out, with its answers in the ${mode}`, async (t) => {
    const wrong = ['token-in-address', 'token-in-local-storage', 'state-altered', 'login-csrf', 'error-with-markup', 'iss-wrong'];
    const { findings } = await checkupOf(t, 'bad', [...wrong, 'token-in-session-storage'], { response_mode: mode });
    t.same(verdicts(findings), { ...Object.fromEntries(wrong.map((id) => [id, 'accepted'])), 'token-in-session-storage': 'refused' });
  });

t.test('an application of redirects is checked in a browser as well', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, without: 'HttpOnly' });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  const only = ['state-altered', 'login-csrf', 'session-fixation', 'cookie-', 'error-with-markup'];
  const { findings, success } = await mock.checkup({ start, browser: true, only });
  t.ok(success.includes('path /profile'), success.join(', '));
  t.same(
    findings.filter(({ ok }) => !ok).map(({ id, remark }) => [id, remark]),
    [['cookie-readable', 'sid has no HttpOnly']],
  );
});

t.test('a callback that is posted arrives as a form from the page of the provider', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const origins: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    void text(request).then(async (sent) => {
      const home = `http://${request.headers.host}`;
      const common = { client_id: app.id, redirect_uri: `${home}/callback` };
      const asked = { ...common, response_type: 'code', response_mode: 'form_post', scope: 'openid', state: 's' };
      if (request.method === 'GET')
        return void response.writeHead(302, { location: `${mock.issuer}/authorize?${new URLSearchParams(asked)}` }).end();
      origins.push(request.headers.origin);
      const code = new URLSearchParams(sent).get('code');
      const form = new URLSearchParams({ ...common, grant_type: 'authorization_code', code: code ?? '' });
      const { ok } = await fetch(`${mock.issuer}/token`, { method: 'POST', body: form });
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>${ok ? 'Welcome' : 'Failed'}</title>`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: [`${home}/callback`] });
  const { findings, success } = await mock.checkup({ start: home, browser: true, only: ['state-altered'] });
  t.same(success, ['title Welcome']);
  t.match(findings, [{ id: 'state-altered', verdict: 'accepted' }]);
  t.same(new Set(origins), new Set([new URL(mock.url).origin]));
});

t.test('a start page that does not begin a sign-on in a browser says why', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const away = path === '/away' ? { location: 'http://192.0.2.1/login' } : undefined;
    response.writeHead(away ? 302 : 200, { 'content-type': path === '/zip' ? 'application/zip' : 'text/html', ...away });
    const scripts: Readonly<Record<string, string>> = { '/circle': 'location.reload()', '/frame': 'fetch("https://cdn.example.com/x.js")' };
    response.end(`<title>Shop</title><button>Buy</button><script>${scripts[path] ?? ''}</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rows: readonly (readonly [path: string, click: string | undefined, said: RegExp])[] = [
    ['/', 'Sign on', /has no button or link "Sign on".*Buy/s],
    ['/', 'Buy', /it ended at .*which answered 200/],
    ['/away', undefined, /leads to http:\/\/192\.0\.2\.1\/login, which is not on this machine/],
    ['/zip', undefined, /answers with a download \(application\/zip\)/],
    ['/circle', undefined, /goes in a circle/],
    ['/frame', undefined, /wanted to load from https:\/\/cdn\.example\.com, which a checkup does not call/],
  ];
  for (const [path, click, said] of rows)
    await t.rejects(
      mock.checkup({ start: `${home}${path}`, browser: true, ...(click !== undefined && { click }) }),
      { message: said },
      path,
    );
});

t.test('a checkup in a browser runs over HTTP, one at a time in a server', async (t) => {
  const { mock, home } = await startSpa(t, 'bad');
  const other = await mock.createEnvironment({});
  const path = (id: string) => `${mock.url}/__mock/v1/environments/${id}/checkups`;
  const post = (id: string, body: object) =>
    fetch(path(id), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const asked = { start: home, browser: true, click: 'Sign on', only: ['token-in-'] };
  const begun = await post('default', asked);
  t.equal(begun.status, 201);
  const { id } = (await begun.json()) as { id: string };
  const second = await post(other.environmentId, asked);
  t.equal(second.status, 409);
  t.match(await second.json(), { error: { message: /uses a browser.*one of them at a time/, fix: /wait until it has ended/ } });
  const events = await (await fetch(`${path('default')}/${id}/events`)).text();
  t.match(events, /"id":"token-in-local-storage"[^\n]*"verdict":"accepted"/);
  t.match(
    await (await post(other.environmentId, asked)).json(),
    { error: { message: /leads to another provider/ } },
    'the next one may begin',
  );
  t.match(
    await (await post(other.environmentId, asked)).json(),
    { error: { message: /leads to another provider/ } },
    'also after one that did not begin',
  );
  t.match(await (await post('default', { ...asked, click: 'Buy' })).json(), { error: { message: /has no button or link "Buy"/ } });
});

t.test('an agent has a single-page application checked in a browser', async (t) => {
  const { mock, home } = await startSpa(t, 'bad');
  const { ask } = await startAgent(t, '--url', mock.url);
  const summary = await ask('run_checkup', { start: home, browser: true, click: 'Sign on', only: ['token-in-local'] });
  t.match(summary, { state: 'done', wrong_answers: [{ id: 'token-in-local-storage', verdict: 'accepted' }] });
});

t.test('the command that docs/checkup.md shows for single-page applications checks the example', async (t) => {
  const { ready } = await launchReady(t);
  const origin = await startExample(t, 'spa/server.js', ready);
  const [, shown = ''] = /^pingone-mock (checkup .*--browser.*)$/m.exec(readFileSync('docs/checkup.md', 'utf8')) ?? [];
  const argv = (shown.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', '').replace('http://localhost:3002', origin));
  const { code, output, errors } = await run([...argv, '--url', ready.url, '--only', 'state-altered']);
  t.same([code, errors], [0, '']);
  t.match(output, /✓ state-altered +refused/);
});
