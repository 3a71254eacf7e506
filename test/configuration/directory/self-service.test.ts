import t, { type Test } from 'tap';
import { createUser } from '../../../src/configuration/directory/users.js';
import { createEnvironment } from '../../../src/configuration/environments/create.js';
import type { Application } from '../../../src/environment/model/application.js';
import { makeAccessToken } from '../../../src/oauth/tokens/make.js';
import { pingOneApiScopes } from '../../../src/pingone/predefined.js';
import { authorize, redeem } from '../../helpers/client.js';
import { grant } from '../../helpers/configure.js';
import { type CallOptions, managementClient } from '../../helpers/management.js';
import { buildTestServer, ids, type TestServer } from '../../helpers/server.js';

/** A client of the management API with a person's own access token. */
async function asPerson(
  { app, environment }: TestServer,
  scopes: readonly string[],
  userId: string = ids.alice,
  applicationId: string = ids.spa,
) {
  const application = (await environment.store.applications.get(applicationId)) as Application;
  const [resource] = await environment.store.resources.find('type', 'PINGONE_API');
  const { token } = await makeAccessToken(environment, {
    issuer: 'https://x',
    application,
    scopes: ['openid', ...scopes],
    resource,
    authentication: { userId, sessionId: 's', authenticatedAt: 0, acr: 'Single_Factor', amr: ['pwd'] },
  });
  return managementClient(app, token);
}

const session = 'c0ffee00-0000-4000-8000-000000000001';

async function begin(t: Test) {
  const server = await buildTestServer(t);
  const { environment, clock } = server;
  const now = clock.now();
  const expiresAt = now + 1e6;
  const begun = { id: session, token: 'token', userId: ids.alice, createdAt: now, activeAt: now, expiresAt };
  await environment.store.sessions.put(
    { ...begun, sessionId: session, authenticatedAt: now, acr: 'Single_Factor', amr: ['pwd'] },
    expiresAt,
  );
  await environment.store.sessionRecords.put({ ...begun, idleTimeoutInMinutes: 17, locations: [] }, expiresAt);
  return server;
}

