import t from 'tap';
import { mostOfEach } from '../../../src/configuration/application-permissions/contents.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const make = async (path: string, body: object): Promise<string> => {
    const made = await call('POST', path, { body });
    t.equal(made.statusCode, 201, `${path}: ${made.body}`);
    return made.json().id;
  };
  const api = await make('resources', { name: 'Documents API' });
  const documents = await make(`resources/${api}/applicationResources`, { name: 'documents', description: 'd' });
  return { ...server, call, make, api, documents };
};

t.test('an application resource of a custom resource has permissions with keys', async (t) => {
  const { call, make, api, documents } = await start(t);
  const own = (await call('GET', `resources/${api}/applicationResources/${documents}`)).json();
  t.match(own, { id: documents, name: 'documents', description: 'd', parent: { type: 'PING_ONE_RESOURCE', id: api } });
  t.match((await call('GET', `applicationResources/${documents}`)).json(), {
    _links: { self: { href: `${environmentUrl}/applicationResources/${documents}` } },
    name: 'documents',
  });
  for (const list of ['applicationResources', `resources/${api}/applicationResources`])
    t.same(
      (await call('GET', list)).json()._embedded.resources.map(({ id }: { id: string }) => id),
      [documents],
      list,
    );
  const [openId] = (await call('GET', 'resources')).json()._embedded.resources.filter(({ type }: { type: string }) => type !== 'CUSTOM');
  t.equal(refusal(await call('POST', `resources/${openId.id}/applicationResources`, { body: { name: 'x' } }))[1], 'CONSTRAINT_VIOLATION');
  const twin = await call('POST', `resources/${api}/applicationResources`, { body: { name: 'DOCUMENTS' } });
  t.same(refusal(twin), [400, 'UNIQUENESS_VIOLATION', 'name']);

  const path = `applicationResources/${documents}/permissions`;
  const write = await make(path, { action: 'write', description: 'Update documents' });
  const self = `${environmentUrl}/${path}/${write}`;
  const permission = {
    id: write,
    environment: { id: environmentId },
    key: 'documents:write',
    action: 'write',
    description: 'Update documents',
    resource: { id: documents, name: 'documents' },
  };
  const read = (await call('GET', `${path}/${write}`)).json();
  t.match(read, permission);
  t.equal(read._links.self.href, self);
  t.same(refusal(await call('POST', path, { body: { action: 'write' } })), [400, 'UNIQUENESS_VIOLATION', 'action']);
  t.equal(refusal(await call('POST', path, { body: { action: 'a:b' } }))[2], 'action');
  const ofResource = (await call('GET', `resources/${api}/applicationPermissions`)).json();
  t.match(ofResource._embedded.permissions, [{ ...permission, resourceServer: { id: api, environment: { id: environmentId } } }]);
  await call('PUT', `resources/${api}/applicationResources/${documents}`, { body: { name: 'papers' } });
  const renamed = await call('PUT', `${path}/${write}`, { body: { action: 'edit' } });
  t.match(renamed.json(), { key: 'papers:edit', resource: { name: 'papers' } });
  t.notOk('description' in renamed.json());
  t.equal((await call('DELETE', `${path}/${write}`)).statusCode, 204);
  t.equal((await call('GET', `${path}/${write}`)).statusCode, 404);
});

