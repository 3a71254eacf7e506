// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import t from 'tap';
import { collectSeed } from '../../../src/configuration/seed/collect.js';
import type { KeyRecord } from '../../../src/environment/model/configuration.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

const path = 'identityProviders';
const id = 'b0000000-0000-4000-8000-000000000001';
const client = { clientId: 'c', clientSecret: 's' };
const openId = {
  name: 'Partner',
  type: 'OPENID_CONNECT',
  enabled: true,
  description: 'd',
  icon: { id, href: 'https://example.com/i.png' },
  ...client,
  issuer: 'https://idp.example.com',
  authorizationEndpoint: 'https://idp.example.com/authorize',
  tokenEndpoint: 'https://idp.example.com/token',
  jwksEndpoint: 'https://idp.example.com/jwks',
  userInfoEndpoint: 'https://idp.example.com/userinfo',
  discoveryEndpoint: 'https://idp.example.com/.well-known/openid-configuration',
  scopes: ['openid', 'profile'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_POST',
  pkceMethod: 'S256',
};
const saml = {
  name: 'SAML',
  type: 'SAML',
  enabled: false,
  idpEntityId: 'https://idp.example.com',
  spEntityId: 'sp',
  ssoBinding: 'HTTP_POST',
  ssoEndpoint: 'https://idp.example.com/sso',
  idpVerification: { certificates: [{ id }] },
  spSigning: { key: { id }, algorithm: 'SHA256withRSA' },
  sloBinding: 'HTTP_REDIRECT',
  sloEndpoint: 'https://idp.example.com/slo',
  sloResponseEndpoint: 'https://idp.example.com/slo/response',
  sloWindow: 5,
  authnRequestSigned: true,
};

/** Each type with what it needs, and the source of the username that it begins with. */
const types: readonly (readonly [string, object, string])[] = [
  ['FACEBOOK', { appId: 'a', appSecret: 's' }, '${providerAttributes.email}'],
  ['GOOGLE', client, '${providerAttributes.emailAddress.value}'],
  ['LINKEDIN', client, '${providerAttributes.emailAddress}'],
  ['LINKEDIN_OIDC', client, '${providerAttributes.sub}'],
  ['TWITTER', client, '${providerAttributes.id}'],
  ['AMAZON', client, '${providerAttributes.user_id}'],
  ['YAHOO', client, '${providerAttributes.sub}'],
  ['GITHUB', client, '${providerAttributes.id}'],
  ['MICROSOFT', { ...client, tenantId: 't' }, '${providerAttributes.id}'],
  ['PAYPAL', { ...client, clientEnvironment: 'sandbox' }, '${providerAttributes.user_id}'],
  ['APPLE', { clientId: 'c', clientSecretSigningKey: 'k', keyId: 'k', teamId: 't' }, '${providerAttributes.sub}'],
  ['OPENID_CONNECT', openId, '${providerAttributes.sub}'],
  ['SAML', saml, '${samlAssertion.subject}'],
];

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  // What the SAML provider names.
  const key = { ...{ name: 'K', algorithm: 'EC', keyLength: 256, signatureAlgorithm: 'SHA256withECDSA' }, validityPeriod: 10 };
  const made = (await call('POST', 'keys', { body: { ...key, subjectDN: 'CN=K', usageType: 'SIGNING' } })).json();
  const { store } = server.environment;
  const { privateKey: _, ...certificate } = (await store.configuredKeys.get(made.id)) as KeyRecord;
  await store.certificates.put({ ...certificate, id });
  await store.configuredKeys.put({ ...((await store.configuredKeys.get(made.id)) as KeyRecord), id });
  const make = async (body: object): Promise<string> => {
    const made = await call('POST', path, { body });
    t.equal(made.statusCode, 201, made.body);
    return made.json().id;
  };
  return { ...server, call, make };
};

