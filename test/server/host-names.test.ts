import { connect } from 'node:net';
import { pino } from 'pino';
import t from 'tap';
import { openContext } from '../../src/configuration/open-context.js';
import { seedServer } from '../../src/configuration/seed/fill.js';
import type { Environment } from '../../src/environment/context.js';
import { memoryFactory } from '../../src/environment/store/factory.js';
import { pingOneHosts } from '../../src/pingone/hosts.js';
import { buildServer } from '../../src/server/server.js';
import { startServer } from '../../src/server/start.js';
import { defaultSettings, type Settings } from '../../src/settings/read.js';
import { as, askAuthorize, authorize, basic, checkPassword, cookiesOf, locationOf, post, redeem } from '../helpers/client.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

const discoveryPath = `${as}/.well-known/openid-configuration`;
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

t.test('rule 1: the origin is the base URL, a trusted proxy’s forwarded origin, or scheme and Host', async (t) => {
  const cases: [name: string, settings: Partial<Settings>, headers: Record<string, string>, origin: string | undefined][] = [
    ['Host', {}, { host: 'localhost:9400' }, 'http://localhost:9400'],
    ['IPv6', {}, { host: '[::1]:9400' }, 'http://[::1]:9400'],
    ['malformed', {}, { host: 'a b' }, undefined],
    ['base URL', { baseUrl: 'https://idp.example.com' }, { host: 'inner:9400' }, 'https://idp.example.com'],
    ['base URL with a path', { baseUrl: 'https://example.com/p1' }, { host: 'inner' }, 'https://example.com/p1'],
    ['nobody is trusted', {}, { host: 'inner', 'x-forwarded-host': 'evil.example' }, 'http://inner'],
    [
      'all are trusted',
      { trustProxy: true },
      { host: 'inner', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'idp.example.com', 'x-forwarded-prefix': '/p1' },
      'https://idp.example.com/p1',
    ],
    [
      'this one is trusted',
      { trustProxy: ['127.0.0.0/8'] },
      { host: 'inner', forwarded: 'host=idp.example.com;proto=https' },
      'https://idp.example.com',
    ],
    ['another one is trusted', { trustProxy: ['10.0.0.0/8', '::1'] }, { host: 'inner', forwarded: 'host=evil.example' }, 'http://inner'],
    ['malformed behind a proxy', { trustProxy: true }, { host: 'inner', 'x-forwarded-host': 'a b' }, undefined],
    ['half of a Forwarded header', { trustProxy: true }, { host: 'inner', forwarded: 'host=a.example;proto' }, undefined],
    ['the same of one who is not trusted', {}, { host: 'inner', forwarded: 'host=a.example;proto' }, 'http://inner'],
    ['an empty port', {}, { host: 'a.example:' }, 'http://a.example'],
    ['dots alone', {}, { host: '..' }, undefined],
    ['a prefix that leads away', { trustProxy: true }, { host: 'inner', 'x-forwarded-prefix': '/../x' }, undefined],
  ];
  for (const [name, settings, headers, origin] of cases) {
    const { app } = await buildTestServer(t, settings);
    const response = await app.inject({ url: discoveryPath, headers });
    if (origin === undefined) t.equal(response.statusCode, 400, name);
    else t.equal(response.json().issuer, `${origin}/${environmentId}/as`, name);
  }
  for (const [peer, trusted] of [
    ['::ffff:10.1.2.3', true],
    ['10.1.2.3', true],
    ['::1', true],
    ['192.168.0.1', false],
    ['::2', false],
  ] as const) {
    const { app } = await buildTestServer(t, { trustProxy: ['10.0.0.0/8', '::1/128'] });
    const { issuer } = (
      await app.inject({ url: discoveryPath, remoteAddress: peer, headers: { host: 'inner', 'x-forwarded-host': 'outer' } })
    ).json();
    t.equal(issuer, `http://${trusted ? 'outer' : 'inner'}/${environmentId}/as`, peer);
  }
});

