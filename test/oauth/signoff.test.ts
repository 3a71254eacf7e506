import { pino } from 'pino';
import t from 'tap';
import { sessionState } from '../../src/http/session-state.js';
import { changeApplication } from '../helpers/application.js';
import { as, askAuthorize, authorize, basic, checkPassword, cookiesOf, locationOf, post, redeem, redirectUri } from '../helpers/client.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';

const afterwards = 'http://localhost:3000/';

/** A whole sign-on with its tokens. */
async function signOn(server: TestServer, options: Parameters<typeof authorize>[1] = {}) {
  const authorized = await authorize(server.app, options);
  const { id_token: idToken, refresh_token: refreshToken } = (await redeem(server.app, authorized)).json();
  return { ...authorized, idToken: idToken as string, refreshToken: refreshToken as string };
}

const signOff = (
  { app }: TestServer,
  query: Record<string, string | undefined> = {},
  headers: Record<string, string> = {},
  endpoint = 'signoff',
) => app.inject({ url: `${as}/${endpoint}`, query: JSON.parse(JSON.stringify(query)), headers });

const refresh = ({ app }: TestServer, refreshToken: string) =>
  post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: ids.spa });

const isSignedOn = async ({ app }: TestServer, cookie: string) =>
  locationOf(await askAuthorize(app, { client_id: ids.web, prompt: 'none' }, { cookie })).searchParams.has('code');

/** The refusal on the error page. */
const errorOf = (response: Awaited<ReturnType<typeof signOff>>) => JSON.parse(locationOf(response).searchParams.get('error') ?? 'null');

t.test('sign-off ends the session, its refresh tokens and the cookies', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const discovery = (await app.inject(`${as}/.well-known/openid-configuration`)).json();
  t.match(discovery.end_session_endpoint, new RegExp(`${as}/signoff$`));
  for (const method of ['GET', 'POST'] as const) {
    const { cookie, idToken, refreshToken } = await signOn(server);
    t.ok(await isSignedOn(server, cookie), 'signed on at another application as well');
    const parameters = { id_token_hint: idToken, post_logout_redirect_uri: afterwards, state: 'a b&c' };
    const response =
      method === 'GET' ? await signOff(server, parameters, { cookie }) : await post(app, `${as}/signoff`, parameters, { cookie });
    t.equal(response.statusCode, 302, method);
    t.equal(response.headers.location, `${afterwards}?state=a+b%26c`);
    t.same(
      response.cookies.map(({ name, value, path }) => [name, value, path]),
      [
        ['ST', '', `/${environmentId}`],
        ['ST-NO-SS', '', `/${environmentId}`],
      ],
    );
    t.ok(response.cookies.every(({ expires }) => (expires as Date).getTime() === 0));
    t.notOk(await isSignedOn(server, cookie), 'signed off everywhere');
    t.match((await refresh(server, refreshToken)).json(), { error: 'invalid_grant' });
    t.equal(await environment.store.sessions.count(), 0);
  }
});

t.test('sign-off works without a hint, a URI or a client_id', async (t) => {
  const server = await buildTestServer(t);
  const { environment, clock } = server;
  const page = `http://localhost/${environmentId}/as/signon`;
  const signedOff = async (query: Record<string, string | undefined>) => {
    const { cookie } = await signOn(server);
    const response = await signOff(server, query, { cookie });
    return [response.headers.location, await isSignedOn(server, cookie)];
  };
  t.same(await signedOff({}), [page, false], 'everything');
  t.same(await signedOff({ client_id: ids.web }), [page, false], 'all but client_id');
  t.same(await signedOff({ client_id: ids.web, post_logout_redirect_uri: afterwards }), [afterwards, false], 'the hint');
  t.same(await signedOff({ post_logout_redirect_uri: afterwards }), [afterwards, false], 'whose it is: any application’s URI');
  t.same(await signedOff({ post_logout_redirect_uri: '', id_token_hint: '', state: '' }), [page, false], 'empty counts as absent');
  t.equal((await signOff(server, { post_logout_redirect_uri: afterwards })).headers.location, afterwards, 'a session');
  const { idToken, cookie } = await signOn(server);
  await clock.advance(7_200_000);
  t.equal((await signOff(server, { id_token_hint: idToken }, { cookie })).headers.location, page, 'the hint may have expired');
  await changeApplication(environment, ids.web, { loginPageUrl: 'https://login.example.com/?a=b' });
  const own = await signOff(server, { client_id: ids.web });
  t.equal(own.headers.location, `https://login.example.com/?a=b&environmentId=${environmentId}`, 'an application’s own page');
  const shown = await server.app.inject(`${as}/signon`);
  t.equal(shown.statusCode, 200);
  t.match(shown.headers, { 'content-type': /text\/html/, 'content-security-policy': /default-src 'none'/ });
  t.match(shown.body, /<h1>Signed Off<\/h1>/);
  const [, stylesheet = ''] = /rel="stylesheet" href="([^"]+)"/.exec(shown.body) ?? [];
  const { pathname } = new URL(stylesheet, `http://localhost${as}/signon`);
  t.equal((await server.app.inject(pathname)).statusCode, 200, 'its style sheet is there');
});

