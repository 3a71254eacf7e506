import { connect } from 'node:net';
import { decodeJwt } from 'jose';
import t from 'tap';
import type { TransactionBody } from '../../src/control/transaction-body.js';
import type { App } from '../../src/environment/context.js';
import type { Application } from '../../src/environment/model/application.js';
import type { User } from '../../src/environment/model/user.js';
import { s256 } from '../../src/protocol/pkce.js';
import { as, authorize, basic, post, redeem } from '../helpers/client.js';
import { workerToken } from '../helpers/management.js';
import { buildTestServer, environmentId, ids, listen } from '../helpers/server.js';

const base = '/__mock/v1';
const own = `${base}/environments/default`;

const call = async (
  app: App,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
  headers: Record<string, string> = {},
) => {
  const response = await app.inject({
    method,
    url,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { payload: JSON.stringify(body) }),
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.body,
    json: response.body.startsWith('{') ? response.json() : undefined,
  };
};

const badVerifier = { code_verifier: 'x'.repeat(43) };

t.test('the control API describes itself, with a summary for each operation', async (t) => {
  const { app } = await buildTestServer(t);
  const { json } = await call(app, 'GET', `${base}/`);
  t.match(json, {
    name: 'pingone-mock',
    version: /^\d+\./,
    now: '2026-11-22T12:00:00.000Z',
    defaultEnvironment: environmentId,
    environments: [{ id: environmentId, name: 'Demo', issuer: `http://localhost${as}` }],
  });
  const document = (await call(app, 'GET', `${base}/openapi.json`)).json;
  t.equal(document.openapi, '3.1.0');
  t.match(document.paths[`${base}/environments/{environmentId}/tokens`].post, {
    summary: String,
    parameters: [{ name: 'environmentId', in: 'path', required: true }],
    requestBody: { content: { 'application/json': { schema: { properties: { sub: { type: 'string' } } } } } },
  });
  for (const [path, operations] of Object.entries(document.paths as Record<string, Record<string, { summary?: string }>>))
    for (const [method, { summary }] of Object.entries(path.startsWith(base) ? operations : {}))
      t.ok(summary, `${method} ${path} says what it does`);
});