t.test('each type of identity provider has its own members, and a mapping of the username', async (t) => {
  const { call } = await start(t);
  for (const [type, members, source] of types) {
    const body = { ...members, name: `P ${type}`, type, enabled: true };
    const made = await call('POST', `${path}?expand=attributes`, { body });
    t.equal(made.statusCode, 201, `${type}: ${made.body}`);
    const self = `${environmentUrl}/${path}/${made.json().id}`;
    t.match(made.json(), {
      _links: { self: { href: self }, environment: { href: environmentUrl }, attributes: { href: `${self}/attributes` } },
      environment: { id: environmentId },
      ...body,
      _embedded: { attributes: [{ name: 'username', value: source, update: 'EMPTY_ONLY', mappingType: 'CORE' }] },
    });
    const { _embedded: _, ...plain } = made.json();
    t.same((await call('GET', `${path}/${made.json().id}`)).json(), plain, `${type}, with its secrets`);
    for (const needed of Object.keys(members).filter((name) => !['tenantId', 'description', 'icon'].includes(name))) {
      if (['userInfoEndpoint', 'discoveryEndpoint', 'pkceMethod', 'spSigning', 'authnRequestSigned', 'type'].includes(needed)) continue;
      if (/^slo|^name$|^enabled$/.test(needed)) continue;
      const without = { ...body, name: `${type} ${needed}`, [needed]: undefined };
      t.same(refusal(await call('POST', path, { body: without })), [400, 'EMPTY_VALUE', needed], `${type} needs ${needed}`);
    }
  }
  t.equal((await call('GET', path)).json()._embedded[path].length, types.length);
  t.same(refusal(await call('POST', path, { body: { ...openId, type: 'OTHER' } })), [400, 'INVALID_VALUE', 'type']);
  const foreign = await call('POST', path, { body: { ...openId, name: 'Foreign', appSecret: 'x' } });
  t.notOk('appSecret' in foreign.json(), 'members of other types are dropped');
});

t.test('a provider keeps its type and its own name, and registers users in a population that exists', async (t) => {
  const { call, make } = await start(t);
  const google = { name: 'G', type: 'GOOGLE', enabled: false, ...client };
  const provider = await make(google);
  const other = await make({ ...google, name: 'Other' });
  const put = (body: object) => call('PUT', `${path}/${provider}`, { body });
  t.same(refusal(await put({ ...google, name: 'OTHER' })), [400, 'UNIQUENESS_VIOLATION', 'name']);
  t.same(refusal(await put({ ...google, type: 'GITHUB' })), [400, 'INVALID_VALUE', 'type']);
  const unknown = { ...google, registration: { population: { id } } };
  t.same(refusal(await put(unknown)), [400, 'INVALID_VALUE', 'registration.population.id']);
  const population = (await call('POST', 'populations', { body: { name: 'Partners' } })).json().id;
  const registration = { population: { id: population } };
  t.match((await put({ ...google, registration, description: 'd' })).json(), { registration, description: 'd', ...client });
  t.notOk('description' in (await put(google)).json());
  const without = { ...openId, name: 'Plain', pkceMethod: undefined };
  t.equal((await call('POST', path, { body: without })).json().pkceMethod, 'NONE');
  t.equal((await call('DELETE', `${path}/${other}`)).statusCode, 204);
  t.equal((await call('GET', `${path}/${other}/attributes`)).statusCode, 404);
});

t.test('attributes of a provider are mapped; of the core mapping only the value changes', async (t) => {
  const { call, make, environment } = await start(t);
  const provider = await make(openId);
  const attributes = `${path}/${provider}/attributes`;
  const email = { name: 'email', value: '${providerAttributes.email}', update: 'ALWAYS' };
  const made = await call('POST', attributes, { body: email });
  t.equal(made.statusCode, 201, made.body);
  const provides = `${environmentUrl}/${path}/${provider}`;
  t.match(made.json(), {
    _links: {
      self: { href: `${provides}/attributes/${made.json().id}` },
      environment: { href: environmentUrl },
      identityProvider: { href: provides },
    },
    identityProvider: { id: provider },
    mappingType: 'CUSTOM',
    ...email,
  });
  t.same(refusal(await call('POST', attributes, { body: email })), [400, 'UNIQUENESS_VIOLATION', 'name']);
  for (const name of ['account', 'id', 'created', 'updated', 'lifecycle', 'mfaEnabled', 'enabled'])
    t.same(refusal(await call('POST', attributes, { body: { ...email, name } })), [400, 'INVALID_VALUE', 'name'], name);
  const own = `${attributes}/${made.json().id}`;
  t.match((await call('PUT', own, { body: { ...email, name: 'nickname', update: 'EMPTY_ONLY' } })).json(), { name: 'nickname' });
  t.same(refusal(await call('PUT', own, { body: { ...email, name: 'id' } })), [400, 'INVALID_VALUE', 'name']);

  const [core] = (await call('GET', attributes)).json()._embedded.attributes;
  const coreBody = { name: 'username', value: '${providerAttributes.email}', update: 'EMPTY_ONLY' };
  t.match((await call('PUT', `${attributes}/${core.id}`, { body: coreBody })).json(), { ...coreBody, mappingType: 'CORE' });
  for (const [change, target] of [
    [{ name: 'nickname' }, 'name'],
    [{ update: 'ALWAYS' }, 'update'],
  ] as const)
    t.same(refusal(await call('PUT', `${attributes}/${core.id}`, { body: { ...coreBody, ...change } })), [400, 'INVALID_VALUE', target]);
  t.equal(refusal(await call('DELETE', `${attributes}/${core.id}`))[1], 'CONSTRAINT_VIOLATION');
  t.equal((await call('DELETE', own)).statusCode, 204);
  t.equal((await call('DELETE', `${path}/${provider}`)).statusCode, 204);
  t.same(await environment.store.identityProviderAttributes.list(), [], 'they go with their provider');
});

