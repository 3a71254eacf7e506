// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import t from 'tap';
import { askAuthorize } from '../../helpers/client.js';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, ids } from '../../helpers/server.js';

const unknown = '99999999-9999-4999-8999-999999999999';

interface Item {
  id: string;
  name: string;
  default: boolean;
}

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const listed = async (path: string, name: string): Promise<Item[]> => (await call('GET', path)).json()._embedded[name];
  return { app, call, environment, listed };
};

t.test('a sign-on policy is created, made the default, and deleted unless it is that', async (t) => {
  const { call, listed } = await start(t);
  const made = await call('POST', 'signOnPolicies', { body: { name: 'Two_Factors', description: 'Two', default: true } });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { name: 'Two_Factors', description: 'Two', default: false }, 'POST never makes a default one');
  t.same(Object.keys(made.json()._links), ['self', 'environment', 'actions']);
  const path = `signOnPolicies/${made.json().id}`;
  t.same((await call('GET', path)).json(), made.json());
  t.equal((await call('PUT', path, { body: { name: 'Two_Factors', default: true } })).json().default, true);
  t.same(
    (await listed('signOnPolicies', 'signOnPolicies')).filter((policy) => policy.default).map(({ name }) => name),
    ['Two_Factors'],
  );
  t.equal((await call('PUT', path, { body: { name: 'Two_Factors', default: false } })).json().default, true, 'until another one is');
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['blanks', { name: 'a b' }, [400, 'INVALID_VALUE', 'name']],
    ['no URI', { name: ':x' }, [400, 'INVALID_VALUE', 'name']],
    ['a URI', { name: 'urn:example:policy' }, [201, undefined, undefined]],
    ['a name that is taken', { name: 'Two_Factors' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['1 MB', { name: 'x'.repeat(1_000_000) }, [400, 'SIZE_LIMIT_EXCEEDED', 'name']],
  ] as const;
  for (const [name, body, expected] of cases) t.same(refusal(await call('POST', 'signOnPolicies', { body })), expected, name);
  t.match((await call('DELETE', path)).json(), { details: [{ message: /delete a default policy/ }] });
  const [standard] = (await listed('signOnPolicies', 'signOnPolicies')) as [Item];
  await call('PUT', `signOnPolicies/${standard.id}`, { body: { name: standard.name, default: true } });
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.equal((await call('GET', path)).statusCode, 404);
  t.equal((await call('GET', `${path}/actions`)).statusCode, 404);
});

