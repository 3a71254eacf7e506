import t from 'tap';
import { buildTestServer } from '../helpers/server.js';

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
