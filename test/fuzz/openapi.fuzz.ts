import fc from 'fast-check';
import t from 'tap';
import { workerToken } from '../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

/** How long all of it may take. */
const seconds = Number(process.env.FUZZ_SECONDS ?? 20);

interface Schema {
  type?: string | readonly string[];
  enum?: readonly unknown[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  anyOf?: readonly Schema[];
}

const nasty = fc.constantFrom<unknown>(
  null,
  '',
  '\0',
  '\ud800',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '<img onerror=alert(1)>',
  'a'.repeat(20_000),
  -1,
  1e308,
  9_007_199_254_740_992,
  true,
  [],
  {},
  [[[[]]]],
  { __proto__: null, constructor: { prototype: {} } },
  ids.spa,
  ids.alice,
  environmentId,
  'https://example.com/callback',
  'S256_REQUIRED',
);

/** Mostly what a schema asks for, at times something else. */
function anyOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  const right = (): fc.Arbitrary<unknown> => {
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => anyOf(one, depth)));
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (type === 'integer' || type === 'number') return fc.integer({ min: -10, max: 100_000 });
    if (type === 'boolean') return fc.boolean();
    if (type === 'array') return depth > 4 ? fc.constant([]) : fc.array(anyOf(schema.items ?? {}, depth + 1), { maxLength: 3 });
    if (schema.properties && depth <= 4)
      return fc.record(Object.fromEntries(Object.entries(schema.properties).map(([name, member]) => [name, anyOf(member, depth + 1)])), {
        requiredKeys: (schema.required ?? []).filter((name) => schema.properties && name in schema.properties),
      });
    return fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(ids.alice, ids.spa, 'alice', 'openid'));
  };
  return fc.oneof({ weight: 9, arbitrary: right() }, { weight: 1, arbitrary: nasty });
}

const segment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(environmentId, 'default', ids.spa, ids.alice, ids.worker) },
  { weight: 1, arbitrary: fc.constantFrom('no-uuid', '%00', '%2e%2e', 'A0000000-0000-4000-8000-000000000002', 'x'.repeat(600), '%zz') },
);

