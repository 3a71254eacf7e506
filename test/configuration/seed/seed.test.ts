import { pino } from 'pino';
import t from 'tap';
import { applicationSecrets } from '../../../src/configuration/applications/applications.js';
import { checkPassword } from '../../../src/configuration/directory/passwords.js';
import { findUserByUsername } from '../../../src/configuration/directory/users.js';
import { createEnvironment } from '../../../src/configuration/environments/create.js';
import { devicePoliciesOf } from '../../../src/configuration/mfa/device-policies.js';
import { openContext } from '../../../src/configuration/open-context.js';
import { applySeed, readKnownSeed, readSeed, SeedError } from '../../../src/configuration/seed/index.js';
import { mostTold } from '../../../src/configuration/seed/read.js';
import { policyInForce } from '../../../src/configuration/sign-on-policies/in-force.js';
import { defaultSeedJson } from '../../../src/embedded.js';
import type { Context, Environment } from '../../../src/environment/context.js';
import { memoryFactory } from '../../../src/environment/store/factory.js';
import { createClock } from '../../../src/lib/clock.js';
import { defaultSettings } from '../../../src/settings/read.js';
import { nextPolicyAction } from '../../../src/signon/policy-actions.js';
import { rotationPolicy } from '../../helpers/configure.js';
import { ids } from '../../helpers/server.js';

const warnings: object[] = [];
const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(JSON.parse(line) as object) });

const emptyContext = (): Promise<Context> =>
  openContext({ settings: defaultSettings, log, factory: memoryFactory(), clock: createClock() });

/** An environment made of a seed. */
async function seeded(environment: object, context?: Context): Promise<Environment> {
  const server = context ?? (await emptyContext());
  await applySeed(server, readSeed({ environments: [environment] }, 'test.json'));
  return server.environments.list()[0] as Environment;
}

/** Everything that a refused seed has wrong. */
function refusalOf(seed: unknown): readonly string[] {
  try {
    readSeed(seed, 'test.json');
    return [];
  } catch (error) {
    return (error as SeedError).problems;
  }
}

const one = (part: object) => ({ environments: [part] });
const application = { name: 'a', type: 'WEB_APP', protocol: 'OPENID_CONNECT', redirectUris: ['https://x'] };

t.test('of many problems, fifty are named and the others counted', async (t) => {
  const unknown = Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`applications${at}`, 1]));
  const [first = '', ...others] = refusalOf(one(unknown));
  t.equal(first, 'test.json: environments[0]: unknown name "applications0"; did you mean "applications"?');
  t.equal(others.length, mostTold);
  t.equal(others.at(-1), 'test.json: and 59950 more problems');
});

