import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import t from 'tap';
import type { Application } from '../../src/environment/model/application.js';
import { allowsOrigin, coveringOrigins, isLocalOrigin, originOfUri } from '../../src/lib/origin-match.js';
import { changeApplication } from '../helpers/application.js';
import { as, askAuthorize, authorize, basic, locationOf, post, redeem, redirectUri } from '../helpers/client.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';

/** The origin of a redirect URI of the applications of the seed. */
const origin = 'https://example.com';
const foreign = 'https://evil.example.com';
const local = 'http://localhost:3000';

interface Answer {
  headers: Record<string, unknown>;
}

const readableBy = (page: string, { headers }: Answer) =>
  headers['access-control-allow-origin'] === page && headers['access-control-allow-credentials'] === 'true';
const readable = (answer: Answer) => readableBy(origin, answer);
const isSilent = ({ headers }: Answer) => !Object.keys(headers).some((name) => name.startsWith('access-control'));
const preflight = ({ app }: TestServer, url: string, method = 'POST', headers: InjectOptions['headers'] = {}) =>
  app.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': method, ...headers } });

t.test('an origin is allowed only as the application’s settings say', async (t) => {
  const origin = 'https://app.example.com';
  const specific = (...origins: string[]) => ({ behavior: 'ALLOW_SPECIFIC_ORIGINS', origins });
  const cases = [
    [undefined, origin, true],
    [undefined, 'null', true],
    [{ behavior: 'ALLOW_NO_ORIGINS' }, origin, false],
    [specific(), origin, false],
    [specific(origin), origin, true],
    [specific('https://other.example.com', `${origin}/`), origin, true],
    [specific('HTTPS://App.Example.Com:443'), origin, true],
    [specific(origin), 'null', false],
    [specific(origin), 'http://app.example.com', false],
    [specific(origin), 'https://app.example.com:8443', false],
    [specific(origin), 'https://app.example.com.evil.example', false],
    [specific('https://*.example.com'), origin, true],
    [specific('https://*.example.com'), 'https://example.com', false],
    [specific('https://*.example.com'), 'https://evil-example.com', false],
    [specific('https://*.example.com'), 'https://a.b.example.com', false],
    [specific('https://*.example.com'), 'https://evil.example/.example.com', false],
    [specific('https://*.example.com'), 'https://.example.com', false],
    [specific('https://app-*.example.com'), 'https://app-1.example.com', true],
    [specific('https://*.example.com:8443'), 'https://app.example.com:8443', true],
    [specific('*'), origin, false],
    [specific('https://*.*.com'), origin, false],
    [specific('http://localhost:3000'), 'http://localhost:3000', true],
  ] as const;
  for (const [settings, asking, allowed] of cases)
    t.equal(allowsOrigin(settings, asking), allowed, `${asking} of ${JSON.stringify(settings)}`);
});

t.test('an origin of this machine is local, whatever its scheme and port', async (t) => {
  const locals = [
    'http://localhost',
    'http://localhost:3000',
    'https://app.localhost:8443',
    'http://127.0.0.1:1',
    'http://127.1.2.3',
    'http://[::1]:5173',
  ];
  for (const page of [...locals, 'capacitor://localhost', 'HTTP://LOCALHOST']) t.ok(isLocalOrigin(page), page);
  const others = [
    'null',
    'http://localhost.evil.com',
    'http://evil.com',
    'http://xlocalhost',
    'http://127.0.0.1.evil.com',
    'http://127.0.0.1@evil.com',
  ];
  for (const page of [...others, 'http://evil.com:80@localhost', 'http://pingone', 'http://192.168.1.5', 'http://localhost/x', ''])
    t.notOk(isLocalOrigin(page), page);
});

