import t from 'tap';
import { createEnvironment } from '../../../src/configuration/environments/create.js';
import { newMembers } from '../../../src/configuration/items.js';
import { makeAccessToken } from '../../../src/oauth/tokens/make.js';
import { type Call, managementClient, workerToken } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

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

t.test('the built-in roles are listed with their permissions and assigners', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const { _embedded, count, _links } = (await call('GET', '/roles?limit=5')).json();
  t.equal(count, 19);
  t.equal(_links.self.href, 'http://localhost:9400/v1/roles');
  t.match(_embedded.roles[1], {
    id: role.environmentAdmin,
    name: 'Environment Admin',
    description: 'Environment Admin',
    applicableTo: ['ORGANIZATION', 'ENVIRONMENT'],
  });
  const names = new Map(_embedded.roles.map(({ id, name }: { id: string; name: string }) => [id, name]));
  t.equal(names.size, 19, 'each has an id of its own');
  const givenBy = (name: string): (string | undefined)[] =>
    _embedded.roles.find((each: { name: string }) => each.name === name).canAssign?.map(({ id }: { id: string }) => names.get(id));
  t.same(givenBy('Organization Admin'), ['Environment Admin']);
  t.same(givenBy('Environment Admin').length, 17, 'all but the organization’s and itself');
  t.same(givenBy('Identity Data Admin'), ['Identity Data Read Only', 'Help Desk Admin']);
  t.same(givenBy('DaVinci Admin'), ['DaVinci Admin Read Only']);
  t.equal(givenBy('Application Owner'), undefined);
  t.same((await call('GET', `/roles/${role.environmentAdmin}`)).json(), _embedded.roles[1]);
  t.match((await call('GET', `/roles/${unknown}`)).json(), { code: 'NOT_FOUND', message: /^There is no role with id/ });
  const permissions = ({ permissions: held }: { permissions: { id: string }[] }) => held.map(({ id }) => id);
  t.ok(permissions(_embedded.roles[0]).includes('orgmgt:create:environment'));
  t.same(_embedded.roles[1].permissions[1], { id: 'orgmgt:read:environment', classifier: 'environment', description: 'Read environment' });
  const [developer] = _embedded.roles.filter(({ id }: { id: string }) => id === role.developer);
  t.ok(permissions(developer).includes('applications:update:application'));
  t.notOk(permissions(developer).some((id: string) => /:(create|update|delete):user$/.test(id)));

  t.same((await call('GET', 'roles?filter=type%20eq%20%22CUSTOM%22')).json()._embedded.roles, []);
  const platform = (await call('GET', 'roles?filter=type%20eq%20%22PLATFORM%22')).json();
  t.equal(platform.count, 19, 'an environment lists the built-in ones too');
  t.match(platform._embedded.roles[1], { id: role.environmentAdmin, type: 'PLATFORM' });
  t.equal((await call('GET', 'roles?filter=name%20eq%20%22x%22')).statusCode, 400);
  t.match((await call('GET', `roles/${unknown}`)).json(), { message: /^There is no role with id/ });
  t.equal((await call('GET', `roles/${role.environmentAdmin}`)).json().type, 'PLATFORM');
});

