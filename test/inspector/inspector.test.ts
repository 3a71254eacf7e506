import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { inspectorPages as pages } from '../../src/embedded-inspector.js';
import { assetNames } from '../../src/inspector/assets.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

const screens = [
  '/__mock/',
  '/__mock/playground',
  '/__mock/live',
  '/__mock/tx/7f3a',
  '/__mock/lab',
  '/__mock/lab/3',
  '/__mock/lab/sheet',
  '/__mock/tokens',
  '/__mock/pkce',
  '/__mock/state',
  '/__mock/checkup',
  '/__mock/callback',
];

t.test('the pages of the inspector load nothing from another origin', async (t) => {
  const { app } = await buildTestServer(t);
  for (const url of screens) {
    const { statusCode, headers, body } = await app.inject({ url });
    t.equal(statusCode, 200, url);
    t.match(headers, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    t.notMatch(body, /\{\{/, 'nothing is left to be filled in');
    t.equal(body.match(/aria-current="page"/g)?.length ?? 0, url === '/__mock/callback' ? 0 : 1, 'the menu says where one is');
    // Every file that the page names is there, seen from its own address.
    for (const [, address = ''] of body.matchAll(/(?:href|src)="([^"#]*assets[^"]*)"/g)) {
      const asset = await app.inject({ url: new URL(address, `http://localhost:9400${url}`).pathname });
      t.equal(asset.statusCode, 200, address);
    }
  }
});

t.test('the bare addresses lead to the setup page', async (t) => {
  const { app } = await buildTestServer(t);
  for (const url of ['/', '/__mock']) {
    const { statusCode, headers } = await app.inject({ url });
    t.same([statusCode, headers.location], [302, '/__mock/'], url);
  }
  const behind = await buildTestServer(t, { baseUrl: 'https://example.com/pingone' });
  t.equal((await behind.app.inject({ url: '/' })).headers.location, '/pingone/__mock/', 'with the path of the base URL');
});

t.test(
  'an exercise that the lab does not have is not found: a page for a browser, and else an error that says which there are',
  async (t) => {
    const { app } = await buildTestServer(t);
    for (const name of ['0', '12', '99', 'x', '1.5', 'constructor']) {
      const url = `/__mock/lab/${name}`;
      const answer = await app.inject({ url });
      t.equal(answer.statusCode, 404, name);
      t.match(answer.json(), { error: { code: 'path_unknown', fix: /\/__mock\/lab\/1 to \/__mock\/lab\/11/ } });
      const page = await app.inject({ url, headers: { accept: 'text/html,*/*;q=0.8' } });
      t.match(page, { statusCode: 404, headers: { 'content-type': /^text\/html/ } });
    }
  },
);

t.test('an asset is sent again only when it has changed', async (t) => {
  const { app } = await buildTestServer(t);
  t.same(assetNames.filter((name) => !name.startsWith('shared-')).sort(), [
    'calculator.js',
    'callback.js',
    'checkup.css',
    'checkup.js',
    'icon.svg',
    'inspector.css',
    'lab.js',
    'live.js',
    'pkce.postman_collection.json',
    'playground.js',
    'playground.json',
    'setup.js',
    'sheet.js',
    'snippets.json',
    'state.js',
    'theme.js',
    'tokens.js',
    'vectors.json',
    'worksheet.json',
  ]);
  for (const name of assetNames) {
    const first = await app.inject({ url: `/__mock/assets/${name}` });
    t.equal(first.statusCode, 200, name);
    const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', json: 'application/json' };
    t.match(first.headers['content-type'], types[name.split('.').at(-1) ?? '']);
    const { etag } = first.headers;
    const again = await app.inject({ url: `/__mock/assets/${name}`, headers: { 'if-none-match': `"other", W/${etag}` } });
    t.same([again.statusCode, again.body], [304, ''], name);
  }
  const url = '/__mock/assets/live.js';
  const plain = await app.inject({ url, headers: { 'accept-encoding': 'br, gzip;q=0' } });
  const packed = await app.inject({ url, headers: { 'accept-encoding': 'gzip, deflate, br' } });
  t.match(packed.headers, { 'content-encoding': 'gzip', vary: 'accept-encoding' });
  t.equal(gunzipSync(packed.rawPayload).toString(), plain.body);
  t.not(packed.headers.etag, plain.headers.etag);
  for (const name of ['nothing.js', 'inspector.html', 'signon.css', '../server.js', '__proto__'])
    t.equal((await app.inject({ url: `/__mock/assets/${name}` })).statusCode >= 400, true, name);
});

t.test('the first look at a page costs less than 30 kB', async (t) => {
  const { app } = await buildTestServer(t);
  for (const screen of screens) {
    const body = async (url: string): Promise<{ text: string; bytes: number }> => {
      const sent = await app.inject({ url, headers: { 'accept-encoding': 'gzip, deflate, br' } });
      t.match(sent.headers, { 'content-encoding': 'gzip', vary: 'accept-encoding' }, url);
      const text = gunzipSync(sent.rawPayload).toString();
      t.equal(text, (await app.inject({ url })).body, 'packed or not, it is the same');
      return { text, bytes: sent.rawPayload.length };
    };
    const shell = await body(screen);
    const seen = new Set(['snippets.json', 'playground.json']);
    const waiting = [...shell.text.matchAll(/assets\/([\w.-]+)/g)].map(([, name = '']) => name);
    let sum = shell.bytes;
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const { text, bytes } = await body(`/__mock/assets/${name}`);
      sum += bytes;
      // Bundles begin with their imports; what looks like one further down is code to copy.
      const [imports] = /^(?:import[^;]+;)*/.exec(text) ?? [''];
      for (const [, imported = ''] of imports.matchAll(/"([^"]+)"/g)) {
        t.match(imported, /^\.\//, `${name} imports only what is served`);
        waiting.push(imported.slice(2));
      }
      t.notMatch(text, /@import|sourceMappingURL/, `${name} needs nothing that is not served`);
    }
    t.ok(sum < 30_000, `${screen}: ${sum} bytes as they are sent; what a page asks the control API for is not among them`);
  }
});

t.test('the source of a check is its function, with the deciding line marked', async (t) => {
  const { app } = await buildTestServer(t);
  const ask = async (query: Record<string, string>) => {
    const answer = await app.inject({ url: `/__mock/v1/check-source?${new URLSearchParams(query)}` });
    t.equal(answer.statusCode, 200);
    const found = answer.json() as { file: string; first: number; lines: string[]; at: number } | null;
    if (!found) return null;
    const text = readFileSync(new URL(`../../../src/${found.file}`, import.meta.url), 'utf8').split('\n');
    t.same(found.lines, text.slice(found.first - 1, found.first - 1 + found.lines.length), 'to the character');
    return found.lines[found.at];
  };
  for (const [rule, line, more] of [
    ['redirect_uri_repeated', /code\.redirectUri === redirectUri/],
    ['code_fresh', /now < code\.expiresAt/],
    ['redirect_uri_registered', /matchRedirectUri/],
    ['client_credentials', /const right = /],
    ['challenge_length', /challenge\.length === 43/, { expected: '43 characters' }],
    ['challenge_length', /challenge\.length >= 43/, { expected: '43 to 128 characters' }],
    ['scope_granted', /scopes\.length > 0, values/, { spec: 'RFC 6749 §6' }],
  ] as const)
    t.match(await ask({ rule, ...more }), line, rule);
  for (const rule of ['nothing_of_the_kind', '__proto__', 'constructor']) t.equal(await ask({ rule }), null);
});

t.test('no script of the inspector turns text into markup', (t) => {
  for (const [path, text] of Object.entries(pages))
    if (path.endsWith('.js'))
      t.notMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(["'`]style/, path);
  t.end();
});

t.test('the inspector can be switched off, and unknown host names are refused', async (t) => {
  const { app } = await buildTestServer(t, { inspector: false });
  for (const url of [...screens, '/', '/__mock/assets/live.js']) t.not((await app.inject({ url })).statusCode, 200, url);
  const open = await buildTestServer(t);
  for (const url of screens) {
    const refused = await open.app.inject({ url, headers: { host: 'rebound.example.net' } });
    t.equal(refused.statusCode, 421, url);
    t.match(refused.body, /PINGONE_MOCK_ALLOWED_HOSTS/);
  }
});

t.test('the lab’s environment is made once, and allows a redirect to each address of this server', async (t) => {
  const { app, context } = await buildTestServer(t);
  t.equal(context.environments.list().length, 1, 'not before somebody asks for it');
  const answers = await Promise.all(
    ['localhost:9400', 'localhost:9400', '192.168.1.7:9400'].map((host) =>
      app.inject({ method: 'POST', url: '/__mock/v1/lab', headers: { host } }),
    ),
  );
  t.equal(context.environments.list().length, 2);
  t.equal(context.environments.list()[0]?.id, environmentId, 'and the default environment stays the default one');
  const lab = answers[2]?.json() as { environmentId: string; redirectUri: string; applications: { demo: { id: string } } };
  t.equal(lab.redirectUri, 'http://192.168.1.7:9400/__mock/callback');
  const demo = await context.environments.get(lab.environmentId)?.store.applications.get(lab.applications.demo.id);
  t.same(demo?.redirectUris, ['http://localhost:9400/__mock/callback', 'http://192.168.1.7:9400/__mock/callback']);
  await app.inject({ method: 'POST', url: '/__mock/v1/reset' });
  const after = await app.inject({ method: 'POST', url: '/__mock/v1/lab' });
  t.equal(after.statusCode, 200, 'it is there again after a reset');
});

t.test('a challenge and verifier are judged by the server’s own rules', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const ask = async (body: object) =>
    (await app.inject({ method: 'POST', url: '/__mock/v1/pkce/diagnose', payload: body })).json() as Record<string, unknown>;
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  for (const [name, body, expected] of [
    ['the RFC’s own pair', { verifier, challenge, method: 'S256' }, { ok: true, computed: challenge, diagnosis: undefined }],
    [
      'padding',
      { verifier, challenge: `${challenge}=`, method: 'S256' },
      { ok: false, diagnosis: { code: 'padding', confidence: 'exact' } },
    ],
    [
      'padding, by its form',
      { challenge: `${challenge}=`, method: 'S256' },
      { ok: false, diagnosis: { code: 'padding', confidence: 'possible' } },
    ],
    ['no method', { verifier, challenge }, { ok: false, diagnosis: { code: 'method_missing' } }],
    ['plain, and a hash', { verifier, challenge, method: 'plain' }, { ok: false, diagnosis: { code: 'method_plain' } }],
    [
      'a space before it',
      { verifier, challenge: ` ${challenge}`, method: 'S256' },
      { ok: false, diagnosis: { code: 'challenge_wrapped' } },
    ],
    [
      'S256 demanded',
      { challenge: verifier, method: 'plain', enforcement: 'S256_REQUIRED' },
      { ok: false, diagnosis: { code: 'method_plain' } },
    ],
    ['nothing', {}, { ok: true }],
    ['a method that there is not', { challenge, method: 'SHA256' }, { ok: false, diagnosis: { code: 'method_unknown' } }],
  ] as const)
    t.match(await ask(body), expected, name);
  t.equal(environment.transactions.list().length, 0, 'nothing is kept');
  t.match(await ask({ chalenge: 'x' }), { error: { code: 'name_unknown' } });
});

t.test('the state of an environment includes its secrets unless they are hidden', async (t) => {
  const { app } = await buildTestServer(t);
  const body = (await app.inject({ url: '/__mock/v1/state' })).json() as { environment: { users: object[]; applications: object[] } };
  t.match(body.environment.users[0], { username: 'alice', password: 'Alice-Passw0rd' });
  t.match(
    body.environment.applications.find((each) => (each as { id: string }).id === ids.web),
    { secret: 'web-secret' },
  );
  t.equal((await app.inject({ url: '/__mock/v1/state?environment=nobody' })).statusCode, 404);
  const hiding = await buildTestServer(t, { hideSecrets: true });
  const hidden = (await hiding.app.inject({ url: '/__mock/v1/state' })).body;
  t.notMatch(hidden, /Alice-Passw0rd|web-secret/);
});

t.test('a request that matched no endpoint is listed with the nearest one', async (t) => {
  const { app, environment, clock } = await buildTestServer(t);
  const wrong = environmentId.replace('1', '7');
  for (const [method, url, told, environmentOfIt] of [
    ['GET', `/${wrong}/as/.well-known/openid-configuration`, { code: 'unknown_environment', fix: new RegExp(environmentId) }, ''],
    ['POST', `/${wrong}/as/token`, { code: 'unknown_environment' }, ''],
    ['GET', `/${environmentId}/as/autorize?client_id=${ids.spa}`, { code: 'unknown_path', fix: /\/as\/authorize\./ }, environmentId],
    ['GET', '/as/authorize', { code: 'unknown_path', fix: new RegExp(`/${environmentId}/as/authorize`) }, ''],
    ['GET', `/${environmentId}/as/token`, { code: 'method_not_allowed', fix: 'Send POST.' }, environmentId],
  ] as const) {
    await clock.advance(1);
    const answer = await app.inject({ method, url });
    t.equal(answer.statusCode >= 400, true, url);
    const { transactions } = (await app.inject({ url: '/__mock/v1/transactions?limit=1' })).json();
    const [stray] = transactions;
    t.match(stray, { envId: environmentOfIt, state: 'failed', diagnosis: told, steps: [{ request: { url }, response: {} }] }, url);
    t.equal(
      answer.headers['x-mock-diagnosis'],
      `${told.code}; confidence=${stray.diagnosis.confidence}; see=http://localhost/__mock/tx/${stray.id}`,
    );
    t.equal((await app.inject({ url: `/__mock/v1/transactions/${stray.id}` })).json().id, stray.id);
  }
  t.equal(environment.transactions.list().length, 2, 'with its environment where there is one');
  for (const url of ['/favicon.ico', '/nothing/here', '/v1/environments/x/nothing']) await app.inject({ url });
  const all = async () => (await app.inject({ url: '/__mock/v1/transactions' })).json().transactions.length;
  t.equal(await all(), 5, 'and nothing of what is no business of the authorization server');
  await app.inject({ method: 'DELETE', url: '/__mock/v1/transactions' });
  t.equal(await all(), 0);
  await app.inject({ url: `/${wrong}/as/authorize` });
  await app.inject({ method: 'POST', url: '/__mock/v1/reset' });
  t.equal(await all(), 0);
});

t.test('a run of the lab can have its own environment, and only the newest finished ones are kept', async (t) => {
  const { app, context } = await buildTestServer(t);
  const begin = async (payload?: object) => (await app.inject({ method: 'POST', url: '/__mock/v1/lab', payload })).json();
  const shared = await begin();
  const [first, second] = [await begin({ own: true }), await begin({ own: true })];
  t.equal(new Set([shared.environmentId, first.environmentId, second.environmentId]).size, 3);
  await app.inject({ method: 'PUT', url: `/__mock/v1/environments/${first.environmentId}/clock`, payload: { advance: '1h' } });
  const now = (id: string) => context.environments.get(id)?.clock.now() ?? 0;
  t.equal(now(second.environmentId), now(shared.environmentId), 'nobody else’s clock is moved');
  const others = await Promise.all(Array.from({ length: 30 }, () => begin({ own: true })));
  t.ok(context.environments.get(first.environmentId), 'whoever still plays is not disturbed, however many others begin');
  await app.inject({ method: 'DELETE', url: `/__mock/v1/environments/${others[29].environmentId}` });
  await context.clock.advance(61_000);
  const last = await begin({ own: true });
  t.equal(context.environments.get(first.environmentId), undefined, 'when they are over, the oldest goes');
  for (const { environmentId } of [others[10], others[28], last]) t.ok(context.environments.get(environmentId));
  t.equal(context.environments.list().length, 2 + 20 + 1);
});
