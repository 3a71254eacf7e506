import t, { type Test } from 'tap';
import { managementClient } from '../helpers/management.js';
import { buildTestServer, ids } from '../helpers/server.js';

interface Schema {
  type?: string;
  format?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: unknown;
}

interface Operation {
  requestBody?: { required: boolean; content: Record<string, { schema?: Schema }> };
}

const environments = '/v1/environments/{environmentId}';
const action = (name: string) => `application/vnd.pingidentity.${name}+json`;

async function describe(t: Test) {
  const { app } = await buildTestServer(t);
  const response = await app.inject({ url: '/__mock/v1/openapi.json', headers: { host: 'localhost:9400' } });
  return { app, text: response.payload, paths: response.json().paths as Record<string, Record<string, Operation>> };
}

t.test('every route that takes a body describes its members for each media type', async (t) => {
  const { app, paths } = await describe(t);
  const served = (await app.describedRoutes()).filter(({ url }) => /^\/(v1|__mock\/v1)\//.test(url));
  t.ok(served.length > 100, 'all routes are looked at');
  t.notOk(
    app.registeredRoutes.some(({ url }) => url.startsWith('/v1')),
    'the management API is built when it is first asked',
  );
  for (const { method, url } of served) {
    const path = url.replace(/:(\w+)/g, '{$1}').replace(/(.)\/$/, '$1');
    const operation = paths[path]?.[method.toLowerCase()];
    t.ok(operation, `${method} ${path} is described`);
    const content = Object.entries(operation?.requestBody?.content ?? {});
    if (['POST', 'PUT', 'PATCH'].includes(method)) t.ok(content.length > 0, `${method} ${path} has a body`);
    for (const [type, { schema }] of content)
      t.ok(
        schema?.properties || schema?.items?.properties || schema?.anyOf || (type.startsWith('image/') && schema?.format === 'binary'),
        `${method} ${path}: ${type} has a schema with its members`,
      );
  }
});

t.test('the body of an action is described by the schema that reads it', async (t) => {
  const { paths } = await describe(t);
  const content = (path: string, method: string) => paths[`${environments}${path}`]?.[method]?.requestBody?.content ?? {};
  const required = (path: string, method: string) =>
    Object.fromEntries(Object.entries(content(path, method)).map(([type, { schema }]) => [type, schema?.required]));

  t.same(required('/users', 'post'), {
    'application/json': ['username'],
    [action('user.import')]: ['username'],
  });
  t.ok(content('/users', 'post')[action('user.import')]?.schema?.properties?.password, 'an imported user may have a password');
  t.notOk(content('/users', 'post')['application/json']?.schema?.properties?.password, 'a created one has none');
  t.same(required('/users/{userId}', 'put'), { 'application/json': ['username'] });
  t.same(required('/users/{userId}', 'patch'), { 'application/json': [] }, 'a patch may leave everything out');
  t.same(required('/users/{userId}/password', 'put'), {
    [action('password.set')]: ['value'],
    [action('password.reset')]: ['newPassword'],
    [action('password.setValue')]: [],
  });
  t.same(required('/users/{userId}/password', 'post'), {
    [action('password.check')]: ['password'],
    [action('password.recover')]: ['recoveryCode', 'newPassword'],
    [action('password.sendRecoveryCode')]: [],
    [action('password.unlock')]: [],
    [action('password.forceChange')]: [],
    'application/vnd.pingidentity.password.forceChange': [],
  });
  const actions = content('/signOnPolicies/{policyId}/actions', 'post')['application/json']?.schema;
  t.same(
    actions?.anyOf?.map(({ properties }) => (properties?.type as { enum?: string[] } | undefined)?.enum),
    [['LOGIN'], ['IDENTIFIER_FIRST'], ['MULTI_FACTOR_AUTHENTICATION'], ['PROGRESSIVE_PROFILING'], ['IDENTITY_PROVIDER'], ['AGREEMENT']],
  );
  t.equal(paths[`${environments}/applications/{applicationId}/secret`]?.post?.requestBody?.required, false);
  t.equal(paths[`${environments}/signOnPolicies/{policyId}/actions`]?.post?.requestBody?.required, true);
});

t.test('additional members are excluded exactly where they are refused', async (t) => {
  const { app, paths } = await describe(t);
  const request = (await managementClient(app))('PATCH', `users/${ids.alice}`, { body: { nickname: 'Al', notAMember: 1 } });
  t.equal((await request).statusCode, 200, 'PingOne ignores them');
  t.notMatch(JSON.stringify(Object.entries(paths).filter(([path]) => path.startsWith('/v1/'))), /"additionalProperties":false/);
  const refused = await app.inject({
    method: 'POST',
    url: '/__mock/v1/reset',
    headers: { host: 'localhost:9400' },
    payload: { all: true },
  });
  t.equal(refused.statusCode, 400, 'the control API refuses them');
  t.match(paths['/__mock/v1/reset']?.post?.requestBody?.content, { 'application/json': { schema: { additionalProperties: false } } });
});