t.test('every refusal is JSON that says what is wrong and what to do', async (t) => {
  const { app } = await buildTestServer(t);
  const cases = [
    ['an unknown path', 'GET', `${base}/transaction`, undefined, 404, 'path_unknown', /nothing at GET/],
    [
      'an unknown environment',
      'GET',
      `${base}/environments/${environmentId.replace('e', 'f')}`,
      undefined,
      404,
      'environment_unknown',
      /no environment/,
    ],
    [
      'a misspelt member',
      'POST',
      `${own}/tokens`,
      { subb: 'x' },
      400,
      'name_unknown',
      /unknown name "subb" in the body; did you mean "sub"/,
    ],
    ['a member of another type', 'POST', `${own}/tokens`, { sub: 1 }, 400, 'value_refused', /sub: expected a text/],
    [
      'a value that is none of those',
      'POST',
      `${own}/tokens`,
      { invalid: 'x' },
      400,
      'value_refused',
      /invalid: expected one of signature, /,
    ],
    ['a misspelt parameter', 'GET', `${base}/transactions?stat=failed`, undefined, 400, 'name_unknown', /did you mean "state"/],
    ['no length of time', 'GET', `${base}/transactions?wait=long`, undefined, 400, 'value_refused', /wait: expected a duration/],
    ['no moment', 'GET', `${own}/requests?since=yesterday`, undefined, 400, 'value_refused', /since: expected a time/],
    ['an unknown transaction', 'GET', `${base}/transactions/x`, undefined, 404, 'transaction_unknown', /no transaction "x"/],
    ['an unknown fault', 'DELETE', `${own}/faults/x`, undefined, 404, 'fault_unknown', /no fault "x"/],
    ['an unknown rule', 'DELETE', `${own}/rules/x`, undefined, 404, 'rule_unknown', /no rule "x"/],
    ['a fault that does nothing', 'POST', `${own}/faults`, { endpoint: 'token' }, 400, 'fault_empty', /does nothing/],
    [
      'a fault of an unknown endpoint',
      'POST',
      `${own}/faults`,
      { endpoint: 'tokne', status: 500 },
      400,
      'value_refused',
      /endpoint: expected one of/,
    ],
    ['a rule for neither token', 'POST', `${own}/rules`, { on: 'token', set: { acr: 'x' } }, 400, 'value_refused', /does not name a token/],
    ['a clock that is moved by nothing', 'PUT', `${own}/clock`, { advance: 'soon' }, 400, 'value_refused', /advance: expected a duration/],
    ['a clock that is set to null', 'PUT', `${own}/clock`, { set: null }, 400, 'value_refused', /set: expected a text or a whole number/],
    ['a clock that is advanced by null', 'PUT', `${own}/clock`, { advance: null }, 400, 'value_refused', /advance: expected a text/],
    ['a fault of no endpoint', 'POST', `${own}/faults`, { endpoint: null, status: 503 }, 400, 'value_refused', /endpoint: expected a text/],
    ['a clock that is set to nothing', 'PUT', `${own}/clock`, { set: 'noon' }, 400, 'value_refused', /set: expected a time/],
    ['a clock that is set to no day', 'PUT', `${own}/clock`, { set: '2030-02-31' }, 400, 'value_refused', /set: expected a time/],
    ['a clock at the end of time', 'PUT', `${own}/clock`, { set: 8639999999999999 }, 400, 'value_refused', /between 1970 and 9899/],
    ['a clock before the beginning', 'PUT', `${own}/clock`, { set: -1 }, 400, 'value_refused', /between 1970 and 9899/],
    [
      'a clock that is moved too far',
      'PUT',
      `${own}/clock`,
      { advance: '99999999d' },
      400,
      'value_refused',
      /advance: the clock must stay/,
    ],
    ['a clock beyond all time', 'PUT', `${own}/clock`, { set: 8.64e15, advance: '1d' }, 400, 'value_refused', /set: expected a time/],
    [
      'a seed that is wrong',
      'POST',
      `${base}/environments`,
      { users: [{ username: 'x', pasword: 'y' }] },
      400,
      'environment_refused',
      /^users\[0\]: .*did you mean "password"/,
    ],
    ['an environment that is there', 'POST', `${base}/environments`, { id: environmentId }, 409, 'environment_exists', /already/],
    ['a list for an environment', 'POST', `${base}/environments`, [], 400, 'value_refused', /expected an object/],
    ['a sign-on at no URL', 'POST', `${own}/sign-on`, { authorize_url: '/', username: 'alice' }, 400, 'value_refused', /authorize_url/],
    ['a sign-on of nobody', 'POST', `${own}/sign-on`, { authorize_url: `${as}/authorize` }, 400, 'value_refused', /username: is missing/],
  ] as const;
  for (const [name, method, url, body, status, code, message] of cases) {
    const answer = await call(app, method, url, body as object | undefined);
    t.match(answer, { status, json: { error: { code, message } } }, name);
  }
  const text = await app.inject({ method: 'POST', url: `${own}/tokens`, headers: { 'content-type': 'application/json' }, payload: '{' });
  t.match(text.json(), { error: { code: 'body_unreadable' } });
});

