// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import t from 'tap';
import { managementClient } from '../helpers/management.js';
import { refusal } from '../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

/** What becomes of things that others point to, and of two that want one name at the same moment. */

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const make = async (path: string, body: object): Promise<string> => {
    const made = await call('POST', path, { body });
    t.equal(made.statusCode, 201, `${path}: ${made.body}`);
    return made.json().id;
  };
  return { ...server, call, make };
};

const admin = '29ddce68-cd7f-4b2a-b6fc-f7a19553b496';
const web = { name: 'W', enabled: true, type: 'WEB_APP', protocol: 'OPENID_CONNECT', redirectUris: ['https://x.example.com'] };
const device = { ...web, grantTypes: ['DEVICE_CODE'], tokenEndpointAuthMethod: 'NONE', type: 'CUSTOM_APP', devicePathId: 'tv' };
const native = { ...web, type: 'NATIVE_APP', mobile: { bundleId: 'com.example.one' } };
const rotation = {
  name: 'R',
  algorithm: 'RSA',
  keyLength: 2048,
  signatureAlgorithm: 'SHA256withRSA',
  usageType: 'SIGNING',
  dn: 'CN=R',
};
const key = { ...rotation, dn: undefined, subjectDN: 'CN=K', validityPeriod: 10, usageType: 'ISSUANCE' };
const policy = {
  name: 'Own',
  length: { min: 8, max: 255 },
  excludesCommonlyUsed: false,
  excludesProfileData: false,
  notSimilarToCurrent: false,
};
const role = { name: 'Role', applicableTo: ['ENVIRONMENT'], canBeAssignedBy: [{ id: admin }], permissions: [{ id: 'dir:read:user' }] };
const google = { name: 'Google', enabled: true, type: 'GOOGLE', clientId: 'c', clientSecret: 's' };
const partner = { name: 'Partner', issuer: 'https://partner.example', jwksUrl: 'https://partner.example/jwks' };
const here = { id: environmentId, type: 'ENVIRONMENT' };

