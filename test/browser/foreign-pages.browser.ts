import t, { type Test } from 'tap';
import type { Settings } from '../../src/settings/read.js';
import { changeApplication } from '../helpers/application.js';
import { launchBrowser, visit } from '../helpers/browser.js';
import { as, askAuthorize, authorize, basic, locationOf, post, redeem, redirectUri } from '../helpers/client.js';
import { type Attempt, postForm, resolverRules, send, startPages, startRebinding } from '../helpers/foreign-pages.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { until } from '../helpers/until.js';

const browser = await launchBrowser(t, { args: [resolverRules] });

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };
const service = { client_id: ids.service, client_secret: 'service-secret' };
const workerHeaders = { authorization: basic(ids.worker, 'worker-secret') };
const environmentPath = `/v1/environments/${environmentId}`;
const query = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();

/** The mock, and a port with a page under any host name. */
async function start(t: Test, settings: Partial<Settings> = {}) {
  const server = await listen(t, settings);
  const { app, environment } = server;
  // So that no preflight is needed.
  await changeApplication(environment, ids.service, { tokenEndpointAuthMethod: 'CLIENT_SECRET_POST' });
  const asked = await post(app, `${as}/token`, { grant_type: 'client_credentials' }, workerHeaders);
  const { access_token: token } = asked.json();
  const { access_token: userToken } = (await redeem(app, await authorize(app))).json();
  const { store } = server.environment;
  return {
    ...server,
    mock: `http://localhost:${new URL(server.url).port}`,
    tokens: { worker: String(token), user: String(userToken) },
    pages: await startPages(t),
    /** What a foreign page must not change. */
    state: async () => ({
      applications: (await store.applications.list()).map(({ id, redirectUris }) => ({ id, redirectUris })),
      users: (await store.users.list()).map(({ id }) => id),
      environments: server.context.environments.list().map(({ id }) => id),
      now: server.environment.clock.now(),
      faults: (await server.app.inject('/__mock/v1/environments/default/faults')).json(),
    }),
  };
}

/** What a page may ask of an address of the mock, given tokens of a worker and of a person. `kind` is whose rule it falls under. */
function attempts(
  mock: string,
  tokens: { worker: string; user: string },
): Record<string, Attempt & { readonly kind: 'as' | 'v1' | 'mock' }> {
  const bearer = { authorization: `Bearer ${tokens.worker}` };
  const request = { response_type: 'code', client_id: ids.web, redirect_uri: redirectUri, scope: 'openid', response_mode: 'pi.flow' };
  const environment = `${mock}${environmentPath}`;
  const asUrl = `${mock}${as}`;
  const control = `${mock}/__mock/v1`;
  return {
    'a token by a simple form': {
      kind: 'as',
      url: `${asUrl}/token`,
      method: 'POST',
      headers: form,
      body: query({ grant_type: 'client_credentials', ...service }),
    },
    'a token by Basic, after a preflight': {
      kind: 'as',
      url: `${asUrl}/token`,
      method: 'POST',
      headers: { ...form, ...workerHeaders },
      body: 'grant_type=client_credentials',
    },
    'a flow at authorize': { kind: 'as', url: `${asUrl}/authorize?${query(request)}` },
    'a flow at authorize by a form': { kind: 'as', url: `${asUrl}/authorize`, method: 'POST', headers: form, body: query(request) },
    userinfo: { kind: 'as', url: `${asUrl}/userinfo`, headers: { authorization: `Bearer ${tokens.user}` } },
    'a pushed request': {
      kind: 'as',
      url: `${asUrl}/par`,
      method: 'POST',
      headers: { ...form, authorization: basic(ids.web, 'web-secret') },
      body: query(request),
    },
    'the keys': { kind: 'as', url: `${asUrl}/jwks` },
    'the environments': { kind: 'v1', url: `${mock}/v1/environments`, headers: bearer },
    'all users': { kind: 'v1', url: `${environment}/users`, headers: bearer },
    'a secret': { kind: 'v1', url: `${environment}/applications/${ids.web}/secret`, headers: bearer },
    'a new application': {
      kind: 'v1',
      url: `${environment}/applications`,
      method: 'POST',
      headers: { ...json, ...bearer },
      body: JSON.stringify({
        name: 'Planted',
        enabled: true,
        type: 'WORKER',
        protocol: 'OPENID_CONNECT',
        grantTypes: ['CLIENT_CREDENTIALS'],
        tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
      }),
    },
    'a user deleted': { kind: 'v1', url: `${environment}/users/${ids.bob}`, method: 'DELETE', headers: bearer },
    'the control API': { kind: 'mock', url: `${control}/environments` },
    'transactions of the control API': { kind: 'mock', url: `${control}/environments/default/transactions` },
    'an environment by plain text': {
      kind: 'mock',
      url: `${control}/environments`,
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    },
    'an environment by JSON': { kind: 'mock', url: `${control}/environments`, method: 'POST', headers: json, body: '{}' },
    'a token of the control API': {
      kind: 'mock',
      url: `${control}/environments/default/tokens`,
      method: 'POST',
      headers: json,
      body: JSON.stringify({ client_id: ids.worker }),
    },
    'a fault': {
      kind: 'mock',
      url: `${control}/environments/default/faults`,
      method: 'POST',
      headers: json,
      body: JSON.stringify({ endpoint: 'token', status: 503 }),
    },
    'the clock': { kind: 'mock', url: `${control}/clock`, method: 'PUT', headers: json, body: '{"advance":"61s"}' },
    'a redirect URI of the inspector': {
      kind: 'mock',
      url: `${control}/environments/default/applications/${ids.web}/redirect-uris`,
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"redirect_uri":"http://evil.example.com/"}',
    },
    'an environment deleted': { kind: 'mock', url: `${control}/environments/${environmentId}`, method: 'DELETE' },
    'everything reset': { kind: 'mock', url: `${control}/reset`, method: 'POST' },
  };
}