t.test('rule 1: a request without a single valid Host is refused over the wire', async (t) => {
  const server = await startServer({ ...defaultSettings, port: 0 });
  t.teardown(() => server.close());
  const write = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.end(text));
      let answer = '';
      socket.setEncoding('utf8').on('data', (part) => (answer += part));
      socket.on('close', () => resolve(answer)).on('error', reject);
    });
  for (const version of ['1.0', '1.1']) t.match(await write(`GET ${discoveryPath} HTTP/${version}\r\n\r\n`), /^HTTP\/1.1 400 /, version);
  for (const path of [`${as}/jwks`, '/v1/environments', '/unknown'])
    t.match(await write(`GET ${path} HTTP/1.1\r\nhost: a b\r\n\r\n`), /^HTTP\/1.1 400 /, path);
  t.match(await write('GET /healthz HTTP/1.0\r\n\r\n'), /^HTTP\/1.1 200 /, 'but for the questions after its health');
  const absolute = (target: string, host: string) =>
    write(`GET ${target}${discoveryPath} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  for (const host of ['localhost:1', 'evil.example', 'auth.pingone.com', 'a b'])
    t.match(await absolute('http://localhost:1', host), /"issuer":"http:\/\/localhost:1\//, `the absolute form beside Host: ${host}`);
  for (const host of ['localhost', 'evil.example.com'])
    t.match(await absolute('http://evil.example.com', host), /^HTTP\/1.1 421 /, `the absolute form of a foreign name beside Host: ${host}`);
  t.match(await absolute('', 'evil.example.com'), /^HTTP\/1.1 421 /);
  for (const target of ['http://', 'http://user@localhost', 'http://a..b'])
    t.match(await absolute(target, 'localhost'), /^HTTP\/1.1 400 /, target);
  for (const target of ['', 'http://localhost:1'])
    t.match(await absolute(target, 'localhost:1\r\nHOST: localhost:1'), /^HTTP\/1.1 400 /, `two Host headers, ${target || 'origin form'}`);
  t.match(await write('GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'), /^HTTP\/1.1 400 /, 'whatever is asked');
});

t.test('the server answers under names that no foreign page can have and under its own, else with 421', async (t) => {
  const lines: { event?: string; level: number; msg: string }[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) });
  const named: Partial<Settings> = {
    host: 'box.example.net',
    baseUrl: 'https://Public.example.com/p1',
    tlsHosts: ['tls.example.com'],
    customDomains: { 'auth.acme.com': environmentId },
    allowedHosts: ['one.example.com', '*.dev.example.com'],
  };
  const paths = [discoveryPath, '/v1/environments', '/__mock/', '/__mock/v1/', '/__mock/ca.pem', '/', `/${environmentId}/signon/`, '/x'];
  const plain = await buildTestServer(t, {}, log);
  const own = await buildTestServer(t, named);
  const all = await buildTestServer(t, { allowedHosts: ['*'] });
  const served = async ({ app }: { app: typeof plain.app }, host: string) => {
    const statuses = await Promise.all(paths.map(async (url) => (await app.inject({ url, headers: { host } })).statusCode));
    const refused = statuses.filter((status) => status === 421).length;
    t.ok(refused === 0 || refused === paths.length, `${host}: the same on every path`);
    return refused === 0;
  };
  for (const host of [
    'localhost',
    'LOCALHOST:1',
    'a.localhost.',
    '127.0.0.1:9400',
    '[::1]:9400',
    'pingone:9400',
    'a.test',
    'p.ns.svc',
    'api.pingone.eu',
  ])
    t.ok(await served(plain, host), host);
  const ours = [
    'box.example.net',
    'public.example.com',
    'PUBLIC.example.com.:443',
    'tls.example.com',
    'a.tls.example.com',
    'auth.acme.com',
  ];
  for (const host of [...ours, 'one.example.com', 'a.dev.example.com']) {
    t.ok(await served(own, host), host);
    t.notOk(await served(plain, host), `${host}, which no setting names`);
  }
  for (const host of ['evil.example.com', 'x.public.example.com', 'dev.example.com', 'auth.pingone.com.evil.com']) {
    t.notOk(await served(own, host), host);
    t.ok(await served(all, host), `${host}, with *`);
  }

  lines.length = 0;
  const refused = await plain.app.inject({
    url: discoveryPath,
    headers: { host: 'Evil.Example.COM.:9400', origin: 'http://evil.example.com' },
  });
  t.equal(refused.statusCode, 421);
  t.match(refused.headers, {
    'content-type': 'text/plain; charset=utf-8',
    'x-mock-diagnosis': /^host_refused; .*PINGONE_MOCK_ALLOWED_HOSTS/,
  });
  t.match(refused.body, /evil\.example\.com.*PINGONE_MOCK_ALLOWED_HOSTS=evil\.example\.com/s);
  t.notOk(Object.keys(refused.headers).some((name) => name.startsWith('access-control')));
  t.match(lines, [{ event: 'host', level: 40, msg: /PINGONE_MOCK_ALLOWED_HOSTS=evil\.example\.com/ }]);
  t.equal(lines.length, 1);
  const preflight = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST', host: 'evil.example.com' };
  for (const url of [`${as}/token`, '/v1/environments'])
    t.equal((await plain.app.inject({ method: 'OPTIONS', url, headers: preflight })).statusCode, 421, `a preflight of ${url}`);
  t.equal((await plain.app.inject({ method: 'POST', url: `${as}/token`, headers: { host: 'evil.example.com' } })).statusCode, 421);
  for (const url of ['/healthz', '/readyz'])
    t.equal((await plain.app.inject({ url, headers: { host: 'evil.example.com' } })).statusCode, 200, url);
  t.equal((await own.app.inject({ url: discoveryPath, headers: { host: 'a b' } })).statusCode, 400, 'malformed, with a base URL as well');
});

t.test('a proxy that is named vouches for its host names, a bare on does not', async (t) => {
  const rebound = { host: 'evil.example.com' };
  const cases: [name: string, trustProxy: Settings['trustProxy'], peer: string, headers: Record<string, string>, status: number][] = [
    ['a named proxy', ['10.0.0.0/8'], '10.1.2.3', { host: 'sso.example.com' }, 200],
    ['a named proxy that rewrites the host', ['10.0.0.0/8'], '10.1.2.3', { host: 'mock', 'x-forwarded-host': 'sso.example.com' }, 200],
    ['another peer', ['10.0.0.0/8'], '127.0.0.1', rebound, 421],
    ['another peer that says it is a proxy', ['10.0.0.0/8'], '127.0.0.1', { ...rebound, 'x-forwarded-host': 'localhost' }, 421],
    ['everybody', true, '127.0.0.1', rebound, 421],
    ['a page that sends headers of proxies', true, '127.0.0.1', { ...rebound, 'x-forwarded-host': 'localhost' }, 421],
    ['the same by Forwarded', true, '127.0.0.1', { ...rebound, forwarded: 'host=localhost' }, 421],
    ['a proxy under a served name', true, '10.1.2.3', { host: 'mock', 'x-forwarded-host': 'sso.example.com' }, 200],
    ['nobody', false, '127.0.0.1', { host: 'mock', 'x-forwarded-host': 'evil.example.com' }, 200],
  ];
  for (const [name, trustProxy, remoteAddress, headers, status] of cases) {
    const { app } = await buildTestServer(t, { trustProxy });
    t.equal((await app.inject({ url: discoveryPath, remoteAddress, headers })).statusCode, status, name);
  }
});

t.test('the path of the base URL is accepted before every path', async (t) => {
  const { app } = await buildTestServer(t, { baseUrl: 'https://example.com/p1' });
  t.equal((await app.inject(`/p1${discoveryPath}`)).statusCode, 200);
  t.equal((await app.inject(`/p2${discoveryPath}`)).statusCode, 403);
  const signedOn = await authorize(app);
  t.ok(signedOn.code);
});

t.test('rule 2: a custom domain has no environment id in its paths', async (t) => {
  const { app } = await buildTestServer(t, { customDomains: { 'auth.example.com': environmentId, 'first.example.com': undefined } });
  const headers = { host: 'auth.example.com' };
  const document = (await app.inject({ url: '/as/.well-known/openid-configuration', headers })).json();
  t.equal(document.issuer, 'http://auth.example.com/as');
  t.equal(document.token_endpoint, 'http://auth.example.com/as/token');
  t.equal(
    (await app.inject({ url: discoveryPath, headers })).json().issuer,
    'http://auth.example.com/as',
    'the id may stand there all the same',
  );
  t.equal(
    (await app.inject({ url: '/as/jwks', headers: { host: 'first.example.com:9400' } })).statusCode,
    200,
    'no id: the first environment',
  );
  t.not((await app.inject({ url: '/as/jwks', headers: { host: 'other.example.com' } })).statusCode, 200);

  const query = new URLSearchParams({
    response_type: 'code',
    client_id: ids.web,
    redirect_uri: 'http://localhost:3000/callback',
    scope: 'openid',
  });
  const asked = await app.inject({ url: `/as/authorize?${query}`, headers });
  const page = locationOf(asked);
  t.equal(page.origin + page.pathname, 'http://auth.example.com/signon/');
  t.equal((await app.inject({ url: page.pathname + page.search, headers })).statusCode, 200);
  const flowId = page.searchParams.get('flowId') as string;
  const signedOn = await app.inject({
    method: 'POST',
    url: `/flows/${flowId}`,
    headers: { ...headers, 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
    payload: JSON.stringify({ username: 'alice', password: 'Alice-Passw0rd' }),
  });
  t.equal(signedOn.json()._links.self.href, `http://auth.example.com/flows/${flowId}`);
  t.match(signedOn.headers['set-cookie'], [/; Path=\/;/, /; Path=\/;/], 'the cookies are for every path');
  const resumed = await app.inject({ url: `/as/resume?flowId=${flowId}`, headers: { ...headers, cookie: cookiesOf(signedOn) } });
  const code = locationOf(resumed).searchParams.get('code') as string;
  const tokens = await post(
    app,
    '/as/token',
    { grant_type: 'authorization_code', code, redirect_uri: 'http://localhost:3000/callback' },
    { ...headers, authorization: basic(ids.web, 'web-secret') },
  );
  t.equal(claimsOf(tokens.json().id_token).iss, 'http://auth.example.com/as');
  const fixed = await buildTestServer(t, { baseUrl: 'https://auth.example.com', customDomains: { 'auth.example.com': environmentId } });
  t.equal((await fixed.app.inject(discoveryPath)).json().issuer, 'https://auth.example.com/as');
});

