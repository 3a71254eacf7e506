import t from 'tap';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

const hal = 'application/hal+json;charset=UTF-8';
const json = 'application/json';
/** What the Go SDKs can decode. */
const decodable = /(application|text)\/(vnd\.[^;]+\+)?json/i;

const preferences = [
  [undefined, hal],
  ['*/*', hal],
  ['', hal],
  ['application/json', json],
  ['APPLICATION/JSON', json],
  ['application/json; charset=utf-8', json],
  ['application/json, text/plain, */*', json],
  ['text/html, application/json;q=0.9, */*;q=0.8', json],
  ['application/json;q=0.5, */*', hal],
  ['application/json;q=0', hal],
  ['application/json;q=0, */*', hal],
  ['application/*', hal],
  ['text/html', hal],
  ['application/hal+json', hal],
  ['application/hal+json, application/json', hal],
  ['application/json, application/hal+json', json],
  ['application/hal+json;q=0.5, application/json', json],
  ['application/json;q=0.5, application/hal+json', hal],
  ['application/json;q=x', json],
] as const;

t.test('Accept decides between JSON and HAL', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (const [accept, expected] of preferences) {
    const { headers, body } = await call('GET', 'populations', { headers: accept === undefined ? {} : { accept } });
    t.equal(headers['content-type'], expected, accept ?? 'no Accept');
    t.ok(body.startsWith('{\n  "_links" : {\n'), 'the same body');
  }
});

t.test('refusals follow Accept as well', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const headers = { accept: json };
  const refusals = [
    ['no token', 401, () => app.inject({ url: '/v1/environments', headers })],
    ['unknown item', 404, () => call('GET', 'groups/00000000-0000-4000-8000-000000000000', { headers })],
    ['unknown environment', 404, () => call('GET', '/environments/00000000-0000-4000-8000-000000000000', { headers })],
    ['bad id', 400, () => call('GET', 'groups/x', { headers })],
    ['bad body', 400, () => call('POST', 'populations', { headers, body: {} })],
    ['unreadable body', 400, () => call('POST', 'populations', { headers, body: '{' })],
    ['media type', 415, () => call('POST', 'populations', { headers: { ...headers, 'content-type': 'text/plain' }, body: 'x' })],
    ['bad URL', 400, () => app.inject({ url: `/v1/environments/${environmentId}/groups/%`, headers })],
    ['several hosts', 400, () => app.inject({ url: '/v1/environments', headers: { ...headers, host: 'a b' } })],
    ['unknown path', 403, () => call('GET', 'nothing', { headers })],
  ] as const;
  for (const [name, status, send] of refusals) {
    const response = await send();
    t.equal(response.statusCode, status, name);
    t.match(response.headers['content-type'], decodable, name);
    t.ok(response.json());
  }
  await environment.faults.add({ endpoint: 'management', status: 503 });
  t.match(await call('GET', 'populations', { headers }), { statusCode: 503, headers: { 'content-type': json } }, 'fault');
});

t.test('only the management API negotiates', async (t) => {
  const { app } = await buildTestServer(t);
  const flow = await app.inject({ url: `/${environmentId}/flows/none`, headers: { accept: json } });
  t.equal(flow.headers['content-type'], hal);
});