t.test('each type of action keeps its members, and the last action of a default policy stays', async (t) => {
  const { app, call, listed, environment } = await start(t);
  const { id } = (await call('POST', 'signOnPolicies', { body: { name: 'Steps' } })).json();
  const path = `signOnPolicies/${id}/actions`;
  t.same(await listed(path, 'actions'), []);
  const agreement = (await call('POST', 'agreements', { body: { name: 'Terms', enabled: false } })).json().id;
  const bodies = [
    { type: 'LOGIN', priority: 2, recovery: { enabled: true }, registration: { enabled: false }, enforceLockoutForIdentityProviders: true },
    { type: 'IDENTIFIER_FIRST', priority: 1, condition: { secondsSince: 'x', greater: 5 } },
    { type: 'MULTI_FACTOR_AUTHENTICATION', priority: 3, email: { enabled: true }, sms: { enabled: false }, noDevicesMode: 'BYPASS' },
    {
      type: 'PROGRESSIVE_PROFILING',
      priority: 4,
      attributes: [{ name: 'name.given', required: true }],
      preventMultiplePromptsPerFlow: true,
      promptIntervalSeconds: 60,
      promptText: 'More',
    },
    { type: 'AGREEMENT', priority: 5, agreement: { id: agreement }, disableDeclineOption: true },
  ];
  for (const body of bodies) {
    const made = await call('POST', path, { body });
    t.equal(made.statusCode, 201, body.type);
    const { _links, id: actionId, environment: own, signOnPolicy, ...members } = made.json();
    t.same(members, body, 'what was sent comes back as sent');
    t.same((await call('GET', `${path}/${actionId}`)).json(), made.json());
    t.match((await call('PUT', `${path}/${actionId}`, { body: { ...body, priority: 9 } })).json(), { ...body, priority: 9 });
    await call('PUT', `${path}/${actionId}`, { body });
  }
  const order = (await listed(path, 'actions')).map((action) => (action as unknown as { type: string }).type);
  t.same(order, ['IDENTIFIER_FIRST', 'LOGIN', 'MULTI_FACTOR_AUTHENTICATION', 'PROGRESSIVE_PROFILING', 'AGREEMENT']);
  const deep = `{"type":"LOGIN","priority":1,"condition":{"and":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`;
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'type']],
    ['no such type', { type: 'X', priority: 1 }, [400, 'INVALID_VALUE', 'type']],
    ['a type that is not carried out', { type: 'PINGID_AUTHENTICATION', priority: 1 }, [400, 'INVALID_VALUE', 'type']],
    ['no priority', { type: 'LOGIN' }, [400, 'EMPTY_VALUE', 'priority']],
    ['priority 0', { type: 'LOGIN', priority: 0 }, [400, 'OUT_OF_RANGE', 'priority']],
    ['no agreement', { type: 'AGREEMENT', priority: 1 }, [400, 'EMPTY_VALUE', 'agreement']],
    ['half a registration', { type: 'LOGIN', priority: 1, registration: {} }, [400, 'EMPTY_VALUE', 'registration.enabled']],
    [
      'no such population',
      { type: 'LOGIN', priority: 1, registration: { enabled: true, population: { id: unknown } } },
      [400, 'INVALID_VALUE', 'registration.population'],
    ],
    ['deep', deep, [400, undefined, undefined]],
  ] as const;
  for (const [name, body, expected] of cases) t.same(refusal(await call('POST', path, { body })), expected, name);
  const [first] = await listed(path, 'actions');
  t.same(refusal(await call('PUT', `${path}/${first?.id}`, { body: { type: 'LOGIN', priority: 1 } })), [400, 'INVALID_VALUE', 'type']);

  await call('PUT', `signOnPolicies/${id}`, { body: { name: 'Steps', default: true } });
  t.match((await askAuthorize(app, { client_id: ids.web })).headers.location, /flowId=/, 'the policy is the one that signs on');
  const left = await listed(path, 'actions');
  for (const action of left.slice(1)) t.equal((await call('DELETE', `${path}/${action.id}`)).statusCode, 204);
  t.match((await call('DELETE', `${path}/${left[0]?.id}`)).json(), { details: [{ message: 'Cannot delete last action from the policy' }] });
  t.equal((await environment.store.signOnPolicyActions.find('signOnPolicy.id', id)).length, 1);
});

t.test('a LOGIN action creates users of LDAP gateways alone, and only of kinds that say how a user is looked up', async (t) => {
  const { call, listed, environment } = await start(t);
  const [{ id: population } = { id: '' }] = await environment.store.populations.list();
  const kind = { passwordAuthority: 'LDAP', searchBaseDn: 'ou=people', orderedCorrelationAttributes: ['uid'] };
  const newUserLookup = {
    attributeMappings: [{ name: 'username', value: '${ldapAttributes.uid}' }],
    ldapFilterPattern: '(uid=${identifier})',
    population: { id: population },
  };
  const directory = {
    name: 'Directory',
    type: 'LDAP',
    enabled: true,
    bindDN: 'cn=service',
    bindPassword: 'p',
    serversHostAndPort: ['ldap.example.com:636'],
    vendor: 'PingDirectory',
    userTypes: [
      { name: 'Staff', ...kind, newUserLookup },
      { name: 'Guests', ...kind },
    ],
  };
  const ldap = (await call('POST', 'gateways', { body: directory })).json();
  const [staff, guests] = ldap.userTypes as { id: string }[];
  const other = (await call('POST', 'gateways', { body: { name: 'Federation', type: 'PING_FEDERATE', enabled: true } })).json();
  const { id } = (await call('POST', 'signOnPolicies', { body: { name: 'Provisioning' } })).json();
  const path = `signOnPolicies/${id}/actions`;
  const login = (gateway: string, userType?: string) => ({
    type: 'LOGIN',
    priority: 1,
    newUserProvisioning: { gateways: [{ id: gateway, type: 'LDAP', ...(userType && { userType: { id: userType } }) }] },
  });
  const place = 'newUserProvisioning.gateways';
  const cases: readonly (readonly [string, object, readonly string[], RegExp?])[] = [
    [
      'another type of gateway',
      login(other.id, other.id),
      ['INVALID_VALUE', place],
      /only 'LDAP' type gateways are supported for newUserProvisioning/i,
    ],
    [
      'a kind without a lookup',
      login(ldap.id, guests?.id),
      ['INVALID_VALUE', place],
      /all user types must have newUserLookup configuration/i,
    ],
    ['no such gateway', login(unknown, staff?.id), ['INVALID_VALUE', place]],
    ['no such kind', login(ldap.id, unknown), ['INVALID_VALUE', `${place}.userType`]],
    ['no kind', login(ldap.id), ['EMPTY_VALUE', `${place}.userType`]],
    ['no gateways', { type: 'LOGIN', priority: 1, newUserProvisioning: {} }, ['EMPTY_VALUE', place]],
  ];
  for (const [name, body, expected, message = /./] of cases) {
    const answer = await call('POST', path, { body });
    t.same(refusal(answer), [400, ...expected], name);
    t.match(answer.json().details[0].message, message, name);
  }
  t.same(await listed(path, 'actions'), []);
  const made = await call('POST', path, { body: login(ldap.id.toUpperCase(), staff?.id) });
  t.equal(made.statusCode, 201, made.body);
  t.match(made.json().newUserProvisioning, { gateways: [{ type: 'LDAP', userType: { id: staff?.id } }] });
  t.same(refusal(await call('PUT', `${path}/${made.json().id}`, { body: login(ldap.id, guests?.id) })), [400, 'INVALID_VALUE', place]);
});

