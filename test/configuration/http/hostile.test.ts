import t from 'tap';
import { type Call, managementClient } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const orders = 'f0000000-0000-4000-8000-000000000001';
const ordersRead = 'f1000000-0000-4000-8000-000000000001';
const organizationId = 'd0000000-0000-4000-8000-000000000001';

interface Row {
  /** Where it is made and listed. */
  path: string;
  body: Record<string, unknown>;
  /** Whether one can be replaced. */
  put?: boolean;
}

/** Everything that can be made, each with a body that is right. */
async function rows(call: Call): Promise<Row[]> {
  const [schema] = (await call('GET', 'schemas')).json()._embedded.schemas;
  const policy = (await call('POST', 'signOnPolicies', { body: { name: 'Steps' } })).json().id;
  const rsa = { algorithm: 'RSA', keyLength: 2048, signatureAlgorithm: 'SHA256withRSA', usageType: 'SIGNING', validityPeriod: 10 };
  const group = (await call('POST', 'groups', { body: { name: 'G' } })).json().id;
  const worker = (
    await call('POST', 'applications', { body: { name: 'W', type: 'WORKER', protocol: 'OPENID_CONNECT', assignActorRoles: false } })
  ).json();
  const [theme] = (await call('GET', 'themes')).json()._embedded.themes;
  const [standard] = (await call('GET', 'signOnPolicies')).json()._embedded.signOnPolicies;
  const failure = { count: 1, coolDown: { duration: 1, timeUnit: 'MINUTES' } };
  const codes = { enabled: true, otp: { lifeTime: { duration: 1, timeUnit: 'MINUTES' }, failure, otpLength: 6 } };
  const google = { name: 'Google', enabled: true, type: 'GOOGLE', clientId: 'c', clientSecret: 's' };
  const papers = (await call('POST', `resources/${orders}/applicationResources`, { body: { name: 'Papers' } })).json().id;
  const provider = (await call('POST', 'identityProviders', { body: google })).json().id;
  const [{ id: notices }] = (await call('GET', 'notificationsPolicies')).json()._embedded.notificationsPolicies;
  return [
    {
      path: '/environments',
      body: {
        name: 'E',
        type: 'SANDBOX',
        region: 'NA',
        license: { id: organizationId },
        description: 'd',
        billOfMaterials: { products: [{ type: 'PING_ID' }] },
      },
      put: true,
    },
    {
      path: 'populations',
      body: { name: 'P', description: 'd', default: false, alternativeIdentifiers: ['a'], theme: { id: theme.id } },
      put: true,
    },
    {
      path: 'deviceAuthenticationPolicies',
      body: {
        name: 'D',
        default: false,
        sms: codes,
        voice: codes,
        email: codes,
        mobile: { enabled: true, otp: { failure }, applications: [{ id: ids.spa, push: { enabled: true } }] },
        totp: { enabled: true, otp: { failure }, uriParameters: { issuer: 'x' } },
        fido2: { enabled: true, failure },
        rememberMe: { web: { enabled: true, lifeTime: { duration: 1, timeUnit: 'DAYS' } } },
        notificationsPolicy: { id: notices },
      },
      put: true,
    },
    { path: `resources/${orders}/applicationResources`, body: { name: 'A', description: 'd' }, put: true },
    { path: `applicationResources/${papers}/permissions`, body: { action: 'read', description: 'd' }, put: true },
    { path: 'applicationRoles', body: { name: 'A', description: 'd' }, put: true },
    { path: 'gateways', body: { name: 'A', enabled: true, type: 'PING_FEDERATE', description: 'd' }, put: true },
    {
      path: 'identityProviders',
      body: {
        name: 'I',
        enabled: true,
        type: 'FACEBOOK',
        appId: 'a',
        appSecret: 's',
        icon: { id: orders, href: 'https://example.com/i' },
        description: 'd',
      },
      put: true,
    },
    { path: `identityProviders/${provider}/attributes`, body: { name: 'email', value: 'v', update: 'ALWAYS' }, put: true },
    { path: 'agreements', body: { name: 'A', enabled: false, description: 'd', reconsentPeriodDays: 3 }, put: true },
    {
      path: 'templates/strong_authentication/contents',
      body: { locale: 'en', deliveryMethod: 'Push', title: 't', body: 'b', variant: 'v', pushCategory: 'BANNER_BUTTONS' },
      put: true,
    },
    { path: 'languages', body: { locale: 'de-AT', enabled: false, default: false, name: 'Austrian' }, put: true },
    {
      path: 'themes',
      body: {
        template: 'slate',
        default: false,
        configuration: { name: 'T', logoType: 'NONE', backgroundType: 'COLOR', backgroundColor: '#000000' },
      },
      put: true,
    },
    { path: 'groups', body: { name: 'H', description: 'd', externalId: 'e', userFilter: 'email sw "a"', customData: { a: 1 } }, put: true },
    { path: `users/${ids.alice}/memberOfGroups`, body: { id: group } },
    {
      path: 'resources',
      body: {
        name: 'R',
        description: 'd',
        audience: 'a',
        accessTokenValiditySeconds: 300,
        introspectEndpointAuthMethod: 'NONE',
        applicationPermissionsSettings: { claimEnabled: true },
      },
      put: true,
    },
    { path: `resources/${orders}/scopes`, body: { name: 's', description: 'd' }, put: true },
    { path: `resources/${orders}/attributes`, body: { name: 'a', value: 'v' }, put: true },
    { path: `applications/${ids.spa}/grants`, body: { resource: { id: orders }, scopes: [{ id: ordersRead }] }, put: true },
    {
      path: `applications/${ids.spa}/attributes`,
      body: { name: 'a', value: 'v', required: true, idToken: true, userInfo: false },
      put: true,
    },
    { path: `applications/${ids.spa}/signOnPolicyAssignments`, body: { signOnPolicy: { id: standard.id }, priority: 1 }, put: true },
    {
      path: `applications/${worker.id}/roleAssignments`,
      body: { role: { id: 'b5057d0d-7281-47f6-9398-8a7e4cb71397' }, scope: { id: environmentId, type: 'ENVIRONMENT' } },
    },
    { path: 'signOnPolicies', body: { name: 'S', description: 'd', default: false }, put: true },
    {
      path: `signOnPolicies/${policy}/actions`,
      body: {
        type: 'LOGIN',
        priority: 1,
        condition: { secondsSince: 'x', greater: 1 },
        recovery: { enabled: true },
        registration: { enabled: false },
      },
      put: true,
    },
    {
      path: 'passwordPolicies',
      body: {
        name: 'P',
        excludesCommonlyUsed: true,
        excludesProfileData: true,
        notSimilarToCurrent: true,
        length: { min: 8, max: 20 },
        history: { count: 1 },
        minCharacters: { '0123456789': 1 },
        maxAgeDays: 5,
      },
      put: true,
    },
    { path: 'keyRotationPolicies', body: { ...rsa, name: 'K', dn: 'CN=K', rotationPeriod: 30 }, put: true },
    {
      path: `schemas/${schema.id}/attributes`,
      body: { name: 'shoe', type: 'STRING', enabled: true, unique: true, multiValued: true, enumeratedValues: [{ value: 'a' }] },
      put: true,
    },
  ];
}

