import t from 'tap';
import { buildTestServer, environmentId, listen } from '../helpers/server.js';

t.test('the routes of the control API, of the inspector and of the management API are there once one of them is asked for', async (t) => {
  const { app } = await buildTestServer(t);
  const prefixes = new Set(app.registeredRoutes.map(({ url }) => url.split('/')[1]));
  t.notOk(prefixes.has('__mock') || prefixes.has('v1'), [...prefixes].join(' '));
  const both = await Promise.all([app.inject('/__mock/v1/'), app.inject('/__mock/live')]);
  t.same(
    both.map(({ statusCode }) => statusCode),
    [200, 200],
    'of two first requests both are answered',
  );
  const described = (await app.describedRoutes()).map(({ method, url }) => `${method} ${url}`);
  for (const route of ['GET /__mock/v1/openapi.json', 'GET /v1/environments', 'POST /:environmentId/as/token', 'GET /healthz'])
    t.ok(described.includes(route), route);
  t.equal(new Set(described).size, described.length, 'each once');
});

t.test('addresses below /__mock may be percent-encoded, and those beside it are PingOne’s', async (t) => {
  const { app } = await buildTestServer(t);
  const statuses = {
    '/%5F_mock/v1/': 200,
    '/__mock?x=%2F': 302,
    '/__mock/v1/nothing': 404,
    '/__mockery': 403,
    '/x/__mock/': 403,
    '/%zz': 400,
  };
  for (const [url, status] of Object.entries(statuses)) t.equal((await app.inject(url)).statusCode, status, url);
});

t.test('the first requests over sockets keep their headers and bodies, and each is in the journal once', async (t) => {
  const { context, environment, url } = await listen(t);
  const check = 'application/vnd.pingidentity.usernamePassword.check+json';
  const body = JSON.stringify({ username: 'alice', password: 'x'.repeat(100_000) });
  const ask = (path: string) => fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': check }, body });
  const flow = `/${environmentId}/flows/00000000-0000-4000-8000-000000000000`;
  const applications = `/v1/environments/${environmentId}/applications`;
  const answers = await Promise.all([flow, flow, applications, applications].map(ask));
  t.same(
    answers.map(({ status }) => status),
    [404, 404, 401, 401],
  );
  await Promise.all(answers.map((answer) => answer.text()));
  await ask(flow);
  // Without a token, a request to the management API is of no environment.
  const journal = [...environment.requests.list(), ...context.requests.list()];
  t.same(journal.map(({ url }) => url).sort(), [flow, flow, flow, applications, applications].sort());
  for (const { url, headers, body: seen } of journal) {
    t.equal(headers['content-type'], check);
    if (url === flow) t.match(seen, `(cut: ${body.length} characters in all)`);
  }
});