t.test('no request to a described operation causes a 500', async (t) => {
  const { app } = await buildTestServer(t);
  const { paths } = (await app.inject({ url: '/__mock/v1/openapi.json', headers: { host: 'localhost:9400' } })).json() as {
    paths: Record<
      string,
      Record<
        string,
        { parameters: { name: string; in: string; schema: Schema }[]; requestBody?: { content: Record<string, { schema?: Schema }> } }
      >
    >;
  };
  const token = await workerToken(app);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  // What ends the server's own state, or waits on purpose, is left to its own tests.
  const left = operations.filter(({ path }) => !/events$|\/(reset|faults|rules|clock)$|^\/__mock\/v1\/lab/.test(path));
  const until = Date.now() + (seconds * 1000) / 2;
  let sent = 0;
  for (let round = 0; Date.now() < until; round += 1)
    for (const { path, method, operation } of left) {
      if (method === 'delete' && /environments\/\{environmentId\}$/.test(path)) continue;
      const contents = Object.entries(operation.requestBody?.content ?? {});
      const [type = 'application/json', { schema = {} } = {}] = contents[round % Math.max(1, contents.length)] ?? [];
      const query = operation.parameters.filter((parameter) => parameter.in === 'query');
      const [request] = fc.sample(
        fc.record({
          url: fc.array(segment, { minLength: 4, maxLength: 4 }).map((parts) => path.replace(/\{\w+\}/g, () => parts.shift() as string)),
          query: fc.record(Object.fromEntries(query.map(({ name, schema: of }) => [name, anyOf(of)])), { requiredKeys: [] }),
          body: contents.length === 0 ? fc.constant(undefined) : anyOf(schema),
        }),
        1,
      );
      if (!request) continue;
      const values = Object.entries(request.query).filter(([name]) => name !== 'wait');
      const search = new URLSearchParams(
        values.map(([name, value]): [string, string] => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
      );
      const response = await app.inject({
        method: method.toUpperCase() as 'GET',
        url: `${request.url}${values.length > 0 ? `?${search}` : ''}`,
        headers: { host: 'localhost:9400', authorization: `Bearer ${token}`, ...(request.body !== undefined && { 'content-type': type }) },
        ...(request.body !== undefined && { payload: JSON.stringify(request.body) }),
      });
      sent += 1;
      if (response.statusCode >= 500)
        t.fail(`${method} ${request.url}: ${response.statusCode}`, { body: JSON.stringify(request.body)?.slice(0, 2000) });
      if (/json/.test(String(response.headers['content-type'])) && response.payload !== '')
        t.doesNotThrow(() => JSON.parse(response.payload), 'JSON');
      if (/ at .*\.js:\d+/.test(response.payload)) t.fail(`${method} ${request.url} shows a stack trace`);
    }
  t.comment(`${sent} requests`);
  t.equal((await app.inject('/readyz')).statusCode, 200, 'and it goes on');
});

t.test('no request to the authorization server causes a 500 or an open redirect', async (t) => {
  const { app } = await buildTestServer(t);
  const parameters = [
    'response_type',
    'client_id',
    'redirect_uri',
    'scope',
    'state',
    'nonce',
    'response_mode',
    'prompt',
    'max_age',
    'acr_values',
    'login_hint',
    'login_hint_token',
    'request',
    'request_uri',
    'code_challenge',
    'code_challenge_method',
    'grant_type',
    'code',
    'code_verifier',
    'refresh_token',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
    'token',
    'token_type_hint',
    'id_token_hint',
    'post_logout_redirect_uri',
    'device_code',
    'user_code',
    'auth_req_id',
    'subject_token',
    'subject_token_type',
    'flowId',
    'error',
  ] as const;
  const value = fc.oneof(
    fc.constantFrom(
      'code',
      'token',
      'id_token',
      'code id_token',
      ids.spa,
      ids.web,
      ids.device,
      'http://localhost:3000/callback',
      'openid',
      'openid profile',
      'none',
      'login',
      'pi.flow',
      'form_post',
      'S256',
      'plain',
      'a'.repeat(43),
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
      'eyJhbGciOiJub25lIn0.e30.',
      '{"code":"x"}',
      '%',
      '\0',
      '\ud800',
      '',
      'a'.repeat(3000),
    ),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  const pairs = fc.array(fc.tuple(fc.constantFrom(...parameters), value), { maxLength: 9 });
  const paths = [
    'authorize',
    'par',
    'token',
    'userinfo',
    'introspect',
    'revoke',
    'signoff',
    'idpSignoff',
    'resume',
    'device_authorization',
    'cibaAuthorization',
    'jwks',
  ];
  const until = Date.now() + (seconds * 1000) / 2;
  let sent = 0;
  while (Date.now() < until)
    for (const path of [...paths.map((name) => `as/${name}`), 'signon/', `flows/${ids.alice}`, 'device']) {
      const [[query, form] = [[], []], posts = false] = [fc.sample(fc.tuple(pairs, pairs), 1)[0], sent % 2 === 0];
      const text = (of: [string, string][]) =>
        of.map(([name, content]) => `${name}=${encodeURIComponent(content.replace(/[\ud800-\udfff]/g, '\ufffd'))}`).join('&');
      const response = await app.inject({
        method: posts ? 'POST' : 'GET',
        url: `/${environmentId}/${path}?${text(query)}`.slice(0, 12_000),
        headers: posts ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
        ...(posts && { payload: text(form) }),
      });
      sent += 1;
      if (response.statusCode >= 500)
        t.fail(`${path}: ${response.statusCode}`, { query: text(query), form: text(form), body: response.payload });
      if (response.statusCode === 302 && path === 'as/authorize')
        t.match(
          response.headers.location,
          /^(http:\/\/localhost|http:\/\/127\.0\.0\.1|https:\/\/example\.com\/callback)/,
          'redirects go nowhere else',
        );
    }
  t.comment(`${sent} requests`);
  t.equal((await app.inject(`/${environmentId}/as/jwks`)).statusCode, 200, 'and it still works');
});