t.test('sign-off never redirects to an unregistered address', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  await changeApplication(environment, ids.web, { postLogoutRedirectUris: ['https://web.example.com/bye'] });
  await changeApplication(environment, ids.native, { enabled: false, postLogoutRedirectUris: ['https://disabled.example.com/'] });
  const { cookie, idToken } = await signOn(server);
  const tricks = [
    'https://evil.example/',
    '//evil.example/',
    'http://localhost:3000',
    'http://localhost:3000/x',
    'http://localhost:3000/?x',
    'http://localhost:3000/#x',
    'http://localhost:3000//evil.example',
    'http://localhost:3000/../evil',
    'http://localhost:3000\\@evil.example/',
    'http://localhost:3000@evil.example/',
    'http://localhost:3000/\r\nset-cookie: a=b',
    'http://LOCALHOST:3000/',
    'HTTP://localhost:3000/',
    'http://localhost:3001/',
    'https://localhost:3000/',
    'http://localhost.:3000/',
    ' http://localhost:3000/',
    'javascript:alert(1)',
    'data:text/html,x',
    '/relative',
    'https://disabled.example.com/',
    'x'.repeat(10_000),
  ];
  for (const uri of tricks)
    for (const query of [{}, { client_id: ids.spa }, { id_token_hint: idToken }]) {
      const response = await post(server.app, `${as}/signoff`, { ...query, post_logout_redirect_uri: uri }, { cookie });
      t.equal(response.statusCode, 302, uri.slice(0, 40));
      t.equal(locationOf(response).pathname, `/${environmentId}/signon/`, 'to our own page');
      t.same(errorOf(response), {
        id: response.headers['correlation-id'],
        code: 'INVALID_DATA',
        message: 'The request could not be completed. One or more validation errors were in the request.',
        details: [{ code: 'INVALID_VALUE', target: 'post_logout_redirect_uri', message: 'Invalid post logout redirect URI' }],
      });
    }
  t.ok(await isSignedOn(server, cookie), 'a refused sign-off ends nothing');
  const foreign = await signOff(server, { id_token_hint: idToken, post_logout_redirect_uri: 'https://web.example.com/bye' }, { cookie });
  t.match(errorOf(foreign), { details: [{ target: 'post_logout_redirect_uri' }] }, 'another application’s URI, where the hint names one');
  const json = await signOff(server, { post_logout_redirect_uri: 'https://evil.example/' }, { accept: 'application/json' });
  t.equal(json.statusCode, 400);
  t.match(json.json(), { code: 'INVALID_DATA' });
  const state = async (length: number) =>
    (await post(server.app, `${as}/signoff`, { post_logout_redirect_uri: afterwards, state: 'x'.repeat(length) })).headers.location;
  t.match(await state(8192 - afterwards.length - 1), /^http:\/\/localhost:3000\/\?state=x+$/, 'URI and state below 8192 characters');
  t.match(await state(8192 - afterwards.length), /too%20long/, 'and not more');
  const injected = await signOff(server, { post_logout_redirect_uri: afterwards, state: 'x\r\nset-cookie: a=b\r\n\r\n<script>' });
  t.equal(injected.headers.location, `${afterwards}?state=x%0D%0Aset-cookie%3A+a%3Db%0D%0A%0D%0A%3Cscript%3E`, 'no header through state');
  t.notOk(injected.cookies.some(({ name }) => name === 'a'));
});

