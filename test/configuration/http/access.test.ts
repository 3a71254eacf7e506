import t from 'tap';
import { createUser } from '../../../src/configuration/directory/users.js';
import { createEnvironment } from '../../../src/configuration/environments/create.js';
import { findRole } from '../../../src/configuration/roles/built-in.js';
import { makeAccessToken } from '../../../src/oauth/tokens/make.js';
import { environmentUrl, managementClient, workerToken } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const noAccess = 'The request could not be completed. You do not have access to this resource.';
const invalidToken = [{ code: 'INVALID_TOKEN', target: 'Authentication', message: 'The access token is invalid or has expired.' }];

t.test('every answer has PingOne’s headers', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const { headers, body } = await call('GET', `/environments/${environmentId}`);
  t.match(headers, {
    'content-type': 'application/hal+json;charset=UTF-8',
    'correlation-id': /^[0-9a-f-]{36}$/,
    'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
    pragma: 'no-cache',
    expires: '0',
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers':
      'Content-Type,Content-Disposition,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,Correlation-Id',
  });
  t.equal(headers['x-amzn-requestid'], headers['correlation-id']);
  t.ok(body.startsWith('{\n  "_links" : {\n    "self" : {\n'), 'pretty-printed');
  const methods = async (path: string) => (await call('GET', path)).headers['access-control-allow-methods'];
  t.equal(await methods('applications'), 'OPTIONS,GET,POST');
  t.equal(await methods(`applications/${ids.spa}`), 'OPTIONS,GET,PUT,DELETE');
  t.equal(await methods(`users/${ids.alice}`), 'OPTIONS,GET,POST,PUT,PATCH,DELETE');
});

t.test('preflight requests need no token', async (t) => {
  const { app } = await buildTestServer(t);
  const response = await app.inject({ method: 'OPTIONS', url: `/v1/environments/${environmentId}/users` });
  t.equal(response.statusCode, 200);
  t.equal(response.body, '');
  t.equal(response.headers['access-control-allow-methods'], 'OPTIONS,GET,POST');
});

t.test('a missing, malformed or expired token gets 401', async (t) => {
  const { app, context, environment, clock } = await buildTestServer(t);
  const good = await workerToken(app);
  const [header, payload, signature] = good.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const tampered = `${header}.${Buffer.from(JSON.stringify({ ...claims, env: environment.id, exp: 9e9 })).toString('base64url')}.${signature}`;
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  const application = async (id: string) => {
    const found = await environment.store.applications.get(id);
    if (!found) throw new Error(id);
    return found;
  };
  const make = async (id: string, more: object = {}) =>
    (await makeAccessToken(environment, { issuer: 'https://x', application: await application(id), scopes: [], ...more })).token;
  const [orders] = await environment.store.resources.find('name', 'orders');
  const foreign = await buildTestServer(t, { randomSeed: 'another' });
  const stranger = await createEnvironment(foreign.context, { name: 'Elsewhere' });
  const strangers = await makeAccessToken(stranger, { issuer: 'https://x', application: await application(ids.worker), scopes: [] });

  const cases = [
    ['no header', undefined, undefined],
    ['another scheme', 'Basic YTpi', undefined],
    ['no token', 'Bearer', invalidToken],
    ['no JWT', 'Bearer x', invalidToken],
    ['three dots', 'Bearer ...', invalidToken],
    ['tampered', `Bearer ${tampered}`, invalidToken],
    ['unsigned', `Bearer ${unsigned}`, invalidToken],
    ['of an environment elsewhere', `Bearer ${strangers.token}`, invalidToken],
    ['for a resource of one’s own', `Bearer ${await make(ids.service, { resource: orders })}`, invalidToken],
    ['for userinfo', `Bearer ${await make(ids.spa, { scopes: ['openid', 'profile'] })}`, invalidToken],
  ] as const;
  const get = (authorization: string | undefined) =>
    app.inject({ url: `/v1/environments/${environmentId}/users`, headers: authorization === undefined ? {} : { authorization } });
  for (const [name, authorization, details] of cases) {
    const response = await get(authorization);
    t.equal(response.statusCode, 401, name);
    t.same(
      response.json(),
      { id: response.headers['correlation-id'], code: 'ACCESS_FAILED', message: noAccess, ...(details && { details }) },
      name,
    );
    t.match(response.headers['www-authenticate'], /^Bearer/, name);
  }
  t.equal((await get(`bearer ${good}`)).statusCode, 200, 'the scheme has no case');
  await environment.store.applications.put({ ...(await application(ids.worker)), enabled: false });
  t.equal((await get(`Bearer ${good}`)).statusCode, 401, 'the worker is disabled');
  await environment.store.applications.put({ ...(await application(ids.worker)), enabled: true });
  await clock.advance(3_600_000);
  t.equal((await get(`Bearer ${good}`)).statusCode, 401, 'an hour later');
  t.ok(context.environments.list().length === 1);
});

