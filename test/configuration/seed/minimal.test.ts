import { pino } from 'pino';
import t, { type Test } from 'tap';
import { unusableParts } from '../../../src/configuration/applications/unusable.js';
import { openContext } from '../../../src/configuration/open-context.js';
import { fill } from '../../../src/configuration/seed/fill.js';
import type { Context, Environment } from '../../../src/environment/context.js';
import { memoryFactory } from '../../../src/environment/store/factory.js';
import { startServer } from '../../../src/server/start.js';
import { defaultSettings } from '../../../src/settings/read.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const silent = pino({ level: 'silent' });
const redirectUris = ['http://localhost:3000/callback'];

async function start(...texts: readonly string[]): Promise<Context> {
  const context = await openContext({ settings: defaultSettings, log: silent, factory: memoryFactory() });
  await fill(
    context,
    texts.map((text, at) => ({ text, source: `${at}.json` })),
  );
  return context;
}

const seeded = async (...environments: readonly object[]): Promise<Environment[]> =>
  (await start(JSON.stringify({ environments }))).environments.list();

async function applicationOf(seed: object) {
  const [{ store } = {} as Environment] = await seeded({ apps: [{ name: 'Shop', ...seed }] });
  return (await store.applications.list()).find(({ name }) => name === 'Shop');
}

const redirecting = {
  enabled: true,
  protocol: 'OPENID_CONNECT',
  grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'],
  responseTypes: ['CODE'],
};
const service = {
  enabled: true,
  grantTypes: ['CLIENT_CREDENTIALS'],
  responseTypes: undefined,
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
};