t.test('the origin of a redirect URI is the one that a browser sends for its page', async (t) => {
  const cases = [
    ['https://App.example.com:443/callback?x=1', 'https://app.example.com'],
    ['https://app.example.com:8443/callback', 'https://app.example.com:8443'],
    ['https://user@app.example.com/th*', 'https://app.example.com'],
    ['https://\u043f\u0440\u0438\u043c\u0435\u0440/x', 'https://xn--e1afmkfd'],
    ['app://Bundle/callback', 'app://bundle'],
    ['com.example.demo:/callback', undefined],
    ['https:', undefined],
  ] as const;
  for (const [uri, expected] of cases) t.equal(originOfUri(uri), expected, uri);
  t.same(coveringOrigins('HTTPS://A.example.com:443'), [
    'https://a.example.com',
    'https://*.example.com',
    'https://a.*.com',
    'https://a.example.*',
  ]);
  t.same(coveringOrigins('http://[::1]:80'), ['http://[::1]']);
  // A name that no host can have is not taken apart: its parts would be as many as its dots.
  for (const long of [`http://${'a.'.repeat(7000)}a`, `http://${'.'.repeat(14_000)}`]) t.equal(coveringOrigins(long).length, 1);
});

t.test('pages of the applications can read endpoints that need no cookie, errors included', async (t) => {
  const { app } = await buildTestServer(t);
  const authorized = await authorize(app);
  const headers = { origin };
  const answers = {
    discovery: await app.inject({ url: `${as}/.well-known/openid-configuration`, headers }),
    keys: await app.inject({ url: `${as}/jwks`, headers }),
    'a token': await redeem(app, authorized, {}, headers),
    'a refused token': await redeem(app, authorized, {}, headers),
    'a token of an unknown client': await redeem(app, { ...authorized, clientId: 'x' }, {}, headers),
    'a body that is no form': await app.inject({ method: 'POST', url: `${as}/token`, headers, payload: { a: 1 } }),
    'a body that is too large': await post(app, `${as}/token`, { code: 'x'.repeat(1_100_000) }, headers),
    userinfo: await app.inject({ url: `${as}/userinfo`, headers }),
    'a pushed request': await post(app, `${as}/par`, {}, headers),
    'an unknown flow': await app.inject({ url: `/${environmentId}/flows/x`, headers }),
    'a wrong method': await app.inject({ method: 'DELETE', url: `${as}/token`, headers }),
    'an unknown path': await app.inject({ url: `${as}/nothing`, headers }),
    'an unknown application': await askAuthorize(app, { client_id: 'x', response_mode: 'pi.flow' }, headers),
    'no application': await askAuthorize(app, { client_id: undefined, response_mode: 'pi.flow' }, headers),
    'an unknown token': await app.inject({ url: `${as}/userinfo`, headers: { ...headers, authorization: 'Bearer x' } }),
    'an application without corsSettings': await askAuthorize(app, {}, headers),
    'resume of an unknown flow': await app.inject({ url: `${as}/resume?flowId=x`, headers }),
    'sign-off': await app.inject({ url: `${as}/signoff`, headers }),
    idpSignoff: await app.inject({ url: `${as}/idpSignoff`, headers: { ...headers, accept: 'application/json' } }),
  };
  for (const [name, response] of Object.entries(answers)) {
    t.ok(readable(response), `${name} (${response.statusCode})`);
    t.match(response.headers, { 'access-control-expose-headers': 'Correlation-Id, x-mock-diagnosis', vary: 'Origin' }, name);
  }
  const elsewhere = '/e0000000-0000-4000-8000-00000000000f/as/jwks';
  t.ok(isSilent(await app.inject({ url: elsewhere, headers })), 'an unknown environment');
  t.ok(readableBy(local, await app.inject({ url: elsewhere, headers: { origin: local } })), 'an unknown environment, from this machine');
  const alone = await app.inject(`${as}/jwks`);
  t.notOk('access-control-allow-origin' in alone.headers, 'nothing without an origin');
  t.equal(alone.headers.vary, 'Origin', 'but a cache must tell them apart');
  for (const odd of ['x', 'https://a b', 'https://a/path', ''])
    t.notOk('access-control-allow-origin' in (await app.inject({ url: `${as}/jwks`, headers: { origin: odd } })).headers, `origin ${odd}`);
});

