import t from 'tap';
import { setPassword } from '../../../src/configuration/directory/passwords.js';
import type { Settings } from '../../../src/settings/read.js';
import { pageHeaders, signedOffPage } from '../../../src/signon/pages/page.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

const page = `/${environmentId}/signon/`;
const callback = 'http://localhost:3000/callback';
const formType = 'application/x-www-form-urlencoded';

/** Begins a sign-on, and answers the address of its page. */
async function begin({ app }: TestServer, more: Record<string, string> = {}): Promise<string> {
  const query = { client_id: ids.web, response_type: 'code', redirect_uri: callback, scope: 'openid', ...more };
  const response = await app.inject({ url: `/${environmentId}/as/authorize`, query });
  const { pathname, search } = new URL(String(response.headers.location));
  return `${pathname}${search}`;
}

const post = ({ app }: TestServer, url: string, form: Record<string, string> | string, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': formType, ...headers },
    payload: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });

const alice = { username: 'alice', password: 'Alice-Passw0rd' };

t.test('the sign-on page names the application and runs no script', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const url = await begin(server, { login_hint: '"><b>al' });
  t.match(url, /\/signon\/\?flowId=[0-9a-f-]{36}$/);
  const response = await app.inject(url);
  t.equal(response.statusCode, 200);
  t.match(response.headers, { ...pageHeaders, 'x-frame-options': 'DENY', 'cache-control': /no-store/ });
  t.notMatch(response.headers['content-security-policy'], 'form-action', 'a form may lead to the application');
  t.match(response.body, '<title>Sign On – Demo Web</title>');
  t.match(response.body, '<h1>Sign On</h1>');
  t.match(response.body, 'You return to <bdi>localhost:3000</bdi>');
  t.match(response.body, 'value="&quot;&gt;&lt;b&gt;al"', 'the hint is filled in, as text');
  t.notMatch(response.body, /<script|style=|javascript:/i);
  t.ok(response.body.indexOf('Sign On</button>') < response.body.indexOf('name="testUser"'), 'the first button is Sign On');
  t.equal((await app.inject(url.replace('/?', '?'))).statusCode, 200, 'also without the slash');
});

t.test('a form that is wrong or incomplete is shown again with its error and no session', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  await setPassword(environment, ids.bob, 'First-Passw0rd', { forceChange: true });
  const cases: [name: string, form: Record<string, string>, status: number, shown: RegExp][] = [
    [
      'a wrong password',
      { ...alice, password: 'wrong' },
      400,
      /Invalid username and\/or password\.<.*value="alice"[^>]*aria-invalid="true"/s,
    ],
    ['an unknown user', { username: 'nobody', password: 'x' }, 400, /Invalid username and\/or password\.</],
    ['no password', { username: 'alice' }, 400, /Please enter: Password\..*name="password"[^>]*aria-invalid="true"[^>]*autofocus/s],
    ['nothing', {}, 400, /Please enter: Username, Password\..*name="username"[^>]*autofocus/s],
    ['a user name of 10 kB', { username: 'x'.repeat(10_240), password: 'x' }, 400, /Invalid username/],
    ['NUL', { username: 'ali\0ce', password: '\0' }, 400, /value="ali\uFFFDce"/],
    [
      'markup',
      { username: '"><img src=x onerror=alert(1)>', password: 'x' },
      400,
      /value="&quot;&gt;&lt;img src=x onerror=alert\(1\)&gt;"/,
    ],
    ['text from right to left', { username: '\u202Eecila', password: 'x' }, 400, /value="\u202Eecila"/],
    ['a test user that is none', { testUser: 'nobody' }, 400, /Please enter: Username/],
    ['an action that is none', { action: '__proto__', username: 'alice', password: 'x' }, 400, /Invalid username/],
    [
      'a password that must be changed',
      { username: 'bob', password: 'First-Passw0rd' },
      200,
      /<h1>Change Password<\/h1>.*<bdi>bob<\/bdi>/s,
    ],
  ];
  for (const [name, form, status, shown] of cases) {
    const response = await post(server, await begin(server), form);
    t.equal(response.statusCode, status, name);
    t.match(response.body, shown, name);
    t.match(response.headers, pageHeaders, name);
    t.notOk(response.headers['set-cookie'], `${name}: no session`);
  }
});