/** What the seed says of an application, and what becomes of it. */
const completed: readonly [why: string, seed: object, application: object][] = [
  [
    'no type is a single-page application',
    { redirectUris },
    { type: 'SINGLE_PAGE_APP', tokenEndpointAuthMethod: 'NONE', pkceEnforcement: 'S256_REQUIRED', ...redirecting },
  ],
  [
    'a secret makes it a web application',
    { redirectUris, secret: 's' },
    { type: 'WEB_APP', tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC', pkceEnforcement: 'OPTIONAL', ...redirecting },
  ],
  ['client credentials alone make it a service', { grantTypes: ['CLIENT_CREDENTIALS'] }, { type: 'SERVICE', ...service }],
  ['client credentials with a secret do too', { grantTypes: ['CLIENT_CREDENTIALS'], secret: 's' }, { type: 'SERVICE', ...service }],
  [
    'a native application',
    { type: 'NATIVE_APP', redirectUris },
    { tokenEndpointAuthMethod: 'NONE', pkceEnforcement: 'REQUIRED', ...redirecting },
  ],
  ['a worker', { type: 'WORKER' }, service],
  [
    'a custom application for devices',
    { type: 'CUSTOM_APP', grantTypes: ['DEVICE_CODE'] },
    { enabled: true, grantTypes: ['DEVICE_CODE'], responseTypes: undefined, tokenEndpointAuthMethod: 'NONE' },
  ],
  [
    'IMPLICIT keeps the response types of PingOne',
    { grantTypes: ['IMPLICIT'], redirectUris },
    { grantTypes: ['IMPLICIT'], responseTypes: ['TOKEN', 'ID_TOKEN'] },
  ],
  [
    'what the seed writes is kept',
    { enabled: false, pkceEnforcement: 'OPTIONAL', grantTypes: ['AUTHORIZATION_CODE'], redirectUris },
    { enabled: false, pkceEnforcement: 'OPTIONAL', grantTypes: ['AUTHORIZATION_CODE'] },
  ],
  ['redirect URIs may follow later', {}, { redirectUris: undefined, grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'] }],
  [
    'a link needs no grant',
    { type: 'PORTAL_LINK_APP', homePageUrl: 'https://example.com' },
    { enabled: true, protocol: 'EXTERNAL_LINK', grantTypes: undefined },
  ],
];

t.test('an application of a seed gets the usual members of its type', async (t) => {
  for (const [why, seed, expected] of completed) t.match(await applicationOf(seed), expected, why);
});

t.test('a name, a redirect URI and a user are enough to sign on', async (t) => {
  const config = JSON.stringify({
    environments: [{ apps: [{ name: 'Shop', redirectUris }], users: [{ username: 'ada', password: 'Ada-Passw0rd1' }] }],
  });
  const server = await startServer({ ...defaultSettings, port: 0, config, autoLogin: 'ada' });
  t.teardown(() => server.close());
  t.same(server.warnings, []);
  const [shop] = server.applications.filter(({ name }) => name === 'Shop');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: String(shop?.id),
    redirect_uri: 'http://localhost:3000/callback',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const at = await fetch(`${server.issuer}/authorize?${query}`, { redirect: 'manual' });
  const code = new URL(String(at.headers.get('location'))).searchParams.get('code');
  const answer = await fetch(`${server.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: String(code),
      client_id: String(shop?.id),
      redirect_uri: 'http://localhost:3000/callback',
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    }),
  });
  t.equal(answer.status, 200);
});

/** Every id in an environment, with the name that it belongs to. */
async function idsIn({ id, record, store }: Environment) {
  const lists = [
    store.populations,
    store.groups,
    store.applications,
    store.resources,
    store.scopes,
    store.signOnPolicies,
    store.passwordPolicies,
  ];
  const named = (await Promise.all(lists.map((list) => list.list()))).flat().map((item) => [item.name, item.id]);
  const users = (await store.users.list()).map((user) => [user.username, user.id]);
  return [id, record.organization.id, record.license.id, record.keyRotationPolicyId, ...named, ...users];
}

t.test('ids that a seed leaves out are the same at every start, and different for each item', async (t) => {
  const contents = {
    populations: [{ name: 'People', default: true }],
    groups: [{ name: 'Readers' }],
    users: [{ username: 'ada' }, { username: 'bea' }],
    resources: [
      { name: 'Orders', scopes: [{ name: 'orders:read' }] },
      { name: 'Bills', scopes: [{ name: 'orders:read' }] },
    ],
    apps: [
      { name: 'Shop', redirectUris },
      { name: 'Shop', redirectUris },
    ],
    signOnPolicies: [{ name: 'Own' }],
  };
  const seed = [
    { name: 'A', ...contents },
    { name: 'B', ...contents },
    { name: 'A', ...contents },
  ];
  const once = await Promise.all((await seeded(...seed)).map(idsIn));
  // All but the second application of a name.
  const withoutTwin = (found: readonly unknown[][]) =>
    found.map((all) => all.filter((each, at) => !(Array.isArray(each) && each[0] === 'Shop' && (all[at - 1] as unknown[])[0] === 'Shop')));
  t.same(withoutTwin(await Promise.all((await seeded(...seed)).map(idsIn))), withoutTwin(once));
  const all = once.flat().map((each) => (Array.isArray(each) ? String(each[1]) : each));
  // The environments share organization and license.
  t.equal(new Set(all).size, all.length - 4);
  const mappings = async () => {
    const [environment] = await seeded({ name: 'A', apps: [{ name: 'Shop', redirectUris }] });
    return (await environment?.store.attributeMappings.list())?.map(({ id }) => id);
  };
  const first = await mappings();
  t.ok(first?.length);
  t.same(await mappings(), first, 'what comes with an application, too');
});

t.test('errors name the place as the user wrote it', async (t) => {
  const cases: readonly [text: string, message: string][] = [
    ['{"environments":[{"apps":[{"name":1}]}]}', '0.json: environments[0].apps[0].name: expected a text'],
    ['{"environments":[{"applications":[{"name":1}]}]}', '0.json: environments[0].applications[0].name: expected a text'],
    ['{"environments":[{"apps":[{"name":"a","typ":1}]}]}', '0.json: environments[0].apps[0]: unknown name "typ"; did you mean "type"?'],
    [
      '{"environments":[{"apps":[{"name":"a","redirectUris":["/x"]}]}]}',
      '0.json: environments[0].apps[0].redirectUris: must be an absolute URI without a fragment',
    ],
    [
      `{"environments":[{"apps":[{"id":"${ids.spa}","name":"a"},{"id":"${ids.spa}","name":"b"}]}]}`,
      '0.json: environments[0].apps[1].id: apps[0] already has this id',
    ],
    ['{\n  "environments": [\n    {},\n  ]\n}', '0.json: not JSON: line 4, column 3: unexpected ], expected value'],
    ['', '0.json: not JSON: line 1, column 1: unexpected end, expected value'],
    ['\uFEFF{"a" 1}', '0.json: not JSON: line 1, column 6: unexpected 1, expected :'],
  ];
  for (const [text, message] of cases) await t.rejects(start(text), { message }, text);
});

t.test('a wrong type is refused with the list of the right ones', async (t) => {
  await t.rejects(applicationOf({ type: 'WEBAPP' }), {
    message: /\.type: expected one of WEB_APP, NATIVE_APP, SINGLE_PAGE_APP, WORKER, SERVICE/,
  });
});

t.test('parts that nobody can use are named', async (t) => {
  const user = { username: 'ada' };
  const cases: readonly [environment: object, ...warnings: RegExp[]][] = [
    [{ apps: [{ name: 'Shop', redirectUris }], users: [user] }],
    [{ apps: [{ name: 'Job', grantTypes: ['CLIENT_CREDENTIALS'] }] }],
    [
      { apps: [{ name: 'Shop', redirectUris, enabled: false }], users: [user] },
      /^environment "Environment": disabled, .*: "Shop"; set "enabled": true$/,
    ],
    [{ name: 'Mine', apps: [{ name: 'Shop' }], users: [user] }, /^environment "Mine": no redirect URI, .*"Shop"; add "redirectUris"/],
    [{ apps: [{ name: 'Shop', redirectUris }] }, /there is no user/],
    [{ apps: Array.from({ length: 7 }, (_, at) => ({ name: `App ${at}` })), users: [user] }, /"App 4" and 2 more;/],
  ];
  for (const [environment, ...warnings] of cases) {
    const [made] = await seeded(environment);
    const found = await unusableParts(made as Environment);
    t.equal(found.length, warnings.length, JSON.stringify(environment));
    for (const [at, warning] of warnings.entries()) t.match(found[at], warning);
  }
  const server = await startServer({ ...defaultSettings, port: 0, config: '{"environments":[{"apps":[{"name":"Shop"}]}]}' });
  t.teardown(() => server.close());
  t.match(server.warnings, [/no redirect URI/], 'the start warns');
});

t.test('a renamed environment keeps its id while the server runs, unless another one has it', async (t) => {
  const text = (...names: readonly string[]) => [{ text: JSON.stringify({ environments: names.map((name) => ({ name })) }), source: 'x' }];
  const before = (await start(...text('A', 'B').map((each) => each.text))).environments.list().map(({ id }) => id);
  const again = async (...names: readonly string[]) => {
    const context = await openContext({ settings: defaultSettings, log: silent, factory: memoryFactory() });
    await fill(context, text(...names), before);
    return context.environments.list().map(({ id }) => id);
  };
  t.same(await again('C', 'B'), before);
  const [added, ...kept] = await again('C', 'A', 'B');
  t.same(kept, before);
  t.notOk(before.includes(String(added)));
});

t.test('an export writes the members that a seed would complete', async (t: Test) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const body = { name: 'Off', type: 'WEB_APP', protocol: 'OPENID_CONNECT', redirectUris };
  for (const more of [
    {},
    { name: 'Device', type: 'CUSTOM_APP', grantTypes: ['DEVICE_CODE'] },
    { name: 'Tokens', grantTypes: ['IMPLICIT'], responseTypes: ['TOKEN'] },
  ])
    t.equal((await call('POST', 'applications', { body: { ...body, ...more } })).statusCode, 201);
  const link = { name: 'Link', type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', homePageUrl: 'https://example.com' };
  t.equal((await call('POST', 'applications', { body: link })).statusCode, 201);
  const seed = (await app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  const applications = seed.environments[0].applications as { name: string; type: string; protocol: string }[];
  const always = ['enabled', 'grantTypes', 'responseTypes', 'pkceEnforcement', 'tokenEndpointAuthMethod'];
  for (const application of applications.filter(({ protocol, type }) => protocol === 'OPENID_CONNECT' && !type.startsWith('PING_ONE_')))
    t.hasProps(application, always, application.name);
  t.match(
    applications.find(({ name }) => name === 'Off'),
    { enabled: false },
  );
  t.match(
    applications.find(({ name }) => name === 'Link'),
    { enabled: false },
  );
  const context = await start(JSON.stringify(seed));
  const store = context.environments.get(environmentId)?.store;
  for (const { name, ...expected } of applications) {
    const found = (await store?.applications.list())?.find((one) => one.name === name) as unknown as Record<string, unknown>;
    for (const member of always) t.same(found[member] ?? [], (expected as Record<string, unknown>)[member] ?? [], `${name} ${member}`);
  }
});
