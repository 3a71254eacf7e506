import type { InjectOptions } from 'fastify';
import t from 'tap';
import { allowsOrigin } from '../../src/lib/origin-match.js';
import { changeApplication } from '../helpers/application.js';
import { as, askAuthorize, authorize, basic, locationOf, post, redeem, redirectUri } from '../helpers/client.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';

const origin = 'https://app.example.com';

const readable = ({ headers }: { headers: Record<string, unknown> }) =>
  headers['access-control-allow-origin'] === origin && headers['access-control-allow-credentials'] === 'true';
const preflight = ({ app }: TestServer, url: string, method = 'POST', headers: InjectOptions['headers'] = {}) =>
  app.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': method, ...headers } });

t.test('an origin is allowed only as the application’s settings say', async (t) => {
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

t.test('any page can read endpoints that need no cookie, errors included', async (t) => {
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
    'an unknown environment': await app.inject({ url: `/e0000000-0000-4000-8000-00000000000f/as/jwks`, headers }),
    'a wrong method': await app.inject({ method: 'DELETE', url: `${as}/token`, headers }),
    'an unknown path': await app.inject({ url: `${as}/nothing`, headers }),
    'an unknown application': await askAuthorize(app, { client_id: 'x', response_mode: 'pi.flow' }, headers),
    'no application': await askAuthorize(app, { client_id: undefined, response_mode: 'pi.flow' }, headers),
    'an application without corsSettings': await askAuthorize(app, {}, headers),
    'resume of an unknown flow': await app.inject({ url: `${as}/resume?flowId=x`, headers }),
    'sign-off': await app.inject({ url: `${as}/signoff`, headers }),
    idpSignoff: await app.inject({ url: `${as}/idpSignoff`, headers: { ...headers, accept: 'application/json' } }),
  };
  for (const [name, response] of Object.entries(answers)) {
    t.ok(readable(response), `${name} (${response.statusCode})`);
    t.match(response.headers, { 'access-control-expose-headers': 'Correlation-Id, x-mock-diagnosis', vary: 'Origin' }, name);
  }
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
    t.ok(readable(await app.inject({ url: `/${environmentId}/flows/${flowId}`, headers })), `${name}: the flow itself is open`);
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

t.test('the management API sends CORS headers as recorded', async (t) => {
  const server = await buildTestServer(t);
  const url = `/v1/environments/${environmentId}/applications`;
  const expected = {
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers':
      'Content-Type,Content-Disposition,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,Correlation-Id',
    'access-control-allow-methods': 'OPTIONS,GET,POST',
    'access-control-expose-headers': 'Correlation-Id, x-mock-diagnosis',
  };
  const refused = await server.app.inject({ url, headers: { origin } });
  t.equal(refused.statusCode, 401);
  t.match(refused.headers, expected, 'a refusal');
  const asked = await preflight(server, url);
  t.equal(asked.statusCode, 204);
  t.match(asked.headers, expected, 'a preflight');
  const one = await preflight(server, `/v1/environments/${environmentId}/applications/${ids.web}`, 'PUT');
  t.equal(one.headers['access-control-allow-methods'], 'OPTIONS,GET,PUT,DELETE');
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