t.test('authorize, resume and sign-off can be read only by origins the application allows', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const headers = { origin };
  const parameters = { client_id: ids.web, response_mode: 'pi.flow' };
  const settings = [
    [undefined, true],
    [{ behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [origin] }, true],
    [{ behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: ['https://other.example.com'] }, false],
    [{ behavior: 'ALLOW_NO_ORIGINS' }, false],
  ] as const;
  for (const [corsSettings, allowed] of settings) {
    const name = JSON.stringify(corsSettings);
    await changeApplication(environment, ids.web, { corsSettings });
    const { cookie, ...authorized } = await authorize(app, { clientId: ids.web });
    const tokens = await redeem(app, { ...authorized, cookie }, { client_id: undefined }, { authorization: basic(ids.web, 'web-secret') });
    const { id_token: hint } = tokens.json();
    const flow = await askAuthorize(app, parameters, headers);
    const flowId = flow.json().id;
    const redirecting = locationOf(await askAuthorize(app, { client_id: ids.web })).searchParams.get('flowId');
    const pushed = await post(
      app,
      `${as}/par`,
      { response_type: 'code', redirect_uri: redirectUri },
      { authorization: basic(ids.web, 'web-secret') },
    );
    const requests = {
      authorize: flow,
      'authorize, by a form': await post(app, `${as}/authorize`, { ...parameters, response_type: 'code' }, headers),
      'authorize, refused': await askAuthorize(app, { ...parameters, prompt: 'none' }, headers),
      'authorize, pushed': await app.inject({
        url: `${as}/authorize?client_id=${ids.web}&request_uri=${pushed.json().request_uri}`,
        headers,
      }),
      'resume, early': await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers }),
      'resume, redirecting': await app.inject({ url: `${as}/resume?flowId=${redirecting}`, headers }),
      'sign-off by client_id': await app.inject({ url: `${as}/signoff?client_id=${ids.web}`, headers }),
      'sign-off by hint': await app.inject({ url: `${as}/signoff?id_token_hint=${hint}`, headers }),
      'sign-off by a form': await post(app, `${as}/signoff`, { id_token_hint: hint }, headers),
      'idpSignoff, refused': await app.inject({ url: `${as}/idpSignoff?id_token_hint=${hint}&client_id=x`, headers }),
      'the preflight of authorize': await preflight(server, `${as}/authorize?client_id=${ids.web}`),
      'the preflight of resume': await preflight(server, `${as}/resume?flowId=${flowId}`, 'GET'),
    };
    for (const [request, response] of Object.entries(requests))
      t.equal(readable(response), allowed, `${name}: ${request} (${response.statusCode})`);
    const flowItself = await app.inject({ url: `/${environmentId}/flows/${flowId}`, headers });
    t.equal(readable(flowItself), corsSettings?.behavior !== 'ALLOW_NO_ORIGINS', `${name}: the flow itself is open as token is`);
  }
  await changeApplication(environment, ids.web, { corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [origin] } });
  const { cookie } = await authorize(app, { clientId: ids.web });
  const silent = await askAuthorize(app, parameters, { ...headers, cookie });
  t.match(silent.json(), { status: 'COMPLETED' });
  t.ok(readable(silent), 'also when the answer has spent the flow');
});

t.test('a preflight lists the methods and headers of its endpoint', async (t) => {
  const server = await buildTestServer(t);
  const cases = [
    [`${as}/token`, 'OPTIONS, POST'],
    [`${as}/userinfo`, 'OPTIONS, GET, POST'],
    [`${as}/authorize`, 'OPTIONS, GET, POST'],
    [`${as}/.well-known/openid-configuration`, 'OPTIONS, GET'],
    [`${as}/par`, 'OPTIONS, POST'],
    [`${as}/idpSignoff`, 'OPTIONS, GET'],
    [`/${environmentId}/flows/x`, 'OPTIONS, GET, POST'],
  ] as const;
  for (const [url, methods] of cases) {
    const response = await preflight(server, url, 'POST', { 'access-control-request-headers': 'x-requested-with' });
    t.equal(response.statusCode, 204, url);
    t.equal(response.body, '', url);
    t.ok(readable(response), url);
    t.equal(response.headers['access-control-allow-methods'], methods, url);
    const allowed = String(response.headers['access-control-allow-headers']).toLowerCase().split(', ');
    for (const name of ['authorization', 'content-type', 'correlation-id', 'x-requested-with', 'x-requested-platform'])
      t.ok(allowed.includes(name), `${url}: ${name}`);
    t.match(response.headers['access-control-max-age'], /^\d+$/, url);
    t.match(response.headers['correlation-id'], /^[0-9a-f-]{36}$/, url);
  }
  t.equal((await preflight(server, `${as}/nothing`)).statusCode, 403, 'of a path that is not there');
  t.equal((await server.app.inject({ method: 'OPTIONS', url: `${as}/token` })).statusCode, 405, 'OPTIONS that is no preflight');
});