t.test('the right password leads to the resume endpoint with the session cookies', async (t) => {
  const server = await buildTestServer(t);
  const url = await begin(server);
  for (const name of ['the form', 'a second click']) {
    const response = await post(server, url, alice, { 'sec-fetch-site': 'same-origin' });
    t.equal(response.statusCode, 303, name);
    t.match(response.headers.location, `/${environmentId}/as/resume${url.slice(url.indexOf('?'))}`, name);
    t.same(
      response.cookies.map(({ name }) => name),
      ['ST', 'ST-NO-SS'],
      name,
    );
  }
  t.equal((await server.app.inject(url)).statusCode, 303, 'the page of a complete flow leads on');
});

t.test('a test user signs on with the stored password, through the same check', async (t) => {
  const server = await buildTestServer(t);
  t.equal((await post(server, await begin(server), { testUser: ids.alice })).statusCode, 303);
  const url = await begin(server);
  for (let attempt = 0; attempt < 5; attempt++) await post(server, url, { ...alice, password: 'wrong' });
  const locked = await post(server, url, { testUser: ids.alice });
  t.equal(locked.statusCode, 400);
  t.match(locked.body, 'The password is locked out. Try again in 15 minutes.');

  await setPassword(server.environment, ids.bob, '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=');
  t.notMatch((await server.app.inject(url)).body, `value="${ids.bob}"`, 'a password that is kept as a hash cannot be offered');
  t.match((await post(server, url, { testUser: ids.bob })).body, 'Please enter: Password.');
});

t.test('at most eight test users are offered', async (t) => {
  const server = await buildTestServer(t);
  const { store } = server.environment;
  const bob = await store.users.get(ids.bob);
  for (let n = 0; n < 20 && bob; n++) {
    const id = server.environment.random.uuid();
    await store.users.put({ ...bob, id, username: `user${n}`, enabled: n > 0 });
    await setPassword(server.environment, id, 'Some-Passw0rd');
  }
  const { body } = await server.app.inject(await begin(server));
  t.equal(body.match(/name="testUser"/g)?.length, 8);
  t.notMatch(body, 'user0<');
});

t.test('a password that must be changed is changed on the page', async (t) => {
  const server = await buildTestServer(t);
  await setPassword(server.environment, ids.bob, 'First-Passw0rd', { forceChange: true });
  const url = await begin(server);
  const change = (currentPassword: string, newPassword: string) => post(server, url, { currentPassword, newPassword });
  await post(server, url, { username: 'bob', password: 'First-Passw0rd' });
  const cases: [name: string, form: [string, string], shown: RegExp][] = [
    ['nothing', ['', ''], /Please enter: Current Password, New Password\./],
    [
      'another current password',
      ['wrong', 'Second-Passw0rd'],
      /The current password is incorrect.*name="currentPassword"[^>]*aria-invalid/s,
    ],
    [
      'a new one that breaks the policy',
      ['First-Passw0rd', 'short'],
      /<li>The provided password is shorter.*name="newPassword"[^>]*autofocus/s,
    ],
    ['the same one', ['First-Passw0rd', 'First-Passw0rd'], /role="alert"/],
  ];
  for (const [name, form, shown] of cases) {
    const response = await change(...form);
    t.equal(response.statusCode, 400, name);
    t.match(response.body, shown, name);
  }
  t.match((await post(server, url, { action: 'reset' })).body, '<h1>Sign On</h1>', 'or another account is taken');
  await post(server, url, { username: 'bob', password: 'First-Passw0rd' });
  const changed = await change('First-Passw0rd', 'Second-Passw0rd');
  t.equal(changed.statusCode, 303);
  t.ok(changed.headers['set-cookie']);
  t.equal((await post(server, await begin(server), { username: 'bob', password: 'Second-Passw0rd' })).statusCode, 303);
});

t.test('a person cancels, and the application receives access_denied', async (t) => {
  const server = await buildTestServer(t);
  const url = await begin(server, { state: 's' });
  const cancelled = await post(server, url, { action: 'cancel' });
  t.equal(cancelled.statusCode, 303);
  t.equal((await post(server, url, alice)).statusCode, 303, 'what is cancelled cannot be signed on to');
  const { headers } = await server.app.inject(String(cancelled.headers.location));
  t.match(headers.location, /^http:\/\/localhost:3000\/callback\?error=access_denied&.*state=s$/);
  const done = await begin(server);
  await post(server, done, alice);
  t.equal((await post(server, done, { action: 'cancel' })).statusCode, 303);
  t.match(await server.environment.store.flows.get(done.slice(-36)), { status: 'COMPLETED' }, 'what is done is not cancelled');
});