t.test('of two things created at once with the same name, only one is created', async (t) => {
  const { call, make, environment } = await start(t);
  const resource = await make('resources', { name: 'Holder' });
  const scope = await make(`resources/${resource}/scopes`, { name: 'read' });
  const signOn = await make('signOnPolicies', { name: 'Assigned' });
  await make(`signOnPolicies/${signOn}/actions`, { type: 'LOGIN', priority: 1 });
  const group = await make('groups', { name: 'Members' });
  const other = await make('groups', { name: 'Others' });
  const [schema] = (await call('GET', 'schemas')).json()._embedded.schemas;
  const own = await make('roles', { ...role, name: 'Given' });
  const issuer = await make('trustedIssuers', partner);
  const papers = await make(`resources/${resource}/applicationResources`, { name: 'Papers' });
  const provider = await make('identityProviders', google);
  const domain = await make('emailDomains', { domainName: 'mail.example.com' });
  const agreement = await make('agreements', { name: 'Terms', enabled: false });
  const german = await make(`agreements/${agreement}/languages`, { displayName: 'AGB', enabled: true, locale: 'de' });
  const inAnHour = new Date(environment.clock.now() + 3_600_000).toISOString();
  const cases: [string, object][] = [
    ['populations', { name: 'Twin' }],
    ['groups', { name: 'Twin' }],
    ['users', { username: 'twin', email: 'twin@example.com', population: { id: 'c0000000-0000-4000-8000-000000000001' } }],
    ['resources', { name: 'Twin' }],
    [`resources/${resource}/scopes`, { name: 'twin' }],
    [`resources/${resource}/attributes`, { name: 'twin', value: '${user.id}' }],
    [`applications/${ids.web}/attributes`, { name: 'twin', value: '${user.id}' }],
    [`applications/${ids.web}/grants`, { resource: { id: resource }, scopes: [{ id: scope }] }],
    [`applications/${ids.web}/signOnPolicyAssignments`, { priority: 1, signOnPolicy: { id: signOn } }],
    [`applications/${ids.worker}/roleAssignments`, { role: { id: own }, scope: here }],
    [`users/${ids.alice}/memberOfGroups`, { id: group }],
    [`groups/${group}/memberOfGroups`, { id: other }],
    ['signOnPolicies', { name: 'Twin' }],
    ['passwordPolicies', { ...policy, name: 'Twin' }],
    ['keyRotationPolicies', { ...rotation, name: 'Twin' }],
    ['roles', { ...role, name: 'Twin' }],
    [`schemas/${schema.id}/attributes`, { name: 'twin', type: 'STRING' }],
    ['applications', device],
    ['applications', native],
    ['trustedIssuers', { ...partner, name: 'Twin', issuer: 'https://twin.example' }],
    [`applications/${ids.web}/trustedIssuerAssignments`, { trustedIssuer: { id: issuer } }],
    [`resources/${resource}/applicationResources`, { name: 'Twin' }],
    [`applicationResources/${papers}/permissions`, { action: 'twin' }],
    ['applicationRoles', { name: 'Twin' }],
    ['gateways', { name: 'Twin', type: 'API_GATEWAY_INTEGRATION', enabled: true }],
    ['identityProviders', { ...google, name: 'Twin' }],
    [`identityProviders/${provider}/attributes`, { name: 'email', value: '${providerAttributes.email}', update: 'ALWAYS' }],
    ['emailDomains', { domainName: 'twin.example.com' }],
    [`emailDomains/${domain}/trustedEmails`, { emailAddress: 'twin@mail.example.com' }],
    ['templates/strong_authentication/contents', { locale: 'en', deliveryMethod: 'SMS', content: 'Twin ${otp}' }],
    ['languages', { locale: 'cy', enabled: false, default: false }],
    ['agreements', { name: 'Twin', enabled: false }],
    [`agreements/${agreement}/languages`, { displayName: 'Twin', enabled: true, locale: 'en' }],
    [
      `agreements/${agreement}/languages/${german}/revisions`,
      { contentType: 'text/plain', effectiveAt: inAnHour, requireReconsent: true, text: 'Twin' },
    ],
  ];
  for (const [path, body] of cases) {
    const made = await Promise.all([1, 2, 3].map(() => call('POST', path, { body })));
    const statuses = made.map(({ statusCode }) => statusCode).sort();
    t.same(statuses, [201, 400, 400], `${path}: ${made.find(({ statusCode }) => statusCode !== 201)?.body.slice(0, 200)}`);
    const refused = made.find(({ statusCode }) => statusCode === 400);
    if (refused) t.equal(refusal(refused)[1], 'UNIQUENESS_VIOLATION', path);
  }
  // Being renamed is another way to want a name.
  for (const [path, body] of [
    ['populations', { name: 'Renamed' }],
    ['resources', { name: 'Renamed' }],
    ['signOnPolicies', { name: 'Renamed' }],
    ['passwordPolicies', { ...policy, name: 'Renamed' }],
    ['roles', { ...role, name: 'Renamed' }],
    ['agreements', { name: 'Renamed', enabled: false }],
    ['applicationRoles', { name: 'Renamed' }],
    ['gateways', { name: 'Renamed', type: 'API_GATEWAY_INTEGRATION', enabled: true }],
    ['identityProviders', { ...google, name: 'Renamed' }],
  ] as const) {
    const [one, two] = [await make(path, { ...body, name: 'One' }), await make(path, { ...body, name: 'Two' })];
    const renamed = await Promise.all([one, two].map((id) => call('PUT', `${path}/${id}`, { body })));
    t.same(renamed.map(({ statusCode }) => statusCode).sort(), [200, 400], `${path}, renamed`);
  }
  t.equal((await environment.store.applications.list()).filter(({ devicePathId }) => devicePathId === 'tv').length, 1);
});