t.test('a malformed seed is refused with one message that names the place', async (t) => {
  const cases: [string, unknown, string][] = [
    ['nothing', undefined, 'expected an object'],
    ['a list', [], 'expected an object'],
    ['no environments', {}, 'environments: is missing; expected a list'],
    ['none of them', { environments: [] }, 'environments: expected at least one'],
    ['a text', { environments: ['x'] }, 'environments[0]: expected an object'],
    ['a misspelt list', { environment: [], environments: [{}] }, 'unknown name "environment"; did you mean "environments"?'],
    ['a misspelt member', one({ aplications: [] }), 'environments[0]: unknown name "aplications"; did you mean "applications"?'],
    ['a misspelt short word', one({ aps: [] }), 'environments[0]: unknown name "aps"; did you mean "apps"?'],
    [
      'a misspelt property',
      one({ applications: [{ ...application, redirectUri: ['https://x'] }] }),
      'environments[0].applications[0]: unknown name "redirectUri"; did you mean "redirectUris"?',
    ],
    ['both words', one({ apps: [], applications: [] }), 'environments[0]: "apps" is another word for "applications"; write one of the two'],
    ['an id that is none', one({ id: 'x' }), 'environments[0].id: expected a UUID'],
    ['no name', one({ users: [{}] }), 'environments[0].users[0].username: is missing; expected a text'],
    ['an empty name', one({ users: [{ username: '' }] }), 'environments[0].users[0].username: must not be empty'],
    ['a number for a name', one({ users: [{ username: 5 }] }), 'environments[0].users[0].username: expected a text'],
    ['a long name', one({ users: [{ username: 'x'.repeat(129) }] }), 'environments[0].users[0].username: expected 1 to 128 characters'],
    [
      'NUL',
      one({ groups: [{ name: 'a\0' }] }),
      'environments[0].groups[0].name: has characters that are not allowed in text (NUL, or half of a surrogate pair)',
    ],
    ['no address', one({ users: [{ username: 'a', email: 'x' }] }), 'environments[0].users[0].email: expected an e-mail address'],
    [
      'a number for a password',
      one({ users: [{ username: 'a', password: 5 }] }),
      'environments[0].users[0].password: expected a text or an object',
    ],
    ['another region', one({ region: 'XX' }), 'environments[0].region: expected one of AP, AU, CA, EU, NA, SG'],
    [
      'out of range',
      one({ applications: [{ ...application, parTimeout: 0 }] }),
      'environments[0].applications[0].parTimeout: expected a whole number from 1 to 600',
    ],
    [
      'too small',
      one({ passwordPolicies: [{ name: 'p', maxAgeDays: 0 }] }),
      'environments[0].passwordPolicies[0].maxAgeDays: expected a whole number from 1',
    ],
    [
      'too many',
      one({ applications: [{ ...application, mobile: { integrityDetection: { excludedPlatforms: ['IOS', 'GOOGLE'] } } }] }),
      'environments[0].applications[0].mobile.integrityDetection.excludedPlatforms: expected at most 1 items',
    ],
    [
      'another pattern',
      one({ applications: [{ ...application, devicePathId: 'a b' }] }),
      'environments[0].applications[0].devicePathId: expected a text that matches ^[a-zA-Z0-9_-]{1,50}$',
    ],
    ['several problems', one({ users: [{}, {}] }), 'environments[0].users[0].username: is missing; expected a text (and 1 more)'],
    [
      'a misspelt name that is missing now',
      one({ users: [{ usrname: 'a' }] }),
      'environments[0].users[0]: unknown name "usrname"; did you mean "username"? (and 1 more)',
    ],
    [
      'one id twice',
      one({
        users: [
          { id: ids.bob, username: 'a' },
          { id: ids.bob.toUpperCase(), username: 'b' },
        ],
      }),
      'environments[0].users[1].id: users[0] already has this id',
    ],
  ];
  for (const [name, json, message] of cases)
    try {
      readSeed(json, 'seed.json');
      t.fail(name);
    } catch (error) {
      t.ok(error instanceof SeedError, name);
      t.equal((error as Error).message, `seed.json: ${message}`, name);
    }
});

t.test('a seed whose parts do not fit together is refused with the place', async (t) => {
  const cases: [string, object, string | RegExp][] = [
    [
      'an unknown resource',
      { applications: [{ ...application, grants: [{ resource: 'opneid', scopes: [] }] }] },
      'applications[0].grants[0].resource: there is no resource "opneid"; did you mean "openid"?',
    ],
    [
      'an unknown scope',
      { applications: [{ ...application, grants: [{ resource: 'openid', scopes: ['mail'] }] }] },
      'applications[0].grants[0].scopes[0]: there is no scope of openid "mail"; did you mean "email"?',
    ],
    [
      'two grants',
      {
        applications: [
          {
            ...application,
            grants: [
              { resource: 'openid', scopes: [] },
              { resource: { name: 'openid' }, scopes: [] },
            ],
          },
        ],
      },
      'applications[0].grants[1].resource: there already is a grant for openid',
    ],
    [
      'an unknown role',
      { applications: [{ ...application, roleAssignments: [{ role: 'Admin' }] }] },
      /applications\[0\]\.roleAssignments\[0\]\.role: there is no role "Admin"; did you mean ".* Admin"\?/,
    ],
    [
      'an unknown policy',
      { applications: [{ ...application, signOnPolicyAssignments: [{ signOnPolicy: 'Multi' }] }] },
      /applications\[0\]\.signOnPolicyAssignments\[0\]\.signOnPolicy: there is no sign-on policy "Multi"/,
    ],
    ['an unknown population', { users: [{ username: 'a', population: 'x' }] }, /users\[0\]\.population: there is no population "x"/],
    ['an unknown group', { users: [{ username: 'a', groups: [{}] }] }, 'users[0].groups[0]: there is no group ""'],
    [
      'two users of one name',
      { users: [{ username: 'a' }, { username: 'A' }] },
      'users[1].username: is unique but a non-unique value is provided',
    ],
    [
      'two populations of one name',
      { populations: [{ name: 'a' }, { name: 'A' }] },
      'populations[1].name: another population already has the name "A"',
    ],
    [
      'two resources of one name',
      {
        resources: [
          { name: 'a', id: ids.spa },
          { name: 'A', id: ids.web },
        ],
      },
      'resources[1].name: is unique but a non-unique value is provided',
    ],
    [
      'an application against the rules',
      { applications: [{ ...application, redirectUris: ['/x'] }] },
      'applications[0].redirectUris: must be an absolute URI without a fragment',
    ],
  ];
  for (const [name, environment, message] of cases)
    await t.rejects(
      seeded(environment),
      typeof message === 'string' ? { message: `test.json: environments[0].${message}` } : { message },
      name,
    );
  await t.rejects(seeded({ populations: [{ name: 'a', passwordPolicy: 'x' }] }), {
    message: /there is no password policy "x"; did you mean "Basic"/,
  });
});

