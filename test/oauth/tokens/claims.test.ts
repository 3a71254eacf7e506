// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { decodeJwt, type JWTPayload } from 'jose';
import t from 'tap';
import type { Application } from '../../../src/environment/model/application.js';
import type { Resource, ResourceAttribute } from '../../../src/environment/model/configuration.js';
import type { User } from '../../../src/environment/model/user.js';
import { as, askAuthorize, authorize, locationOf, post, redeem } from '../../helpers/client.js';
import { buildTestServer, ids, type TestServer } from '../../helpers/server.js';

const at = '2026-11-22T12:00:00.000Z';
const members = ({ environment }: TestServer) => ({
  id: environment.random.uuid(),
  environment: { id: environment.id },
  createdAt: at,
  updatedAt: at,
});

const openIdResource = async ({ environment }: TestServer) =>
  (await environment.store.resources.find('type', 'OPENID_CONNECT'))[0] as Resource;
const scopeOf = async ({ environment }: TestServer, name: string) => {
  const [scope] = await environment.store.scopes.find('name', name);
  if (!scope) throw new Error(`no scope ${name}`);
  return scope;
};

/** Changes a predefined claim, or adds one. */
async function putAttribute(server: TestServer, resourceId: string, name: string, more: Partial<ResourceAttribute>) {
  const { resourceAttributes } = server.environment.store;
  const [known] = await resourceAttributes.find('resource and name', `${resourceId} ${name}`);
  const attribute = {
    type: 'CUSTOM',
    value: '',
    ...members(server),
    ...known,
    resource: { id: resourceId },
    name,
    ...more,
  } as ResourceAttribute;
  await resourceAttributes.put(attribute);
  return attribute;
}

async function putMapping(server: TestServer, applicationId: string, name: string, value: string, more: object = {}) {
  const { attributeMappings } = server.environment.store;
  const [known] = await attributeMappings.find('application and name', `${applicationId} ${name}`);
  await attributeMappings.put({
    ...members(server),
    required: false,
    mappingType: 'CUSTOM',
    ...known,
    application: { id: applicationId },
    name,
    value,
    ...more,
  });
}

interface Told {
  status: number;
  body: Record<string, unknown>;
  access: JWTPayload;
  id: JWTPayload;
  userInfo: Record<string, unknown>;
}