t.test('foreign origins and unknown host names are refused, and admin=off removes the API', async (t) => {
  const { app } = await buildTestServer(t, { allowedHosts: ['mock.example.com'], baseUrl: 'https://sso.example.org' });
  const status = async (headers: Record<string, string>, method: 'GET' | 'POST' = 'GET') =>
    (await call(app, method, method === 'GET' ? `${base}/` : `${base}/reset`, undefined, headers)).status;
  const hosts = [
    ['localhost:9400', 200],
    ['127.0.0.1:9400', 200],
    ['[::1]:9400', 200],
    ['a.localhost', 200],
    ['localhost.:9400', 200],
    ['mock.example.com.', 200],
    ['evil.example.com.', 421],
    ['pingone-mock', 200],
    ['host.docker.internal:9400', 200],
    ['mock.example.com', 200],
    ['sso.example.org', 200],
    ['evil.example.com', 421],
    ['127.0.0.1.example.com', 421],
    ['localhost.example.com', 421],
  ] as const;
  for (const [host, expected] of hosts) t.equal(await status({ host }), expected, host);
  const origins = [
    ['http://localhost:9400', 200],
    ['https://sso.example.org', 200],
    ['http://localhost:3000', 403],
    ['https://evil.example.com', 403],
    ['null', 403],
  ] as const;
  for (const [origin, expected] of origins) t.equal(await status({ host: 'localhost:9400', origin }), expected, origin);
  t.equal(await status({ host: 'localhost:9400', origin: 'https://evil.example.com' }, 'POST'), 403);

  const refused = await call(app, 'GET', `${base}/`, undefined, { host: 'evil.example.com', origin: 'http://evil.example.com' });
  t.equal(refused.status, 421, 'the page of a rebound name counts as its own, but not the name');
  t.notOk(Object.keys(refused.headers).some((name) => name.startsWith('access-control')));
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: `${base}/`,
    headers: { origin: 'https://evil.example.com', 'access-control-request-method': 'POST' },
  });
  t.notOk(preflight.headers['access-control-allow-origin'], 'no CORS');
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])
    t.equal(
      (await app.inject({ method: 'POST', url: `${own}/faults`, headers: { 'content-type': type }, payload: '{"status":500}' })).statusCode,
      415,
      type,
    );

  // In the absolute form the target names the host, whatever Host says (RFC 9112 §3.2.2).
  const { url } = await listen(t);
  const absolute = (target: string, more = '') =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write(`GET ${target}${base}/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${more}\r\n`);
      let answer = '';
      socket.setEncoding('utf8').on('data', (part: string) => {
        answer += part;
      });
      socket.on('close', () => resolve(answer)).on('error', reject);
    });
  t.match(await absolute('http://evil.example.com'), /^HTTP\/1.1 421 /);
  t.match(await absolute('http://mock.localhost:80', 'origin: http://mock.localhost\r\n'), /^HTTP\/1.1 200 /);
  t.match(await absolute('http://mock.localhost', 'origin: http://localhost\r\n'), /^HTTP\/1.1 403 .*origin_refused/s);

  const off = await buildTestServer(t, { admin: false });
  t.not((await call(off.app, 'GET', `${base}/`)).status, 200, 'PINGONE_MOCK_ADMIN=off takes it away');
  t.not((await call(off.app, 'POST', `${base}/reset`)).status, 204);
});

t.test('a test makes an environment of its own, and a refused one leaves nothing behind', async (t) => {
  const { app, context } = await buildTestServer(t);
  const made = await call(app, 'POST', `${base}/environments`, {
    users: [{ username: 'alice', password: 'Alice-Passw0rd' }],
    apps: [
      { type: 'WEB_APP', name: 'Web' },
      { type: 'SERVICE', name: 'Machine' },
    ],
  });
  t.equal(made.status, 201);
  t.match(made.json, {
    issuer: `http://localhost/${made.json.id}/as`,
    discovery: /openid-configuration$/,
    applications: [
      { name: 'Web', secret: String },
      { name: 'Machine', secret: String },
    ],
    users: [{ username: 'alice' }],
  });
  t.equal((await app.inject(new URL(made.json.discovery).pathname)).json().issuer, made.json.issuer);
  const token = (await call(app, 'POST', `${base}/environments/${made.json.id}/tokens`, { sub: 'alice', scope: 'read' })).json;
  const [alice] = (await context.environments.get(made.json.id)?.store.users.list()) ?? [];
  t.match(decodeJwt(token.access_token), { sub: alice?.id, scope: 'read', iss: made.json.issuer, env: made.json.id });
  t.equal((await call(app, 'DELETE', `${base}/environments/${made.json.id}`)).status, 204);
  t.equal((await call(app, 'GET', `${base}/environments/${made.json.id}`)).status, 404);

  const count = context.environments.list().length;
  await call(app, 'POST', `${base}/environments`, { users: [{ username: 'x' }, { username: 'x' }] });
  t.equal(context.environments.list().length, count, 'of one that is refused nothing stays');
});

