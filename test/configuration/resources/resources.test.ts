import t from 'tap';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer } from '../../helpers/server.js';

const orders = 'f0000000-0000-4000-8000-000000000001';
const ordersRead = 'f1000000-0000-4000-8000-000000000001';
const unknown = '99999999-9999-4999-8999-999999999999';

interface Item {
  id: string;
  name: string;
  type: string;
}

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const { app, environment, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  const listed = async (path: string, name: string): Promise<Item[]> => (await call('GET', path)).json()._embedded[name];
  const resources = await listed('resources', 'resources');
  const idOf = (type: string) => resources.find((resource) => resource.type === type)?.id as string;
  return { app, environment, clock, call, listed, openId: idOf('OPENID_CONNECT'), pingOneApi: idOf('PINGONE_API') };
};

t.test('a resource is created, read, replaced and deleted with its attributes', async (t) => {
  const { call, environment, listed } = await start(t);
  const minimal = await call('POST', 'resources', { body: { name: 'Shop' } });
  t.equal(minimal.statusCode, 201);
  const made = minimal.json();
  t.equal(minimal.headers.location, made._links.self.href);
  t.match(made, {
    name: 'Shop',
    type: 'CUSTOM',
    audience: 'Shop',
    accessTokenValiditySeconds: 3600,
    introspectEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    applicationPermissionsSettings: { claimEnabled: false },
    environment: { id: environment.id },
  });
  t.same(Object.keys(made._links), ['self', 'environment', 'scopes', 'attributes', 'secret']);
  t.match(await listed(`resources/${made.id}/attributes`, 'attributes'), [{ name: 'sub', type: 'CORE', resource: { id: made.id } }]);

  const body = {
    name: 'Shop 2',
    description: 'Sells',
    audience: 'https://shop.example.com',
    accessTokenValiditySeconds: 300,
    introspectEndpointAuthMethod: 'NONE',
    applicationPermissionsSettings: { claimEnabled: true },
  };
  const replaced = await call('PUT', `resources/${made.id}`, { body: { ...made, ...body } });
  t.equal(replaced.statusCode, 200);
  t.match(replaced.json(), { ...body, id: made.id, createdAt: made.createdAt });
  t.same((await call('GET', `resources/${made.id}`)).json(), replaced.json());
  t.notOk('description' in (await call('PUT', `resources/${made.id}`, { body: { name: 'Shop' } })).json(), 'what is left out is cleared');

  t.equal((await call('DELETE', `resources/${made.id}`)).statusCode, 204);
  for (const path of ['', '/secret', '/scopes', '/attributes']) t.equal((await call('GET', `resources/${made.id}${path}`)).statusCode, 404);
  t.same(await environment.store.resourceAttributes.find('resource.id', made.id), [], 'its attributes went along');
});