t.test('a new environment has what PingOne creates in one', async (t) => {
  const context = await emptyContext();
  const { store, record, id } = await createEnvironment(context, {});
  t.match(record, {
    name: 'Environment',
    type: 'SANDBOX',
    region: 'NA',
    organization: { id: /^[0-9a-f-]{36}$/ },
    license: { id: /^[0-9a-f-]{36}$/ },
  });
  t.match(await store.populations.list(), [{ name: 'Default', default: true, environment: { id } }]);
  t.match(await store.passwordPolicies.list(), [{ name: 'Standard', default: true, length: { min: 8, max: 255 } }]);
  t.same(
    (await store.applications.list()).map(({ name }) => name),
    ['PingOne Admin Console', 'PingOne Application Portal', 'PingOne Self-Service - MyAccount'],
  );
  const [openId] = await store.resources.find('type', 'OPENID_CONNECT');
  const [api] = await store.resources.find('type', 'PINGONE_API');
  t.match([openId?.name, api?.name, api?.audience], ['openid', 'PingOne API', 'https://api.pingone.com']);
  const scopes = async (resource = '') => (await store.scopes.find('resource.id', resource)).map(({ name }) => name);
  t.same(await scopes(openId?.id), ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);
  t.ok((await scopes(api?.id)).includes('p1:read:user'));
  const claims = await store.resourceAttributes.find('resource.id', openId?.id ?? '');
  t.equal(claims.length, 24);
  t.match(claims.find(({ name }) => name === 'given_name')?.value, 'user.name.given');

  const environment = context.environments.get(id) as Environment;
  const policy = await policyInForce(environment, ids.spa);
  t.equal(policy.name, 'Single_Factor');
  const now = Date.UTC(2026, 0, 1);
  const earlier = { authenticatedAt: now - 30 * 86_400_000, amr: ['pwd'] };
  t.notOk(nextPolicyAction(policy.actions, { passed: [], earlier, now }), 'a session of a month meets the default policy');
  const second = await createEnvironment(context, { name: 'Second', description: 'd', region: 'EU' });
  t.match(second.record, { name: 'Second', description: 'd', region: 'EU', organization: record.organization, license: record.license });
});

t.test('the default seed is right: read without checks it is the same', async (t) => {
  const texts = [readSeed, readKnownSeed].map((read) => JSON.stringify(read(JSON.parse(defaultSeedJson), 'the built-in seed')));
  t.equal(texts[1], texts[0]);
});