t.test('transactions are listed, filtered, awaited and cleared', async (t) => {
  const { app, clock } = await buildTestServer(t, { codeLifetimeSeconds: 60 });
  const list = async (query = '') => (await call(app, 'GET', `${base}/transactions${query}`)).json.transactions as TransactionBody[];
  t.same(await list(), []);
  await authorize(app);
  await clock.advance(1000);
  await post(app, `${as}/token`, { grant_type: 'client_credentials' }, { authorization: basic(ids.worker, 'worker-secret') });
  const all = await list();
  t.same(
    all.map(({ app: { name } = { name: '' } }) => name),
    ['Demo Worker', 'Demo SPA'],
    'newest first',
  );
  const [, one] = all as [TransactionBody, TransactionBody];
  t.match(one, {
    id: /^[0-9a-f-]{36}$/,
    envId: environmentId,
    app: { id: ids.spa, pkceEnforcement: 'S256_REQUIRED' },
    user: 'alice',
    startedAt: '2026-11-22T12:00:00.000Z',
    state: 'code_issued',
    pkce: { method: 'S256', challenge: /^.{43}$/ },
    via: [`http://localhost/${environmentId}`],
  });
  const [step] = one.steps;
  t.match(step, {
    n: 1,
    kind: 'authorize',
    at: Number,
    ok: true,
    title: String,
    request: { method: 'GET', url: /authorize/ },
    response: { status: 302 },
  });
  t.ok(step?.checks.every(({ rule, ok }) => typeof rule === 'string' && ok));
  t.equal((await list('?state=code_issued')).length, 1);
  t.equal((await list('?app=Demo%20SPA&user=alice')).length, 1);
  t.equal((await list('?limit=1')).length, 1);
  t.same(await list('?state=failed'), []);
  t.equal((await call(app, 'GET', `${own}/transactions/${one.id}`)).json.id, one.id);
  t.same(
    (await list(`?id=${one.id}`)).map(({ id }) => id),
    [one.id],
  );
  t.same(await list('?id=nope'), [], 'who is not sure that it is remembered');

  await clock.advance(61_000);
  t.equal((await list('?state=expired')).length, 1, 'a code that nobody redeemed in time');

  const waiting = list('?wait=60s&state=failed');
  const other = await authorize(app);
  await redeem(app, other, badVerifier);
  const [failed] = await waiting;
  t.equal(failed?.steps.findLast(({ request }) => request)?.response?.status, 400, 'whoever waits gets the answer as well');
  const before = performance.now();
  t.same(await list('?wait=50ms&state=waiting'), []);
  t.ok(performance.now() - before >= 45, 'and whoever waits in vain gets nothing, when the time is up');

  const csv = await app.inject(`${base}/transactions?format=csv&state=failed`);
  t.match(csv.headers['content-type'], /^text\/csv/);
  t.equal(csv.body.split('\r\n').length, 3);
  t.match(csv.body, /Demo SPA,alice,failed,S256/);
  t.equal((await call(app, 'DELETE', `${base}/transactions`)).status, 204);
  t.same(await list(), []);
});

t.test('a transaction on the wire is never larger than 20 kB, unless all of it is asked for', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const flow = await authorize(app, { parameters: { state: 's'.repeat(8000), nonce: 'é'.repeat(3000) } });
  for (let attempt = 0; attempt < 40; attempt += 1) await redeem(app, flow, { redirect_uri: `http://localhost/${'x'.repeat(2000)}` });
  const [transaction] = environment.transactions.list();
  t.ok((transaction?.steps.length ?? 0) <= 100, 'nor does it grow without end in memory');
  const { body, json } = await call(app, 'GET', `${base}/transactions/${transaction?.id}`);
  t.ok(Buffer.byteLength(body) <= 20_000, `${Buffer.byteLength(body)} bytes`);
  t.match(json, { truncated: true, state: 'failed' });
  t.match(body, /… \(cut: \d+ characters in all\)/);
  const whole = await call(app, 'GET', `${base}/transactions/${transaction?.id}?whole=true`);
  t.equal(whole.json.truncated, undefined);
  t.equal(whole.json.steps.length, transaction?.steps.length);
  t.notMatch(whole.body, /… \(cut: /);
  t.equal((await call(app, 'GET', `${base}/transactions/${transaction?.id}?whole=perhaps`)).status, 400);
});