t.test('a step without a form says so and can be restarted', async (t) => {
  const server = await buildTestServer(t);
  const url = await begin(server);
  const { flows } = server.environment.store;
  const flow = await flows.get(url.slice(-36));
  if (flow) await flows.put({ ...flow, status: 'NOT_A_STEP' as never }, flow.expiresAt);
  t.match((await server.app.inject(url)).body, '<code>NOT_A_STEP</code>');
  t.match((await post(server, url, alice)).body, '<h1>Step Not Available</h1>');
  t.match((await post(server, url, { action: 'reset' })).body, '<h1>Sign On</h1>');
});

t.test('a body that is not the page’s own form is refused', async (t) => {
  const server = await buildTestServer(t);
  const cases: [name: string, body: string, headers: Record<string, string>, status: number, shown: string][] = [
    ['a repeated field', 'username=alice&username=bob&password=x', {}, 400, 'A field was sent more than once'],
    ['JSON', JSON.stringify(alice), { 'content-type': 'application/json' }, 415, 'The data sent is not a form'],
    ['broken JSON', '{', { 'content-type': 'application/json' }, 400, 'could not be understood'],
    ['text', 'username=alice', { 'content-type': 'text/plain' }, 415, 'The data sent is not a form'],
    ['parts', '--x\r\n\r\n--x--', { 'content-type': 'multipart/form-data; boundary=x' }, 415, 'The data sent is not a form'],
    ['2 MB', `username=${'x'.repeat(2_000_000)}`, {}, 413, 'too large'],
    ['a broken escape', 'username=%E0%A4%A&password=%', {}, 400, 'Invalid username'],
    ['another site', new URLSearchParams(alice).toString(), { 'sec-fetch-site': 'cross-site' }, 403, 'sent from another site'],
    ['another host of this site', new URLSearchParams(alice).toString(), { 'sec-fetch-site': 'same-site' }, 403, 'sent from another site'],
    ...['http://evil.example.com', 'http://localhost:3000', 'https://localhost', 'null'].map(
      (origin): [string, string, Record<string, string>, number, string] => [
        `an older browser, from ${origin}`,
        new URLSearchParams(alice).toString(),
        { origin },
        403,
        'sent from another site',
      ],
    ),
  ];
  for (const [name, body, headers, status, shown] of cases) {
    const response = await post(server, await begin(server), body, headers);
    t.equal(response.statusCode, status, name);
    t.match(response.body, shown, name);
    t.match(response.headers, pageHeaders, name);
    t.notOk(response.headers['set-cookie'], `${name}: no session`);
  }
});

t.test('a form of the page itself is read where the browser sends only its origin', async (t) => {
  const behind = { baseUrl: 'https://sso.example.com/p1' };
  const cases: [settings: Partial<Settings>, headers: { origin: string; [name: string]: string }][] = [
    [{}, { origin: 'http://localhost' }],
    [{}, { host: 'pingone:9400', origin: 'http://pingone:9400' }],
    [behind, { origin: 'https://sso.example.com' }],
    [
      { trustProxy: true },
      { host: 'mock', 'x-forwarded-host': 'sso.example.com', 'x-forwarded-proto': 'https', origin: 'https://sso.example.com' },
    ],
  ];
  for (const [settings, headers] of cases) {
    const server = await buildTestServer(t, settings);
    const url = (await begin(server)).replace(/^\/p1/, '');
    t.equal((await post(server, url, new URLSearchParams(alice).toString(), headers)).statusCode, 303, headers.origin);
  }
});

