// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { decodeJwt } from 'jose';
import t from 'tap';
import { collectSeed } from '../../../src/configuration/seed/collect.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const id = 'b0000000-0000-4000-8000-000000000001';
const developer = 'b5057d0d-7281-47f6-9398-8a7e4cb71397';
const ldap = {
  name: 'Directory',
  type: 'LDAP',
  enabled: true,
  description: 'd',
  bindDN: 'cn=svc',
  bindPassword: 'hidden-1',
  serversHostAndPort: ['ds1.example.com:636'],
  vendor: 'PingDirectory',
  kerberos: { serviceAccountUserPrincipalName: 'u@d', serviceAccountPassword: 'hidden-2', minutesToRetainPreviousCredentials: 20 },
  userTypes: [
    {
      id,
      name: 'Set',
      passwordAuthority: 'LDAP',
      searchBaseDn: 'ou=users',
      orderedCorrelationAttributes: ['objectGUID'],
      newUserLookup: {
        attributeMappings: [{ name: 'username', value: '${ldapAttributes.uid}' }],
        ldapFilterPattern: '(uid=${identifier})',
        population: { id: 'c0000000-0000-4000-8000-000000000001' },
      },
    },
  ],
};
const radius = {
  name: 'RADIUS',
  type: 'RADIUS',
  enabled: false,
  davinci: { policy: { id } },
  defaultSharedSecret: 'shared-1',
  radiusClients: [
    { ip: '127.0.0.1', sharedSecret: 'shared-2', blastRadiusMitigation: { requireMsgAuth: true, limitProxyState: false } },
    { ip: '127.0.0.2' },
  ],
  networkPolicyServer: { ip: '10.1.1.1', port: 5000 },
};
const plain = { name: 'API', type: 'API_GATEWAY_INTEGRATION', enabled: true };

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const make = async (body: object): Promise<string> => {
    const made = await call('POST', 'gateways', { body });
    t.equal(made.statusCode, 201, made.body);
    return made.json().id;
  };
  return { ...server, call, make };
};

t.test('each type of gateway has its own members, and passwords are never shown', async (t) => {
  const { call, make } = await start(t);
  const directory = await make(ldap);
  const { bindPassword: _, kerberos: __, ...shown } = ldap;
  const self = `${environmentUrl}/gateways/${directory}`;
  const read = await call('GET', `gateways/${directory}`);
  t.match(read.json(), {
    _links: {
      self: { href: self },
      environment: { href: environmentUrl },
      credentials: { href: `${self}/credentials` },
      instances: { href: `${self}/instances` },
    },
    environment: { id: environmentId },
    ...shown,
    kerberos: { serviceAccountUserPrincipalName: 'u@d', minutesToRetainPreviousCredentials: 20 },
    connectionSecurity: 'None',
    validateTlsCertificates: true,
    followReferrals: false,
  });
  t.notMatch(read.body, /hidden/);
  t.notOk('credentials' in read.json(), 'a gateway without credentials has no such member');
  t.match((await call('GET', `gateways/${await make(radius)}`)).json(), radius, 'RADIUS secrets are shown');
  for (const type of ['PING_FEDERATE', 'PING_INTELLIGENCE', 'API_GATEWAY_INTEGRATION']) await make({ ...plain, name: type, type });
  t.equal((await call('GET', 'gateways')).json()._embedded.gateways.length, 5);
  for (const needed of ['bindDN', 'bindPassword', 'serversHostAndPort', 'vendor']) {
    const without = { ...ldap, name: 'N', [needed]: undefined };
    t.same(refusal(await call('POST', 'gateways', { body: without })), [400, 'EMPTY_VALUE', needed]);
  }
  const named = { ...ldap, name: 'Second', userTypes: [{ ...ldap.userTypes[0], id: undefined }], followReferrals: true };
  const second = await call('POST', 'gateways', { body: named });
  t.match(second.json(), { followReferrals: true, userTypes: [{ id: /^[0-9a-f-]{36}$/ }] }, 'kinds of users get ids');
  t.same((await call('GET', `gateways/${directory}/instances`)).json(), {
    _links: { self: { href: `${self}/instances` } },
    _embedded: { gatewayInstances: [] },
    count: 0,
    size: 0,
  });
});

t.test('a gateway keeps its type and its own name', async (t) => {
  const { call, make } = await start(t);
  const gateway = await make(plain);
  await make({ ...plain, name: 'Other' });
  const put = (body: object) => call('PUT', `gateways/${gateway}`, { body });
  t.match((await put({ ...plain, name: 'New', enabled: false })).json(), { name: 'New', enabled: false });
  t.same(refusal(await put({ ...plain, name: 'OTHER' })), [400, 'UNIQUENESS_VIOLATION', 'name']);
  t.same(refusal(await put({ ...plain, type: 'PING_FEDERATE' })), [400, 'INVALID_VALUE', 'type']);
  t.same(refusal(await put({ ...plain, type: 'SOCKS' })), [400, 'INVALID_VALUE', 'type']);
  t.equal(refusal(await put({ ...plain, name: 'a<b' }))[2], 'name');
  t.equal((await call('DELETE', `gateways/${gateway}`)).statusCode, 204);
  t.equal((await call('GET', `gateways/${gateway}`)).statusCode, 404);
});