t.test('the default seed has its users, applications, grants and resources', async (t) => {
  const context = await emptyContext();
  await applySeed(context, readSeed(JSON.parse(defaultSeedJson), 'the built-in seed'));
  const environment = context.environments.list()[0] as Environment;
  const { store, record } = environment;
  t.match(record, {
    id: 'e0000000-0000-4000-8000-000000000001',
    name: 'Demo',
    organization: { id: 'd0000000-0000-4000-8000-000000000001' },
  });
  t.match(await store.populations.list(), [{ id: 'c0000000-0000-4000-8000-000000000001', default: true }], 'in place of the generated one');
  const alice = await findUserByUsername(environment, 'ALICE');
  t.match(alice, { id: ids.alice, enabled: true, population: { id: 'c0000000-0000-4000-8000-000000000001' } });
  t.same(await checkPassword(environment, ids.alice, 'Alice-Passw0rd'), { kind: 'right', status: 'OK' });
  t.same(await applicationSecrets(environment, ids.web, 0), ['web-secret']);
  t.match(await store.applications.get(ids.spa), { pkceEnforcement: 'S256_REQUIRED', clientId: ids.spa, refreshTokenDuration: 2_592_000 });
  t.match(
    (await store.roleAssignments.find('holder.id', ids.worker)).map(({ scope }) => scope),
    [
      { id: record.organization.id, type: 'ORGANIZATION' },
      { id: record.id, type: 'ENVIRONMENT' },
      { id: record.id, type: 'ENVIRONMENT' },
      { id: record.id, type: 'ENVIRONMENT' },
    ],
  );
  const [grant] = await store.grants.find('application.id', ids.spa);
  const names = await Promise.all((grant?.scopes ?? []).map(async ({ id }) => (await store.scopes.get(id))?.name));
  t.same(names, ['profile', 'email', 'address', 'phone'], 'exactly the scopes that are named');
  const [orders] = await store.resources.find('name', 'orders');
  t.match(orders, { type: 'CUSTOM', audience: 'https://orders.example.com', accessTokenValiditySeconds: 3600 });
  t.match(await store.resourceAttributes.find('resource.id', orders?.id ?? ''), [{ name: 'sub', type: 'CORE' }]);
});