t.test('rule 2: PingOne’s own host names are served in every region', async (t) => {
  const { app } = await buildTestServer(t, { trustProxy: true });
  const at = (host: string) => ({ host, 'x-forwarded-proto': 'https' });
  t.equal(pingOneHosts.length, 30);
  for (const domain of ['com', 'ca', 'eu', 'com.au', 'sg', 'asia']) {
    const issuer = `https://auth.pingone.${domain}/${environmentId}/as`;
    t.equal((await app.inject({ url: discoveryPath, headers: at(`auth.pingone.${domain}`) })).json().issuer, issuer);
    const asked = await askAuthorize(app, { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }, at(`auth.pingone.${domain}`));
    const page = locationOf(asked);
    t.equal(page.origin + page.pathname, `https://apps.pingone.${domain}/${environmentId}/signon/`);
    const shown = await app.inject({ url: page.pathname + page.search, headers: at(page.host) });
    t.equal(shown.statusCode, 307);
    t.equal(shown.headers.location, `https://auth.pingone.${domain}${page.pathname}${page.search}`, 'where the cookies are');
    t.equal((await app.inject({ url: page.pathname + page.search, headers: at(`auth.pingone.${domain}`) })).statusCode, 200);
  }
  const token = (
    await post(
      app,
      `${as}/token`,
      { grant_type: 'client_credentials' },
      { ...at('auth.pingone.eu'), authorization: basic(ids.worker, 'worker-secret') },
    )
  ).json().access_token;
  t.equal(claimsOf(token).iss, `https://auth.pingone.eu/${environmentId}/as`);
  const environment = await app.inject({
    url: `/v1/environments/${environmentId}`,
    headers: { ...at('api.pingone.eu'), authorization: `Bearer ${token}` },
  });
  t.equal(environment.json()._links.self.href, `https://api.pingone.eu/v1/environments/${environmentId}`);

  const fixed = await buildTestServer(t, { baseUrl: 'https://auth.pingone.com' });
  const own = (
    await post(fixed.app, `${as}/token`, { grant_type: 'client_credentials' }, { authorization: basic(ids.worker, 'worker-secret') })
  ).json();
  const linked = await fixed.app.inject({
    url: `/v1/environments/${environmentId}`,
    headers: { authorization: `Bearer ${own.access_token}` },
  });
  t.equal(linked.json()._links.self.href, `https://api.pingone.com/v1/environments/${environmentId}`, 'the host for the API, by any way');

  const refused: [host: string, path: string][] = [
    ['api.pingone.com', discoveryPath],
    ['auth.pingone.com', `/v1/environments/${environmentId}`],
    ['apps.pingone.com', discoveryPath],
    ['orchestrate-api.pingone.com', '/v1/flows'],
  ];
  for (const [host, url] of refused) {
    const response = await app.inject({ url, headers: at(host) });
    t.equal(response.statusCode, 403, `${host}${url}`);
    t.same(response.json(), { message: 'Missing Authentication Token' });
  }
  t.equal((await app.inject({ url: '/healthz', headers: at('api.pingone.com') })).statusCode, 200);
});