t.test('an invalid id_token_hint is refused and ends no session', async (t) => {
  const server = await buildTestServer(t);
  const { environment, app } = server;
  const alice = await signOn(server);
  const bob = await signOn(server, { username: 'bob', password: 'Bob-Passw0rd1' });
  const [header, payload, signature] = alice.idToken.split('.') as [string, string, string];
  const code = await authorize(app, { clientId: ids.web });
  const accessToken = (await redeem(app, code, { client_id: undefined }, { authorization: basic(ids.web, 'web-secret') })).json()
    .access_token;
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const cases: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    ['no token', { id_token_hint: 'x' }, /not an ID token of this environment/],
    ['a changed payload', { id_token_hint: `${header}.${encode({ ...claims, sub: ids.bob })}.${signature}` }, /not an ID token/],
    ['alg none', { id_token_hint: `${encode({ alg: 'none', kid: 'default' })}.${payload}.` }, /not an ID token/],
    ['another kid', { id_token_hint: `${encode({ alg: 'RS256', kid: 'x' })}.${payload}.${signature}` }, /not an ID token/],
    ['an access token', { id_token_hint: accessToken }, /unknown or disabled/],
    ['another user’s', { id_token_hint: bob.idToken }, /another user/],
    ['another client_id', { id_token_hint: alice.idToken, client_id: ids.web }, /not the audience/],
    ['an unknown client_id', { client_id: 'x' }, /unknown or disabled/],
  ];
  for (const [name, query, message] of cases) {
    const response = await signOff(server, { ...query, post_logout_redirect_uri: afterwards }, { cookie: alice.cookie });
    t.match(errorOf(response)?.details?.[0]?.message, message, name);
  }
  t.ok(await isSignedOn(server, alice.cookie));
  await changeApplication(environment, ids.spa, { enabled: false });
  const disabled = await signOff(server, { id_token_hint: alice.idToken }, { cookie: alice.cookie });
  t.match(errorOf(disabled)?.details?.[0]?.message, /unknown or disabled/, 'a disabled application’s');
});

t.test('a refused sign-off is answered once', async (t) => {
  const lines: string[] = [];
  const server = await buildTestServer(t, {}, pino({ level: 'warn' }, { write: (line: string) => lines.push(line) }));
  for (const endpoint of ['signoff', 'idpSignoff']) await signOff(server, { id_token_hint: 'x' }, {}, endpoint);
  t.equal(lines.length, 2, 'one line for each refusal');
  t.notMatch(lines.join(''), /already sent/);
});

t.test('idpSignoff takes an ID token in place of the cookie', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const discovery = (await app.inject(`${as}/.well-known/openid-configuration`)).json();
  t.match(discovery.ping_end_idp_session_endpoint, new RegExp(`${as}/idpSignoff$`));
  const idpSignOff = (query: Record<string, string | undefined>, headers = {}) => signOff(server, query, headers, 'idpSignoff');

  const first = await signOn(server);
  const silent = await idpSignOff({ id_token_hint: first.idToken }, { accept: 'application/json' });
  t.equal(silent.statusCode, 204);
  t.equal(silent.body, '');
  t.notOk(await isSignedOn(server, first.cookie));
  t.match((await refresh(server, first.refreshToken)).json(), { error: 'invalid_grant' });
  t.equal((await idpSignOff({ id_token_hint: first.idToken }, { accept: 'application/json' })).statusCode, 204, 'a second time as well');

  const second = await signOn(server);
  const bob = await signOn(server, { username: 'bob', password: 'Bob-Passw0rd1' });
  const shown = await idpSignOff({ id_token_hint: second.idToken, client_id: ids.spa }, { cookie: bob.cookie });
  t.equal(shown.headers.location, `http://localhost/${environmentId}/as/signon`, 'a browser gets a page');
  t.notOk(await isSignedOn(server, second.cookie));
  t.ok(await isSignedOn(server, bob.cookie), 'whoever’s cookie came along stays signed on');
  t.same(shown.cookies, []);
  const own = await idpSignOff({ id_token_hint: bob.idToken, post_logout_redirect_uri: afterwards, state: 's' }, { cookie: bob.cookie });
  t.equal(own.headers.location, `${afterwards}?state=s`);
  t.equal(own.cookies.length, 2, 'its own cookies go');

  const third = await signOn(server);
  const cases: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    ['no hint', {}, /id_token_hint is required/],
    ['client_id alone', { client_id: ids.spa }, /id_token_hint is required/],
    ['another client_id', { id_token_hint: third.idToken, client_id: ids.web }, /not the audience/],
    ['no token', { id_token_hint: 'x' }, /not an ID token/],
    ['an unregistered URI', { id_token_hint: third.idToken, post_logout_redirect_uri: 'https://evil.example/' }, /Invalid post logout/],
  ];
  for (const [name, query, message] of cases) {
    const response = await idpSignOff(query, { accept: 'application/json' });
    t.equal(response.statusCode, 400, name);
    t.match(response.json().details[0].message, message, name);
  }
  await changeApplication(environment, ids.spa, { idpSignoff: false });
  t.match((await idpSignOff({ id_token_hint: third.idToken }, { accept: 'application/json' })).json().details[0].message, /may not end/);
  t.ok(await isSignedOn(server, third.cookie));
});