t.test('RADIUS clients have secrets of their own or share one', async (t) => {
  const { call, make } = await start(t);
  const { defaultSharedSecret: _, ...unshared } = radius;
  const refused = await call('POST', 'gateways', { body: unshared });
  t.same(refusal(refused), [400, 'INVALID_VALUE', 'radiusClients[1].sharedSecret']);
  const own = radius.radiusClients.slice(0, 1);
  const gateway = await make({ ...unshared, radiusClients: own });
  t.equal(refusal(await call('PUT', `gateways/${gateway}`, { body: unshared }))[1], 'INVALID_VALUE');
});

t.test('a credential is shown once, at most five exist, and none is an access token', async (t) => {
  const { app, call, make, environment } = await start(t);
  const gateway = await make(ldap);
  const path = `gateways/${gateway}/credentials`;
  const made = await call('POST', path);
  t.equal(made.statusCode, 201, made.body);
  const { id: first, credential, createdAt } = made.json();
  t.match(decodeJwt(credential), {
    aud: 'https://api.pingone.com',
    iss: 'wss://gateways.pingone.com',
    jti: first,
    environmentId,
    environmentName: environment.record.name,
    gatewayId: gateway,
    gatewayName: 'Directory',
    gatewayType: 'LDAP',
    organizationId: environment.record.organization.id,
    iat: Math.floor(Date.parse(createdAt) / 1000),
  });
  t.same((await call('GET', `gateways/${gateway}`)).json().credentials, [{ id: first, createdAt }]);
  t.notOk('credential' in (await call('GET', `${path}/${first}`)).json());
  t.notMatch((await call('GET', path)).body, credential);
  const withType = await call('POST', path, { headers: { 'content-type': 'application/json' } });
  t.equal(withType.statusCode, 201, 'a type without a body, as Ping’s page has it');
  for (let at = 2; at < 5; at += 1) t.equal((await call('POST', path)).statusCode, 201);
  t.equal(refusal(await call('POST', path))[1], 'CONSTRAINT_VIOLATION', 'five at most');
  t.equal((await call('DELETE', `${path}/${first}`)).statusCode, 204);
  const six = await Promise.all([1, 2, 3].map(() => call('POST', path)));
  t.same(six.map(({ statusCode }) => statusCode).sort(), [201, 400, 400], 'also of three at once');

  const asToken = await managementClient(app, credential);
  t.equal((await asToken('GET', 'gateways')).statusCode, 401);
  t.equal((await call('DELETE', `gateways/${gateway}`)).statusCode, 204);
  t.same(await environment.store.gatewayCredentials.list(), [], 'they go with their gateway');
});

t.test('a gateway has roles, which go with it', async (t) => {
  const { call, make, environment } = await start(t);
  const gateway = await make(plain);
  const path = `gateways/${gateway}/roleAssignments`;
  t.same((await call('GET', path)).json()._embedded.roleAssignments, []);
  const body = { role: { id: developer }, scope: { id: environmentId, type: 'ENVIRONMENT' } };
  const made = await call('POST', path, { body });
  t.equal(made.statusCode, 201, made.body);
  t.match((await call('GET', `${path}/${made.json().id}`)).json(), { ...body, readOnly: false });
  t.equal((await call('DELETE', `${path}/${made.json().id}`)).statusCode, 204);
  t.equal((await call('POST', path, { body })).statusCode, 201);
  t.equal((await call('DELETE', `gateways/${gateway}`)).statusCode, 204);
  t.same(await environment.store.roleAssignments.find('holder.id', gateway), []);
  t.equal((await call('POST', `gateways/${ids.spa}/roleAssignments`, { body })).statusCode, 404);
});

t.test('an export has gateways with their roles, and starts a mock with the same', async (t) => {
  const { app, call, make } = await start(t);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  t.notOk('gateways' in (await exported(app)).environments[0]);
  const gateway = await make(ldap);
  await make(radius);
  await call('POST', `gateways/${gateway}/credentials`);
  const body = { role: { id: developer }, scope: { id: environmentId, type: 'ENVIRONMENT' } };
  await call('POST', `gateways/${gateway}/roleAssignments`, { body });
  const seed = await exported(app);
  t.match(seed.environments[0].gateways, [{ id: gateway, bindDN: 'cn=svc', roleAssignments: [{ role: developer }] }, radius]);
  t.notOk('credentials' in seed.environments[0].gateways[0]);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);
  const reader = { read: async (at: string) => (await call('GET', at)).json() };
  t.notMatch(JSON.stringify(await collectSeed(reader, { environmentId })), /shared-\d/, 'a seed without secrets has none');
});