t.test('a role is assigned, read back and removed', async (t) => {
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

t.test('each built-in role is applicable to its own types of scope', async (t) => {
  const server = await buildTestServer(t);
  const { call } = await workerWith(server, await managementClient(server.app), [
    { role: { id: role.organizationAdmin }, scope: organization },
    { role: { id: role.environmentAdmin }, scope: organization },
  ]);
  const all: { id: string; name: string; applicableTo: string[] }[] = (await call('GET', '/roles')).json()._embedded.roles;
  const scopes = [
    organization,
    environmentScope,
    { id: 'c0000000-0000-4000-8000-000000000001', type: 'POPULATION' },
    { id: ids.web, type: 'APPLICATION' },
  ];
  const expected: Record<string, string> = {
    'Organization Admin': 'ORGANIZATION',
    'Environment Admin': 'ORGANIZATION ENVIRONMENT',
    'Identity Data Admin': 'ENVIRONMENT POPULATION',
    'Identity Data Read Only': 'ENVIRONMENT POPULATION',
    'Configuration Read Only': 'ORGANIZATION ENVIRONMENT',
    'Application Owner': 'ENVIRONMENT APPLICATION',
    'DaVinci Admin': 'ORGANIZATION ENVIRONMENT',
    'DaVinci Admin Read Only': 'ORGANIZATION ENVIRONMENT',
    'Custom Roles Admin': 'ORGANIZATION ENVIRONMENT',
    'Help Desk Admin': 'ENVIRONMENT POPULATION',
  };
  for (const { id, name, applicableTo } of all) {
    const user = (await call('POST', 'users', { body: { username: name, email: 'u@example.com' } })).json().id;
    const fits: string[] = [];
    // The narrowest first: a role on a broader scope includes it.
    for (const scope of scopes.toReversed()) {
      const answer = await call('POST', `users/${user}/roleAssignments`, { body: { role: { id }, scope } });
      if (answer.statusCode === 201) fits.unshift(scope.type);
      else t.same(refusal(answer), [400, 'INVALID_VALUE', 'scope'], `${name} on ${scope.type}`);
    }
    t.same(fits, (expected[name] ?? 'ENVIRONMENT').split(' '), name);
    t.same([...applicableTo].sort(), [...fits].sort(), name);
  }
});

t.test('a user’s roles include those of their groups, which only the group loses', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const inner = (await call('POST', 'groups', { body: { name: 'Inner' } })).json().id;
  const outer = (await call('POST', 'groups', { body: { name: 'Outer' } })).json().id;
  await call('POST', `groups/${inner}/memberOfGroups`, { body: { id: outer } });
  await call('POST', `users/${ids.alice}/memberOfGroups`, { body: { id: inner } });
  const body = { role: { id: role.developer }, scope: environmentScope };
  const made = (await call('POST', `groups/${outer}/roleAssignments`, { body })).json();
  const path = `users/${ids.alice}/roleAssignments`;
  const own = (await call('POST', path, { body: { role: { id: role.configurationReader }, scope: environmentScope } })).json();
  const listed = (await call('GET', path)).json()._embedded.roleAssignments;
  t.match(listed, [
    { id: own.id, readOnly: false },
    { id: made.id, role: body.role, readOnly: true, group: { id: outer } },
  ]);
  t.notOk('group' in listed[0]);
  t.same((await call('GET', `${path}/${made.id}`)).json(), listed[1]);
  t.match((await call('DELETE', `${path}/${made.id}`)).json(), { message: /read only$/ });
  t.equal((await call('GET', `groups/${outer}/roleAssignments`)).json().count, 1);
  t.equal((await call('DELETE', `groups/${outer}/roleAssignments/${made.id}`)).statusCode, 204);
  t.same((await call('GET', path)).json()._embedded.roleAssignments, [own]);
});

t.test('a custom role may be assigned by holders of any built-in role', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const all: { id: string; name: string }[] = (await call('GET', '/roles')).json()._embedded.roles;
  const canBeAssignedBy = all.map(({ id }) => ({ id }));
  const body = { name: 'Mine', applicableTo: ['ENVIRONMENT'], canBeAssignedBy, permissions: [{ id: 'dir:read:user' }] };
  const made = await call('POST', 'roles', { body });
  t.equal(made.statusCode, 201);
  t.same(made.json().canBeAssignedBy, canBeAssignedBy);
  const owner = all.find(({ name }) => name === 'Application Owner')?.id;
  t.same((await call('GET', `roles/${owner}`)).json().canAssign, [{ id: made.json().id }]);
});