t.test('a resource with a bad member or a taken name is refused, and PingOne’s own cannot be changed', async (t) => {
  const { call, openId } = await start(t);
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['no name', { name: '' }, [400, 'EMPTY_VALUE', 'name']],
    ['a name of 1 MB', { name: 'x'.repeat(1_000_000) }, [400, 'SIZE_LIMIT_EXCEEDED', 'name']],
    ['an audience as a list', { name: 'x', audience: ['a'] }, [400, 'INVALID_VALUE', 'audience']],
    ['an audience with a fragment', { name: 'x', audience: 'https://a#b' }, [400, 'INVALID_VALUE', 'audience']],
    ['an audience with @', { name: 'x', audience: 'a@b' }, [400, 'INVALID_VALUE', 'audience']],
    ['PingOne’s audience', { name: 'x', audience: 'https://api.PingOne.com' }, [400, 'INVALID_VALUE', 'audience']],
    ['PingOne in the name that the audience is made of', { name: 'acme PingOne api' }, [400, 'INVALID_VALUE', 'audience']],
    ['a short token', { name: 'x', accessTokenValiditySeconds: 299 }, [400, 'OUT_OF_RANGE', 'accessTokenValiditySeconds']],
    ['a long token', { name: 'x', accessTokenValiditySeconds: 2_592_001 }, [400, 'OUT_OF_RANGE', 'accessTokenValiditySeconds']],
    ['a method', { name: 'x', introspectEndpointAuthMethod: 'none' }, [400, 'INVALID_VALUE', 'introspectEndpointAuthMethod']],
    ['PingOne’s own type', { name: 'x', type: 'OPENID_CONNECT' }, [400, 'INVALID_VALUE', 'type']],
    ['a name that is taken', { name: 'ORDERS' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['an audience that is taken', { name: 'x', audience: 'https://orders.example.com' }, [400, 'UNIQUENESS_VIOLATION', 'audience']],
    ['NUL', { name: 'a\0b' }, [400, 'INVALID_VALUE', 'name']],
  ] as const;
  for (const [name, body, expected] of cases) t.same(refusal(await call('POST', 'resources', { body })), expected, name);
  t.match((await call('POST', 'resources', { body: { name: 'Orders' } })).json(), { message: /already exists/ });
  t.equal((await call('POST', 'resources', { body: '{"name":"y","__proto__":{"type":"X"},"constructor":1}' })).statusCode, 201);
  const several = (await call('POST', 'resources', { body: { name: '', accessTokenValiditySeconds: 1 } })).json();
  t.equal(several.details.length, 2, 'all faults in one answer');

  t.equal((await call('PUT', `resources/${openId}`, { body: { name: 'x' } })).statusCode, 400, 'PingOne’s own stay as they are');
  t.equal((await call('DELETE', `resources/${openId}`)).statusCode, 400);
  t.equal((await call('GET', `resources/${unknown}`)).statusCode, 404);
  const twins = await Promise.all(['a', 'b', 'c'].map(() => call('POST', 'resources', { body: { name: 'Twin' } })));
  t.same(twins.map(({ statusCode }) => statusCode).sort(), [201, 400, 400], 'of three at once, one is made');
});

t.test('a resource’s secret is read and rotated, and the previous one can be revoked', async (t) => {
  const { call, clock, openId } = await start(t);
  const { secret } = (await call('GET', `resources/${orders}/secret`)).json();
  t.equal(secret.length, 64);
  const rotated = (
    await call('POST', `resources/${orders}/secret`, { body: { previous: { expiresAt: '2026-11-23T00:00:00.000Z' } } })
  ).json();
  t.match(rotated, { previous: { secret, expiresAt: '2026-11-23T00:00:00.000Z' }, _links: { resource: { href: new RegExp(orders) } } });
  t.not(rotated.secret, secret);
  t.equal((await call('DELETE', `resources/${orders}/secret`)).statusCode, 204);
  t.notOk('previous' in (await call('GET', `resources/${orders}/secret`)).json());
  t.equal((await call('GET', `resources/${openId}/secret`)).statusCode, 404);
  t.equal((await call('POST', `resources/${orders}/secret`, { body: { previous: { expiresAt: 'soon' } } })).statusCode, 400);
  t.ok(clock.now() > 0);
});

t.test('a resource’s scopes are made, renamed and deleted, and bad ones are refused', async (t) => {
  const { call, listed, openId, pingOneApi } = await start(t);
  const made = (await call('POST', `resources/${orders}/scopes`, { body: { name: 'orders:write', description: 'Write' } })).json();
  t.match(made, {
    name: 'orders:write',
    description: 'Write',
    resource: { id: orders },
    _links: { resource: { href: new RegExp(orders) } },
  });
  t.same((await call('GET', `resources/${orders}/scopes/${made.id}`)).json(), made);
  const renamed = (await call('PUT', `resources/${orders}/scopes/${made.id}`, { body: { name: 'orders:all' } })).json();
  t.match(renamed, { id: made.id, name: 'orders:all' });
  t.notOk('description' in renamed);
  t.equal((await listed(`resources/${orders}/scopes`, 'scopes')).length, 2);
  t.equal((await call('DELETE', `resources/${orders}/scopes/${made.id}`)).statusCode, 204);
  t.equal((await call('GET', `resources/${orders}/scopes/${made.id}`)).statusCode, 404);
  t.equal((await call('GET', `resources/${openId}/scopes/${ordersRead}`)).statusCode, 404, 'not of this resource');

  const own = (await call('POST', `resources/${openId}/attributes`, { body: { name: 'shoe', value: '42' } })).json();
  const cases = [
    ['no name', orders, {}, [400, 'EMPTY_VALUE', 'name']],
    ['blanks', orders, { name: 'a b' }, [400, 'INVALID_VALUE', 'name']],
    ['openid', orders, { name: 'openid' }, [400, 'INVALID_VALUE', 'name']],
    ['a name that is taken', orders, { name: 'orders:read' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['schemaAttributes', orders, { name: 'x', schemaAttributes: ['name.given'] }, [400, 'INVALID_VALUE', 'schemaAttributes']],
    ['mappedClaims of another resource', orders, { name: 'x', mappedClaims: [own.id] }, [400, 'INVALID_VALUE', 'mappedClaims']],
    ['mappedClaims', pingOneApi, { name: 'p1:read:user:x', mappedClaims: [] }, [400, 'INVALID_VALUE', 'mappedClaims']],
    ['a scope of PingOne’s own', pingOneApi, { name: 'p1:delete:user' }, [400, 'INVALID_VALUE', 'name']],
    ['letters beyond ASCII', pingOneApi, { name: 'p1:read:user:ä' }, [400, 'INVALID_VALUE', 'name']],
    ['all and more', pingOneApi, { name: 'p1:read:user:x', schemaAttributes: ['*', 'email'] }, [400, 'INVALID_VALUE', 'schemaAttributes']],
    ['a variant', pingOneApi, { name: 'p1:read:user:x', schemaAttributes: ['email'] }, [201, undefined, undefined]],
    ['a claim', openId, { name: 'shoes', mappedClaims: [own.id] }, [201, undefined, undefined]],
    ['no claim', openId, { name: 'hats', mappedClaims: [unknown] }, [400, 'INVALID_VALUE', 'mappedClaims']],
    ['a list that is none', openId, { name: 'hats', mappedClaims: 'x' }, [400, 'INVALID_VALUE', 'mappedClaims']],
  ] as const;
  for (const [name, resource, body, expected] of cases)
    t.same(refusal(await call('POST', `resources/${resource}/scopes`, { body })), expected, name);

  const email = (await listed(`resources/${openId}/scopes`, 'scopes')).find(({ name }) => name === 'email') as Item;
  t.equal(
    (await call('PUT', `resources/${openId}/scopes/${email.id}`, { body: { name: 'email', mappedClaims: [own.id] } })).statusCode,
    200,
  );
  t.same(refusal(await call('PUT', `resources/${openId}/scopes/${email.id}`, { body: { name: 'mail' } })), [400, 'INVALID_VALUE', 'name']);
  t.equal((await call('DELETE', `resources/${openId}/scopes/${email.id}`)).statusCode, 400);
  t.equal((await call('DELETE', `resources/${openId}/attributes/${own.id}`)).statusCode, 204);
  const hat = (await call('POST', `resources/${orders}/attributes`, { body: { name: 'hat', value: '7' } })).json();
  const claiming = await call('POST', `resources/${orders}/scopes`, { body: { name: 'hats', mappedClaims: [hat.id] } });
  t.match(claiming.json(), { mappedClaims: [hat.id] }, 'a custom resource has such scopes too');
  t.same((await call('GET', `resources/${openId}/scopes/${email.id}`)).json().mappedClaims, [], 'no scope opens what is gone');
});

t.test('a resource’s attributes are made, changed and deleted, and the core ones keep their names', async (t) => {
  const { call, listed, openId, pingOneApi } = await start(t);
  const made = (await call('POST', `resources/${openId}/attributes`, { body: { name: 'hat', value: '7', userInfo: false } })).json();
  t.match(made, { name: 'hat', value: '7', type: 'CUSTOM', idToken: true, userInfo: false, resource: { id: openId } });
  t.notOk('createdAt' in made);
  t.same((await call('GET', `resources/${openId}/attributes/${made.id}`)).json(), made);
  const changed = (await call('PUT', `resources/${openId}/attributes/${made.id}`, { body: { name: 'cap', value: '8' } })).json();
  t.match(changed, { id: made.id, name: 'cap', value: '8', userInfo: true });
  const own = (await call('POST', `resources/${orders}/attributes`, { body: { name: 'hat', value: '7' } })).json();
  t.notOk('idToken' in own, 'told of the openid resource alone');

  const cases = [
    ['nothing', openId, {}, [400, 'EMPTY_VALUE', 'name']],
    ['no value', openId, { name: 'x', value: '' }, [400, 'EMPTY_VALUE', 'value']],
    ['a reserved name', openId, { name: 'aud', value: 'x' }, [400, 'INVALID_VALUE', 'name']],
    ['PingOne’s prefix', openId, { name: 'p1.x', value: 'x' }, [400, 'INVALID_VALUE', 'name']],
    ['a predefined one', openId, { name: 'email', value: 'x' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['PingOne’s API', pingOneApi, { name: 'x', value: 'x' }, [400, 'INVALID_VALUE', 'name']],
    ['sub again', orders, { name: 'sub', value: 'x' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['a number', orders, { name: 'x', value: 5 }, [400, 'INVALID_VALUE', 'value']],
  ] as const;
  for (const [name, resource, body, expected] of cases)
    t.same(refusal(await call('POST', `resources/${resource}/attributes`, { body })), expected, name);

  const find = async (resource: string, wanted: string) =>
    (await listed(`resources/${resource}/attributes`, 'attributes')).find(({ name }) => name === wanted) as Item;
  const sub = await find(orders, 'sub');
  t.match((await call('PUT', `resources/${orders}/attributes/${sub.id}`, { body: { name: 'sub', value: 'me' } })).json(), {
    value: 'me',
    type: 'CORE',
  });
  t.same(refusal(await call('PUT', `resources/${orders}/attributes/${sub.id}`, { body: { name: 'x', value: 'me' } })), [
    400,
    'INVALID_VALUE',
    'name',
  ]);
  t.same(refusal(await call('PUT', `resources/${orders}/attributes/${sub.id}`, { body: { name: 'sub', value: '' } })), [
    400,
    'EMPTY_VALUE',
    'value',
  ]);
  t.equal((await call('DELETE', `resources/${orders}/attributes/${sub.id}`)).statusCode, 400);
  const gender = await find(openId, 'gender');
  t.equal((await call('PUT', `resources/${openId}/attributes/${gender.id}`, { body: { name: 'gender', value: '' } })).statusCode, 200);
  t.equal((await call('DELETE', `resources/${openId}/attributes/${gender.id}`)).statusCode, 400);
  t.equal((await call('DELETE', `resources/${orders}/attributes/${own.id}`)).statusCode, 204);
});