t.test('a seed can describe every part of an environment, and a second seed adds to it', async (t) => {
  const context = await emptyContext();
  const roleId = '11111111-1111-4111-8111-111111111111';
  const environment = await seeded(
    {
      id: 'E0000000-0000-4000-8000-000000000009',
      _links: {},
      passwordPolicies: [
        { id: ids.device, name: 'Standard', length: { min: 1 } },
        { name: 'Own', default: true, lockout: { failureCount: 1, durationSeconds: 10 } },
      ],
      populations: [
        { name: 'Staff', passwordPolicy: 'Own' },
        { name: 'Guests', default: true, passwordPolicy: { name: 'Standard' } },
        { name: 'Others', default: true },
      ],
      groups: [
        { name: 'Readers', population: 'Staff' },
        { id: ids.native, name: 'Writers' },
      ],
      users: [
        {
          username: 'a',
          population: { name: 'Staff' },
          groups: ['Readers', { id: ids.native }, 'readers'],
          password: { value: 'x', forceChange: true },
          enabled: false,
          roleAssignments: [{ role: { id: roleId }, scope: { id: ids.spa.toUpperCase(), type: 'POPULATION' } }],
        },
        { username: 'b' },
      ],
      resources: [
        {
          id: ids.worker,
          name: 'openid',
          type: 'OPENID_CONNECT',
          scopes: [{ id: ids.web, name: 'profile' }, { name: 'pets' }],
          attributes: [
            { id: ids.bob, name: 'name', value: 'constant' },
            { name: 'pets', value: 'x' },
          ],
        },
        { name: 'PingOne API', type: 'PING_ONE_API', secret: 's' },
        { name: 'Pets', secret: 'pets-secret', scopes: [{ name: 'read' }] },
        { name: 'Pets', description: 'again' },
      ],
      signOnPolicies: [
        { name: 'Single_Factor' },
        { id: ids.spa, name: 'Every_Time', default: true },
        { name: 'Two', actions: [{ type: 'LOGIN' }, { type: 'MULTI_FACTOR_AUTHENTICATION', noDevicesMode: 'BYPASS' }] },
      ],
      apps: [
        {
          ...application,
          id: ids.web,
          redirectUris: ['http://example.com/cb'],
          attributes: [
            { name: 'sub', value: 'x' },
            { name: 'pets', value: 'y' },
          ],
          signOnPolicyAssignments: [{ signOnPolicy: 'Two' }],
        },
        { name: 'Portal', id: ids.native, type: 'PING_ONE_PORTAL', protocol: 'OPENID_CONNECT', enabled: false, applyDefaultTheme: true },
      ],
    },
    context,
  );
  const { store } = environment;
  t.equal(environment.id, 'e0000000-0000-4000-8000-000000000009', 'ids are lower case');
  t.match(
    (await store.populations.list()).map(({ name, default: isDefault }) => [name, isDefault]),
    [
      ['Staff', false],
      ['Guests', false],
      ['Others', true],
    ],
    'one default',
  );
  t.match(
    (await store.passwordPolicies.list()).filter((policy) => policy.default),
    [{ name: 'Own' }],
  );
  const a = await findUserByUsername(environment, 'a');
  t.match(a, { enabled: false, account: { canAuthenticate: false } });
  t.equal((await store.memberships.find('member.id', a?.id ?? '')).length, 2);
  t.match(await store.roleAssignments.find('holder.id', a?.id ?? ''), [
    { role: { id: roleId }, scope: { id: ids.spa, type: 'POPULATION' } },
  ]);
  t.same(await checkPassword(environment, a?.id ?? '', 'x'), { kind: 'right', status: 'MUST_CHANGE_PASSWORD' });
  t.same(await checkPassword(environment, a?.id ?? '', 'y'), { kind: 'wrong', failuresRemaining: 0 }, 'the population’s own policy');

  const [openId] = await store.resources.find('type', 'OPENID_CONNECT');
  t.equal(openId?.id, ids.worker);
  t.equal((await store.resources.list()).length, 3);
  const scopes = await store.scopes.find('resource.id', ids.worker);
  t.same(new Set(scopes.map(({ name }) => name)), new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'pets']));
  t.equal(scopes.find(({ name }) => name === 'profile')?.id, ids.web);
  const attributes = await store.resourceAttributes.find('resource.id', ids.worker);
  t.match(
    attributes.find(({ name }) => name === 'name'),
    { id: ids.bob, value: 'constant', type: 'PREDEFINED' },
  );
  t.match(
    attributes.find(({ name }) => name === 'pets'),
    { type: 'CUSTOM', idToken: true, userInfo: true },
  );
  t.match(await store.resources.find('name', 'pets'), [{ description: 'again', audience: 'Pets' }]);

  t.match(
    (await store.signOnPolicies.list()).filter((policy) => policy.default),
    [{ name: 'Every_Time' }],
  );
  t.match(await policyInForce(environment, ids.bob), { name: 'Every_Time', actions: [{ type: 'LOGIN', priority: 1 }] });
  t.match(await policyInForce(environment, ids.web), {
    name: 'Two',
    actions: [{ type: 'LOGIN' }, { type: 'MULTI_FACTOR_AUTHENTICATION', priority: 2, noDevicesMode: 'BYPASS' }],
  });
  t.match(await store.attributeMappings.find('application and name', `${ids.web} sub`), [
    { value: 'x', mappingType: 'CORE', required: true },
  ]);
  t.match(await store.applications.get(ids.native), { name: 'PingOne Application Portal', enabled: false, applyDefaultTheme: true });
  t.match(warnings, [{ application: 'a', uri: 'http://example.com/cb' }]);

  await seeded(
    {
      id: environment.id,
      populations: [{ name: 'More', default: true }],
      apps: [{ ...application, id: ids.web, name: 'renamed', secret: 's' }],
    },
    context,
  );
  t.equal(context.environments.list().length, 1, 'a second seed adds to the first');
  t.equal((await store.populations.list()).length, 4);
  t.match(await store.applications.get(ids.web), { name: 'renamed' });
  t.same(await applicationSecrets(environment, ids.web, 0), ['s']);
});

t.test('the actions of a policy in a seed refer to providers, agreements and MFA policies by name', async (t) => {
  const agreement = '00000000-0000-4000-8000-0000000000ab';
  const parts = (change: object = {}) => ({
    identityProviders: [{ name: 'GitHub', type: 'GITHUB', clientId: 'c', clientSecret: 's' }],
    agreements: [{ name: 'Terms', enabled: false }],
    signOnPolicies: [
      {
        name: 'All',
        default: true,
        actions: [
          { type: 'LOGIN', socialProviders: ['GitHub', { name: 'github' }], ...change },
          { type: 'IDENTITY_PROVIDER', identityProvider: 'GitHub' },
          { type: 'MULTI_FACTOR_AUTHENTICATION', deviceAuthenticationPolicy: { name: 'Default MFA Policy' } },
          { type: 'AGREEMENT', agreement: 'Terms' },
          { type: 'AGREEMENT', agreement: { id: agreement } },
        ],
      },
    ],
  });
  const environment = await seeded(parts());
  const { store } = environment;
  const [[github], [terms], [mfa]] = await Promise.all([
    store.identityProviders.list(),
    store.agreements.list(),
    devicePoliciesOf(environment),
  ]);
  t.match(await policyInForce(environment, ids.web), {
    actions: [
      { socialProviders: [{ id: github?.id }, { id: github?.id }] },
      { identityProvider: { id: github?.id } },
      { deviceAuthenticationPolicy: { id: mfa?.id } },
      { agreement: { id: terms?.id } },
      { agreement: { id: agreement } },
    ],
  });
  const place = 'test.json: environments[0].signOnPolicies[0].actions[0]';
  for (const [change, message] of [
    [{ socialProviders: ['GitHub', 'Githup'] }, 'socialProviders[1]: there is no identity provider "Githup"; did you mean "GitHub"?'],
    [{ identityProvider: { name: 'x' } }, 'identityProvider: there is no identity provider "x"'],
    [{ agreement: {} }, 'agreement: there is no agreement ""'],
    [{ deviceAuthenticationPolicy: 'MFA' }, 'deviceAuthenticationPolicy: there is no MFA policy "MFA"'],
  ] as const)
    await t.rejects(seeded(parts(change)), { message: `${place}.${message}` });
});