t.test('an assignment is refused for a bad role or scope, or an actor without that role', async (t) => {
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
    ['one that workers cannot have', { role: { id: role.daVinci }, scope: environmentScope }, 400, 'INVALID_VALUE', 'role'],
    [
      'a place that the actor lacks',
      { role: { id: role.developer }, scope: { id: other.id, type: 'ENVIRONMENT' } },
      403,
      'INSUFFICIENT_PERMISSIONS',
      undefined,
    ],
    ['a broader place', { role: { id: role.configurationReader }, scope: organization }, 403, 'INSUFFICIENT_PERMISSIONS', undefined],
    ['what a role of the actor may give', { role: { id: role.configurationReader }, scope: environmentScope }, 201, undefined, undefined],
    ['in a population', { role: { id: role.identityReader }, scope: { id: population, type: 'POPULATION' } }, 201, undefined, undefined],
  ] as const;
  for (const [name, body, status, code, target] of cases) {
    const answer = await call('POST', path, { body });
    const [detail] = answer.json().details ?? [];
    t.same([answer.statusCode, detail?.code, detail?.target], [status, code, target], name);
  }
  const lesser = await workerWith(server, call, [{ role: { id: role.identityAdmin }, scope: environmentScope }]);
  const lacked = await lesser.call('POST', `users/${ids.bob}/roleAssignments`, {
    body: { role: { id: role.developer }, scope: environmentScope },
  });
  t.equal(lacked.statusCode, 403);
  t.match(lacked.json(), { code: 'ACCESS_FAILED', details: [{ message: /^Must have role at the same or broader scope/ }] });
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

t.test('each built-in role opens its own areas of the API', async (t) => {
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

t.test('a person has the roles of their groups', async (t) => {
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

const custom = {
  name: 'Applications',
  description: 'Reads and updates applications',
  applicableTo: ['ENVIRONMENT', 'APPLICATION'],
  canBeAssignedBy: [{ id: role.environmentAdmin }],
  permissions: [{ id: 'applications:read:application' }, { id: 'applications:update:application' }],
};

t.test('a custom role is created, read, replaced and deleted', async (t) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const made = await call('POST', 'roles', { body: { ...custom, type: 'PLATFORM', canAssign: [{ id: unknown }] } });
  t.equal(made.statusCode, 201);
  t.equal(made.headers.location, made.json()._links.self.href);
  t.match(made.json(), {
    ...custom,
    type: 'CUSTOM',
    environment: { id: environmentId },
    canAssign: [],
    permissions: [{ id: 'applications:read:application', description: 'Read application' }, { id: 'applications:update:application' }],
  });
  const path = `roles/${made.json().id}`;
  t.same((await call('GET', path)).json(), made.json());
  t.same((await call('GET', 'roles?filter=type%20eq%20%22CUSTOM%22')).json()._embedded.roles, [made.json()]);
  t.equal((await call('GET', `/${path}`)).statusCode, 404, 'it is none of the organization’s');

  const body = {
    name: 'Given',
    applicableTo: ['ENVIRONMENT'],
    canBeAssignedBy: [{ id: made.json().id }, { id: made.json().id }],
    permissions: custom.permissions,
  };
  const given = (await call('POST', 'roles', { body })).json();
  t.same(given.canBeAssignedBy, [{ id: made.json().id }], 'each once');
  t.notOk('description' in given);
  t.same((await call('GET', path)).json().canAssign, [{ id: given.id }], 'the one that can be given by it');
  t.match((await call('GET', `roles/${role.environmentAdmin}`)).json().canAssign.slice(17), [{ id: made.json().id }]);

  const changed = {
    ...custom,
    name: 'Readers',
    description: undefined,
    applicableTo: undefined,
    permissions: [{ id: 'davinci:read:flow' }],
  };
  const replaced = (await call('PUT', path, { body: changed })).json();
  t.match(replaced, { name: 'Readers', applicableTo: custom.applicableTo, permissions: [{ id: 'davinci:read:flow' }] });
  t.notOk('description' in replaced, 'what is left out is cleared');
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.equal((await call('GET', path)).statusCode, 404);
  t.same((await call('GET', `roles/${given.id}`)).json().canBeAssignedBy, [], 'nobody gives the other one through it any more');
});

t.test('a custom role with a bad member or a taken name is refused', async (t) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['no permission', { ...custom, permissions: [] }, [400, 'EMPTY_VALUE', 'permissions']],
    ['no such form', { ...custom, permissions: [{ id: 'p1:read' }] }, [400, 'INVALID_VALUE', 'permissions.id']],
    ['nobody may give it', { ...custom, canBeAssignedBy: undefined }, [400, 'EMPTY_VALUE', 'canBeAssignedBy']],
    ['an unknown role may', { ...custom, canBeAssignedBy: [{ id: unknown }] }, [400, 'INVALID_VALUE', 'canBeAssignedBy']],
    ['nowhere', { ...custom, applicableTo: undefined }, [400, 'EMPTY_VALUE', 'applicableTo']],
    ['on something else', { ...custom, applicableTo: ['GROUP'] }, [400, 'INVALID_VALUE', 'applicableTo']],
    ['1 MB', { ...custom, name: 'x'.repeat(1_000_000) }, [400, 'SIZE_LIMIT_EXCEEDED', 'name']],
  ] as const;
  for (const [name, body, expected] of cases) t.same(refusal(await call('POST', 'roles', { body })), expected, name);
  const twins = await Promise.all([1, 2].map(() => call('POST', 'roles', { body: custom })));
  t.same(twins.map(({ statusCode }) => statusCode).sort(), [201, 400], 'of two at once with one name, one is made');
  t.same(refusal(await call('POST', 'roles', { body: { ...custom, name: 'APPLICATIONS' } })), [400, 'UNIQUENESS_VIOLATION', 'name']);
  const none = await call('POST', 'roles', { body: { ...custom, name: 'Nobody', canBeAssignedBy: [] } });
  t.equal(none.statusCode, 201);
  for (const method of ['PUT', 'DELETE'] as const)
    t.same(
      refusal(await call(method, `roles/${role.environmentAdmin}`, { body: custom })),
      [400, 'CONSTRAINT_VIOLATION', undefined],
      method,
    );
  const worker = await workerWith(server, call, []);
  const assigned = { role: { id: none.json().id }, scope: environmentScope };
  t.equal((await call('POST', `applications/${worker.id}/roleAssignments`, { body: assigned })).statusCode, 403, 'nobody gives it');
});

t.test('a custom role decides what its holder may do', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const call = await managementClient(server.app);
  const own = (await call('POST', 'roles', { body: custom })).json();
  const worker = await workerWith(server, call, []);
  const path = `applications/${worker.id}/roleAssignments`;
  const given = await call('POST', path, { body: { role: { id: own.id }, scope: environmentScope } });
  t.equal(given.statusCode, 201);
  t.equal(given.json().readOnly, false);
  t.match(refusal(await call('POST', path, { body: { role: { id: own.id }, scope: environmentScope } })), [
    400,
    'UNIQUENESS_VIOLATION',
    'role',
  ]);
  t.same(refusal(await call('POST', path, { body: { role: { id: own.id }, scope: organization } })), [400, 'INVALID_VALUE', 'scope']);
  t.match((await call('DELETE', `roles/${own.id}`)).json(), { details: [{ innerError: { referencedValues: [given.json().id] } }] });

  const as = await managementClient(
    server.app,
    await workerToken(server.app, { id: worker.id, secret: (await environment.store.secrets.get(worker.id))?.secret as string }),
  );
  const web = (await as('GET', `applications/${ids.web}`)).json();
  const body = { name: 'X', enabled: true, type: 'WEB_APP', protocol: 'OPENID_CONNECT', redirectUris: ['https://x.example.com'] };
  const tries = async () => [
    (await as('GET', 'applications')).statusCode,
    (await as('PUT', `applications/${ids.web}`, { body: web })).statusCode,
    (await as('POST', 'applications', { body })).statusCode,
    (await as('GET', `applications/${ids.web}/secret`)).statusCode,
    (await as('GET', `applications/${ids.web}/grants`)).statusCode,
    (await as('GET', 'users')).statusCode,
    (await as('GET', `/environments/${environmentId}`)).statusCode,
  ];
  t.same(await tries(), [200, 200, 403, 403, 403, 403, 403]);
  const more = ['applications:create:application', 'applications:read:secret', 'applications:read:grant', 'orgmgt:read:environment'];
  await call('PUT', `roles/${own.id}`, { body: { ...custom, permissions: [...custom.permissions, ...more.map((id) => ({ id }))] } });
  t.same(await tries(), [200, 200, 201, 200, 200, 403, 200], 'a change of the role works at once');

  await call('DELETE', `${path}/${given.json().id}`);
  t.equal((await as('GET', 'applications')).statusCode, 403);
  await call('POST', path, { body: { role: { id: own.id }, scope: { id: ids.web, type: 'APPLICATION' } } });
  t.equal((await as('GET', `applications/${ids.web}`)).statusCode, 200, 'on one application');
  t.equal((await as('GET', `applications/${ids.spa}`)).statusCode, 403, 'and on no other');

  const passwords = {
    ...custom,
    name: 'Passwords',
    applicableTo: ['POPULATION'],
    permissions: [{ id: 'dir:read:user' }, { id: 'dir:validate:userPassword' }],
  };
  const helper = (await call('POST', 'roles', { body: passwords })).json();
  const population = { id: 'c0000000-0000-4000-8000-000000000001', type: 'POPULATION' };
  await call('POST', path, { body: { role: { id: helper.id }, scope: population } });
  t.equal((await as('GET', `users/${ids.alice}`)).statusCode, 200);
  const password = { password: 'Alice-Passw0rd' };
  t.equal((await as('POST', `users/${ids.alice}/password`, { action: 'password.check', body: password })).statusCode, 200);
  t.equal((await as('PUT', `users/${ids.alice}/password`, { action: 'password.set', body: { value: 'x' } })).statusCode, 403);
  t.equal((await as('DELETE', `users/${ids.alice}`)).statusCode, 403);
});

t.test('no role can be widened by its own permissions', async (t) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const permissions = ['permissions:read:roles', 'permissions:create:roles', 'permissions:update:roles', 'dir:read:user'].map((id) => ({
    id,
  }));
  const more = [...permissions, { id: 'dir:delete:user' }];
  const body = { name: 'Role keeper', applicableTo: ['ENVIRONMENT'], canBeAssignedBy: [{ id: role.environmentAdmin }], permissions };
  const { id } = (await call('POST', 'roles', { body })).json();
  const keeper = await workerWith(server, call, [{ role: { id }, scope: environmentScope }]);
  t.equal((await keeper.call('PUT', `roles/${id}`, { body: { ...body, description: 'x' } })).statusCode, 200);
  t.equal((await keeper.call('POST', 'roles', { body: { ...body, name: 'Like it' } })).statusCode, 201);
  const refused = [403, 'INSUFFICIENT_PERMISSIONS', undefined];
  t.same(refusal(await keeper.call('PUT', `roles/${id}`, { body: { ...body, permissions: more } })), refused);
  t.same(refusal(await keeper.call('POST', 'roles', { body: { ...body, name: 'Wider', permissions: more } })), refused);
  t.equal((await keeper.call('DELETE', `users/${ids.bob}`)).statusCode, 403);
  const both = await workerWith(server, call, [
    { role: { id }, scope: environmentScope },
    { role: { id: role.identityAdmin }, scope: environmentScope },
  ]);
  t.equal((await both.call('PUT', `roles/${id}`, { body: { ...body, permissions: more } })).statusCode, 200, 'what another role permits');
});