t.test('a page of a foreign origin reads nothing of the mock and changes nothing there', async (t) => {
  const { mock, tokens, pages, state } = await start(t);
  const before = await state();
  const { page } = await visit(t, browser);
  for (const origin of [`http://evil.example.com:${pages}`, `http://mock.test:${pages}`]) {
    await page.goto(origin);
    for (const host of [mock, mock.replace('localhost', '127.0.0.1'), mock.replace('localhost', 'a.localhost')])
      for (const [name, { kind, ...attempt }] of Object.entries(attempts(host, tokens))) {
        const title = `${origin} at ${host}: ${name} (${kind})`;
        t.equal(await send(page, attempt), 'nothing', title);
        t.equal(await send(page, attempt, 'omit'), 'nothing', `${title}, without cookies`);
        const simple = { ...attempt, headers: attempt.headers?.['content-type'] === 'application/json' ? {} : (attempt.headers ?? {}) };
        t.equal(await send(page, { ...simple, mode: 'no-cors' }), 'nothing', `${title}, without asking`);
      }
  }
  await page.evaluate(`(() => {
    const frame = Object.assign(document.createElement('iframe'), { srcdoc: '<p>no origin' });
    frame.setAttribute('sandbox', 'allow-scripts allow-forms');
    document.body.append(frame);
    return new Promise((loaded) => frame.addEventListener('load', () => loaded()));
  })()`);
  const sandbox = await (await page.waitForSelector('iframe')).contentFrame();
  if (!sandbox) throw new Error('the page has no frame');
  t.equal(await sandbox.evaluate('origin'), 'null');
  for (const [name, { kind, ...attempt }] of Object.entries(attempts(mock, tokens)))
    t.equal(await send(sandbox, attempt), 'nothing', `a page without an origin: ${name} (${kind})`);
  t.same(await state(), before, 'all is there as before');
});