t.test('the request journal is filtered, awaited and cleared, and keeps at most 1000 requests', async (t) => {
  const { app, clock } = await buildTestServer(t);
  await app.inject('/healthz');
  await app.inject('/readyz');
  await call(app, 'GET', `${base}/`);
  const flow = await authorize(app);
  await clock.advance(60_000);
  await redeem(app, flow, badVerifier);
  await post(app, `${as}/token`, { grant_type: 'client_credentials' }, { authorization: basic(ids.worker, 'worker-secret') });
  await app.inject('/nowhere');
  const find = async (query = '', path = own) => (await call(app, 'GET', `${path}/requests${query}`)).json;
  const all = await find();
  t.same(
    all.requests.map(({ endpoint }: { endpoint: string }) => endpoint),
    ['authorize', 'flows', 'resume', 'token', 'token'],
    'oldest first, without the mock’s own',
  );
  t.match(all.requests[3], {
    method: 'POST',
    client: ids.spa,
    form: { grant_type: 'authorization_code', code_verifier: 'x'.repeat(43) },
    answer: { status: 400, body: /invalid_grant/, tookMilliseconds: Number },
    transactionId: /^[0-9a-f-]{36}$/,
    at: '2026-11-22T12:01:00.000Z',
  });
  for (const [query, count] of [
    ['?endpoint=token', 2],
    [`?client=${ids.worker}`, 1],
    ['?status=400', 1],
    ['?method=get', 2],
    ['?since=2026-11-22T12:00:30Z', 2],
    [`?since=${Date.UTC(2026, 10, 22, 12, 0, 30)}&endpoint=token&status=200`, 1],
    ['?limit=1', 5],
  ] as const)
    t.equal((await find(query)).count, count, query);
  t.same((await call(app, 'GET', `${own}/requests/count?endpoint=token`)).json, { count: 2 });
  t.match((await find('', base)).requests, [{ url: '/nowhere', endpoint: 'other' }], 'what belongs to no environment');

  const waiting = find('?endpoint=discovery&wait=5s&count=2');
  await app.inject(`${as}/.well-known/openid-configuration`);
  await app.inject(`${as}/.well-known/openid-configuration`);
  t.equal((await waiting).count, 2);
  t.equal((await call(app, 'DELETE', `${own}/requests`)).status, 204);
  t.equal((await find()).count, 0);
  for (let number = 0; number < 1100; number += 1) await app.inject(`${as}/jwks`);
  t.equal((await find('?limit=1')).count, 1000, 'bounded');

  const huge = await post(app, `${as}/token`, { grant_type: 'x'.repeat(200_000) });
  t.equal(huge.statusCode, 400);
  t.ok((await find('?endpoint=token')).requests[0].body.length < 70_000, 'and so is what is remembered of a body');
});

t.test('hidden secrets appear nowhere in the control API', async (t) => {
  const { app } = await buildTestServer(t, { hideSecrets: true });
  const flow = await authorize(app, { clientId: ids.web });
  const answer = await redeem(app, flow, { client_id: undefined }, { authorization: basic(ids.web, 'web-secret') });
  const { access_token: token, refresh_token: refresh } = answer.json();
  const shown = [
    (await call(app, 'GET', `${base}/transactions`)).body,
    (await call(app, 'GET', `${own}/requests`)).body,
    (await call(app, 'GET', `${base}/transactions?format=csv`)).body,
  ].join('\n');
  const transaction = (await call(app, 'GET', `${base}/transactions`)).json.transactions[0];
  t.equal(transaction.pkce.challenge, s256(flow.codeVerifier as string), 'a hash that was shown to all is no secret');
  t.match(transaction.pkce, { verifier: '(hidden)', computed: '(hidden)', match: true });
  for (const [name, secret] of Object.entries({
    token,
    refresh,
    code: flow.code,
    verifier: flow.codeVerifier as string,
    secret: basic(ids.web, 'web-secret'),
    cookie: flow.cookie.split(';')[0]?.split('=')[1] as string,
    password: 'Alice-Passw0rd',
  }))
    t.notOk(shown.includes(secret), name);
  t.match(shown, /\(hidden\)/);

  // A plain challenge is the verifier itself, whether the method is named or not.
  for (const [plain, named] of [
    ['p'.repeat(43), { code_challenge_method: 'plain' }],
    ['q'.repeat(43), { code_challenge_method: undefined }],
    [`${'r'.repeat(43)}!`, { code_challenge_method: 'plain' }],
  ] as const) {
    const sent = await authorize(app, { clientId: ids.web, parameters: { code_challenge: plain, ...named } }).catch(() => undefined);
    if (sent) await redeem(app, sent, { client_id: undefined, code_verifier: plain }, { authorization: basic(ids.web, 'web-secret') });
    const everything = [(await call(app, 'GET', `${base}/transactions`)).body, (await call(app, 'GET', `${own}/requests`)).body].join('\n');
    t.notOk(everything.includes(plain), plain);
    t.match(everything, /code_challenge=\(hidden\)/);
  }
});