t.test('MFA policies, identity providers and gateways name nothing that does not exist', async (t) => {
  const { call, make } = await start(t);
  const unknown = '99999999-9999-4999-8999-999999999999';
  const minutes = { duration: 30, timeUnit: 'MINUTES' };
  const failure = { count: 3, coolDown: minutes };
  const sent = { enabled: true, otp: { lifeTime: minutes, failure } };
  const app = { enabled: true, otp: { failure } };
  const second = { name: 'Second', default: false, sms: sent, voice: sent, email: sent, mobile: app, totp: app };
  const saml = {
    ...{ name: 'Partner', enabled: true, type: 'SAML', idpEntityId: 'idp', spEntityId: 'sp' },
    ...{ ssoBinding: 'HTTP_POST', ssoEndpoint: 'https://idp.example/sso', idpVerification: { certificates: [] } },
  };
  const people = { name: 'People', passwordAuthority: 'LDAP', searchBaseDn: 'ou=people', orderedCorrelationAttributes: ['uid'] };
  const directory = {
    ...{ name: 'Directory', type: 'LDAP', enabled: true, bindDN: 'cn=x', bindPassword: 'x' },
    ...{ serversHostAndPort: ['ldap.example:636'], vendor: 'PingDirectory' },
  };
  const ofPopulation = (id: string) => ({
    userTypes: [
      {
        ...people,
        newUserLookup: { attributeMappings: [{ name: 'username', value: 'uid' }], ldapFilterPattern: '(uid=x)', population: { id } },
      },
    ],
  });
  const [{ id: fido2Policy }] = (await call('GET', 'fido2Policies')).json()._embedded.fido2Policies;
  const [{ id: notices }] = (await call('GET', 'notificationsPolicies')).json()._embedded.notificationsPolicies;
  const population = await make('populations', { name: 'Theirs' });
  const signing = await make('keys', { ...key, usageType: 'SIGNING' });

  const cases: readonly (readonly [path: string, body: object, members: (id: string) => object, target: string, known?: string])[] = [
    [
      'deviceAuthenticationPolicies',
      second,
      (id) => ({ mobile: { ...app, applications: [{ id }] } }),
      'mobile.applications[0].id',
      ids.web,
    ],
    ['deviceAuthenticationPolicies', second, (id) => ({ fido2: { enabled: true, fido2PolicyId: id } }), 'fido2.fido2PolicyId', fido2Policy],
    ['deviceAuthenticationPolicies', second, (id) => ({ notificationsPolicy: { id } }), 'notificationsPolicy.id', notices],
    ['identityProviders', google, (id) => ({ registration: { population: { id } } }), 'registration.population.id', population],
    ['identityProviders', saml, (id) => ({ spSigning: { key: { id } } }), 'spSigning.key.id', signing],
    ['identityProviders', saml, (id) => ({ idpVerification: { certificates: [{ id }] } }), 'idpVerification.certificates[0].id'],
    ['gateways', directory, ofPopulation, 'userTypes[0].newUserLookup.population.id', population],
  ];
  for (const [path, body, members, target, known] of cases) {
    const refused = [400, 'INVALID_VALUE', target];
    t.same(refusal(await call('POST', path, { body: { ...body, ...members(unknown) } })), refused, `POST ${path}`);
    const id = await make(path, body);
    t.same(refusal(await call('PUT', `${path}/${id}`, { body: { ...body, ...members(unknown) } })), refused, `PUT ${path}`);
    if (known !== undefined) {
      const put = await call('PUT', `${path}/${id}`, { body: { ...body, ...members(known.toUpperCase()) } });
      t.equal(put.statusCode, 200, put.body);
    }
    t.equal((await call('DELETE', `${path}/${id}`)).statusCode, 204);
  }

  // What they name can be deleted first, and what was read is sent back as it was.
  const gateway = await make('gateways', { ...directory, ...ofPopulation(population) });
  t.equal((await call('DELETE', `populations/${population}`)).statusCode, 204);
  const again = { ...directory, ...ofPopulation(population), description: 'Changed' };
  t.equal((await call('PUT', `gateways/${gateway}`, { body: again })).statusCode, 200);
});

t.test('nothing is deleted while something else refers to it', async (t) => {
  const { call, make } = await start(t);
  const population = await make('populations', { name: 'Lived in', passwordPolicy: { id: await make('passwordPolicies', policy) } });
  const user = await make('users', { username: 'u', email: 'u@example.com', population: { id: population } });
  const signing = await make('keyRotationPolicies', rotation);
  const kerberos = await make('keys', key);
  const application = await make('applications', {
    ...native,
    signing: { keyRotationPolicy: { id: signing } },
    kerberos: { key: { id: kerberos } },
  });
  const own = await make('roles', role);
  const given = await make(`users/${user}/roleAssignments`, { role: { id: own }, scope: here });
  const passwordPolicy = (await call('GET', `populations/${population}`)).json().passwordPolicy.id;
  const held = [
    [`populations/${population}`, undefined],
    [`passwordPolicies/${passwordPolicy}`, population],
    [`keyRotationPolicies/${signing}`, application],
    [`keys/${kerberos}`, application],
    [`roles/${own}`, given],
  ] as const;
  for (const [path, holder] of held) {
    const refused = await call('DELETE', path);
    t.equal(refusal(refused)[1], 'CONSTRAINT_VIOLATION', path);
    if (holder) t.same(refused.json().details[0].innerError?.referencedValues, [holder], path);
    t.equal((await call('GET', path)).statusCode, 200, `${path} is there`);
  }
  const ties = [`users/${user}/roleAssignments/${given}`, `users/${user}`, `applications/${application}`];
  for (const path of ties) t.equal((await call('DELETE', path)).statusCode, 204, path);
  for (const [path] of held) t.equal((await call('DELETE', path)).statusCode, 204, `${path}, once nothing points to it`);
});

