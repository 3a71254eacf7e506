// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import t, { type Test } from 'tap';
import type { IdentityProvider } from '../../../src/environment/model/identity-providers.js';
import { addProvider, newBrowser } from '../../helpers/federation.js';
import { assignPolicy, startFlow } from '../../helpers/flows.js';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const rp = `/${environmentId}/rp`;

/** A provider that the mock’s own page plays, and a way to sign on there with claims. */
async function setUp(t: Test, members: Partial<IdentityProvider> = {}, mappings?: Record<string, string>, action: object = {}) {
  const server = await buildTestServer(t);
  const { store } = server.environment;
  const population = (await store.populations.list())[0]?.id ?? '';
  const provider = await addProvider(
    server,
    { type: 'OPENID_CONNECT', playedBy: 'someone-else', registration: { population: { id: population } }, ...members },
    mappings ?? { username: '${providerAttributes.sub}', email: '${providerAttributes.email}' },
  );
  await assignPolicy(server, 'Partners', [{ type: 'IDENTITY_PROVIDER', identityProvider: { id: provider.id }, ...action }]);
  const arrive = async (claims: object, parameters: Record<string, string> = {}) => {
    const flow = await startFlow(server, parameters);
    const browser = newBrowser(server.app);
    const page = await browser.follow(`${rp}/authenticate?providerId=${provider.id}&flowId=${flow.id}`);
    const sent = await browser.submit(page.url.href, { claims: JSON.stringify(claims) });
    const back = await browser.get(sent.headers.location ?? '');
    const { status, userId } = (await store.flows.get(flow.id)) ?? { status: 'gone', userId: undefined };
    return { status, userId, diagnosis: String(back.headers['x-mock-diagnosis'] ?? '').split(';')[0], flow, browser, back };
  };
  return { server, store, provider, arrive };
}

t.test('a provider’s own user is linked by name; anyone else’s has to show the password', async (t) => {
  const { store, provider, arrive } = await setUp(t);
  const alice = await store.users.get(ids.alice);
  if (!alice) throw new Error('alice is gone');
  t.match(await arrive({ sub: 'alice' }), { status: 'ACCOUNT_LINKING_REQUIRED', userId: undefined }, 'PingOne’s own user');
  t.match(await arrive({ sub: 'other', email: alice.email }), { status: 'ACCOUNT_LINKING_REQUIRED' }, 'by the address');
  t.equal(await store.linkedAccounts.count(), 0);

  await store.users.put({ ...alice, identityProvider: { id: provider.id, type: provider.type } });
  t.match(await arrive({ sub: 'other', email: alice.email }), { status: 'ACCOUNT_LINKING_REQUIRED' }, 'an address alone is nobody’s');
  t.match(await arrive({ sub: 'Alice' }), { status: 'COMPLETED', userId: ids.alice });
  t.match(await store.linkedAccounts.list(), [{ externalId: 'Alice', user: { id: ids.alice } }]);
});

t.test('an account whose user may not sign on signs nobody on', async (t) => {
  const { server, store, arrive } = await setUp(t);
  t.match(await arrive({ sub: 'dana' }), { status: 'COMPLETED' });
  const [dana] = await store.users.find('username', 'dana');
  if (!dana) throw new Error('dana is gone');
  await store.users.put({ ...dana, enabled: false });
  const waiting = { status: 'EXTERNAL_AUTHENTICATION_REQUIRED', diagnosis: 'external_user' };
  t.match(await arrive({ sub: 'dana' }), waiting, 'a disabled one');
  await store.users.put({ ...dana, account: { canAuthenticate: false, status: 'LOCKED' } });
  t.match(await arrive({ sub: 'dana' }), waiting, 'a locked one');
  const call = await managementClient(server.app);
  await call('DELETE', `users/${dana.id}`);
  t.match(await arrive({ sub: 'dana' }), { status: 'COMPLETED' }, 'a deleted one is made anew');
});