t.test('an environment’s clock is moved, its keys rotated and its outbox read', async (t) => {
  const { app, clock, environment } = await buildTestServer(t);
  const now = async (path = own) => (await call(app, 'GET', `${path}/clock`)).json.now;
  t.equal((await call(app, 'PUT', `${own}/clock`, { advance: '61s' })).json.now, '2026-11-22T12:01:01.000Z');
  t.equal(await now(base), '2026-11-22T12:00:00.000Z', 'of one environment');
  t.equal((await call(app, 'PUT', `${own}/clock`, { set: '2030-01-01T00:00:00Z', freeze: true })).json.now, '2030-01-01T00:00:00.000Z');
  await clock.advance(5000);
  t.equal(await now(), '2030-01-01T00:00:00.000Z', 'frozen');
  await call(app, 'PUT', `${own}/clock`, { advance: '-1h' });
  t.equal(await now(), '2029-12-31T23:00:00.000Z');
  await call(app, 'PUT', `${own}/clock`, { freeze: false });
  await clock.advance(1000);
  t.equal(await now(), '2029-12-31T23:00:01.000Z', 'and it runs again');
  t.equal((await call(app, 'DELETE', `${own}/clock`)).json.now, '2026-11-22T12:00:06.000Z');
  const realTime = clock.now();
  await call(app, 'PUT', `${own}/clock`, { set: '9899-12-31T00:00:00Z' });
  t.equal((await call(app, 'POST', `${own}/tokens`, { sub: 'alice' })).status, 201, 'all works at the end of time');
  await call(app, 'PUT', `${base}/clock`, { set: '9000-01-01T00:00:00Z' });
  for (const path of [base, `${own}/transactions`, `${own}/clock`]) t.equal((await call(app, 'GET', path)).status, 200, path);
  t.equal((await call(app, 'POST', `${own}/tokens`, { sub: 'alice' })).status, 201, 'and where the server’s clock would push it over');
  await call(app, 'DELETE', `${own}/clock`);
  await clock.set(realTime);
  await call(app, 'PUT', `${base}/clock`, { advance: '1h30m' });
  t.equal(await now(), '2026-11-22T13:30:06.000Z', 'the whole server, its environments with it');

  const before = environment.keys.current.kid;
  const rotated = await call(app, 'POST', `${own}/keys/rotate`);
  t.not(rotated.json.kid, before);
  t.ok(rotated.json.kids.includes(before), 'the old one is kept');
  const kept = (await call(app, 'POST', `${own}/keys/rotate`, { keep_old: false })).json;
  t.notOk(kept.kids.includes(rotated.json.kid), 'or dropped');
  t.same(
    (await app.inject(`${as}/jwks`)).json().keys.map(({ kid }: { kid: string }) => kid),
    kept.kids,
  );

  const waiting = call(app, 'GET', `${own}/outbox?to=alice@example.com&wait=5s`);
  await app.inject('/healthz');
  await environment.outbox.add({ channel: 'email', to: 'bob@example.com', subject: 'No', text: 'for somebody else' });
  await environment.outbox.add({ channel: 'email', to: 'alice@example.com', subject: 'Yes', text: 'Your code is 123456', code: '123456' });
  t.match((await waiting).json.messages, [{ to: 'alice@example.com', code: '123456', at: /^2026-/ }]);
  await call(app, 'DELETE', `${own}/outbox`);
  t.same((await call(app, 'GET', `${own}/outbox`)).json.messages, []);
});