t.test('grants and assignments do not keep what they point to, and go with it', async (t) => {
  const { call, make, environment } = await start(t);
  const { grants, signOnPolicyAssignments } = environment.store;
  const resource = await make('resources', { name: 'Granted' });
  const scopes = [
    await make(`resources/${resource}/scopes`, { name: 'read' }),
    await make(`resources/${resource}/scopes`, { name: 'write' }),
  ];
  const path = `applications/${ids.web}/grants`;
  const grant = await make(path, { resource: { id: resource }, scopes: scopes.map((id) => ({ id })) });
  const granted = async () => (await call('GET', `${path}/${grant}`)).json().scopes;
  for (const left of [1, 0]) {
    t.equal((await call('DELETE', `resources/${resource}/scopes/${scopes[left]}`)).statusCode, 204);
    t.same(
      await granted(),
      scopes.slice(0, left).map((id) => ({ id })),
    );
  }
  const again = await make(`resources/${resource}/scopes`, { name: 'read' });
  const replaced = await call('PUT', `${path}/${grant}`, { body: { resource: { id: resource }, scopes: [{ id: again }] } });
  t.equal(replaced.statusCode, 200, 'a grant without scopes is there to be replaced');
  t.equal((await call('DELETE', `resources/${resource}`)).statusCode, 204);
  t.same(await grants.find('resource.id', resource), []);

  const policyId = await make('signOnPolicies', { name: 'Empty' });
  const assigned = await make(`applications/${ids.web}/signOnPolicyAssignments`, { priority: 1, signOnPolicy: { id: policyId } });
  t.equal((await call('DELETE', `signOnPolicies/${policyId}`)).statusCode, 204);
  t.equal(await signOnPolicyAssignments.get(assigned), undefined);
});

t.test('deleting something deletes what belongs to it', async (t) => {
  const { call, make, environment } = await start(t);
  const { store } = environment;
  const population = await make('populations', { name: 'Left' });
  const group = await make('groups', { name: 'Of it', population: { id: population } });
  const top = await make('groups', { name: 'Top' });
  await make(`groups/${group}/memberOfGroups`, { id: top });
  const user = await make('users', { username: 'u', email: 'u@example.com', population: { id: population } });
  await make(`users/${user}/memberOfGroups`, { id: group });
  const worker = await make('applications', {
    name: 'K',
    enabled: true,
    type: 'WORKER',
    protocol: 'OPENID_CONNECT',
    assignActorRoles: false,
  });
  const own = await make('roles', { ...role, applicableTo: ['APPLICATION', 'POPULATION'] });
  const application = await make('applications', web);
  await make(`applications/${worker}/roleAssignments`, { role: { id: own }, scope: { id: application, type: 'APPLICATION' } });
  await make(`applications/${worker}/roleAssignments`, { role: { id: own }, scope: { id: population, type: 'POPULATION' } });
  await make(`groups/${group}/roleAssignments`, { role: { id: admin }, scope: here });

  const scopes = async () => (await store.roleAssignments.find('holder.id', worker)).map(({ scope }) => scope.type);
  t.equal((await call('DELETE', `applications/${application}`)).statusCode, 204);
  t.same(await scopes(), ['POPULATION'], 'a role on an application goes with it');
  for (const collection of ['grants', 'attributeMappings', 'secrets', 'signOnPolicyAssignments'] as const) {
    const left = (await store[collection].list()).filter((item) => JSON.stringify(item).includes(application));
    t.same(left, [], collection);
  }
  t.equal((await call('DELETE', `users/${user}`)).statusCode, 204);
  t.same(await store.memberships.find('member.id', user), []);
  t.equal(await store.passwords.get(user), undefined);
  t.equal((await call('DELETE', `populations/${population}`)).statusCode, 204);
  t.same(await scopes(), []);
  t.equal((await call('GET', `groups/${group}`)).statusCode, 404, 'its groups go');
  t.same(await store.memberships.find('group.id', top), []);
  t.same(await store.roleAssignments.find('holder.id', group), []);
});