type Act = readonly [method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE' | 'HEAD', path: string, options: CallOptions, scope?: string];

const profile = { username: 'alice', email: 'alice@example.com' };

/** What can be asked of a user, and the scope that lets the person do it to itself. The last ends what the one before reads. */
const acts: readonly Act[] = [
  ['GET', '', {}, 'p1:read:user'],
  ['HEAD', '', {}, 'p1:read:user'],
  ['PATCH', '', { body: { nickname: 'Al' } }, 'p1:update:user'],
  ['PUT', '', { body: profile }, 'p1:update:user'],
  ['PUT', '/mfaEnabled', { body: { mfaEnabled: true } }, 'p1:update:userMfaEnabled'],
  ['GET', '/password', {}, 'p1:read:userPassword'],
  ['POST', '/password', { action: 'password.check', body: { password: 'Alice-Passw0rd' } }, 'p1:validate:userPassword'],
  [
    'PUT',
    '/password',
    { action: 'password.reset', body: { currentPassword: 'Alice-Passw0rd', newPassword: 'Another-Passw0rd1' } },
    'p1:reset:userPassword',
  ],
  ['GET', '/sessions', {}, 'p1:read:sessions'],
  ['GET', `/sessions/${session}`, {}, 'p1:read:sessions'],
  ['DELETE', `/sessions/${session}`, {}, 'p1:delete:sessions'],
  ['PUT', '/password', { action: 'password.set', body: { value: 'Another-Passw0rd1' } }],
  ['POST', '/password', { action: 'password.unlock' }],
  ['POST', '', { action: 'account.unlock' }],
  ['GET', '/enabled', {}],
  ['PUT', '/enabled', { body: { enabled: true } }],
  ['PUT', '/population', { body: { id: 'c0000000-0000-4000-8000-000000000001' } }],
  ['GET', '/roleAssignments', {}],
  ['POST', '/memberOfGroups', { body: { id: session } }],
  ['DELETE', '', {}],
];

const noAccess = {
  code: 'ACCESS_FAILED',
  message: 'The request could not be completed. You do not have access to this resource.',
  details: [{ code: 'INSUFFICIENT_PERMISSIONS', message: 'Actor does not have permissions to access this resource' }],
};

t.test('each scope permits its own actions on the person’s own record, and nothing else', async (t) => {
  for (const scope of pingOneApiScopes)
    await t.test(scope, async (t) => {
      const server = await begin(t);
      const call = await asPerson(server, [scope]);
      for (const [method, path, options, needed] of acts) {
        const what = `${method} ${path} ${options.action ?? ''}`;
        const theirs = await call(method, `users/${ids.bob}${path}`, options);
        t.equal(theirs.statusCode, 403, `${what} of somebody else`);
        const own = await call(method, `users/${ids.alice}${path}`, options);
        if (needed === scope) t.ok([200, 204].includes(own.statusCode), `${what}: ${own.statusCode} ${own.payload}`);
        else {
          t.equal(own.statusCode, 403, what);
          if (method !== 'HEAD') t.match(own.json(), noAccess, what);
        }
      }
      for (const path of ['users', 'applications', 'populations', 'schemas', `/environments/${server.environment.id}`])
        t.equal((await call('GET', path)).statusCode, 403, path);
      t.equal((await call('POST', 'users', { body: profile })).statusCode, 403, 'nobody is made');
      t.same((await call('GET', '/environments')).json()._embedded.environments, [], 'no environment is shown');
    });
});

t.test('a sign-on with scopes of PingOne’s API gives a token that its person may use', async (t) => {
  const server = await buildTestServer(t);
  await grant(server, ids.spa, 'PingOne API', ['p1:read:user', 'p1:update:user']);
  const authorized = await authorize(server.app, { parameters: { scope: 'openid p1:read:user p1:update:user' } });
  const tokens = (await redeem(server.app, authorized)).json();
  t.equal(tokens.scope, 'openid p1:read:user p1:update:user');
  const call = await managementClient(server.app, tokens.access_token);
  t.match((await call('GET', `users/${ids.alice.toUpperCase()}`)).json(), { id: ids.alice, username: 'alice' });
  t.equal((await call('PATCH', `users/${ids.alice}`, { body: { title: 'Dr' } })).json().title, 'Dr');
  const other = await server.app.inject({
    url: `/v1/environments/e0000000-0000-4000-8000-000000000099/users/${ids.alice}`,
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  t.equal(other.statusCode, 403);
});

t.test('a variant of a scope opens only the attributes that it lists', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const [api] = await environment.store.resources.find('type', 'PINGONE_API');
  const admin = await managementClient(server.app);
  const scopes = {
    'p1:read:user:mail': ['email', 'name.given'],
    'p1:update:user:mail': ['email', 'name.given'],
    'p1:update:user:all': ['*'],
  };
  for (const [name, schemaAttributes] of Object.entries(scopes))
    t.equal((await admin('POST', `resources/${api?.id}/scopes`, { body: { name, schemaAttributes } })).statusCode, 201);
  await admin('PATCH', `users/${ids.alice}`, { body: { nickname: 'Al', name: { given: 'Alice', family: 'Example' } } });

  const call = await asPerson(server, ['p1:read:user:mail', 'p1:update:user:mail']);
  const path = `users/${ids.alice}`;
  const shown = (await call('GET', path)).json();
  t.match(shown, { id: ids.alice, email: 'alice@example.com', name: { given: 'Alice' } });
  t.notMatch(shown, { username: String });
  t.same(Object.keys(shown.name), ['given']);
  t.notOk('nickname' in shown);

  for (const body of [
    { nickname: 'X' },
    { email: 'a@example.com', title: 'X' },
    { name: { family: 'X' } },
    { name: null },
    { username: 'x' },
  ]) {
    const refused = await call('PATCH', path, { body });
    t.equal(refused.statusCode, 403, JSON.stringify(body));
    t.match(refused.json(), noAccess);
  }
  t.equal((await call('PATCH', path, { body: { email: 'new@example.com', name: { given: 'Ali' } } })).statusCode, 200);
  t.equal((await call('PUT', path, { body: { email: 'n@example.com', nickname: 'X' } })).statusCode, 403);
  t.equal((await call('PUT', path, { body: { email: 'newer@example.com', name: { given: 'A' } } })).statusCode, 200);
  t.match(
    (await admin('GET', path)).json(),
    { username: 'alice', email: 'newer@example.com', nickname: 'Al', name: { given: 'A', family: 'Example' } },
    'what is closed stays as it was',
  );

  const all = await asPerson(server, ['p1:update:user:mail', 'p1:update:user:all']);
  t.equal((await all('PATCH', path, { body: { nickname: 'X' } })).json().nickname, 'X', 'scopes open together');
  const [mail] = await environment.store.scopes.find('resource and name', `${api?.id} p1:read:user:mail`);
  await environment.store.scopes.take(mail?.id as string);
  t.notOk('email' in (await call('GET', path)).json(), 'a variant that is gone opens nothing');
});

t.test('a person cannot change their own status, population or identity provider', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const [api] = await environment.store.resources.find('type', 'PINGONE_API');
  const admin = await managementClient(server.app);
  await admin('POST', `resources/${api?.id}/scopes`, { body: { name: 'p1:update:user:mail', schemaAttributes: ['email', 'name.given'] } });
  const path = `users/${ids.alice}`;
  const before = (await admin('GET', path)).json();
  const changes = {
    identityProvider: { type: 'SAML' },
    enabled: false,
    population: { id: session },
    lifecycle: { status: 'VERIFICATION_REQUIRED' },
    mfaEnabled: true,
    emailVerified: true,
    verifyStatus: 'ENABLED',
  };
  for (const scope of ['p1:update:user', 'p1:update:user:mail']) {
    const call = await asPerson(server, [scope]);
    for (const [name, value] of Object.entries(changes)) {
      t.equal((await call('PATCH', path, { body: { [name]: value } })).statusCode, 403, `${scope}: PATCH ${name}`);
      t.equal((await call('PUT', path, { body: { ...profile, [name]: value } })).statusCode, 403, `${scope}: PUT ${name}`);
    }
    t.same((await admin('GET', path)).json(), before, 'nothing has changed');
    t.equal((await call('PUT', path, { body: before })).statusCode, 200, 'what is named as it is is not changed');
  }
});

t.test('a person sees their groups only when every attribute is open to them', async (t) => {
  const server = await buildTestServer(t);
  const [api] = await server.environment.store.resources.find('type', 'PINGONE_API');
  const admin = await managementClient(server.app);
  await admin('POST', `resources/${api?.id}/scopes`, { body: { name: 'p1:read:user:mail', schemaAttributes: ['email'] } });
  const { id } = (await admin('POST', 'groups', { body: { name: 'Staff' } })).json();
  await admin('POST', `users/${ids.alice}/memberOfGroups`, { body: { id } });
  const path = `users/${ids.alice}?include=memberOfGroupNames,memberOfGroupIDs`;
  const some = (await (await asPerson(server, ['p1:read:user:mail']))('GET', path)).json();
  t.notMatch(some, { memberOfGroupNames: Array });
  t.notMatch(some, { memberOfGroupIDs: Array });
  t.match((await (await asPerson(server, ['p1:read:user']))('GET', path)).json(), {
    memberOfGroupNames: ['Staff'],
    memberOfGroupIDs: [id],
  });
});

t.test('a person’s token works only in its own environment', async (t) => {
  const server = await buildTestServer(t);
  const other = await createEnvironment(server.context, { name: 'Other' });
  const twin = await createUser(other, { id: ids.alice, username: 'alice', email: 'alice@example.com' });
  t.equal(twin.id, ids.alice, 'somebody of the same id is there');
  const call = await asPerson(server, ['p1:read:user']);
  t.equal((await call('GET', `users/${ids.alice}`)).statusCode, 200);
  t.equal((await call('GET', `/environments/${other.id}/users/${ids.alice}`)).statusCode, 403);
});

t.test('a person’s token from a worker application opens nothing by its scopes', async (t) => {
  const server = await buildTestServer(t);
  const call = await asPerson(server, ['p1:read:user', 'p1:update:user'], ids.alice, ids.worker);
  t.equal((await call('GET', `users/${ids.alice}`)).statusCode, 403);
  t.equal((await call('PATCH', `users/${ids.alice}`, { body: { title: 'Dr' } })).statusCode, 403);
});

t.test('tokens of disabled or deleted users are refused, and those of external users only read', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const admin = await managementClient(server.app);
  const scopes = ['p1:read:user', 'p1:update:user', 'p1:read:userPassword'];
  const external = await createUser(environment, {
    username: 'ext',
    email: 'ext@example.com',
    identityProvider: { id: session, type: 'GOOGLE' },
  });
  const theirs = await asPerson(server, scopes, external.id);
  t.equal((await theirs('GET', `users/${external.id}`)).statusCode, 200);
  t.equal((await theirs('PATCH', `users/${external.id}`, { body: { title: 'X' } })).statusCode, 403);
  t.equal((await theirs('GET', `users/${external.id}/password`)).statusCode, 403);

  const call = await asPerson(server, scopes);
  const get = async () => (await call('GET', `users/${ids.alice}`)).statusCode;
  t.equal(await get(), 200);
  await admin('PUT', `users/${ids.alice}/enabled`, { body: { enabled: false } });
  t.equal(await get(), 401, 'disabled');
  await admin('PUT', `users/${ids.alice}/enabled`, { body: { enabled: true } });
  t.equal(await get(), 200);
  await admin('DELETE', `users/${ids.alice}`);
  t.equal(await get(), 401, 'gone');
});

t.test('a person ends another session of theirs, but not the current one', async (t) => {
  const server = await begin(t);
  const { app, environment } = server;
  const application = (await environment.store.applications.get(ids.spa)) as Application;
  const [resource] = await environment.store.resources.find('type', 'PINGONE_API');
  const { token } = await makeAccessToken(environment, {
    issuer: 'https://x',
    application,
    scopes: ['openid', 'p1:delete:sessions'],
    resource,
    authentication: { userId: ids.alice, sessionId: session, authenticatedAt: 0, acr: 'Single_Factor', amr: ['pwd'] },
  });
  const call = await managementClient(app, token);
  await authorize(app);
  const other = (await environment.store.sessions.list()).find(({ id }) => id !== session);
  const refused = await call('DELETE', `users/${ids.alice}/sessions/${session}`);
  t.equal(refused.statusCode, 400);
  t.match(refused.json(), { code: 'INVALID_DATA', details: [{ code: 'CONSTRAINT_VIOLATION' }] });
  t.equal((await call('DELETE', `users/${ids.alice}/sessions/${other?.id}`)).statusCode, 204);
  t.same(
    (await environment.store.sessions.list()).map(({ id }) => id),
    [session],
  );
});