t.test('a person signs on or declines without a browser, and a failure says how to fix it', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const query = (more: Record<string, string> = {}) =>
    new URLSearchParams({
      response_type: 'code',
      client_id: ids.spa,
      redirect_uri: 'http://localhost:3000/callback',
      scope: 'openid',
      state: 's',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
      ...more,
    });
  const signOn = (body: object) => call(app, 'POST', `${own}/sign-on`, body);
  const url = `http://localhost${as}/authorize?${query()}`;
  t.match((await signOn({ authorize_url: url, username: 'alice' })).json, {
    callback_url: /^http:\/\/localhost:3000\/callback\?code=[0-9a-f-]{36}&state=s$/,
    method: 'GET',
  });
  t.match((await signOn({ authorize_url: url, deny: true })).json, { callback_url: /error=access_denied.*state=s/ });
  const { environment } = server;
  const alice = (await environment.store.users.get(ids.alice)) as User;
  for (const [word, change, fix] of [
    ['disabled', { enabled: false }, /^PUT .*\/enabled with/],
    [
      'locked',
      { account: { ...alice.account, status: 'LOCKED' as const } },
      /^POST \S+ with content-type application\/vnd\.pingidentity\.account\.unlock\+json/,
    ],
  ] as const) {
    await environment.store.users.put({ ...alice, ...change });
    const { status, json } = await signOn({ authorize_url: url, username: 'alice' });
    t.equal(status, 409, word);
    t.match(json, { error: { code: 'user_unusable', message: `alice is ${word}: PingOne would refuse this user`, fix } });
    const denied = await signOn({ authorize_url: url, username: 'alice', deny: true });
    t.match(denied.json, { callback_url: /error=access_denied/ }, `${word}, and says no`);
  }
  await environment.store.users.put(alice);
  t.match((await signOn({ authorize_url: `${as}/authorize?${query({ response_mode: 'form_post' })}`, username: ids.bob })).json, {
    callback_url: 'http://localhost:3000/callback',
    method: 'POST',
    form: { state: 's', code: /^[0-9a-f-]{36}$/ },
  });
  t.match(
    (await signOn({ authorize_url: url.replace('S256', 's256'), username: 'alice' })).json,
    { callback_url: /error=invalid_request/ },
    'an error that the application is told',
  );
  t.match((await signOn({ authorize_url: url.replace('callback', 'calback'), username: 'alice' })).json, {
    error: { code: 'authorize_refused', message: /redirect_uri: Redirect URI mismatch/, fix: /diagnosis: redirect_uri/ },
  });
  t.match((await signOn({ authorize_url: url, username: 'alcie' })).json, {
    error: { code: 'user_unknown', fix: 'the nearest known one is alice' },
  });
  t.match((await signOn({ authorize_url: url.replace(environmentId, ids.spa), username: 'alice' })).json, {
    error: { code: 'environment_other' },
  });
  for (const scheme of ['com.example.app', 'ftp'])
    t.match((await signOn({ authorize_url: url.replace('http:', `${scheme}:`), username: 'alice' })).json, {
      error: { code: 'value_refused' },
    });
});

t.test('a sign-on without a browser uses the issuer of the URL it was given', async (t) => {
  const domain = 'auth.example.com';
  const { app } = await buildTestServer(t, { customDomains: { [domain]: environmentId } });
  const headers = { authorization: `Bearer ${await workerToken(app)}`, 'content-type': 'application/json' };
  const application = `/v1/environments/${environmentId}/applications/${ids.spa}`;
  const { _links, ...asIs } = (await app.inject({ url: application, headers })).json();
  const payload = JSON.stringify({ ...asIs, grantTypes: ['IMPLICIT'], responseTypes: ['ID_TOKEN'], pkceEnforcement: 'OPTIONAL' });
  t.equal((await app.inject({ method: 'PUT', url: application, headers, payload })).statusCode, 200);
  const query = new URLSearchParams({
    response_type: 'id_token',
    client_id: ids.spa,
    redirect_uri: 'http://localhost:3000/callback',
    scope: 'openid',
    nonce: 'n',
  });
  for (const base of [`https://mock.test:9443/${environmentId}`, `http://mock.test/${environmentId}`, `https://${domain}`]) {
    const { json } = await call(app, 'POST', `${own}/sign-on`, { authorize_url: `${base}/as/authorize?${query}`, username: 'alice' });
    const token = new URLSearchParams(new URL(json.callback_url).hash.slice(1)).get('id_token') as string;
    t.equal(decodeJwt(token).iss, `${base}/as`);
  }
});