t.test('rule 3: a dynamic back channel follows the host of the request', async (t) => {
  const base = 'http://pingone.localhost:9400';
  const front = ['issuer', 'authorization_endpoint', 'end_session_endpoint', 'ping_end_idp_session_endpoint', 'check_session_iframe'];
  const back = [
    'token_endpoint',
    'jwks_uri',
    'userinfo_endpoint',
    'introspection_endpoint',
    'revocation_endpoint',
    'pushed_authorization_request_endpoint',
    'device_authorization_endpoint',
  ];
  for (const [backchannel, expected] of [
    ['off', base],
    ['dynamic', 'http://pingone:9400'],
  ] as const) {
    const { app } = await buildTestServer(t, { baseUrl: base, backchannel });
    const document = (await app.inject({ url: discoveryPath, headers: { host: 'pingone:9400' } })).json();
    for (const key of front) t.ok(document[key].startsWith(`${base}/`), `${backchannel}: ${key}`);
    for (const key of back) t.ok(document[key].startsWith(`${expected}/`), `${backchannel}: ${key}`);
  }
  const { app } = await buildTestServer(t, { baseUrl: base, backchannel: 'dynamic' });
  t.equal((await app.inject({ url: discoveryPath, headers: { host: 'a b' } })).statusCode, 400);
});