t.test('a role stays applicable to the scopes where it is assigned', async (t) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const body = { ...custom, name: 'Local', applicableTo: ['POPULATION', 'ENVIRONMENT'], permissions: [{ id: 'dir:read:user' }] };
  const { id } = (await call('POST', 'roles', { body })).json();
  const worker = await workerWith(server, call, []);
  const path = `applications/${worker.id}/roleAssignments`;
  const scope = { id: 'c0000000-0000-4000-8000-000000000001', type: 'POPULATION' };
  const given = (await call('POST', path, { body: { role: { id }, scope } })).json();
  const narrower = { ...body, applicableTo: ['ENVIRONMENT'] };
  const refused = await call('PUT', `roles/${id}`, { body: narrower });
  t.same(refusal(refused), [400, 'CONSTRAINT_VIOLATION', undefined]);
  t.same(refused.json().details[0].innerError, { referencedValues: [given.id] });
  t.same((await call('GET', `roles/${id}`)).json().applicableTo, body.applicableTo);
  t.equal((await call('PUT', `roles/${id}`, { body: { ...body, applicableTo: ['POPULATION'] } })).statusCode, 200);
  await call('DELETE', `${path}/${given.id}`);
  t.equal((await call('PUT', `roles/${id}`, { body: narrower })).statusCode, 200);
});