/** Signs on, and reads what the tokens and userinfo tell. */
async function tell({ app }: TestServer, scope: string | undefined): Promise<Told> {
  const response = await redeem(app, await authorize(app, { parameters: { scope } }));
  const body = response.json();
  if (response.statusCode !== 200) return { status: response.statusCode, body, access: {}, id: {}, userInfo: {} };
  const userInfo = (await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${body.access_token}` } })).json();
  return { status: 200, body, access: decodeJwt(body.access_token), id: body.id_token ? decodeJwt(body.id_token) : {}, userInfo };
}

t.test('every predefined claim comes with its scope, in the recorded order', async (t) => {
  const server = await buildTestServer(t);
  const { users } = server.environment.store;
  const alice = (await users.get(ids.alice)) as User;
  await users.put({
    ...alice,
    name: { ...alice.name, middle: 'Mo' },
    nickname: 'Al',
    photo: { href: 'https://example.com/a.png' },
    timezone: 'Europe/London',
    locale: 'en-GB',
    primaryPhone: '+44.1',
    address: { streetAddress: '1 High St', locality: 'Bath', region: 'Somerset', postalCode: 'BA1', countryCode: 'GB' },
  });
  const resource = await openIdResource(server);
  const constants = { profile: 'https://p', website: 'https://w', gender: 'f', birthdate: '2000-01-01', email_verified: '${user.enabled}' };
  for (const [name, value] of Object.entries(constants)) await putAttribute(server, resource.id, name, { value });
  await putAttribute(server, resource.id, 'phone_number_verified', { value: 'false' });
  await putAttribute(server, resource.id, 'address.formatted', { value: '${user.address.locality}, ${user.address.countryCode}' });

  const expected = {
    preferred_username: 'alice',
    name: 'Alice Archer',
    given_name: 'Alice',
    updated_at: Date.parse(at) / 1000,
    family_name: 'Archer',
    middle_name: 'Mo',
    nickname: 'Al',
    picture: 'https://example.com/a.png',
    zoneinfo: 'Europe/London',
    locale: 'en-GB',
    profile: 'https://p',
    website: 'https://w',
    gender: 'f',
    birthdate: '2000-01-01',
    email: 'alice@example.com',
    email_verified: true,
    address: {
      street_address: '1 High St',
      locality: 'Bath',
      region: 'Somerset',
      postal_code: 'BA1',
      country: 'GB',
      formatted: 'Bath, GB',
    },
    phone_number: '+44.1',
    phone_number_verified: 'false',
  };
  const { userInfo, id } = await tell(server, 'openid phone address email profile');
  const { sub, env, org, 'p1.region': region, ...told } = userInfo;
  t.strictSame(told, expected);
  t.same(Object.keys(told), Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) t.strictSame(id[name], value, `${name} in the ID token`);
  const alone = await tell(server, 'openid email');
  t.same(Object.keys(alone.userInfo), ['sub', 'email', 'email_verified', 'env', 'org', 'p1.region']);
});

t.test('standard claims without a value by default come once they are mapped', async (t) => {
  const server = await buildTestServer(t);
  const scope = 'openid profile email phone address';
  const mapped = {
    email_verified: '${user.emailVerified}',
    phone_number_verified: 'true',
    website: 'https://alice.example.com',
    birthdate: '1990-01-31',
    gender: 'female',
    profile: 'https://example.com/alice',
  };
  const before = await tell(server, scope);
  for (const name of Object.keys(mapped)) t.notOk(name in before.id || name in before.userInfo, name);
  t.match(before.userInfo, { email: 'alice@example.com', preferred_username: 'alice' }, 'those that have a value are there');
  const resource = await openIdResource(server);
  for (const [name, value] of Object.entries(mapped)) await putAttribute(server, resource.id, name, { value });
  const { store } = server.environment;
  const alice = (await store.users.get(ids.alice)) as User;
  for (const emailVerified of [true, false]) {
    await store.users.put({ ...alice, emailVerified });
    const { id, userInfo } = await tell(server, scope);
    const expected = { ...mapped, email_verified: emailVerified };
    t.match(id, expected);
    t.match(userInfo, expected);
  }
});

t.test('a request without scope gets every OpenID Connect scope granted to the application', async (t) => {
  const { body, id } = await tell(await buildTestServer(t), undefined);
  t.same(String(body.scope).split(' ').sort(), ['address', 'email', 'openid', 'phone', 'profile']);
  t.match(id, { preferred_username: 'alice', email: 'alice@example.com' });
});

t.test('a claim goes only to the tokens and scopes that its mapping names', async (t) => {
  const server = await buildTestServer(t);
  const resource = await openIdResource(server);
  await putAttribute(server, resource.id, 'email', { userInfo: false });
  await putAttribute(server, resource.id, 'given_name', { idToken: false, value: '${user.name.given} (mock)' });
  const custom = await putAttribute(server, resource.id, 'tier', { value: 'gold' });
  await putAttribute(server, resource.id, 'hidden', { value: 'no scope names it' });
  const email = await scopeOf(server, 'email');
  await server.environment.store.scopes.put({ ...email, mappedClaims: [custom.id] });

  const { id, userInfo, access } = await tell(server, 'openid profile email');
  t.match([id.email, userInfo.email], ['alice@example.com', undefined]);
  t.match([id.given_name, userInfo.given_name], [undefined, 'Alice (mock)']);
  t.match([id.tier, userInfo.tier], ['gold', 'gold'], 'a custom claim comes with the scope that names it');
  t.match([id.hidden, userInfo.hidden, access.tier], [undefined, undefined, undefined]);
  t.notOk((await tell(server, 'openid profile')).id.tier, 'and with no other');
});

t.test('an application’s mappings add claims, but never those the server sets', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const { store } = environment;
  const profile = await scopeOf(server, 'profile');
  const group = (name: string) => ({ ...members(server), name });
  const [team, company] = [group('Team'), group('Company')];
  await store.groups.put(team);
  await store.groups.put(company);
  const pair = (groupId: string, id: string, type: 'USER' | 'GROUP') =>
    store.memberships.put({ id: environment.random.uuid(), group: { id: groupId }, member: { id, type } });
  await pair(team.id, ids.alice, 'USER');
  await pair(company.id, team.id, 'GROUP');
  await pair(team.id, company.id, 'GROUP');
  for (const [name, value, more] of [
    ['level', '3', {}],
    ['groups', '${user.memberOfGroupNames}', {}],
    ['group_ids', '${user.memberOfGroupIDs}', { userInfo: false }],
    ['display', "${user.name.family + ', ' + user.name.given}", { oidcScopes: [profile.id] }],
    ['only_info', 'x', { idToken: false }],
    ['email', 'mapped@example.com', {}],
    ['absent', '${user.nickname}', {}],
    ['strange', '${user.name.given.toUpperCase()}', {}],
    ['iss', 'https://evil.example', {}],
    ['p1.region', 'XX', {}],
  ] as const)
    await putMapping(server, ids.spa, name, value, more);
  const warned: unknown[] = [];
  environment.log.warn = ((line: object) => warned.push(line)) as typeof environment.log.warn;

  const { id, userInfo, access } = await tell(server, 'openid profile email');
  t.match(id, {
    level: '3',
    groups: ['Team', 'Company'],
    group_ids: [team.id, company.id],
    display: 'Archer, Alice',
    email: 'mapped@example.com',
  });
  t.match(userInfo, { level: '3', groups: ['Team', 'Company'], only_info: 'x', email: 'mapped@example.com' });
  t.match([id.only_info, userInfo.group_ids, id.absent, id.strange], [undefined, undefined, undefined, undefined]);
  t.match(id.iss, /\/as$/, 'nobody maps what the server alone sets');
  t.equal(id['p1.region'], 'NA');
  t.notOk(access.level, 'an access token for PingOne’s API has none of them');
  t.match(
    warned,
    [{ event: 'expression', attribute: 'strange', reason: 'methods cannot be called: toUpperCase() (at position 17)' }],
    'what cannot be evaluated is logged once',
  );
  const bare = await tell(server, 'openid');
  t.notOk(bare.id.display, 'a mapping that names a scope needs it');
  t.equal(bare.id.level, '3', 'others come with openid');

  await putMapping(server, ids.spa, 'absent', '${user.nickname}', { required: true });
  const refused = await tell(server, 'openid');
  t.equal(refused.status, 400);
  t.match(refused.body, {
    error: 'invalid_request',
    error_description: /^Request failed: absent is configured as required for the ID token but does not have a value \(Corr/,
  });
});

t.test('a required attribute without a value makes authorize refuse', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const application = (await environment.store.applications.get(ids.web)) as Application;
  await environment.store.applications.put({ ...application, grantTypes: ['IMPLICIT'], responseTypes: ['ID_TOKEN'] });
  await putMapping(server, ids.web, 'nick', '${user.nickname}', { required: true });
  const { cookie } = await authorize(app);
  const ask = (parameters: Record<string, string>) =>
    askAuthorize(app, { client_id: ids.web, response_type: 'id_token', nonce: 'n', state: 's', ...parameters }, { cookie });
  const answer = new URLSearchParams(locationOf(await ask({})).hash.slice(1));
  t.match(Object.fromEntries(answer), {
    error: 'invalid_request',
    error_description: /nick is configured as required for the ID token/,
    state: 's',
  });
  const body = await ask({ response_mode: 'pi.flow' });
  t.equal(body.statusCode, 400);
  t.match(body.json(), { details: [{ message: /nick is configured as required/ }] });
});

t.test('an application can map sub to another attribute', async (t) => {
  const server = await buildTestServer(t);
  await putMapping(server, ids.spa, 'sub', '${user.email}');
  const { id, userInfo, access } = await tell(server, 'openid');
  t.match(id, { sub: 'alice@example.com', 'p1.userId': ids.alice });
  t.equal(userInfo.sub, 'alice@example.com', 'as OpenID Connect Core §5.3.2 demands');
  t.equal(access.sub, ids.alice);
  await putMapping(server, ids.spa, 'sub', '${user.nickname}', { required: false });
  t.equal((await tell(server, 'openid')).id.sub, ids.alice, 'an empty one is the id');
  await putMapping(server, ids.spa, 'sub', '${user.name}');
  t.equal(
    (await tell(server, 'openid')).id.sub,
    JSON.stringify((await server.environment.store.users.get(ids.alice))?.name),
    'it is a text',
  );
});

t.test('a custom resource sets the audience, lifetime and attributes of its tokens', async (t) => {
  const server = await buildTestServer(t);
  const { store } = server.environment;
  const [orders] = await store.resources.find('name', 'orders');
  const resource = orders as Resource;
  await store.resources.put({ ...resource, accessTokenValiditySeconds: 600, applicationPermissionsSettings: { claimEnabled: true } });
  const scope = await scopeOf(server, 'orders:read');
  await store.grants.put({ ...members(server), application: { id: ids.spa }, resource: { id: resource.id }, scopes: [{ id: scope.id }] });
  await putAttribute(server, resource.id, 'may_act', { value: "${{'sub': 'some-client'}}" });
  await putAttribute(server, resource.id, 'mail', { value: '${user.email}' });
  await putAttribute(server, resource.id, 'aud', { value: 'evil' });

  const first = await tell(server, 'openid orders:read');
  t.match(first.access, {
    aud: ['https://orders.example.com'],
    scope: 'openid orders:read',
    sub: ids.alice,
    may_act: { sub: 'some-client' },
    mail: 'alice@example.com',
    'p1.permissions': [],
  });
  t.equal(Number(first.access.exp) - Number(first.access.iat), 600);
  t.equal(first.body.expires_in, 600);
  const order = Object.keys(first.access);
  t.ok(order.indexOf('may_act') < order.indexOf('env') && order.indexOf('acr') < order.indexOf('may_act'), 'attributes stand before env');
  t.equal(order.at(-1), 'p1.rid');
  t.notOk('p1.userId' in first.access);
  t.notOk(first.id.mail, 'not in the ID token');

  await putAttribute(server, resource.id, 'sub', { value: '${user.username}' });
  const mapped = await tell(server, 'openid orders:read');
  t.match(mapped.access, { sub: 'alice', 'p1.userId': ids.alice });
  t.equal(mapped.userInfo.sub, ids.alice, 'userinfo knows whose the token is');
  await putAttribute(server, resource.id, 'sub', { value: '${user.nickname}' });
  t.equal((await tell(server, 'openid orders:read')).access.sub, ids.alice, 'an empty sub is the user’s id');

  const service = () =>
    post(server.app, `${as}/token`, { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret' });
  const own = decodeJwt((await service()).json().access_token);
  t.notOk('sub' in own || 'mail' in own || 'p1.permissions' in own, 'an application that asks for itself is no user');
  t.match(own.may_act, { sub: 'some-client' });
  await putAttribute(server, resource.id, 'sub', { value: '${user.nickname}', required: true });
  for (const response of [
    await service(),
    await redeem(server.app, await authorize(server.app, { parameters: { scope: 'orders:read' } })),
  ]) {
    t.equal(response.statusCode, 400);
    t.match(response.json(), {
      error: 'invalid_request',
      error_description: /^Request failed: sub is configured as required for the Access token but does not have a value \(/,
    });
  }
});

t.test('a token of an application without refresh tokens has no p1.rid, and ends with its code all the same', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const { applications, grants, scopes } = environment.store;
  const application = (await applications.get(ids.spa)) as Application;
  await applications.put({ ...application, grantTypes: ['AUTHORIZATION_CODE'] });
  const [scope] = await scopes.find('name', 'orders:read');
  const [resource] = await environment.store.resources.find('name', 'orders');
  await grants.put({
    id: environment.random.uuid(),
    environment: { id: environment.id },
    createdAt: at,
    updatedAt: at,
    application: { id: ids.spa },
    resource: { id: (resource as Resource).id },
    scopes: [{ id: scope?.id ?? '' }],
  });
  const code = await authorize(app, { parameters: { scope: 'openid orders:read' } });
  const token = (await redeem(app, code)).json().access_token;
  t.same(Object.keys(decodeJwt(token)).slice(-2), ['env', 'org']);
  const active = async () => (await post(app, `${as}/introspect`, { token, client_id: ids.spa })).json().active;
  t.equal(await active(), true);
  t.equal((await redeem(app, code)).statusCode, 400, 'a code that is used twice');
  t.equal(await active(), false, 'ends the token of its first use');
});

t.test('userinfo refuses a token whose application has been deleted', async (t) => {
  const server = await buildTestServer(t);
  const { access_token: token } = (await redeem(server.app, await authorize(server.app))).json();
  const application = (await server.environment.store.applications.take(ids.spa)) as Application;
  t.equal(application.id, ids.spa);
  const response = await server.app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${token}` } });
  t.equal(response.statusCode, 401);
  t.match(response.json(), { code: 'ACCESS_FAILED', details: [{ code: 'INVALID_TOKEN' }] });
});