t.test('pages of this machine use the authorization server and the management API, but not the control API', async (t) => {
  for (const host of ['localhost', '127.0.0.1', 'app.localhost']) {
    const { mock, tokens, pages, state } = await start(t);
    const before = await state();
    const { page } = await visit(t, browser);
    await page.goto(`http://${host}:${pages}`);
    for (const [name, { kind, ...attempt }] of Object.entries(attempts(mock, tokens))) {
      const read = await send(page, attempt, kind === 'as' ? 'include' : 'omit');
      if (kind === 'mock') t.equal(read, 'nothing', `${host}: ${name}`);
      else t.match(read, { status: /^(200|201|204)$/ }, `${host}: ${name}`);
    }
    const after = await state();
    t.equal(after.applications.length, before.applications.length + 1, 'an application more');
    t.same(
      after.users,
      before.users.filter((id) => id !== ids.bob),
      'a user less',
    );
    t.same(after.environments, before.environments);
  }
});

t.test('origins of redirect URIs and of corsSettings read their application’s answers, and no management API', async (t) => {
  const { mock, tokens, pages, environment, state } = await start(t);
  const [spa, listed, other] = ['spa', 'listed', 'other'].map((name) => `http://${name}.example.com:${pages}`) as [string, string, string];
  await changeApplication(environment, ids.spa, { redirectUris: [`${spa}/callback`] });
  await changeApplication(environment, ids.native, { corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [listed] } });
  await changeApplication(environment, ids.device, { corsSettings: { behavior: 'ALLOW_NO_ORIGINS' } });
  const before = await state();
  const { page } = await visit(t, browser);
  const asks = (id: string): Attempt => ({
    url: `${mock}${as}/token`,
    method: 'POST',
    headers: form,
    body: query({ grant_type: 'authorization_code', code: 'x', client_id: id }),
  });
  const flow = (id: string): Attempt => ({
    url: `${mock}${as}/authorize?${query({ response_type: 'code', client_id: id, scope: 'openid', response_mode: 'pi.flow' })}`,
  });
  for (const [origin, own] of [
    [spa, ids.spa],
    [listed, ids.native],
    [other, undefined],
    [`http://localhost:${pages}`, undefined],
  ] as const) {
    await page.goto(origin);
    for (const id of [ids.spa, ids.native, ids.device]) {
      const isLocal = origin.startsWith('http://localhost');
      const [token, authorize] = [await send(page, asks(id)), await send(page, flow(id))];
      const [atToken, atAuthorize] = isLocal ? [id !== ids.device, id === ids.spa] : [id === own, id === own];
      t.equal(token !== 'nothing', atToken, `${origin}: token for ${id}`);
      t.equal(authorize !== 'nothing', atAuthorize, `${origin}: authorize for ${id}`);
    }
    if (origin.startsWith('http://localhost')) continue;
    for (const [name, { kind, ...attempt }] of Object.entries(attempts(mock, tokens)))
      if (kind !== 'as') t.equal(await send(page, attempt, 'omit'), 'nothing', `${origin}: ${name}`);
  }
  t.same(await state(), before);
});

t.test('an origin of PINGONE_MOCK_ALLOWED_ORIGINS uses all but the control API, another does not', async (t) => {
  const pages = await startPages(t);
  const friend = `http://friend.example.com:${pages}`;
  const { mock, tokens, state } = await start(t, { allowedOrigins: [friend] });
  const { page } = await visit(t, browser);
  const before = await state();
  await page.goto(`http://evil.example.com:${pages}`);
  for (const [name, { kind, ...attempt }] of Object.entries(attempts(mock, tokens)))
    t.equal(await send(page, attempt, 'omit'), 'nothing', `another: ${name} (${kind})`);
  t.same(await state(), before);
  await page.goto(friend);
  for (const [name, { kind, ...attempt }] of Object.entries(attempts(mock, tokens))) {
    const read = await send(page, attempt, 'omit');
    if (kind === 'mock') t.equal(read, 'nothing', name);
    else t.match(read, { status: /^(200|201|204)$/ }, name);
  }
});

