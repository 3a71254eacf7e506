import t from 'tap';
import { largestAsked } from '../../src/control/token-minting.js';
import { mostPairs } from '../../src/lib/form-pairs.js';
import { largestJson } from '../../src/lib/json-size.js';
import { managementClient } from '../helpers/management.js';
import { buildTestServer, environmentId } from '../helpers/server.js';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

t.test('a form has at most 1000 parameters; the diagnosis says so', async (t) => {
  const { app } = await buildTestServer(t);
  const post = (payload: string) => app.inject({ method: 'POST', url: `/${environmentId}/as/token`, headers: form, payload });
  const most = await post(`${'a=1&'.repeat(mostPairs - 1)}grant_type=x`);
  t.match(most.json(), { error: 'unsupported_grant_type' }, 'as many as are allowed are read');
  for (const payload of ['a=1&'.repeat(mostPairs + 1), Array.from({ length: mostPairs + 1 }, (_, at) => `a${at}=`).join('&')]) {
    const refused = await post(payload);
    t.match(refused, { statusCode: 400, headers: { 'x-mock-diagnosis': /^body_readable;/ } });
    t.match(refused.json(), { error: 'invalid_request' });
    const id = /see=.*\/tx\/(\S+)/.exec(String(refused.headers['x-mock-diagnosis']))?.[1];
    const transaction = await app.inject({ url: `/__mock/v1/transactions/${id}`, headers: { host: 'localhost' } });
    t.match(transaction.json(), { diagnosis: { why: /1001 parameters; at most 1000/ } });
  }
  const large = await post('a'.repeat(1_100_000));
  t.match(large, { statusCode: 413, headers: { 'x-mock-diagnosis': /^body_size;/ } });
});

t.test('a request for tokens without a flow is at most 128 KiB', async (t) => {
  const { app } = await buildTestServer(t);
  const headers = { 'content-type': 'application/json', host: 'localhost' };
  const ask = (scope: string) =>
    app.inject({ method: 'POST', url: `/__mock/v1/environments/${environmentId}/tokens`, headers, payload: JSON.stringify({ scope }) });
  t.match((await ask('a'.repeat(largestAsked))).json(), { error: { code: 'body_too_large' } });
  t.equal((await ask('openid')).statusCode, 201);
});

t.test('repeated parameters keep every value', async (t) => {
  const { app } = await buildTestServer(t);
  const answer = await app.inject({ method: 'POST', url: `/${environmentId}/as/token`, headers: form, payload: 'scope=a&scope=b&scope=c' });
  t.match(answer.json().error_description, /scope must not be repeated/);
});

t.test('a JSON body is at most 100 levels deep, whatever reads it', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const headers = { 'content-type': 'application/json', host: 'localhost' };
  for (const levels of [largestJson.levels + 1, 300_000]) {
    const managed = await call('POST', 'groups', { body: `{"name":${nested(levels)}}` });
    t.match(managed.json(), { code: 'INVALID_REQUEST' });
    t.equal(managed.statusCode, 400);
    const controlled = await app.inject({ method: 'POST', url: '/__mock/v1/environments', headers, payload: nested(levels) });
    t.match(controlled.json(), { error: { code: 'body_unreadable', message: /deeper than 100 levels/ } });
    const flow = { method: 'POST' as const, url: `/${environment.id}/flows/${environment.id}`, headers, payload: nested(levels) };
    t.equal((await app.inject(flow)).statusCode, 400);
  }
  const allowed = await call('POST', 'groups', { body: `{"name":"deep","customData":{"a":${nested(60)}}}` });
  t.equal(allowed.statusCode, 201);
});

t.test('a JSON object has at most 1000 members and a body 50,000 values, whatever reads it', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const members = (count: number) => Array.from({ length: count }, (_, at) => `"a${at}":1`).join(',');
  const empty = (count: number) => Array.from({ length: count }, () => '[]').join(',');
  const post = (customData: string) => call('POST', 'groups', { body: `{"name":"large","customData":${customData}}` });
  for (const [customData, reason] of [
    [`{${members(largestJson.members + 1)}}`, /more than 1000 members/],
    [`[{${members(largestJson.members + 1)}}]`, /more than 1000 members/],
    [`{"a":[${empty(largestJson.values / 2)}]}`, /more than 50000 values/],
  ] as const) {
    const refused = await post(customData);
    t.equal(refused.statusCode, 400);
    t.match(refused.json(), { code: 'INVALID_REQUEST' });
    const headers = { 'content-type': 'application/json', host: 'localhost' };
    const controlled = await app.inject({ method: 'POST', url: '/__mock/v1/environments', headers, payload: customData });
    t.match(controlled.json(), { error: { code: 'body_unreadable', message: reason } });
  }
  t.equal((await post(`{${members(largestJson.members)}}`)).statusCode, 201);
});