t.test('the token endpoint answers pages of this machine, of redirect URIs and of corsSettings, and no others', async (t) => {
  const listed = 'https://listed.example.com';
  const specific = { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [listed] };
  const cases: [page: string, corsSettings: object | undefined, atToken: boolean, atAuthorize?: boolean][] = [
    [local, undefined, true],
    ['http://127.0.0.1:5173', undefined, true],
    ['https://spa.localhost', undefined, true],
    [origin, undefined, true],
    ['https://example.com:8443', undefined, false],
    ['http://example.com', undefined, false],
    [foreign, undefined, false],
    ['null', undefined, false],
    [local, specific, true, false],
    [origin, specific, true, false],
    [listed, specific, true],
    [foreign, specific, false],
    ['null', specific, false],
    [local, { behavior: 'ALLOW_NO_ORIGINS' }, false],
    [origin, { behavior: 'ALLOW_NO_ORIGINS' }, false],
  ];
  const { app, environment } = await buildTestServer(t);
  const all = await buildTestServer(t, { allowedOrigins: ['*'] });
  for (const [page, corsSettings, atToken, atAuthorize = atToken] of cases) {
    const name = `${page} of ${JSON.stringify(corsSettings)}`;
    for (const each of [environment, all.environment])
      for (const id of [ids.web, ids.spa]) await changeApplication(each, id, { corsSettings });
    const headers = { origin: page };
    const { access_token: bearer } = (await redeem(app, await authorize(app))).json();
    const byForm = await post(app, `${as}/token`, { client_id: ids.spa, grant_type: 'x' }, headers);
    const flow = await askAuthorize(app, { response_mode: 'pi.flow' }, headers);
    const answers: Record<string, Answer> = {
      'by its id': byForm,
      'by Basic': await post(app, `${as}/token`, { grant_type: 'x' }, { ...headers, authorization: basic(ids.web, 'web-secret') }),
      introspect: await post(app, `${as}/introspect`, {}, { ...headers, authorization: basic(ids.web, 'web-secret') }),
      userinfo: await app.inject({ url: `${as}/userinfo`, headers: { ...headers, authorization: `Bearer ${bearer}` } }),
      'another client in its query': await post(app, `${as}/token?client_id=${ids.service}&flowId=x`, { client_id: ids.spa }, headers),
    };
    for (const [endpoint, answer] of Object.entries(answers)) t.equal(readableBy(page, answer), atToken, `${name}: ${endpoint}`);
    t.equal(readableBy(page, flow), atAuthorize, `${name}: authorize`);
    const isForbidden = (corsSettings as { behavior?: string } | undefined)?.behavior === 'ALLOW_NO_ORIGINS';
    const open = await post(all.app, `${as}/token`, { client_id: ids.spa, grant_type: 'x' }, headers);
    t.equal(readableBy(page, open), !isForbidden, `${name}, with PINGONE_MOCK_ALLOWED_ORIGINS=*`);
  }
});

t.test('a preflight that names no client answers the origins of all applications, as they are now', async (t) => {
  const server = await buildTestServer(t);
  const { store } = server.environment;
  const passes = async (page: string) => readableBy(page, await preflight(server, `${as}/token`, 'POST', { origin: page }));
  const web = (await store.applications.get(ids.web)) as Application;
  const other: Application = { ...web, id: 'a0000000-0000-4000-8000-00000000000e', redirectUris: ['https://other.example.com/cb'] };
  await store.applications.put(other);
  t.ok(await passes('https://other.example.com'), 'what was there before the first question');
  t.ok(await passes(local));
  t.notOk(await passes(foreign));
  t.notOk(await passes('null'));
  const listing = {
    ...other,
    corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: ['https://*.example.org', 'https://other.example.com'] },
  };
  await store.applications.put(listing);
  t.ok(await passes('https://a.example.org'));
  t.notOk(await passes('https://a.b.example.org'));
  await store.applications.put({ ...listing, redirectUris: [] });
  t.ok(await passes('https://other.example.com'), 'listed still');
  await store.applications.put({ ...other, corsSettings: { behavior: 'ALLOW_NO_ORIGINS' } });
  t.notOk(await passes('https://other.example.com'), 'it allows none');
  await store.applications.put(other);
  t.ok(await passes('https://other.example.com'));
  await store.applications.take(other.id);
  t.notOk(await passes('https://other.example.com'), 'it is gone');
  t.ok(await passes(origin), 'the others are as before');

  const { list } = store.applications;
  let read = 0;
  Object.assign(store.applications, {
    list: () => {
      read += 1;
      return list();
    },
  });
  for (let at = 0; at < 5; at += 1) {
    await store.applications.put({ ...other, redirectUris: [`https://n${at}.example.com/cb`] });
    t.ok(await passes(`https://n${at}.example.com`));
  }
  t.equal(read, 0, 'no request reads all applications');
});