t.test('a worker reaches only what its roles permit', async (t) => {
  const { app, context, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const other = await createEnvironment(context, { name: 'Other', organization: { id: 'd0000000-0000-4000-8000-000000000002' } });
  const insufficient = [{ code: 'INSUFFICIENT_PERMISSIONS', message: 'Actor does not have permissions to access this resource' }];
  const elsewhere = await call('GET', `/environments/${other.id}/users`);
  t.equal(elsewhere.statusCode, 403, 'another organization');
  t.match(elsewhere.json(), { code: 'ACCESS_FAILED', message: noAccess, details: insufficient });
  const sister = await createEnvironment(context, { name: 'Sister', organization: environment.record.organization });
  t.equal((await call('GET', `/environments/${sister.id}/users`)).statusCode, 200, 'an organization admin reaches its sister');
  t.same(
    (await call('GET', '/environments')).json()._embedded.environments.map(({ name }: { name: string }) => name),
    ['Demo', 'Sister'],
  );

  const assign = async (holderId: string, role: string) => {
    for (const { id } of await environment.store.roleAssignments.find('holder.id', holderId))
      await environment.store.roleAssignments.take(id);
    const at = '2026-01-01T00:00:00.000Z';
    await environment.store.roleAssignments.put({
      id: environment.random.uuid(),
      environment: { id: environmentId },
      holder: { id: holderId, type: 'APPLICATION' },
      role: { id: findRole(role)?.id ?? '' },
      scope: { id: environmentId, type: 'ENVIRONMENT' },
      createdAt: at,
      updatedAt: at,
    });
  };
  await assign(ids.worker, 'Identity Data Admin');
  t.equal((await call('GET', 'users')).statusCode, 200);
  t.equal((await call('GET', 'applications')).statusCode, 403, 'with the same token, at once');
  t.equal((await call('GET', `/environments/${sister.id}/users`)).statusCode, 403);
  await assign(ids.worker, 'Identity Data Read Only');
  t.equal((await call('GET', 'users')).statusCode, 200);
  t.equal((await call('POST', 'users', { body: { username: 'x', email: 'x@example.com' } })).statusCode, 403);

  const worker = await environment.store.applications.get(ids.worker);
  const person = await createUser(environment, { username: 'admin', email: 'admin@example.com' });
  if (!worker) throw new Error('no worker');
  const { token } = await makeAccessToken(environment, {
    issuer: 'https://x',
    application: worker,
    scopes: ['openid'],
    authentication: { userId: person.id, sessionId: 's', authenticatedAt: 0, acr: 'Single_Factor', amr: ['pwd'] },
  });
  const asPerson = await managementClient(app, token);
  t.equal((await asPerson('GET', 'users')).statusCode, 403, 'a person’s own roles count, not the worker’s');
  await assign(person.id, 'Environment Admin');
  t.equal((await asPerson('GET', 'users')).statusCode, 200);
});

t.test('an unknown environment is 404 by itself and 403 for anything inside it', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const id = 'e0000000-0000-4000-8000-0000000000ff';
  const missing = await call('GET', `/environments/${id}`);
  t.equal(missing.statusCode, 404);
  t.match(missing.json(), { code: 'NOT_FOUND', message: `Unable to find environment with ID: '${id}'` });
  const inside = await call('GET', `/environments/${id}/users`);
  t.equal(inside.statusCode, 403);
  t.match(inside.json(), { code: 'ACCESS_FAILED', message: noAccess });
});

t.test('a path or method without a route is answered by the gateway', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (const [method, path] of [
    ['PATCH', `applications/${ids.spa}`],
    ['POST', `users/${ids.alice}/messages`],
    ['GET', 'mfaPolicies'],
    ['GET', '/nothing'],
    ['DELETE', '/environments'],
  ] as const) {
    const { statusCode, body, headers } = await call(method, path);
    t.equal(statusCode, 403, `${method} ${path}`);
    t.match(
      body,
      /^\{"message":"Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed with SHA-256 and encoded with Base64\): '[A-Za-z0-9+/]{43}='\."\}$/,
    );
    t.match(headers['content-type'], 'application/json');
  }
  const bare = await app.inject({ url: '/v1/nothing' });
  t.equal(bare.statusCode, 403);
  t.equal(bare.body, '{"message":"Missing Authentication Token"}');
});

t.test('environments and populations are shown in PingOne’s form, one by one and in lists', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const shown = (await call('GET', `/environments/${environmentId}`)).json();
  t.match(shown, {
    _links: {
      self: { href: environmentUrl },
      organization: { href: `http://localhost:9400/v1/organizations/${environment.record.organization.id}` },
    },
    id: environmentId,
    name: 'Demo',
    type: 'SANDBOX',
    region: 'NA',
  });
  t.notOk('keyRotationPolicyId' in shown);
  t.same((await call('GET', '/environments')).json(), {
    _links: { self: { href: 'http://localhost:9400/v1/environments' } },
    _embedded: { environments: [shown] },
    count: 1,
    size: 1,
  });
  const id = 'c0000000-0000-4000-8000-000000000001';
  const population = (await call('GET', `populations/${id}`)).json();
  t.same(population, {
    _links: { self: { href: `${environmentUrl}/populations/${id}` }, environment: { href: environmentUrl } },
    id,
    environment: { id: environmentId },
    name: 'Default',
    userCount: 2,
    createdAt: '2026-11-22T12:00:00.000Z',
    updatedAt: '2026-11-22T12:00:00.000Z',
    preferredLanguage: 'en',
    theme: { id: (await call('GET', 'themes')).json()._embedded.themes[0].id },
    default: true,
  });
  t.same((await call('GET', 'populations')).json(), {
    _links: { self: { href: `${environmentUrl}/populations` } },
    _embedded: { populations: [population] },
    count: 1,
    size: 1,
  });
  await environment.store.populations.put({
    ...(await environment.store.populations.list())[0],
    id: ids.bob,
    name: 'Second',
    default: false,
  } as never);
  t.equal((await call('GET', `populations/${ids.bob}`)).json().userCount, 0);
  const unknown = await call('GET', `populations/${ids.spa}`);
  t.equal(unknown.statusCode, 404);
  t.match(unknown.json(), { code: 'NOT_FOUND', message: 'The request could not be completed. The requested resource was not found.' });
});