t.test('an address without a running sign-on says so', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  const over = await begin(server);
  await clock.advance(15 * 60_000);
  const unknown = '00000000-0000-4000-8000-000000000000';
  const cases: [name: string, url: string, status: number, heading: string][] = [
    ['nothing asked for', page, 200, 'Nothing to Do Yet'],
    ['an empty flow', `${page}?flowId=`, 200, 'Nothing to Do Yet'],
    ['an unknown flow', `${page}?flowId=${unknown}`, 404, 'Sign-On Has Ended'],
    ['a flow left alone for fifteen minutes', over, 404, 'Sign-On Has Ended'],
    ['a repeated flowId', `${page}?flowId=a&flowId=b`, 400, 'Cannot Continue'],
    ['a flowId that is markup', `${page}?flowId=%3Cscript%3E`, 404, 'Sign-On Has Ended'],
    ['an unknown environment', `/${unknown}/signon/`, 404, 'Unknown Environment'],
  ];
  for (const [name, url, status, heading] of cases) {
    const response = await app.inject(url);
    t.equal(response.statusCode, status, name);
    t.match(response.body, `<h1>${heading}</h1>`, name);
    t.match(response.headers, pageHeaders, name);
  }
  t.equal((await post(server, page, alice)).statusCode, 404, 'a form for no flow');
  t.equal((await post(server, `${page}?flowId=a&flowId=b`, alice)).statusCode, 404, 'a form for two flows');
});

t.test('an error that may not go to the application is shown and explained', async (t) => {
  const { app } = await buildTestServer(t);
  const shown = async (error: string) => app.inject({ url: page, query: { error } });
  const refused = await app.inject({
    url: `/${environmentId}/as/authorize`,
    query: { client_id: ids.web, response_type: 'code', redirect_uri: 'https://elsewhere.example/' },
  });
  const sent = new URL(String(refused.headers.location), 'http://localhost');
  const mismatch = await app.inject(`${sent.pathname}${sent.search}`);
  t.equal(mismatch.statusCode, 400);
  t.match(mismatch.body, 'One or more validation errors were in the request.');
  t.match(mismatch.body, '<li>Redirect URI mismatch');
  t.match(mismatch.body, /Correlation ID <code>[0-9a-f-]{36}/);
  t.match((await shown(JSON.stringify({ id: 'i', message: 'm', details: [{ target: 'redirect_uri' }] }))).body, 'exactly: scheme, host');

  const object = (members: object) => JSON.stringify({ id: 'i', code: 'INVALID_DATA', message: 'm', ...members });
  const cases: [name: string, error: string, shown: RegExp][] = [
    ['no details', object({}), /Most likely no application/],
    ['a resume in another browser', object({ code: 'ACCESS_FAILED' }), /Use that browser/],
    ['a code that objects inherit', object({ code: 'toString' }), /The log of pingone-mock/],
    [
      'a target that objects inherit',
      object({ details: [{ code: 'c', target: 'constructor', message: 'd' }] }),
      /<code>c · constructor<\/code>/,
    ],
    ['details of other types', object({ details: [null, 1, [], { code: 2 }, { message: {} }] }), /<p>m<\/p>/],
    ['details that are no list', object({ details: 'x' }), /<p>m<\/p>/],
    [
      'markup in every member',
      object({ id: '<i>', message: '<b>', details: [{ code: '<u>', target: '<s>', message: '<q>' }] }),
      /&lt;b&gt;/,
    ],
    ['a thousand details', object({ details: Array.from({ length: 200 }, () => ({ code: 'c', message: 'd' })) }), /<li>d/],
    ['no JSON', '<script>alert(1)</script>', /not in PingOne’s format.*&lt;script&gt;alert\(1\)/s],
    ['half of JSON', '{"message":"m"', /not in PingOne’s format/],
    ['a list', '[]', /not in PingOne’s format/],
    ['null', 'null', /not in PingOne’s format/],
    ['a message that is none', '{"message":{"a":1}}', /not in PingOne’s format/],
    ['nothing', '', /not in PingOne’s format/],
    ['NUL and a lone surrogate', '\0\\ud800', /\uFFFD/],
  ];
  for (const [name, error, expected] of cases) {
    const response = await shown(error);
    t.equal(response.statusCode, 400, name);
    t.match(response.body, expected, name);
    t.notMatch(response.body.replace(/^[\s\S]*<main/, ''), /<(script|b|i|u|s|q)>/, `${name}: no markup from outside`);
  }
  t.equal((await app.inject(`${page}?error=%E0%A4%A`)).statusCode, 400, 'a broken escape');
});