t.test('a holder has roles in at most 250 populations', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const call = await managementClient(server.app);
  const worker = await workerWith(
    server,
    call,
    Array.from({ length: 249 }, () => ({
      role: { id: role.identityReader },
      scope: { id: environment.random.uuid(), type: 'POPULATION' },
    })),
  );
  const path = `applications/${worker.id}/roleAssignments`;
  const give = async (name: string, roleId = role.identityReader, scope?: object) => {
    const { id } = (await call('POST', 'populations', { body: { name } })).json();
    return call('POST', path, { body: { role: { id: roleId }, scope: scope ?? { id, type: 'POPULATION' } } });
  };
  t.equal((await give('The 250th')).statusCode, 201);
  t.match((await give('The 251st')).json(), {
    details: [{ code: 'CONSTRAINT_VIOLATION', message: 'At most 250 role assignments may have the scope POPULATION.' }],
  });
  t.equal((await give('Whole', role.developer, environmentScope)).statusCode, 201, 'of others as many as one likes');
});

t.test('a worker with wider roles than the actor can be read, but not changed or deleted', async (t) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const as = (...roles: { role: { id: string }; scope: { id: string; type: string } }[]) => workerWith(server, call, roles);
  const developer = await as({ role: { id: role.developer }, scope: environmentScope });
  const path = `applications/${ids.worker}`;
  const body = (await call('GET', path)).json();
  const own = { ...body, tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT', jwks: '{"keys":[]}' };
  t.same(refusal(await developer.call('PUT', path, { body: own })), [403, 'INSUFFICIENT_PERMISSIONS', undefined]);
  t.same(refusal(await developer.call('DELETE', path)), [403, 'INSUFFICIENT_PERMISSIONS', undefined]);
  t.equal((await developer.call('GET', path)).statusCode, 200, 'but for reading');

  const another = await as({ role: { id: role.developer }, scope: environmentScope });
  const theirs = (await call('GET', `applications/${another.id}`)).json();
  t.equal((await developer.call('PUT', `applications/${another.id}`, { body: { ...theirs, name: 'x' } })).statusCode, 200);
  t.equal((await developer.call('GET', `applications/${another.id}/secret`)).statusCode, 200);
  t.equal((await developer.call('DELETE', `applications/${another.id}`)).statusCode, 204);
  const self = (await developer.call('GET', `applications/${developer.id}`)).json();
  t.equal((await developer.call('PUT', `applications/${developer.id}`, { body: { ...self, name: 'x' } })).statusCode, 200);

  const population = { id: 'c0000000-0000-4000-8000-000000000001', type: 'POPULATION' };
  const broad = await as(
    { role: { id: role.environmentAdmin }, scope: environmentScope },
    { role: { id: role.identityAdmin }, scope: organization },
  );
  const narrow = await as({ role: { id: role.identityAdmin }, scope: population });
  t.equal((await broad.call('GET', `applications/${narrow.id}/secret`)).statusCode, 200, 'the same role on a broader scope');
  const elsewhere = await as({ role: { id: role.environmentAdmin }, scope: organization });
  t.equal((await broad.call('GET', `applications/${elsewhere.id}/secret`)).statusCode, 403, 'and on a narrower one');
});