t.test('a password policy is created, made the default and applied, and a bad one is refused', async (t) => {
  const { call, listed } = await start(t);
  const [standard] = (await listed('passwordPolicies', 'passwordPolicies')) as [Item];
  t.match(standard, { name: 'Standard', default: true, populationCount: undefined });
  const body = {
    name: 'Long',
    description: 'Long ones',
    excludesCommonlyUsed: false,
    excludesProfileData: true,
    notSimilarToCurrent: true,
    length: { min: 12, max: 100 },
    history: { count: 2, retentionDays: 10 },
    lockout: { failureCount: 3, durationSeconds: 60 },
    minCharacters: { '0123456789': 2 },
    maxRepeatedCharacters: 1,
    minUniqueCharacters: 6,
    minAgeDays: 1,
    maxAgeDays: 90,
  };
  const made = await call('POST', 'passwordPolicies', { body });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { ...body, default: false, populationCount: undefined });
  const path = `passwordPolicies/${made.json().id}`;
  t.same((await call('GET', path)).json(), made.json());
  t.same((await call('PUT', path, { body: { ...(made.json() as object), maxAgeDays: null } })).json().maxAgeDays, undefined, 'null clears');

  const weak = { action: 'password.set', body: { value: 'Abcdef12' } };
  t.equal(
    (await call('PUT', `users/${ids.bob}/password`, { ...weak, body: { value: 'Xkq7wPz!' } })).statusCode,
    200,
    'the standard policy takes it',
  );
  await call('PUT', path, { body: { ...body, default: true } });
  t.equal((await call('PUT', `users/${ids.bob}/password`, weak)).statusCode, 400, 'the new default policy does not');
  t.equal((await call('GET', `passwordPolicies/${standard.id}`)).json().default, false);
  t.match((await call('DELETE', path)).json(), { message: 'Default Password Policy can not be deleted' });
  await call('PUT', `passwordPolicies/${standard.id}`, { body: { ...(standard as object), default: true } });
  const population = (await call('POST', 'populations', { body: { name: 'P', passwordPolicy: { id: made.json().id } } })).json();
  t.equal((await call('GET', path)).json().populationCount, 1);
  t.match((await call('DELETE', path)).json(), {
    details: [{ code: 'CONSTRAINT_VIOLATION', innerError: { referencedValues: [population.id] } }],
  });
  await call('DELETE', `populations/${population.id}`);
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.equal((await call('GET', path)).statusCode, 404);

  const minimal = { name: 'x', excludesCommonlyUsed: true, excludesProfileData: true, notSimilarToCurrent: true };
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['a name that is taken', { ...minimal, name: 'standard' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['too short', { ...minimal, length: { min: 7 } }, [400, 'OUT_OF_RANGE', 'length.min']],
    ['min above max', { ...minimal, length: { min: 20, max: 10 } }, [400, 'INVALID_VALUE', 'length.min']],
    ['a text', { ...minimal, maxAgeDays: '5' }, [400, 'INVALID_VALUE', 'maxAgeDays']],
    ['0 days', { ...minimal, maxAgeDays: 0 }, [400, 'OUT_OF_RANGE', 'maxAgeDays']],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', 'passwordPolicies', { body: sent })), expected, name);
});