t.test('values that a profile cannot hold are left out, and a user needs a name', async (t) => {
  const { store, arrive } = await setUp(
    t,
    {},
    {
      username: '${providerAttributes.login}',
      email: '${providerAttributes.email}',
      'address.countryCode': '${providerAttributes.country}',
      nickname: '${providerAttributes.nick / 0}',
      enabled: '${providerAttributes.enabled}',
      title: '${providerAttributes.level}',
    },
  );
  t.match(await arrive({ sub: '1' }), { status: 'EXTERNAL_AUTHENTICATION_REQUIRED', diagnosis: 'external_user' });
  t.match(await arrive({ sub: '2', login: 'x'.repeat(200) }), { diagnosis: 'external_user' }, 'too long a name');
  t.match(await arrive({ sub: '3', login: { a: 1 } }), { diagnosis: 'external_user' }, 'an object');
  const claims = { sub: '4', login: 'dana', email: 'no address', country: 'Nowhere', nick: 5, enabled: false, level: 7 };
  t.match(await arrive(claims), { status: 'COMPLETED' });
  const [dana] = await store.users.find('username', 'dana');
  t.match(dana, { enabled: true, title: '7' });
  for (const name of ['email', 'address', 'nickname']) t.notOk(dana && name in dana, name);
});

t.test('the policy’s own registration makes users of PingOne, in its population', async (t) => {
  const { server, store } = await setUp(t);
  const call = await managementClient(server.app);
  const population = (await call('POST', 'populations', { body: { name: 'Partners' } })).json().id;
  const other = await setUp(t, { registration: {} }, undefined, { registration: { enabled: true } });
  t.match(await other.arrive({ sub: 'dana' }), { status: 'COMPLETED' });
  t.match((await other.store.users.find('username', 'dana'))[0], { identityProvider: { type: 'PING_ONE' } });
  const [action] = (await store.signOnPolicyActions.list()).filter(({ type }) => type === 'IDENTITY_PROVIDER');
  const path = `signOnPolicies/${action?.signOnPolicy.id}/actions/${action?.id}`;
  const body = {
    type: 'IDENTITY_PROVIDER',
    priority: 1,
    identityProvider: action?.identityProvider,
    registration: { enabled: true, population: { id: population } },
  };
  t.equal((await call('PUT', path, { body })).statusCode, 200);
  t.equal((await call('PUT', path, { body: { ...body, identityProvider: { id: ids.alice } } })).statusCode, 400);
  t.equal((await call('PUT', path, { body: { type: 'IDENTITY_PROVIDER', priority: 1 } })).statusCode, 400);
});

t.test('one account is one user’s: what was linked meanwhile is not linked again', async (t) => {
  const { server, store, provider, arrive } = await setUp(t, { registration: {} });
  const first = await arrive({ sub: 'dana' });
  const second = await arrive({ sub: 'dana' });
  const password = { username: 'alice', password: 'Alice-Passw0rd' };
  t.match((await first.flow.act('usernamePassword.check', password)).json(), { status: 'COMPLETED' });
  const late = await second.flow.act('usernamePassword.check', { username: 'bob', password: 'Bob-Passw0rd1' });
  t.match(late.json(), { details: [{ code: 'UNIQUENESS_VIOLATION', target: 'externalId' }] });
  t.notOk(late.headers['set-cookie']);
  t.match(await store.linkedAccounts.list(), [{ user: { id: ids.alice } }]);

  const call = await managementClient(server.app);
  await call('DELETE', `identityProviders/${provider.id}`);
  t.equal(await store.linkedAccounts.count(), 0, 'they go with the provider');
});

t.test('a name leads to the provider that the first rule names for it, and anybody else’s to PingOne', async (t) => {
  const { server, store, provider } = await setUp(t);
  for (const { id } of await store.signOnPolicyAssignments.list()) await store.signOnPolicyAssignments.take(id);
  const rule = (contains: string, id = provider.id) => ({ condition: { contains, value: '${identifier}' }, identityProvider: { id } });
  await assignPolicy(server, 'Discovery', [
    { type: 'IDENTIFIER_FIRST', discoveryRules: [rule('@partner.example'), { condition: {} }, rule('@gone.example', ids.alice)] },
  ]);
  const flow = await startFlow(server);
  t.equal(flow.body.status, 'SIGN_ON_REQUIRED');
  t.match((await flow.act('user.lookup', { username: 'Dana@Partner.example' })).json(), {
    status: 'EXTERNAL_AUTHENTICATION_REQUIRED',
    _embedded: { identityProvider: { id: provider.id, _links: { authenticate: {} } } },
  });
  t.equal((await flow.act('session.reset')).json().status, 'SIGN_ON_REQUIRED');
  t.equal((await flow.act('user.lookup', { username: 'alice' })).json().status, 'PASSWORD_REQUIRED');
  t.equal((await startFlow(server, { login_hint: 'dana@partner.example' })).body.status, 'EXTERNAL_AUTHENTICATION_REQUIRED');
  t.equal((await startFlow(server, { login_hint: 'dana@gone.example' })).body.status, 'SIGN_ON_REQUIRED');

  const sent = await startFlow(server, { login_hint: 'dana@partner.example' });
  const browser = newBrowser(server.app);
  const page = await browser.follow(`${rp}/authenticate?providerId=${provider.id}&flowId=${sent.id}`);
  await browser.get((await browser.submit(page.url.href, { email: 'dana@partner.example', name: '', claims: '' })).headers.location ?? '');
  t.equal((await sent.read()).status, 'COMPLETED');
});