t.test('a seed refers to keys, rotation policies and roles by name', async (t) => {
  const key = {
    name: 'Kerberos',
    algorithm: 'EC',
    keyLength: 256,
    signatureAlgorithm: 'SHA256withECDSA',
    subjectDN: 'CN=K',
    usageType: 'ISSUANCE',
    validityPeriod: 365,
  };
  const { validityPeriod, rotationPeriod, ...policy } = rotationPolicy;
  const native = { ...application, type: 'NATIVE_APP', signing: { keyRotationPolicy: 'often' }, kerberos: { key: { name: 'Kerberos' } } };
  const worker = { name: 'w', type: 'WORKER', protocol: 'OPENID_CONNECT', roleAssignments: [{ role: 'Reader' }] };
  const parts = {
    keys: [key],
    keyRotationPolicies: [policy],
    roles: [{ name: 'Reader', permissions: [{ id: 'dir:read:user' }] }],
    applications: [native, worker],
  };
  const { store, keys } = await seeded(parts);
  const again = await seeded({ keyRotationPolicies: [policy, { ...policy, name: 'OFTEN' }] });
  t.equal((await again.store.keyRotationPolicies.list()).length, 1, 'capitals make no other name');
  const [own] = await store.configuredKeys.list();
  const [often] = await store.keyRotationPolicies.list();
  t.match(often, { rotationPeriod: 90, validityPeriod: 365 }, 'what is left out gets its default');
  const [first, second] = (await store.applications.list()).slice(-2);
  t.match(first, { signing: { keyRotationPolicy: { id: often?.id } }, kerberos: { key: { id: own?.id } } });
  t.not(keys.ofPolicy(often?.id), keys.ofPolicy(undefined));
  const [role] = await store.customRoles.list();
  t.match(role, { name: 'Reader', applicableTo: ['ENVIRONMENT'], canBeAssignedBy: [] });
  t.match(await store.roleAssignments.find('holder.id', second?.id ?? ''), [{ role: { id: role?.id } }]);

  const cases = [
    [
      { applications: [{ ...native, kerberos: undefined }] },
      'applications[0].signing.keyRotationPolicy: there is no key rotation policy "often"',
    ],
    [{ ...parts, keys: [] }, 'applications[0].kerberos.key: there is no key "Kerberos"'],
    [{ keys: [{ ...key, keyLength: 1 }] }, 'keys[0].keyLength: is not a valid length for this algorithm'],
    [{ keys: [{ ...key, privateKey: 'x' }] }, 'keys[0]: unknown name "privateKey"'],
    [{ keyRotationPolicies: [{ ...policy, rotationPeriod: 1 }] }, 'keyRotationPolicies[0].rotationPeriod: '],
    [
      { keyRotationPolicies: [{ ...policy, keyLength: 2049 }] },
      'keyRotationPolicies[0].keyLength: is not a valid length for this algorithm',
    ],
    [{ roles: [{ name: 'x', permissions: ['x'] }] }, 'roles[0].permissions[0]: expected an object'],
    [{ roles: [{ name: 'x', permissions: [] }] }, 'roles[0].permissions: '],
  ] as const;
  for (const [part, message] of cases) {
    const told = await seeded(part).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
    t.ok(told.startsWith(`test.json: environments[0].${message}`), told);
  }
});