t.test('a planted session cookie is worthless after a sign-on', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  // A cookie with a value of the attacker's choice, and one of the attacker's own session.
  const attacker = await signOn(server, { username: 'bob', password: 'Bob-Passw0rd1' });
  for (const planted of ['ST=00000000-0000-4000-8000-00000000dead', attacker.cookie]) {
    const asked = await askAuthorize(app, { client_id: ids.web, prompt: 'login' }, { cookie: planted });
    const flowId = locationOf(asked).searchParams.get('flowId') as string;
    const signedOn = await app.inject({
      method: 'POST',
      url: `/${environmentId}/flows/${flowId}`,
      headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json', cookie: planted },
      payload: JSON.stringify({ username: 'alice', password: 'Alice-Passw0rd' }),
    });
    const cookie = cookiesOf(signedOn);
    t.notMatch(cookie, planted.split(';')[0]?.slice(3) as string, 'the sign-on makes a new value');
    t.notOk(await isSignedOn(server, planted), 'the planted one is worth nothing');
    t.ok(await isSignedOn(server, cookie));
  }
  t.same(
    (await environment.store.sessions.list()).map(({ userId }) => userId),
    [ids.alice, ids.alice],
    'the attacker’s own session has ended',
  );
  // The attacker begins a sign-on and has the victim finish it: the code stays in the victim's browser.
  const flowId = locationOf(await askAuthorize(app, { client_id: ids.web, redirect_uri: redirectUri })).searchParams.get(
    'flowId',
  ) as string;
  await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd');
  for (const cookie of ['', 'ST=', attacker.cookie]) {
    const stolen = await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers: { cookie } });
    t.match(errorOf(stolen), { code: 'ACCESS_FAILED' });
  }
});

t.test('session_state and the OP iframe are there only for applications that ask for them', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const discovery = (await app.inject(`${as}/.well-known/openid-configuration`)).json();
  t.match(discovery.check_session_iframe, new RegExp(`${as}/checksession$`));
  const frame = await app.inject(`${as}/checksession`);
  t.equal(frame.statusCode, 200);
  t.notOk('x-frame-options' in frame.headers, 'any application may frame it');
  t.match(frame.headers['content-security-policy'], /^default-src 'none'; script-src 'sha256-[^']+'; base-uri 'none'; frame-ancestors \*$/);

  const { cookie } = await signOn(server);
  const ask = (headers: Record<string, string>) => askAuthorize(app, { client_id: ids.web, prompt: 'none' }, headers);
  const without = await ask({ cookie });
  t.notOk(locationOf(without).searchParams.has('session_state'));
  t.notOk(without.cookies.some(({ name }) => name === 'OP-BROWSER-STATE'));
  await changeApplication(environment, ids.web, { opSessionCheckEnabled: true });
  const watched = await ask({ cookie });
  const state = locationOf(watched).searchParams.get('session_state') as string;
  const [session] = await environment.store.sessions.list();
  const salt = state.split('.')[1] as string;
  const input = { clientId: ids.web, origin: 'http://localhost:3000', sessionId: session?.id as string, salt };
  t.equal(state, sessionState(input));
  const browserState = watched.cookies.find(({ name }) => name === 'OP-BROWSER-STATE');
  t.match(browserState, { path: `/${environmentId}`, value: /^[0-9a-f]{32}$/ });
  t.notOk(browserState?.httpOnly, 'the script of the iframe reads it');
  const both = `${cookie}; OP-BROWSER-STATE=${browserState?.value}`;
  const gone = await signOff(server, {}, { cookie: both });
  t.match(
    gone.cookies.map(({ name, value }) => [name, value]),
    [
      ['ST', ''],
      ['ST-NO-SS', ''],
      ['OP-BROWSER-STATE', ''],
    ],
  );
});

t.test('sign-off is recorded as a transaction', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const { cookie, idToken } = await signOn(server);
  await signOff(server, { id_token_hint: idToken }, { cookie });
  const done = environment.transactions.list().at(-1);
  t.match(done, { state: 'succeeded', user: 'alice', application: { id: ids.spa } });
  t.match(done?.steps.at(-1), { kind: 'logout', ok: true, title: 'Signed off alice' });
  const refused = await signOff(server, { post_logout_redirect_uri: 'https://evil.example/' });
  t.match(refused.headers['x-mock-diagnosis'], /./);
  t.match(environment.transactions.list().at(-1), { state: 'failed' });
});