const wrong = [5, -1, 1e308, '', 'x', true, null, [], [null], [[]], {}, { id: 5 }, { id: 'x' }, 'a\0b', '\ud800', 'x'.repeat(100_000)];

t.test('no value of any member of any resource causes a 500', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (const { path, body, put } of await rows(call)) {
    const made = await call('POST', path, { body });
    t.equal(made.statusCode, 201, `${path}: ${made.body}`);
    const self = (made.json()._links.self.href as string).split('/v1')[1] as string;
    t.same((await call('GET', self)).json().id, made.json().id);
    t.equal((await call('GET', self.replace(made.json().id, made.json().id.toUpperCase()))).statusCode, 200, `${path}: ids have no case`);
    if (put) {
      const echoed = await call('PUT', self, { body: made.json() });
      t.equal(echoed.statusCode, 200, `${path}: what was read can be written: ${echoed.body}`);
      const { updatedAt: _, createdAt: __, ...kept } = echoed.json();
      // The bill of materials has a path of its own.
      const { billOfMaterials: ___, ...told } = body;
      t.match(kept, told, `${path}: and comes back as it was`);
    }
    for (const member of Object.keys(body))
      for (const value of wrong)
        for (const [method, at] of put
          ? ([
              ['POST', path],
              ['PUT', self],
            ] as const)
          : ([['POST', path]] as const)) {
          const { statusCode } = await call(method, at, { body: { ...body, [member]: value } });
          if (![200, 201, 400, 403].includes(statusCode))
            t.fail(`${method} ${at} ${member}: ${JSON.stringify(value).slice(0, 40)} got ${statusCode}`);
        }
    const sneaky = JSON.stringify(body).replace('{', '{"__proto__":{"id":"x"},"constructor":{"prototype":{"x":1}},"_links":5,"id":7,');
    t.ok([201, 400].includes((await call('POST', path, { body: sneaky })).statusCode), `${path}: __proto__`);
    t.equal(({} as { x?: number }).x, undefined);
    for (const broken of [
      '{"name":',
      '[]',
      'null',
      '"x"',
      `{"name":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    ])
      t.equal(
        (await call('POST', path, { body: broken, headers: { 'content-type': 'application/json' } })).statusCode,
        400,
        `${path}: ${broken.slice(0, 20)}`,
      );
    t.equal((await call('POST', path, { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).statusCode, 415);
    for (const id of ['x', '%00', '%']) t.equal((await call('GET', `${path}/${id}`)).statusCode, 400, `${path}/${id}`);
    t.equal((await call('GET', `${path}/99999999-9999-4999-8999-999999999999`)).statusCode, 404, `${path}: no such thing`);
  }
});

t.test('every list answers 200 or 400, whatever its query', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (const { path } of [...(await rows(call)), { path: 'keys' }, { path: 'schemas' }, { path: '/roles' }, { path: '/organizations' }])
    for (const query of ['', '?limit=100', '?filter=', '?limit=1&limit=2', '?cursor=x', '?expand=x&include=y&order=-z', '?limit=x'])
      t.ok([200, 400].includes((await call('GET', `${path}${query}`)).statusCode), `${path}${query}`);
});