t.test('a redirect URI is added once, and a bad one is refused', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const url = `${own}/applications/${ids.web}/redirect-uris`;
  const uri = 'http://localhost:3000/api/auth/callback/ping-id';
  const before = (await environment.store.applications.get(ids.web))?.redirectUris ?? [];
  t.match(await call(app, 'POST', url, { redirect_uri: uri }), { status: 200, json: { redirect_uris: [...before, uri] } });
  t.same((await call(app, 'POST', url, { redirect_uri: uri })).json.redirect_uris, [...before, uri], 'once');
  t.same((await environment.store.applications.get(ids.web))?.redirectUris, [...before, uri]);
  for (const redirect_uri of ['callback', 'https://example.com/*', 'https://example.com/#here'])
    t.match(await call(app, 'POST', url, { redirect_uri }), { status: 400, json: { error: { code: 'value_refused' } } }, redirect_uri);
  t.match(await call(app, 'POST', url.replace(ids.web, 'nobody'), { redirect_uri: uri }), { status: 404 });
  const application = (await environment.store.applications.get(ids.web)) as Application;
  const many = Array.from({ length: 499 }, (_, number) => `https://example.com/${number}`);
  await environment.store.applications.put({ ...application, redirectUris: many });
  const last = 'https://example.com/last';
  for (const redirect_uri of [last, many[0], last]) t.equal((await call(app, 'POST', url, { redirect_uri })).status, 200);
  const refused = await call(app, 'POST', url, { redirect_uri: 'https://example.com/more' });
  t.match(refused, { status: 400, json: { error: { code: 'value_refused', message: /500 redirect URIs already/ } } });
});

t.test('the management token works in any environment, whatever the roles of its workers', async (t) => {
  const { app } = await buildTestServer(t);
  for (const body of [undefined, { apps: [{ type: 'WORKER', name: 'Weak' }] }]) {
    const id = body ? (await call(app, 'POST', `${base}/environments`, body)).json.id : environmentId;
    const { access_token: token } = (await call(app, 'POST', `${base}/environments/${id}/management-token`)).json;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const made = await app.inject({
      method: 'POST',
      url: `/v1/environments/${id}/applications`,
      headers,
      payload: JSON.stringify({
        name: 'New',
        enabled: true,
        type: 'SERVICE',
        protocol: 'OPENID_CONNECT',
        grantTypes: ['CLIENT_CREDENTIALS'],
        tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
      }),
    });
    t.equal(made.statusCode, 201, body ? 'of an environment whose worker has no roles' : 'of the seed');
  }
});

t.test('the management token of an environment made for a test reaches no other', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const bodies = [
    {},
    { apps: [{ type: 'WORKER', name: 'Admin', roleAssignments: [{ role: 'Organization Admin' }, { role: 'Environment Admin' }] }] },
  ];
  const made: string[] = [];
  for (const body of bodies) made.push((await call(app, 'POST', `${base}/environments`, body)).json.id);
  for (const id of made) {
    const { access_token: token } = (await call(app, 'POST', `${base}/environments/${id}/management-token`)).json;
    const headers = { authorization: `Bearer ${token}` };
    const get = (path: string) => app.inject({ url: `/v1${path}`, headers });
    const listed = (await get('/environments')).json()._embedded.environments;
    t.same(
      listed.map((each: { id: string }) => each.id),
      [id],
      'it lists its own',
    );
    const organizations = (await get('/organizations')).json()._embedded.organizations;
    t.equal(organizations.length, 1);
    t.not(organizations[0].id, environment.record.organization.id, 'an organization of its own');
    for (const other of [environmentId, ...made].filter((each) => each !== id))
      for (const path of ['', '/users', '/applications', `/applications/${ids.worker}/secret`])
        t.ok([403, 404].includes((await get(`/environments/${other}${path}`)).statusCode), `${other}${path}`);
  }
});
