import t from 'tap';
import { createEnvironment } from '../../src/domain/environments.js';
import { newMembers } from '../../src/domain/items.js';
import { makeAccessToken } from '../../src/domain/tokens.js';
import { type Call, managementClient, workerToken } from '../helpers/management.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';

const role = {
  organizationAdmin: '1813bc13-8d13-4e88-a825-d40bfe82777b',
  environmentAdmin: '29ddce68-cd7f-4b2a-b6fc-f7a19553b496',
  identityAdmin: '0bd9c966-7664-4ac1-b059-0ff9293908e2',
  developer: 'b5057d0d-7281-47f6-9398-8a7e4cb71397',
  identityReader: 'ce00e15f-f845-4df1-abf3-fdc4ff4e176c',
  configurationReader: '7aba580c-5ec7-4b26-987d-85f462767455',
  daVinci: '168d545c-8337-4a34-8426-9c173d60e331',
};
const organization = { id: 'd0000000-0000-4000-8000-000000000001', type: 'ORGANIZATION' };
const environmentScope = { id: environmentId, type: 'ENVIRONMENT' };
const unknown = '99999999-9999-4999-8999-999999999999';

/** A worker with these roles and a client that speaks for it. */
async function workerWith(
  { app, environment }: TestServer,
  call: Call,
  roles: readonly { role: { id: string }; scope: { id: string; type: string } }[],
): Promise<{ id: string; call: Call }> {
  const { id } = (
    await call('POST', 'applications', {
      body: { name: 'W', enabled: true, type: 'WORKER', protocol: 'OPENID_CONNECT', assignActorRoles: false },
    })
  ).json();
  for (const each of roles)
    await environment.store.roleAssignments.put({ ...newMembers(environment), holder: { id, type: 'APPLICATION' }, ...each });
  const secret = (await environment.store.secrets.get(id))?.secret as string;
  return { id, call: await managementClient(app, await workerToken(app, { id, secret })) };
}

t.test('the built-in roles', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const { _embedded, count, _links } = (await call('GET', '/roles?limit=5')).json();
  t.equal(count, 7);
  t.equal(_links.self.href, 'http://localhost:9400/v1/roles');
  t.match(_embedded.roles[1], {
    id: role.environmentAdmin,
    name: 'Environment Admin',
    description: 'Environment Admin',
    applicableTo: ['ORGANIZATION', 'ENVIRONMENT'],
    canAssign: [{ id: role.configurationReader }],
  });
  t.same((await call('GET', `/roles/${role.environmentAdmin}`)).json(), _embedded.roles[1]);
  t.match((await call('GET', `/roles/${unknown}`)).json(), { code: 'NOT_FOUND', message: /^There is no role with id/ });
  t.same((await call('GET', 'roles?filter=type%20eq%20%22CUSTOM%22')).json()._embedded.roles, []);
  t.match((await call('GET', `roles/${unknown}`)).json(), { message: /^Role not found for id: / });
});

t.test('a role is given, read back, taken away', async (t) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const worker = await workerWith(server, call, []);
  const path = `applications/${worker.id}/roleAssignments`;
  const body = { role: { id: role.developer }, scope: environmentScope };
  const made = await call('POST', path, { body });
  t.equal(made.statusCode, 201);
  t.equal(made.headers.location, made.json()._links.self.href);
  t.match(made.json(), { ...body, readOnly: false, environment: { id: environmentId } });
  t.same(Object.keys(made.json()), ['_links', 'id', 'environment', 'role', 'scope', 'readOnly']);
  t.same((await call('GET', `${path}/${made.json().id}`)).json(), made.json());
  t.same((await call('GET', path)).json()._embedded.roleAssignments, [made.json()]);
  t.equal((await call('PUT', `${path}/${made.json().id}`, { body })).statusCode, 403, 'there is no PUT');
  t.equal((await call('DELETE', `${path}/${made.json().id}`)).statusCode, 204);
  t.equal((await call('GET', `${path}/${made.json().id}`)).statusCode, 404);
  for (const holder of [`users/${ids.alice}`]) t.equal((await call('POST', `${holder}/roleAssignments`, { body })).statusCode, 201, holder);
  const group = (await call('POST', 'groups', { body: { name: 'Admins' } })).json().id;
  t.equal((await call('POST', `groups/${group}/roleAssignments`, { body })).statusCode, 201);
});