t.test('a population has a default identity provider until that is deleted, and neither id nor type without one', async (t) => {
  const { call, make } = await start(t);
  const provider = await make(openId);
  const population = (await call('POST', 'populations', { body: { name: 'Partners' } })).json();
  const own = `populations/${population.id}/defaultIdentityProvider`;
  const self = `${environmentUrl}/${own}`;
  const links = { self: { href: self }, population: { href: `${environmentUrl}/populations/${population.id}` } };
  t.same((await call('GET', own)).json(), { _links: links });
  const set = await call('PUT', own, { body: { id: provider.toUpperCase() } });
  t.same(set.json(), { _links: links, id: provider, type: 'OPENID_CONNECT' });
  t.same(refusal(await call('PUT', own, { body: { id } })), [400, 'INVALID_VALUE', 'id']);
  t.notOk('defaultIdentityProvider' in (await call('GET', `populations/${population.id}`)).json());
  await call('PUT', `populations/${population.id}`, { body: { name: 'Renamed' } });
  t.equal((await call('GET', own)).json().id, provider, 'a change of the population keeps it');
  t.same((await call('PUT', own, { body: {} })).json(), { _links: links }, 'PingOne itself again');
  await call('PUT', own, { body: { id: provider } });
  t.equal((await call('DELETE', `${path}/${provider}`)).statusCode, 204);
  t.same((await call('GET', own)).json(), { _links: links });
});

t.test('an export has identity providers with their attributes, and starts a mock with the same', async (t) => {
  const { app, call, make } = await start(t);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  t.notOk(path in (await exported(app)).environments[0]);
  const population = (await call('POST', 'populations', { body: { name: 'Partners' } })).json().id;
  const provider = await make({ ...openId, registration: { population: { id: population } } });
  await make(saml);
  await call('POST', `${path}/${provider}/attributes`, { body: { name: 'email', value: 'v', update: 'ALWAYS' } });
  await call('PUT', `populations/${population}/defaultIdentityProvider`, { body: { id: provider } });
  const seed = await exported(app);
  const [contents] = seed.environments;
  t.match(contents[path], [{ ...openId, id: provider, attributes: [{ name: 'username' }, { name: 'email', update: 'ALWAYS' }] }, saml]);
  t.ok(contents.populations.some((one: object) => 'defaultIdentityProvider' in one));
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);

  const reader = { read: async (at: string) => (await call('GET', at)).json() };
  const [open] = (await collectSeed(reader, { environmentId })).environments;
  t.notMatch(JSON.stringify(open), /clientSecret/, 'a seed without secrets has none');
  const plain = {
    environments: [
      { id: environmentId, [path]: [{ name: 'G', type: 'GOOGLE' }], populations: [{ name: 'X', defaultIdentityProvider: 'G' }] },
    ],
  };
  const few = await buildTestServer(t, { config: JSON.stringify(plain) });
  t.match((await exported(few.app)).environments[0], {
    [path]: [
      { name: 'G', type: 'GOOGLE', enabled: true, attributes: [{ name: 'username', value: '${providerAttributes.emailAddress.value}' }] },
    ],
  });
  const [, named] = (await exported(few.app)).environments[0].populations;
  t.match(named, { name: 'X', defaultIdentityProvider: { id: /^[0-9a-f-]{36}$/ } });
});