t.test('a refused origin is a diagnosis that names the setting, an unlisted one a warning', async (t) => {
  const lines: { event?: string; level: number; msg: string; diagnosis?: string }[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) });
  const server = await buildTestServer(t, {}, log);
  const { app, environment, context } = server;
  const refused = {
    'a preflight': await preflight(server, `${as}/token`, 'POST', { origin: foreign }),
    'a simple request': await redeem(app, await authorize(app), {}, { origin: foreign }),
    authorize: await askAuthorize(app, { client_id: ids.web, response_mode: 'pi.flow' }, { origin: foreign }),
    'the management API': await app.inject({ url: '/v1/environments', headers: { origin: foreign } }),
    'a preflight of the management API': await preflight(server, '/v1/environments', 'GET', { origin: foreign }),
  };
  for (const [name, answer] of Object.entries(refused)) {
    t.ok(isSilent(answer), name);
    t.match(answer.headers, { 'x-mock-diagnosis': /origin_allowed; confidence=exact; see=http.*__mock\/tx\// }, name);
  }
  t.equal(refused.authorize.statusCode, 200, 'the request itself is answered as by PingOne');
  const diagnoses = environment.transactions.list().flatMap(({ diagnosis }) => diagnosis ?? []);
  const byPages = diagnoses.filter(({ code }) => code === 'origin_allowed');
  t.equal(byPages.length, 3);
  for (const { title, fix } of byPages)
    t.match(`${title} ${fix}`, /evil\.example\.com.*corsSettings.*PINGONE_MOCK_ALLOWED_ORIGINS=https:\/\/evil\.example\.com/);
  t.match(byPages.at(-1)?.fix, /Demo SPA|Demo Web/);
  t.match(
    context.unmatched.list().map(({ diagnosis }) => diagnosis),
    [
      { code: 'management_origin_allowed', fix: /PINGONE_MOCK_ALLOWED_ORIGINS=https:\/\/evil\.example\.com/ },
      { code: 'management_origin_allowed' },
    ],
  );
  t.equal(lines.filter(({ diagnosis }) => diagnosis?.endsWith('origin_allowed')).length, 5);

  lines.length = 0;
  for (let at = 0; at < 2; at += 1) await post(app, `${as}/token`, { client_id: ids.spa, grant_type: 'x' }, { origin: local });
  const warnings = () => lines.filter(({ event }) => event === 'origin');
  t.match(warnings(), [{ level: 40, msg: /corsSettings do not list http:\/\/localhost:3000/ }]);
  t.equal(warnings().length, 1, 'once for an origin and an application');
  await changeApplication(environment, ids.web, { corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [origin] } });
  const listed = await post(app, `${as}/token`, { grant_type: 'x' }, { origin, authorization: basic(ids.web, 'web-secret') });
  t.ok(readable(listed));
  const own = await post(
    app,
    `${as}/token`,
    { client_id: ids.spa, grant_type: 'x' },
    { origin: 'http://pingone:9400', host: 'pingone:9400' },
  );
  t.notMatch(own.headers['x-mock-diagnosis'], /origin_allowed/, 'a page of the server itself');
  t.equal(warnings().length, 1);
});