t.test('what cannot be given, and by whom', async (t) => {
  const server = await buildTestServer(t);
  const { context } = server;
  const call = await managementClient(server.app);
  const worker = await workerWith(server, call, [{ role: { id: role.environmentAdmin }, scope: environmentScope }]);
  const population = 'c0000000-0000-4000-8000-000000000001';
  const other = await createEnvironment(context, { name: 'Other', organization: { id: 'd0000000-0000-4000-8000-000000000002' } });
  const path = `applications/${worker.id}/roleAssignments`;
  const cases = [
    ['nothing', {}, 400, 'EMPTY_VALUE', 'role'],
    ['no such role', { role: { id: unknown }, scope: environmentScope }, 400, 'INVALID_VALUE', 'role'],
    ['no UUID', { role: { id: 'x' }, scope: environmentScope }, 400, 'INVALID_VALUE', 'role.id'],
    ['no such type', { role: { id: role.developer }, scope: { id: environmentId, type: 'X' } }, 400, 'INVALID_VALUE', 'scope.type'],
    ['a scope that it does not allow', { role: { id: role.developer }, scope: organization }, 400, 'INVALID_VALUE', 'scope'],
    ['no such environment', { role: { id: role.developer }, scope: { id: unknown, type: 'ENVIRONMENT' } }, 400, 'INVALID_VALUE', 'scope'],
    ['the same again', { role: { id: role.environmentAdmin }, scope: environmentScope }, 400, 'UNIQUENESS_VIOLATION', 'role'],
    ['a role that the actor lacks', { role: { id: role.daVinci }, scope: environmentScope }, 403, 'INSUFFICIENT_PERMISSIONS', undefined],
    [
      'a place that the actor lacks',
      { role: { id: role.developer }, scope: { id: other.id, type: 'ENVIRONMENT' } },
      403,
      'INSUFFICIENT_PERMISSIONS',
      undefined,
    ],
    ['a broader place', { role: { id: role.environmentAdmin }, scope: organization }, 403, 'INSUFFICIENT_PERMISSIONS', undefined],
    ['what a role of the actor may give', { role: { id: role.configurationReader }, scope: environmentScope }, 201, undefined, undefined],
    ['in a population', { role: { id: role.identityReader }, scope: { id: population, type: 'POPULATION' } }, 201, undefined, undefined],
  ] as const;
  for (const [name, body, status, code, target] of cases) {
    const answer = await call('POST', path, { body });
    const [detail] = answer.json().details ?? [];
    t.same([answer.statusCode, detail?.code, detail?.target], [status, code, target], name);
  }
  t.match((await call('POST', path, { body: cases[7][1] })).json(), {
    code: 'ACCESS_FAILED',
    details: [{ message: /^Must have role at the same or broader scope/ }],
  });
  t.match((await call('POST', path, { body: cases[6][1] })).json(), { details: [{ message: 'May not assign duplicate Role' }] });
  t.equal((await call('GET', `applications/${ids.spa}/roleAssignments`)).statusCode, 404, 'no worker');
  t.equal((await call('GET', `users/${unknown}/roleAssignments`)).statusCode, 404);

  const own = (await call('GET', `applications/${ids.worker}/roleAssignments`)).json()._embedded.roleAssignments;
  t.equal(own.length, 4);
  t.ok(
    own.every(({ readOnly }: { readOnly: boolean }) => readOnly),
    'nobody takes away their own',
  );
  const refused = await call('DELETE', `applications/${ids.worker}/roleAssignments/${own[0].id}`);
  t.match(refused.json(), { message: `Role assignment ${own[0].id} cannot be deleted as it is read only` });
});