t.test('rules 4 and 6: iss is that of the token request, and a change of name is warned of once', async (t) => {
  const lines: { msg: string; event?: string }[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) });
  const build = async (settings: Partial<Settings>) => {
    const context = await openContext({ settings: { ...defaultSettings, ...settings }, log, factory: memoryFactory() });
    await seedServer(context);
    const app = await buildServer(context);
    t.teardown(() => app.close());
    return { app, environment: context.environments.get(environmentId) as Environment };
  };
  const told = () => lines.filter(({ event }) => event === 'names').map(({ msg }) => msg);

  const { app, environment } = await build({});
  for (const host of ['pingone:9400', 'pingone:9400', 'localhost:80']) {
    const redeemed = await redeem(app, await authorize(app), {}, { host });
    t.equal(redeemed.statusCode, 200);
    const issuer = `http://${host.replace(/:80$/, '')}/${environmentId}/as`;
    t.equal(claimsOf(redeemed.json().id_token).iss, issuer);
    t.equal(claimsOf(redeemed.json().access_token).iss, issuer);
  }
  t.same(told(), [
    'authorize was sent to http://localhost, token to http://pingone:9400; iss will be the latter. If your application rejects it, set ' +
      'PINGONE_MOCK_BASE_URL=http://localhost or use http://pingone.localhost:9400 everywhere',
  ]);
  t.same(environment.transactions.list()[0]?.baseUrls, [`http://localhost/${environmentId}`, `http://pingone:9400/${environmentId}`]);
  t.same(environment.transactions.list()[2]?.baseUrls, [`http://localhost/${environmentId}`]);

  lines.length = 0;
  const fixed = await build({ baseUrl: 'http://idp:1', backchannel: 'dynamic' });
  const redeemed = await redeem(fixed.app, await authorize(fixed.app), {}, { host: 'pingone:9400' });
  t.equal(claimsOf(redeemed.json().id_token).iss, `http://idp:1/${environmentId}/as`);
  t.same(told(), [], 'a base URL holds for all');
});

