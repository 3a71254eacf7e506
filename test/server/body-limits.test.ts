import t from 'tap';
import { deepestBody, mostParameters } from '../../src/http/bodies.js';
import { isDeeperThan } from '../../src/lib/json-depth.js';
import { managementClient } from '../helpers/management.js';
import { buildTestServer, environmentId } from '../helpers/server.js';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

t.test('a form has at most 1000 parameters; the diagnosis says so', async (t) => {
  const { app } = await buildTestServer(t);
  const post = (payload: string) => app.inject({ method: 'POST', url: `/${environmentId}/as/token`, headers: form, payload });
  const most = await post(`${'a=1&'.repeat(mostParameters - 1)}grant_type=x`);
  t.match(most.json(), { error: 'unsupported_grant_type' }, 'as many as are allowed are read');
  for (const payload of ['a=1&'.repeat(mostParameters + 1), Array.from({ length: mostParameters + 1 }, (_, at) => `a${at}=`).join('&')]) {
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

t.test('repeated parameters keep every value', async (t) => {
  const { app } = await buildTestServer(t);
  const answer = await app.inject({ method: 'POST', url: `/${environmentId}/as/token`, headers: form, payload: 'scope=a&scope=b&scope=c' });
  t.match(answer.json().error_description, /scope must not be repeated/);
});

t.test('a JSON body is at most 100 levels deep, whatever reads it', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const headers = { 'content-type': 'application/json', host: 'localhost' };
  for (const levels of [deepestBody + 1, 300_000]) {
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

t.test('brackets count as levels only outside of texts', async (t) => {
  for (const [json, levels] of [
    ['1', 0],
    ['[]', 1],
    ['{"a":[{}]}', 3],
    ['["[[[","{{{"]', 1],
    ['["\\"[[[","\\\\",[]]', 2],
    ['[[],[],[]]', 2],
    ['"[[[', 0],
  ] as const) {
    t.equal(isDeeperThan(json, levels), false, json);
    if (levels > 0) t.equal(isDeeperThan(json, levels - 1), true, json);
  }
});