t.test('the areas of roles', async (t) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const populations = 'populations';
  const rows = [
    [role.developer, environmentScope, { users: 403, applications: 200, resources: 200, billOfMaterials: 200, passwordPolicies: 403 }],
    [role.identityReader, environmentScope, { users: 200, [populations]: 200, applications: 403, groups: 200 }],
    [role.configurationReader, environmentScope, { users: 200, applications: 200, signOnPolicies: 200 }],
    [role.daVinci, environmentScope, { users: 403, applications: 403 }],
    [role.environmentAdmin, organization, { users: 200, applications: 200, keys: 200 }],
  ] as const;
  for (const [id, scope, expected] of rows) {
    const worker = await workerWith(server, call, [{ role: { id }, scope }]);
    for (const [area, status] of Object.entries(expected)) t.equal((await worker.call('GET', area)).statusCode, status, `${id} ${area}`);
  }
  const reader = await workerWith(server, call, [{ role: { id: role.configurationReader }, scope: environmentScope }]);
  t.equal((await reader.call('POST', 'groups', { body: { name: 'x' } })).statusCode, 403);
  t.equal((await reader.call('PUT', 'billOfMaterials', { body: { products: [] } })).statusCode, 403);
});

t.test('a role in one population reaches the users of that population', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const call = await managementClient(server.app);
  const staff = (await call('POST', 'populations', { body: { name: 'Staff' } })).json().id;
  const carol = (await call('POST', 'users', { body: { username: 'carol', email: 'c@example.com', population: { id: staff } } })).json().id;
  const worker = await workerWith(server, call, [{ role: { id: role.identityAdmin }, scope: { id: staff, type: 'POPULATION' } }]);
  const usernames = async (query = '') =>
    (await worker.call('GET', `users${query}`)).json()._embedded.users.map(({ username }: { username: string }) => username);
  t.same(await usernames(), ['carol']);
  t.same(await usernames('?filter=username%20eq%20%22alice%22'), []);
  t.same(await usernames('?filter=username%20eq%20%22carol%22'), ['carol']);
  t.same(
    (await worker.call('GET', 'populations')).json()._embedded.populations.map(({ name }: { name: string }) => name),
    ['Staff'],
  );
  const calls = [
    ['GET', `users/${carol}`, undefined, 200],
    ['GET', `users/${ids.alice}`, undefined, 403],
    ['GET', `users/${ids.alice}/password`, undefined, 403],
    ['DELETE', `users/${ids.alice}`, undefined, 403],
    ['GET', `users/${unknown}`, undefined, 404],
    ['GET', `populations/${staff}`, undefined, 200],
    ['DELETE', `populations/${staff}`, undefined, 403],
    ['POST', 'populations', { name: 'x' }, 403],
    ['POST', 'users', { username: 'dave', email: 'd@example.com', population: { id: staff } }, 201],
    ['POST', 'users', { username: 'erin', email: 'e@example.com' }, 403],
    ['POST', 'users', { username: 'erin', email: 'e@example.com', population: { id: 'c0000000-0000-4000-8000-000000000001' } }, 403],
    ['PUT', `users/${carol}/population`, { id: 'c0000000-0000-4000-8000-000000000001' }, 403],
    ['GET', 'applications', undefined, 403],
  ] as const;
  for (const [method, path, body, status] of calls)
    t.equal((await worker.call(method, path, body && { body })).statusCode, status, `${method} ${path} ${JSON.stringify(body)}`);
  const elsewhere = await createEnvironment(server.context, { name: 'Elsewhere', organization: environment.record.organization });
  t.equal((await worker.call('GET', `/environments/${elsewhere.id}/users`)).statusCode, 403);
});

t.test('a person has the roles of the groups that the person is in', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const group = (await call('POST', 'groups', { body: { name: 'Admins' } })).json().id;
  await call('POST', `groups/${group}/roleAssignments`, { body: { role: { id: role.developer }, scope: environmentScope } });
  const worker = await environment.store.applications.get(ids.worker);
  const alice = await environment.store.users.get(ids.alice);
  if (!worker || !alice) throw new Error('the seed');
  const { token } = await makeAccessToken(environment, {
    issuer: 'https://x',
    application: worker,
    scopes: ['openid'],
    authentication: { userId: alice.id, sessionId: unknown, authenticatedAt: environment.clock.now(), acr: 'Single_Factor', amr: ['pwd'] },
  });
  const asAlice = await managementClient(app, token);
  const before = (await asAlice('GET', 'applications')).statusCode;
  await call('POST', `users/${ids.alice}/memberOfGroups`, { body: { id: group } });
  const after = (await asAlice('GET', 'applications')).statusCode;
  t.same([before, after], [403, 200]);
  t.equal((await asAlice('DELETE', `users/${ids.alice}/memberOfGroups/${group}`)).statusCode, 403);
});