/** The page that a refused authorization request leads to. */
async function refusedPage({ app }: TestServer, query: Record<string, string>) {
  const { headers } = await app.inject({ url: `/${environmentId}/as/authorize`, query: { response_type: 'code', ...query } });
  const { pathname, search } = new URL(String(headers.location), 'http://localhost');
  return { id: String(headers['correlation-id']), path: `${pathname}${search}`, body: (await app.inject(`${pathname}${search}`)).body };
}

const elsewhere = { client_id: ids.web, redirect_uri: 'https://elsewhere.example/' };

t.test('the page of an error shows its diagnosis, the values, and its transaction, which its correlation id finds', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const { id, body, path } = await refusedPage(server, elsewhere);
  const [transaction] = environment.transactions.list();
  t.match(body, `<p class="diagnosis">${transaction?.diagnosis?.title}. ${transaction?.diagnosis?.why.slice(0, 20)}`);
  t.match(body, `<li>${transaction?.diagnosis?.fix}</li>`);
  t.match(
    body,
    /<dt>Expected<\/dt>\n<dd><code>http:\/\/localhost:3000\/callback[^<]*<\/code><\/dd>\n<dt>Received<\/dt>\n<dd><code>https:\/\/else/,
  );
  t.match(body, `<a href="http://localhost:80/__mock/tx/${transaction?.id}">`.replace(':80', ''));
  t.match(body, id);
  await refusedPage(server, { ...elsewhere, client_id: 'nothing' });
  for (const prefix of ['', '/environments/default'])
    for (const correlationId of [id, id.toUpperCase()]) {
      const found = (await app.inject({ url: `/__mock/v1${prefix}/transactions`, query: { correlationId } })).json().transactions;
      t.same(
        found.map((each: { id: string }) => each.id),
        [transaction?.id],
      );
      t.equal(found[0].steps[0].response.headers['correlation-id'], id);
    }
  t.same((await app.inject('/__mock/v1/transactions?correlationId=another')).json().transactions, []);
  environment.transactions.clear();
  t.match((await app.inject(path)).body, 'exactly: scheme, host', 'a request that is no longer known is explained by its error alone');
});

t.test('the page of an error hides secrets, and has no link where the inspector is off', async (t) => {
  const code = 'a-code-that-is-secret';
  const query = { ...elsewhere, redirect_uri: `https://elsewhere.example/?code=${code}` };
  const request = { ...query, login_hint_token: code };
  const open = await refusedPage(await buildTestServer(t), request);
  t.match(open.body, code);
  const hiding = await refusedPage(await buildTestServer(t, { hideSecrets: true, inspector: false }), request);
  t.match(hiding.body, '<p class="diagnosis">');
  t.notMatch(hiding.body, code);
  t.notMatch(hiding.body, '__mock');
});

t.test('an error page repeats at most 500 characters of a value', async (t) => {
  const server = await buildTestServer(t);
  const { body } = await refusedPage(server, { ...elsewhere, redirect_uri: `https://elsewhere.example/${'x'.repeat(3000)}` });
  t.match(body, /x…<\/code>/);
  t.ok(Math.max(...body.split(/[<>]/).map(({ length }) => length)) < 700);
});

t.test('the style sheet is found from every address and cached', async (t) => {
  const { app } = await buildTestServer(t);
  const { body } = await app.inject(page);
  const [, href = ''] = /<link rel="stylesheet" href="([^"]+)">/.exec(body) ?? [];
  t.match((await app.inject(page.slice(0, -1))).body, `href="signon/${href}"`, 'its address holds without the slash, too');
  const first = await app.inject(`${page}${href}`);
  t.match(first.headers, { 'content-type': 'text/css; charset=utf-8', 'cache-control': /immutable/ });
  t.notOk(first.headers.pragma);
  t.ok(first.body.length > 1000);
  t.equal((await app.inject(`${page}style.css`)).headers['cache-control'], 'no-cache');
  const headers = { 'if-none-match': `"x", W/${first.headers.etag}` };
  t.equal((await app.inject({ url: `${page}style.css`, headers })).statusCode, 304);
});

t.test('the signed-off page says that the person is signed off', async (t) => {
  t.match(signedOffPage({ stylesheet: '../signon/style.css' }), /<h1>Signed Off<\/h1>/);
});