t.test('after their name, people are sent to the provider that is theirs: the user’s own, or the population’s', async (t) => {
  const { server, store, provider } = await setUp(t, { registration: {} });
  for (const { id } of await store.signOnPolicyAssignments.list()) await store.signOnPolicyAssignments.take(id);
  await assignPolicy(server, 'Names', [{ type: 'IDENTIFIER_FIRST' }]);
  const [alice, population] = [await store.users.get(ids.alice), (await store.populations.list())[0]];
  if (!alice || !population) throw new Error('the seed has neither');
  const statusOf = async (username: string) => (await (await startFlow(server)).act('user.lookup', { username })).json().status;
  const toProvider = 'EXTERNAL_AUTHENTICATION_REQUIRED';
  const own = { ...alice, identityProvider: { id: provider.id, type: provider.type } };
  const ofPopulation = { ...population, defaultIdentityProvider: { id: provider.id } };

  const cases: [title: string, set: () => Promise<unknown>, alice: string, bob: string][] = [
    ['PingOne', async () => {}, 'PASSWORD_REQUIRED', 'PASSWORD_REQUIRED'],
    ['the user’s own', () => store.users.put(own), toProvider, 'PASSWORD_REQUIRED'],
    ['the population’s', () => store.users.put(alice).then(() => store.populations.put(ofPopulation)), toProvider, toProvider],
    ['one that is disabled', () => store.identityProviders.put({ ...provider, enabled: false }), 'PASSWORD_REQUIRED', 'PASSWORD_REQUIRED'],
  ];
  for (const [title, set, ofAlice, ofBob] of cases) {
    await set();
    t.same([await statusOf('alice'), await statusOf('bob')], [ofAlice, ofBob], title);
  }

  await store.identityProviders.put(provider);
  t.equal((await startFlow(server, { login_hint: 'alice' })).body.status, toProvider, 'without a question where the name is hinted at');
  const flow = await startFlow(server);
  t.match((await flow.act('user.lookup', { username: 'alice' })).json(), {
    status: toProvider,
    _embedded: { user: { username: 'alice' }, identityProvider: { id: provider.id } },
  });
  const signOn = async (sub: string) => {
    const browser = newBrowser(server.app);
    const page = await browser.follow(`${rp}/authenticate?providerId=${provider.id}&flowId=${flow.id}`);
    await browser.get((await browser.submit(page.url.href, { claims: JSON.stringify({ sub }) })).headers.location ?? '');
    return (await flow.read()).status;
  };
  t.equal(await signOn('alice'), 'COMPLETED', 'the first time there, the account is linked without a password');
  t.match(await store.linkedAccounts.list(), [{ externalId: 'alice', user: { id: ids.alice } }]);

  await assignPolicy(server, 'By_Password', [{ type: 'LOGIN' }]);
  const login = await startFlow(server, { acr_values: 'By_Password' });
  t.equal(login.body.status, 'USERNAME_PASSWORD_REQUIRED', 'a LOGIN action leaves the choice to the person');
});

t.test('an account is linked by a password only to a user whose provider is PingOne', async (t) => {
  const { server, store, arrive } = await setUp(t, { registration: {} });
  const other = await addProvider(server, { type: 'GOOGLE', name: 'Other' });
  const alice = await store.users.get(ids.alice);
  if (!alice) throw new Error('alice is gone');
  await store.users.put({ ...alice, identityProvider: { id: other.id, type: other.type } });
  const { status, flow } = await arrive({ sub: 'somebody' });
  t.equal(status, 'ACCOUNT_LINKING_REQUIRED');
  const refused = await flow.act('usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
  t.same(refusal(refused), [400, 'INVALID_CREDENTIALS', undefined]);
  t.equal(await store.linkedAccounts.count(), 0);
  const linked = await flow.act('usernamePassword.check', { username: 'bob', password: 'Bob-Passw0rd1' });
  t.equal(linked.json().status, 'COMPLETED', linked.body);
});