t.test('an application role has permissions, and users have the role', async (t) => {
  const { call, make, documents } = await start(t);
  const permission = await make(`applicationResources/${documents}/permissions`, { action: 'read' });
  const role = await make('applicationRoles', { name: 'Reader', description: 'reads' });
  const self = `${environmentUrl}/applicationRoles/${role}`;
  const shown = (await call('GET', `applicationRoles/${role}`)).json();
  t.match(shown, { _links: { self: { href: self } }, id: role, name: 'Reader', description: 'reads', environment: { id: environmentId } });
  t.notOk('permissions' in shown, 'they have a path of their own');
  t.same(refusal(await call('POST', 'applicationRoles', { body: { name: 'reader' } })), [400, 'UNIQUENESS_VIOLATION', 'name']);

  const path = `applicationRoles/${role}/permissions`;
  const added = await call('POST', path, { body: { id: permission.toUpperCase() } });
  t.equal(added.statusCode, 201, added.body);
  t.match(added.json(), { id: permission, key: 'documents:read', action: 'read', resource: { id: documents, name: 'documents' } });
  t.same(refusal(await call('POST', path, { body: { id: permission } })), [400, 'UNIQUENESS_VIOLATION', 'id']);
  t.same(refusal(await call('POST', path, { body: { id: environmentId } })), [400, 'INVALID_VALUE', 'id']);
  t.equal((await call('PUT', `applicationRoles/${role}`, { body: { name: 'Readers' } })).json().name, 'Readers');
  t.equal((await call('GET', path)).json()._embedded.permissions.length, 1, 'a change of the role keeps them');
  t.match((await call('GET', 'applicationRoles')).json()._embedded.roles, [{ id: role, name: 'Readers' }]);

  const mine = `users/${ids.alice}/applicationRoles`;
  const assigned = await call('POST', mine, { body: { id: role } });
  t.equal(assigned.statusCode, 201, assigned.body);
  t.match(assigned.json(), { id: role, name: 'Readers', environment: { id: environmentId } });
  t.same(refusal(await call('POST', mine, { body: { id: role } })), [400, 'UNIQUENESS_VIOLATION', 'id']);
  t.same(refusal(await call('POST', mine, { body: { id: environmentId } })), [400, 'INVALID_VALUE', 'id']);
  t.match((await call('GET', mine)).json()._embedded.roles, [{ id: role }]);
  const { assignments } = (await call('GET', `applicationRoles/${role}/assignments`)).json()._embedded;
  t.match(assignments, [{ role: { id: role }, subject: { id: ids.alice } }]);
  t.equal(assignments.length, 1);
  t.equal((await call('DELETE', `${path}/${permission}`)).statusCode, 204);
  t.same((await call('GET', path)).json()._embedded.permissions, []);
  t.equal((await call('DELETE', `${mine}/${role}`)).statusCode, 204);
  t.same((await call('GET', mine)).json()._embedded.roles, []);
  t.equal((await call('DELETE', `${mine}/${role}`)).statusCode, 404);
});

t.test('deleted permissions and roles go from all that has them', async (t) => {
  const { call, make, environment, api, documents } = await start(t);
  const { store } = environment;
  const permissions = `applicationResources/${documents}/permissions`;
  const [first, second] = [await make(permissions, { action: 'read' }), await make(permissions, { action: 'write' })];
  const role = await make('applicationRoles', { name: 'Editor' });
  for (const id of [first, second]) await make(`applicationRoles/${role}/permissions`, { id });
  const held = async () => (await call('GET', `applicationRoles/${role}/permissions`)).json()._embedded.permissions.length;
  t.equal(await held(), 2);
  await call('DELETE', `${permissions}/${first}`);
  t.equal(await held(), 1, 'a permission goes from its roles');
  t.equal((await call('DELETE', `resources/${api}`)).statusCode, 204);
  t.equal(await held(), 0, 'and so do those of a resource that goes');
  t.same([await store.applicationResources.list(), await store.applicationPermissions.list()], [[], []]);

  await make(`users/${ids.alice}/applicationRoles`, { id: role });
  await make(`users/${ids.bob}/applicationRoles`, { id: role });
  t.equal((await call('DELETE', `users/${ids.bob}`)).statusCode, 204);
  t.match(
    (await store.applicationRoleAssignments.list()).map(({ user }) => user.id),
    [ids.alice],
  );
  t.equal((await call('DELETE', `applicationRoles/${role}`)).statusCode, 204);
  t.same(await store.applicationRoleAssignments.list(), []);
  t.same((await call('GET', `users/${ids.alice}/applicationRoles`)).json()._embedded.roles, []);
});