/** What was made, as a path of the API. */
const pathOf = ({ headers }: { headers: { location?: unknown } }): string => String(headers.location).split('/v1')[1] ?? '';

const turnsOfTheLoop = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Holds the next put of a collection back until something else is done, or has waited for its turn. */
function holdBack(collection: object, meanwhile: () => Promise<unknown>): void {
  const { put } = collection as { put(item: unknown): Promise<void> };
  Object.assign(collection, {
    async put(item: unknown) {
      Object.assign(collection, { put });
      await Promise.race([meanwhile(), turnsOfTheLoop(1000)]);
      return put(item);
    },
  });
}

t.test('something deleted while it is being referred to leaves no dangling reference', async (t) => {
  const { call, make, environment } = await start(t);
  const { store } = environment;
  const resource = await make('resources', { name: 'Race' });
  const scope = await make(`resources/${resource}/scopes`, { name: 'race' });
  const another = await make(`resources/${resource}/scopes`, { name: 'another' });
  const signOn = await make('signOnPolicies', { name: 'Race' });
  await make(`signOnPolicies/${signOn}/actions`, { type: 'LOGIN', priority: 1 });
  const populations = [await make('populations', { name: 'Race' }), await make('populations', { name: 'Race 2' })];
  const passwords = await make('passwordPolicies', policy);
  const signing = await make('keyRotationPolicies', rotation);
  const kerberos = await make('keys', key);
  const own = await make('roles', role);
  const groups = [await make('groups', { name: 'Race' }), await make('groups', { name: 'Race 2' })];
  const granted = (id: string) => ({ resource: { id: resource }, scopes: [{ id }] });
  const races: [path: string, to: string, body: object, collection: object][] = [
    [
      `populations/${populations[0]}`,
      'users',
      { username: 'race', email: 'u@example.com', population: { id: populations[0] } },
      store.users,
    ],
    [`populations/${populations[1]}`, 'groups', { name: 'x', population: { id: populations[1] } }, store.groups],
    [`passwordPolicies/${passwords}`, 'populations', { name: 'x', passwordPolicy: { id: passwords } }, store.populations],
    [
      `signOnPolicies/${signOn}`,
      `applications/${ids.web}/signOnPolicyAssignments`,
      { priority: 1, signOnPolicy: { id: signOn } },
      store.signOnPolicyAssignments,
    ],
    [`keyRotationPolicies/${signing}`, 'applications', { ...web, signing: { keyRotationPolicy: { id: signing } } }, store.applications],
    [`keys/${kerberos}`, 'applications', { ...native, kerberos: { key: { id: kerberos } } }, store.applications],
    [`roles/${own}`, `users/${ids.bob}/roleAssignments`, { role: { id: own }, scope: here }, store.roleAssignments],
    [`groups/${groups[0]}`, `users/${ids.bob}/memberOfGroups`, { id: groups[0] }, store.memberships],
    [`groups/${groups[1]}`, `groups/${groups[1]}/memberOfGroups`, { id: await make('groups', { name: 'Outer' }) }, store.memberships],
    [`resources/${resource}/scopes/${scope}`, `applications/${ids.web}/grants`, granted(scope), store.grants],
    [`resources/${resource}`, `applications/${ids.spa}/grants`, granted(another), store.grants],
  ];
  let users = 0;
  for (const [path, to, body, collection] of races) {
    let removed: ReturnType<typeof call> | undefined;
    holdBack(collection, () => {
      removed = call('DELETE', path);
      return removed;
    });
    const pointed = await call('POST', to, { body });
    const statuses = [(await removed)?.statusCode, pointed.statusCode];
    const there = (await call('GET', path)).statusCode === 200;
    t.ok(statuses.includes(201) || !there, `${path}: somebody wins (${statuses})`);
    const found = pointed.statusCode === 201 ? await call('GET', pathOf(pointed)) : pointed;
    const points = found.statusCode === 200 && found.body.includes(String(path.split('/').at(-1)));
    t.equal(points, there, `${path}: nothing points to what is gone (${statuses})`);
    if (to === 'users' && pointed.statusCode === 201) users += 1;
  }
  t.equal((await store.users.find('username', 'race')).length, users, 'and what was refused left nothing');
});