t.test('the management API sends CORS headers as recorded, to pages of this machine', async (t) => {
  const url = `/v1/environments/${environmentId}/applications`;
  const expected = {
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers':
      'Content-Type,Content-Disposition,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,Correlation-Id',
    'access-control-allow-methods': 'OPTIONS,GET,POST',
    'access-control-expose-headers': 'Correlation-Id, x-mock-diagnosis',
    vary: 'Origin',
  };
  const plain = await buildTestServer(t);
  const allowing = await buildTestServer(t, { allowedOrigins: ['https://app.example.com'] });
  const all = await buildTestServer(t, { allowedOrigins: ['*'] });
  const cases: [server: TestServer, page: string, allowed: boolean][] = [
    [plain, local, true],
    [plain, 'http://127.0.0.1:5173', true],
    [plain, 'https://app.localhost', true],
    [plain, origin, false],
    [plain, foreign, false],
    [plain, 'null', false],
    [allowing, 'https://app.example.com', true],
    [allowing, 'http://app.example.com', false],
    [allowing, foreign, false],
    [all, foreign, true],
    [all, 'null', true],
  ];
  for (const [server, page, allowed] of cases) {
    const answers = [await server.app.inject({ url, headers: { origin: page } }), await preflight(server, url, 'POST', { origin: page })];
    t.same(
      answers.map(({ statusCode }) => statusCode),
      [401, 204],
      page,
    );
    for (const answer of answers) {
      if (allowed) t.match(answer.headers, expected, page);
      else t.ok(isSilent(answer), page);
    }
  }
  t.match((await plain.app.inject(url)).headers, expected, 'a request from no page');
  const one = await preflight(plain, `/v1/environments/${environmentId}/applications/${ids.web}`, 'PUT', { origin: local });
  t.equal(one.headers['access-control-allow-methods'], 'OPTIONS,GET,PUT,DELETE');
});

t.test('an Origin header that is no origin is refused like a foreign one', async (t) => {
  const { app } = await buildTestServer(t);
  for (const origin of [
    'file://',
    'evil',
    'http://evil.example.com/',
    'http://evil.example.com,',
    'http://evil example.com',
    'about:blank',
  ])
    for (const url of ['/v1/environments', `/${environmentId}/as/jwks`])
      for (const method of ['GET', 'OPTIONS'] as const) {
        const headers = { origin, 'access-control-request-method': 'GET' };
        const { headers: answered } = await app.inject({ method, url, headers });
        t.equal(answered['access-control-allow-origin'], undefined, `${method} ${url} from ${origin}`);
      }
});

t.test('pages and the mock’s own paths can be read only by their own origin', async (t) => {
  const server = await buildTestServer(t);
  for (const url of [
    `/${environmentId}/signon/`,
    `/${environmentId}/rp/authenticate`,
    `/${environmentId}/rp/callback/google`,
    `${as}/txs`,
    '/healthz',
    '/__mock/v1/transactions',
  ]) {
    const response = await server.app.inject({ url, headers: { origin } });
    t.notOk('access-control-allow-origin' in response.headers, url);
    t.notOk('access-control-allow-origin' in (await preflight(server, url)).headers, `the preflight of ${url}`);
  }
});

t.test('every answer has a correlation id and the security headers', async (t) => {
  const { app } = await buildTestServer(t);
  const answers = [
    await app.inject(`${as}/jwks`),
    await app.inject(`${as}/nothing`),
    await app.inject(`${as}/userinfo`),
    await askAuthorize(app),
    await askAuthorize(app, { redirect_uri: 'https://evil.example/' }),
    await post(app, `${as}/token`, {}),
    await app.inject({ method: 'OPTIONS', url: `${as}/token`, headers: { origin, 'access-control-request-method': 'POST' } }),
    await app.inject(`/${environmentId}/flows/x`),
    await app.inject('/v1/environments'),
  ];
  const ids = new Set(answers.map(({ headers }) => headers['correlation-id']));
  t.equal(ids.size, answers.length, 'a correlation id of its own');
  for (const { headers, raw } of answers)
    t.match(
      headers,
      {
        'correlation-id': /^[0-9a-f-]{36}$/,
        'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
        pragma: 'no-cache',
        expires: '0',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-xss-protection': '1; mode=block',
        'strict-transport-security': /max-age/,
      },
      raw.req.url as string,
    );
});
