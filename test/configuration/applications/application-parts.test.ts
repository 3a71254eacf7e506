import t from 'tap';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, ids } from '../../helpers/server.js';

const orders = 'f0000000-0000-4000-8000-000000000001';
const ordersRead = 'f1000000-0000-4000-8000-000000000001';
const unknown = '99999999-9999-4999-8999-999999999999';

interface Item {
  id: string;
  name: string;
  type: string;
}

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const listed = async (path: string, name: string): Promise<Item[]> => (await call('GET', path)).json()._embedded[name];
  const openId = (await listed('resources', 'resources')).find(({ type }) => type === 'OPENID_CONNECT') as Item;
  const scopes = Object.fromEntries((await listed(`resources/${openId.id}/scopes`, 'scopes')).map(({ name, id }) => [name, id]));
  const make = async (body: object): Promise<string> =>
    (
      await call('POST', 'applications', {
        body: { name: 'A', enabled: true, protocol: 'OPENID_CONNECT', redirectUris: ['https://x'], ...body },
      })
    ).json().id;
  return { call, environment, listed, openId: openId.id, scopes: scopes as Record<string, string>, make };
};

t.test('an application’s grants are made, read, replaced and deleted, one for each resource', async (t) => {
  const { call, openId, scopes, make, environment } = await start(t);
  const id = await make({ type: 'WEB_APP' });
  const path = `applications/${id}/grants`;
  t.same((await call('GET', path)).json()._embedded.grants, [], 'a new application has none');
  const body = { resource: { id: openId }, scopes: [{ id: scopes.email }, { id: scopes.profile }] };
  const made = await call('POST', path, { body });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { ...body, application: { id }, environment: { id: environment.id } });
  t.same(Object.keys(made.json()._links), ['self', 'environment', 'application', 'resource']);
  t.same((await call('GET', `${path}/${made.json().id}`)).json(), made.json());
  const again = await call('POST', path, { body });
  t.same(refusal(again), [400, 'UNIQUENESS_VIOLATION', 'resource']);
  t.match(again.json().message, /grant to given resource already exists/);
  const replaced = (await call('PUT', `${path}/${made.json().id}`, { body: { ...body, scopes: [{ id: scopes.phone }] } })).json();
  t.match(replaced, { id: made.json().id, scopes: [{ id: scopes.phone }] });

  // A scope of another resource that has the name of one that is granted already.
  const twin = (await call('POST', `resources/${orders}/scopes`, { body: { name: 'phone' } })).json().id;
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'resource']],
    ['no such resource', { ...body, resource: { id: unknown } }, [400, 'INVALID_VALUE', 'resource']],
    ['no scope', { resource: { id: orders }, scopes: [] }, [400, 'EMPTY_VALUE', 'scopes']],
    ['a scope of another resource', { resource: { id: orders }, scopes: [{ id: scopes.email }] }, [400, 'INVALID_VALUE', 'scopes']],
    ['no such scope', { resource: { id: orders }, scopes: [{ id: unknown }] }, [400, 'INVALID_VALUE', 'scopes']],
    ['two scopes of one name', { resource: { id: orders }, scopes: [{ id: twin }] }, [400, 'INVALID_VALUE', 'scopes']],
    ['no list', { resource: { id: orders }, scopes: { id: twin } }, [400, 'INVALID_VALUE', 'scopes']],
    ['one scope twice', { resource: { id: orders }, scopes: [{ id: ordersRead }, { id: ordersRead }] }, [201, undefined, undefined]],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', path, { body: sent })), expected, name);

  const worker = await make({ type: 'WORKER' });
  t.match(
    (await call('POST', `applications/${worker}/grants`, { body: { resource: { id: orders }, scopes: [{ id: ordersRead }] } })).json(),
    {
      code: 'REQUEST_FAILED',
    },
  );
  t.match((await call('POST', `applications/${worker}/grants`, { body })).json(), { code: 'REQUEST_FAILED' }, 'nobody signs on');
  const interactive = await make({
    type: 'WORKER',
    grantTypes: ['AUTHORIZATION_CODE'],
    responseTypes: ['CODE'],
    redirectUris: ['https://x'],
  });
  t.equal((await call('POST', `applications/${interactive}/grants`, { body })).statusCode, 201);

  t.equal((await call('DELETE', `${path}/${made.json().id}`)).statusCode, 204);
  t.equal((await call('GET', `${path}/${made.json().id}`)).statusCode, 404);
  t.equal((await call('GET', `applications/${ids.spa}/grants/${made.json().id}`)).statusCode, 404);
  t.equal((await call('GET', `applications/${unknown}/grants`)).statusCode, 404);
  const twins = await Promise.all([1, 2, 3].map(() => call('POST', path, { body })));
  t.same(twins.map(({ statusCode }) => statusCode).sort(), [201, 400, 400], 'of three at once, one is made');
  await call('DELETE', `applications/${id}`);
  t.same(await environment.store.grants.find('application.id', id), [], 'they go with the application');
});