t.test('a page whose name is bound to the mock afterwards gets 421, unless PINGONE_MOCK_ALLOWED_HOSTS has the name', async (t) => {
  for (const allowedHosts of [[], ['friend.example.com']]) {
    const server = await start(t, { allowedHosts });
    const before = await server.state();
    const { page } = await visit(t, browser);
    const port = await startRebinding(t, server.url);
    for (const name of ['evil.example.com', 'friend.example.com']) {
      const origin = `http://${name}:${port}`;
      await page.goto(`${origin}/attack`);
      if (allowedHosts.includes(name)) {
        for (const [title, { kind, ...attempt }] of Object.entries(attempts(origin, server.tokens)))
          if (!/reset|deleted/.test(title))
            t.match(await send(page, attempt), { status: /^(200|201|204|415)$/ }, `${name}: ${title} (${kind})`);
        continue;
      }
      for (const [title, { kind, ...attempt }] of Object.entries(attempts(origin, server.tokens)))
        t.match(await send(page, attempt), { status: 421, body: /PINGONE_MOCK_ALLOWED_HOSTS/ }, `${name}: ${title} (${kind})`);
      t.same(await server.state(), before);
      for (const path of ['/', '/__mock/', `/${environmentId}/signon/`, '/healthz']) {
        const shown = await page.goto(`http://${name}:${new URL(server.url).port}${path}`);
        t.equal(shown?.status(), path === '/healthz' ? 200 : 421, `${name} at the mock's own port: ${path}`);
      }
    }
  }
});

t.test('no foreign page frames a page of the mock', async (t) => {
  const { app, mock, pages } = await start(t);
  const flow = locationOf(await askAuthorize(app, { client_id: ids.web }));
  const { page } = await visit(t, browser);
  for (const [path, shown] of [
    [`${flow.pathname}${flow.search}`, 'form'],
    [`/${environmentId}/device`, 'form'],
    [`/${environmentId}/signon/approvals`, 'h1'],
    ['/__mock/', 'main'],
  ] as const) {
    await page.goto(`${mock}${path}`);
    await page.locator(shown).first().waitFor();
    await page.goto(`http://evil.example.com:${pages}`);
    await page.evaluate(`new Promise((loaded) => {
      const frame = Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(`${mock}${path}`)} });
      frame.addEventListener('load', () => loaded());
      document.body.append(frame);
    })`);
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    await until(() => frame?.url() !== '');
    t.match(frame?.url(), /^chrome-error:/, path);
  }
});

t.test('a form that a foreign page posts signs nobody on, approves nothing and reaches no control API', async (t) => {
  const { app, mock, pages, state, environment } = await start(t);
  const before = await state();
  const { page } = await visit(t, browser);
  const flow = locationOf(await askAuthorize(app, { client_id: ids.web }));
  const signOn = `${mock}${flow.pathname}${flow.search}`;
  const flowId = flow.searchParams.get('flowId');
  const alice = { username: 'alice', password: 'Alice-Passw0rd' };
  const control = `${mock}/__mock/v1`;
  const posts: [action: string, fields: Record<string, string>, enctype: string | undefined, status: number][] = [
    [signOn, alice, undefined, 403],
    [`${mock}/${environmentId}/flows/${flowId}`, { [JSON.stringify(alice).slice(0, -2)]: '"}' }, 'text/plain', 415],
    [`${mock}/${environmentId}/signon/approvals`, { id: 'x', action: 'approve' }, undefined, 403],
    [`${control}/environments`, { '{"name":"x': '"}' }, 'text/plain', 403],
    [`${control}/reset`, {}, undefined, 403],
    [`${control}/environments/default/faults`, { endpoint: 'token' }, 'multipart/form-data', 403],
  ];
  for (const [action, fields, enctype, status] of posts) {
    await page.goto(`http://evil.example.com:${pages}`);
    const answer = await postForm(page, { action, fields, ...(enctype && { enctype }) });
    t.equal(answer.status(), status, action);
    t.same(await page.context().cookies(mock), [], `${action}: no session`);
  }
  t.equal((await environment.store.flows.get(String(flowId)))?.userId, undefined);
  t.same(await state(), before);
  await page.goto(signOn);
  const own = await postForm(page, { action: signOn, fields: alice });
  t.equal(own.status(), 303, 'the same form, posted by the page itself');
});