t.test('an export has application permissions and roles, and starts a mock with the same', async (t) => {
  const { app, make, documents } = await start(t);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  const permission = await make(`applicationResources/${documents}/permissions`, { action: 'read' });
  const role = await make('applicationRoles', { name: 'Reader' });
  await make(`applicationRoles/${role}/permissions`, { id: permission });
  await make(`users/${ids.alice}/applicationRoles`, { id: role });
  const seed = await exported(app);
  const [contents] = seed.environments;
  t.match(contents.applicationRoles, [
    { id: role, name: 'Reader', permissions: [permission], assignments: [{ subject: { id: ids.alice } }] },
  ]);
  const own = contents.resources.find(({ name }: { name: string }) => name === 'Documents API');
  t.match(own.applicationResources, [{ id: documents, name: 'documents', permissions: [{ id: permission, action: 'read' }] }]);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);

  // By hand: a permission by its key.
  const plain = {
    environments: [
      {
        id: environmentId,
        resources: [{ name: 'API', applicationResources: [{ name: 'papers', permissions: [{ action: 'read' }] }] }],
        applicationRoles: [{ name: 'R', permissions: ['papers:read'] }],
      },
    ],
  };
  const few = await buildTestServer(t, { config: JSON.stringify(plain) });
  t.equal((await few.environment.store.applicationRoles.list())[0]?.permissions.length, 1);
  const wrong = JSON.stringify(plain).replace('papers:read', 'papers:red');
  await t.rejects(
    buildTestServer(t, { config: wrong }),
    /applicationRoles\[0\]\.permissions\[0\]: there is no permission "papers:red"; did you mean "papers:read"\?/,
  );
});

t.test('an environment has at most 128 application resources, permissions and roles', async (t) => {
  const { call, make, environment, api, documents } = await start(t);
  const { applicationResources, applicationPermissions, applicationRoles } = environment.store;
  const permissions = `applicationResources/${documents}/permissions`;
  const permission = await applicationPermissions.get(await make(permissions, { action: 'a' }));
  const role = await applicationRoles.get(await make('applicationRoles', { name: 'a' }));
  const resource = await applicationResources.get(documents);
  if (!permission || !role || !resource) throw new Error('what was made is not there');
  for (let at = 2; at < mostOfEach; at += 1) {
    await applicationResources.put({ ...resource, id: `${at}`, name: `${at}` });
    await applicationPermissions.put({ ...permission, id: `${at}`, action: `${at}` });
    await applicationRoles.put({ ...role, id: `${at}`, name: `${at}` });
  }
  for (const [path, body] of [
    [`resources/${api}/applicationResources`, { name: 'last' }],
    [permissions, { action: 'last' }],
    ['applicationRoles', { name: 'last' }],
  ] as const) {
    await make(path, body);
    const refused = await call('POST', path, { body: { name: 'more', action: 'more' } });
    t.equal(refusal(refused)[1], 'CONSTRAINT_VIOLATION', path);
    t.match(refused.body, 'at most 128 application resources');
  }

  const many = Array.from({ length: mostOfEach + 1 }, (_, at) => `n${at}`);
  const named = many.map((name) => ({ name }));
  const papers = { name: 'papers', permissions: many.map((action) => ({ action })) };
  for (const [contents, message] of [
    [
      { resources: [{ name: 'API', applicationResources: named }] },
      /applicationResources\[128\]: an environment has at most 128 application resources/,
    ],
    [{ resources: [{ name: 'API', applicationResources: [papers] }] }, /applicationResources\[0\]: .* at most 128 application permissions/],
    [{ applicationRoles: named }, /applicationRoles\[128\]: .* at most 128 application roles/],
  ] as const)
    await t.rejects(buildTestServer(t, { config: JSON.stringify({ environments: [{ id: environmentId, ...contents }] }) }), message);
});