t.test('attribute mappings are made, replaced and deleted, and the core one keeps its rules', async (t) => {
  const { call, listed, scopes, make } = await start(t);
  const id = await make({ type: 'WEB_APP' });
  const path = `applications/${id}/attributes`;
  const [sub] = (await listed(path, 'attributes')) as [Item];
  t.match(sub, { name: 'sub', mappingType: 'CORE', required: true, application: { id } });
  const body = { name: 'mail', value: 'x', required: true, idToken: true, userInfo: false, oidcScopes: [scopes.openid] };
  const made = await call('POST', path, { body });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { ...body, mappingType: 'CUSTOM', application: { id } });
  t.same((await call('GET', `${path}/${made.json().id}`)).json(), made.json(), 'what was sent comes back as sent');
  t.match((await call('GET', `applications/${id}?expand=attributes`)).json()._embedded.attributes, [sub, made.json()]);
  const minimal = (await call('PUT', `${path}/${made.json().id}`, { body: { name: 'mail', value: 'y', oidcScopes: null } })).json();
  t.match(minimal, { value: 'y', required: false, idToken: true, userInfo: true, oidcScopes: [scopes.openid] });
  t.same((await listed(path, 'attributes')).at(-1), minimal);
  t.notOk('oidcScopes' in sub);

  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['no value', { name: 'x', value: '' }, [400, 'EMPTY_VALUE', 'value']],
    ['a reserved name', { name: 'aud', value: 'x' }, [400, 'INVALID_VALUE', 'name']],
    ['the core one', { name: 'sub', value: 'x' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['a name that is taken', { name: 'mail', value: 'x' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['nowhere', { name: 'x', value: 'x', idToken: false, userInfo: false }, [400, 'INVALID_VALUE', 'idToken']],
    ['no scopes', { name: 'x', value: 'x', oidcScopes: [] }, [400, 'EMPTY_VALUE', 'oidcScopes']],
    ['a scope that is not granted', { name: 'x', value: 'x', oidcScopes: [scopes.email] }, [400, 'INVALID_VALUE', 'oidcScopes']],
    ['a number', { name: 'x', value: 7 }, [400, 'INVALID_VALUE', 'value']],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', path, { body: sent })), expected, name);
  t.match((await call('POST', path, { body: cases[2][1] })).json(), {
    details: [{ message: "Attribute name 'aud' is not valid for the 'OPENID_CONNECT' application" }],
  });

  t.same(refusal(await call('PUT', `${path}/${made.json().id}`, { body: { name: 'post', value: 'x' } })), [400, 'INVALID_VALUE', 'name']);
  const core = (
    await call('PUT', `${path}/${sub.id}`, { body: { name: 'sub', value: 'z', required: false, idToken: false, userInfo: false } })
  ).json();
  t.match(core, { name: 'sub', value: 'z', required: true, mappingType: 'CORE' });
  t.notOk('idToken' in core);
  t.same(refusal(await call('DELETE', `${path}/${sub.id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);
  t.equal((await call('DELETE', `${path}/${made.json().id}`)).statusCode, 204);
  t.equal((await call('GET', `${path}/${made.json().id}`)).statusCode, 404);
  const link = await make({ type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', homePageUrl: 'https://x' });
  t.equal((await call('POST', `applications/${link}/attributes`, { body })).statusCode, 404);
});

t.test('sign-on policy assignments are made, replaced and deleted, once for each policy', async (t) => {
  const { call, listed, make } = await start(t);
  const id = await make({ type: 'WEB_APP' });
  const path = `applications/${id}/signOnPolicyAssignments`;
  const [standard] = (await listed('signOnPolicies', 'signOnPolicies')) as [Item];
  const empty = (await call('POST', 'signOnPolicies', { body: { name: 'Empty' } })).json().id;
  const body = { signOnPolicy: { id: standard.id }, priority: 2 };
  const made = await call('POST', path, { body });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { ...body, application: { id } });
  t.same((await call('GET', `${path}/${made.json().id}`)).json(), made.json());
  t.match((await call('PUT', `${path}/${made.json().id}`, { body: { ...body, priority: 1 } })).json(), { priority: 1 });
  t.equal((await listed(path, 'signOnPolicyAssignments')).length, 1);
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'signOnPolicy']],
    ['priority 0', { ...body, priority: 0 }, [400, 'OUT_OF_RANGE', 'priority']],
    ['no such policy', { ...body, signOnPolicy: { id: unknown } }, [400, 'INVALID_VALUE', 'signOnPolicy']],
    ['the same again', body, [400, 'UNIQUENESS_VIOLATION', 'signOnPolicy']],
    ['a policy without actions', { ...body, signOnPolicy: { id: empty } }, [201, undefined, undefined]],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', path, { body: sent })), expected, name);
  t.same(refusal(await call('PUT', `${path}/${made.json().id}`, { body: { ...body, signOnPolicy: { id: empty } } })), [
    400,
    'INVALID_VALUE',
    'signOnPolicy',
  ]);
  t.equal((await call('DELETE', `${path}/${made.json().id}`)).statusCode, 204);
  t.equal((await call('GET', `${path}/${made.json().id}`)).statusCode, 404);
  t.same(await listed(`applications/${id}/flowPolicyAssignments`, 'flowPolicyAssignments'), []);
});

t.test('the console and the self-service have no grants', async (t) => {
  const { call, openId, scopes, environment } = await start(t);
  const body = { resource: { id: openId }, scopes: [{ id: scopes.email }] };
  for (const { id, type } of await environment.store.applications.list()) {
    if (!type.startsWith('PING_ONE_')) continue;
    const path = `applications/${id}/grants`;
    const answers = [
      await call('GET', path),
      await call('POST', path, { body }),
      await call('GET', `${path}/${unknown}`),
      await call('PUT', `${path}/${unknown}`, { body }),
      await call('DELETE', `${path}/${unknown}`),
    ];
    const expected = type === 'PING_ONE_PORTAL' ? [200, 201, 404, 404, 404] : [404, 404, 404, 404, 404];
    t.same(
      answers.map(({ statusCode }) => statusCode),
      expected,
      type,
    );
    for (const answer of answers) if (answer.statusCode === 404) t.equal(answer.json().code, 'NOT_FOUND');
  }
});

t.test('a system application keeps who may use it, until a PUT leaves that out', async (t) => {
  const { call, environment } = await start(t);
  const group = (await call('POST', 'groups', { body: { name: 'Admitted' } })).json().id;
  const accessControl = { role: { type: 'ADMIN_USERS_ONLY' }, group: { type: 'ALL_GROUPS', groups: [{ id: group }] } };
  const all = await environment.store.applications.list();
  for (const type of ['PING_ONE_PORTAL', 'PING_ONE_SELF_SERVICE']) {
    const { id, name, protocol } = all.find((application) => application.type === type) as Item & { protocol: string };
    t.equal((await call('GET', `applications/${id}`)).json().hiddenFromAppPortal, false);
    const body = { name, type, protocol, enabled: true, hiddenFromAppPortal: true, applyDefaultTheme: true };
    const full = { ...body, enableDefaultThemeFooter: true, accessControl };
    t.match((await call('PUT', `applications/${id}`, { body: full })).json(), full);
    t.same((await call('GET', `applications/${id}`)).json().accessControl, accessControl);
    const minimal = await call('PUT', `applications/${id}`, { body: { ...body, applyDefaultTheme: false } });
    t.match(minimal.json(), { name, enabled: true, applyDefaultTheme: false });
    for (const left of ['accessControl', 'enableDefaultThemeFooter']) t.notOk(left in minimal.json(), left);
  }
  const console = all.find(({ type }) => type === 'PING_ONE_ADMIN_CONSOLE') as Item & { protocol: string };
  const changed = await call('PUT', `applications/${console.id}`, { body: { name: 'x', type: console.type, protocol: console.protocol } });
  t.same(changed.json().accessControl, { role: { type: 'ADMIN_USERS_ONLY' } }, 'the console is for administrators');
});