t.test('rule 5: a token obtained under one name works under another', async (t) => {
  const { app } = await buildTestServer(t);
  const { access_token: token } = (await redeem(app, await authorize(app), {}, { host: 'pingone:9400' })).json();
  const user = await app.inject({ url: `${as}/userinfo`, headers: { host: 'localhost:9400', authorization: `Bearer ${token}` } });
  t.equal(user.statusCode, 200);
});

t.test('rule 7: cookies are host-only, and Secure with SameSite=None over https', async (t) => {
  for (const [scheme, pattern] of [
    ['https', /^ST(-NO-SS)?=[^;]+; Path=\/e0[^;]+; .*; Secure; HttpOnly; SameSite=None$/],
    ['http', /^ST(-NO-SS)?=[^;]+; Path=\/e0[^;]+; .*[^e]; HttpOnly; SameSite=Lax$/],
  ] as const) {
    const { app } = await buildTestServer(t, { baseUrl: `${scheme}://idp.example.com` });
    const asked = await askAuthorize(app, { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' });
    const signedOn = await checkPassword(app, locationOf(asked).searchParams.get('flowId') as string, 'alice', 'Alice-Passw0rd');
    const cookies = signedOn.headers['set-cookie'] as string[];
    t.equal(cookies.length, 2);
    for (const cookie of cookies) {
      t.match(cookie, pattern, scheme);
      t.notMatch(cookie, /domain/i);
      t.equal(/secure/i.test(cookie), scheme === 'https');
    }
  }
});

t.test('HSTS is sent for PingOne’s own names only', async (t) => {
  const { app } = await buildTestServer(t, { trustProxy: true });
  const at = async (host: string) =>
    (await app.inject({ url: `${as}/jwks`, headers: { host, 'x-forwarded-proto': 'https' } })).headers['strict-transport-security'];
  t.equal(await at('localhost:9443'), undefined);
  t.ok(await at('auth.pingone.com'));
});

t.test('readyz lists what the server is waiting for', async (t) => {
  const { app, context } = await buildTestServer(t);
  t.same((await app.inject('/readyz')).json(), { status: 'ready' });
  context.waitingFor.add('seed');
  const waiting = await app.inject('/readyz');
  t.equal(waiting.statusCode, 503);
  t.same(waiting.json(), { status: 'starting', waiting_for: ['seed'] });
  context.waitingFor.delete('seed');
  await context.environments.remove(environmentId);
  t.equal((await app.inject('/readyz')).statusCode, 200, 'a server without environments is ready for new ones');
});
