import t from 'tap';
import { applicationSecrets } from '../../../src/configuration/applications/applications.js';
import { environmentUrl, managementClient, workerToken } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const now = '2026-11-22T12:00:00.000Z';
const native = {
  enabled: true,
  name: 'NativePKCE',
  type: 'NATIVE_APP',
  protocol: 'OPENID_CONNECT',
  grantTypes: ['AUTHORIZATION_CODE'],
  responseTypes: ['CODE'],
  tokenEndpointAuthMethod: 'NONE',
  pkceEnforcement: 'S256_REQUIRED',
  redirectUris: ['https://www.example.com/callback'],
};

t.test('a native application is created exactly as documented', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const response = await call('POST', 'applications', { body: native });
  t.equal(response.statusCode, 201);
  const answer = response.json();
  const { id } = answer;
  t.match(id, uuid);
  const self = `${environmentUrl}/applications/${id}`;
  t.equal(response.headers.location, self);
  const policyId = environment.record.keyRotationPolicyId;
  const expected = {
    _links: {
      self: { href: self },
      environment: { href: environmentUrl },
      attributes: { href: `${self}/attributes` },
      secret: { href: `${self}/secret` },
      grants: { href: `${self}/grants` },
      keyRotationPolicy: { href: `${environmentUrl}/keyRotationPolicies/${policyId}` },
    },
    environment: { id: environmentId },
    id,
    name: 'NativePKCE',
    enabled: true,
    hiddenFromAppPortal: false,
    type: 'NATIVE_APP',
    protocol: 'OPENID_CONNECT',
    createdAt: now,
    updatedAt: now,
    assignActorRoles: false,
    mobile: {
      integrityDetection: { mode: 'DISABLED' },
      passcodeRefreshDuration: { duration: 30, timeUnit: 'SECONDS' },
      passcodeGracePeriod: 5,
    },
    responseTypes: ['CODE'],
    grantTypes: ['AUTHORIZATION_CODE'],
    idpSignoff: false,
    additionalRefreshTokenReplayProtectionEnabled: true,
    tokenEndpointAuthMethod: 'NONE',
    pkceEnforcement: 'S256_REQUIRED',
    parRequirement: 'OPTIONAL',
    devicePollingInterval: 5,
    redirectUris: ['https://www.example.com/callback'],
    parTimeout: 60,
    deviceTimeout: 600,
    clientId: id,
    requestScopesForMultipleResourcesEnabled: false,
    signing: { keyRotationPolicy: { id: policyId } },
  };
  t.equal(JSON.stringify(answer), JSON.stringify(expected), 'to the order of the members');
  t.same((await call('GET', `applications/${id}`)).json(), expected);
  t.same((await call('GET', `applications/${id.toUpperCase()}`)).json(), expected, 'ids have no case');
  const [mapping] = await environment.store.attributeMappings.find('application.id', id);
  t.match(mapping, { name: 'sub', value: /^\$\{user\.id\}$/, mappingType: 'CORE', required: true });
});

t.test('missing members get defaults, and read-only and unknown ones are ignored', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const minimal = (
    await call('POST', 'applications', { body: { name: 'x', type: 'WEB_APP', protocol: 'OPENID_CONNECT', redirectUris: ['https://x'] } })
  ).json();
  t.match(minimal, {
    enabled: false,
    grantTypes: ['AUTHORIZATION_CODE'],
    responseTypes: ['CODE'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    pkceEnforcement: 'OPTIONAL',
  });
  t.equal((await call('PUT', `applications/${minimal.id}`, { body: minimal })).statusCode, 200);
  const nowhere = { ...minimal, grantTypes: undefined, redirectUris: undefined };
  for (const [method, path] of [
    ['POST', 'applications'],
    ['PUT', `applications/${minimal.id}`],
  ] as const)
    t.same(
      refusal(await call(method, path, { body: nowhere })),
      [400, 'EMPTY_VALUE', 'redirectUris'],
      `${method}: grants of the type count as well`,
    );
  const echoed = await call('POST', 'applications', {
    body: {
      ...minimal,
      description: null,
      clientSecret: 'imported-secret',
      refreshToken: { rotating: true },
      createdAt: 'x',
      secret: 5,
    },
  });
  t.equal(echoed.statusCode, 201, 'an answer can be sent again');
  const unprotected = await call('POST', 'applications', { body: { ...minimal, additionalRefreshTokenReplayProtectionEnabled: null } });
  t.equal(unprotected.json().additionalRefreshTokenReplayProtectionEnabled, false, 'null is false');
  t.not(echoed.json().id, minimal.id);
  t.equal(echoed.json().clientId, echoed.json().id);
  t.notOk('refreshToken' in echoed.json());
  t.notOk('secret' in echoed.json());
  t.equal((await call('POST', 'applications', { body: { ...native, parTimeout: 59.9 } })).json().parTimeout, 59, 'fractions are cut off');
  const link = await call('POST', 'applications', {
    body: { name: 'L', type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', homePageUrl: 'http://example.com' },
  });
  t.equal(link.statusCode, 201);
  t.same(Object.keys(link.json()), [
    '_links',
    'environment',
    'id',
    'name',
    'enabled',
    'hiddenFromAppPortal',
    'homePageUrl',
    'type',
    'protocol',
    'createdAt',
    'updatedAt',
  ]);
});

t.test('every property is kept and comes back', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const rsa = { algorithm: 'RSA', keyLength: 2048, signatureAlgorithm: 'SHA256withRSA', validityPeriod: 365 };
  const policy = { ...rsa, name: 'P', usageType: 'SIGNING', dn: 'CN=P' };
  const key = { keyRotationPolicy: { id: (await call('POST', 'keyRotationPolicies', { body: policy })).json().id } };
  const kerberosKey = { ...rsa, name: 'K', usageType: 'ISSUANCE', subjectDN: 'CN=K' };
  const kerberos = { key: { id: (await call('POST', 'keys', { body: kerberosKey })).json().id } };
  const group = (await call('POST', 'groups', { body: { name: 'Some' } })).json();
  const full = {
    ...native,
    description: 'd',
    hiddenFromAppPortal: true,
    homePageUrl: 'https://x',
    loginPageUrl: 'http://localhost/login',
    icon: { id: ids.spa, href: 'https://x/i.png' },
    accessControl: { group: { type: 'ANY_GROUP', groups: [{ id: group.id }] } },
    grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'DEVICE_CODE', 'CIBA', 'TOKEN_EXCHANGE'],
    allowWildcardInRedirectUris: true,
    redirectUris: ['https://x/*', 'com.x://cb'],
    postLogoutRedirectUris: ['http://x/'],
    initiateLoginUri: 'https://x',
    targetLinkUri: 'app://x',
    refreshTokenDuration: 60,
    refreshTokenRollingDuration: 120,
    refreshTokenRollingGracePeriodDuration: 0,
    additionalRefreshTokenReplayProtectionEnabled: false,
    refreshTokenType: 'OPAQUE_TOKEN',
    parRequirement: 'REQUIRED',
    parTimeout: 600,
    requireSignedRequestObject: true,
    supportUnsignedRequestObject: false,
    deviceTimeout: 3600,
    devicePollingInterval: 60,
    devicePathId: 'my-path',
    deviceCustomVerificationUri: 'https://x/device',
    idpSignoff: true,
    corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: ['https://x'] },
    jwksUrl: 'https://x/jwks',
    signing: key,
    kerberos,
    includeX5t: true,
    includeTyp: true,
    opSessionCheckEnabled: true,
    requestScopesForMultipleResourcesEnabled: true,
    mobile: {
      bundleId: 'b',
      packageName: 'p',
      huaweiAppId: 'h',
      huaweiPackageName: 'hp',
      uriPrefix: 'https://x',
      push: { numberMatching: { type: 'SELECT_NUMBER' } },
      integrityDetection: {
        mode: 'ENABLED',
        excludedPlatforms: ['IOS'],
        cacheDuration: { amount: 5, units: 'HOURS' },
        googlePlay: { verificationType: 'GOOGLE', serviceAccountCredentials: '{}' },
      },
      passcodeRefreshDuration: { duration: 60, timeUnit: 'SECONDS' },
      passcodeGracePeriod: 10,
    },
  };
  const created = await call('POST', 'applications', { body: full });
  t.equal(created.statusCode, 201, created.body);
  t.match(created.json(), full);
  const again = await call('POST', 'applications', { body: full });
  t.match(again.json(), {
    code: 'INVALID_DATA',
    details: [{ code: 'UNIQUENESS_VIOLATION', target: 'devicePathId', message: 'is unique but a non-unique value is provided' }],
  });
  const mobile = await call('POST', 'applications', { body: { ...full, devicePathId: 'another' } });
  t.match(mobile.json().details, [{ code: 'UNIQUENESS_VIOLATION', target: 'mobile.bundleId' }]);

  const { id } = created.json();
  const replaced = await call('PUT', `applications/${id}`, { body: { ...native, name: 'new', mobile: { bundleId: 'other' } } });
  t.equal(replaced.statusCode, 200);
  const answer = replaced.json();
  t.match(answer, { id, name: 'new', mobile: { bundleId: 'b', packageName: 'p' } });
  t.equal(answer.refreshTokenDuration, 60, 'cannot be cleared once set');
  t.equal(answer.refreshTokenRollingDuration, 120, 'nor can this');
  for (const cleared of [
    'description',
    'corsSettings',
    'jwksUrl',
    'devicePathId',
    'postLogoutRedirectUris',
    'refreshTokenType',
    'includeTyp',
    'signing',
  ])
    t.notOk(cleared in answer, `${cleared} is cleared`);
});

t.test('an application is replaced by what was read, and keeps its type', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  const before = (await call('GET', `applications/${ids.web}`)).json();
  await clock.advance(1000);
  const { protocol, ...without } = before;
  const refused = await call('PUT', `applications/${ids.web}`, { body: without });
  t.match(refused.json(), { code: 'INVALID_DATA', details: [{ code: 'EMPTY_VALUE', target: 'protocol', message: 'must not be empty' }] });
  const same = await call('PUT', `applications/${ids.web}`, { body: before });
  t.same(same.json(), { ...before, updatedAt: '2026-11-22T12:00:01.000Z' }, 'what was read can be written');
  const other = await call('PUT', `applications/${ids.web}`, { body: { ...before, type: 'SINGLE_PAGE_APP', assignActorRoles: true } });
  t.match(other.json(), { type: 'WEB_APP', assignActorRoles: false }, 'the type stays');
  t.equal((await call('PUT', `applications/${ids.bob}`, { body: before })).statusCode, 404);
  const inert = ['javascript:alert(1)', 'data:text/html,x', 'VBScript:x', 'about:blank', 'blob:https://a.example/1', 'file:///etc/passwd'];
  const others = [
    'view-source:https://a.example/cb',
    'filesystem:https://a.example/temporary/x',
    'ws://a.example/cb',
    'WSS://a.example/cb',
  ];
  for (const uri of [...inert, ...others]) {
    for (const member of ['redirectUris', 'postLogoutRedirectUris']) {
      const refused = await call('PUT', `applications/${ids.web}`, { body: { ...before, [member]: [uri] } });
      t.match(refused.json(), { code: 'INVALID_DATA', details: [{ target: member }] }, `${member}: ${uri}`);
    }
  }
  const wrong = await call('PUT', `applications/${ids.web}`, { body: { ...before, redirectUris: ['x'] } });
  t.match(wrong.json(), { code: 'INVALID_DATA', details: [{ target: 'redirectUris' }] });
});

t.test('applications are listed without a count, and a deleted one is gone with its grants and secrets', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const list = (await call('GET', 'applications?limit=100')).json();
  t.same(Object.keys(list), ['_links', '_embedded', 'size'], 'no count');
  t.same(list._links, { self: { href: `${environmentUrl}/applications` } }, 'and no query');
  const names = list._embedded.applications.map(({ name }: { name: string }) => name);
  t.same(names, [
    'PingOne Admin Console',
    'PingOne Application Portal',
    'PingOne Self-Service - MyAccount',
    'Demo Worker',
    'Demo SPA',
    'Demo Native',
    'Demo Web',
    'Demo Service',
    'Demo Device',
  ]);
  t.equal(list.size, names.length);
  for (const { icon } of list._embedded.applications.slice(0, 3)) t.match(icon, { id: /^[0-9a-f-]{36}$/, href: /^https:/ });
  t.equal((await call('DELETE', `applications/${ids.web}`)).statusCode, 204);
  const gone = await call('GET', `applications/${ids.web}`);
  t.equal(gone.statusCode, 404);
  t.match(gone.json(), { code: 'NOT_FOUND', message: `Unable to find Application with ID: '${ids.web}'` });
  t.equal((await call('DELETE', `applications/${ids.web}`)).statusCode, 404);
  t.same(await environment.store.grants.find('application.id', ids.web), []);
  t.same(await applicationSecrets(environment, ids.web, 0), []);

  const portal = list._embedded.applications[1];
  const changed = await call('PUT', `applications/${portal.id}`, {
    body: { ...portal, enabled: false, name: 'x', applyDefaultTheme: true },
  });
  t.match(changed.json(), { name: 'PingOne Application Portal', enabled: false, applyDefaultTheme: true });
  t.equal((await call('DELETE', `applications/${portal.id}`)).statusCode, 400);
});

t.test('a worker gets the roles of its maker, unless the request declines', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const rolesOf = async (members: object) => {
    const { id } = (
      await call('POST', 'applications', { body: { name: 'w', type: 'WORKER', protocol: 'OPENID_CONNECT', enabled: true, ...members } })
    ).json();
    return { id, roles: (await environment.store.roleAssignments.find('holder.id', id)).length };
  };
  t.equal((await rolesOf({ assignActorRoles: false })).roles, 0);
  t.equal((await rolesOf({ type: 'WEB_APP' })).roles, 0);
  const { id, roles } = await rolesOf({});
  t.equal(roles, 4);
  const { secret } = (await call('GET', `applications/${id}/secret`)).json();
  const asNew = await managementClient(app, await workerToken(app, { id, secret }));
  t.equal((await asNew('GET', 'users')).statusCode, 200, 'and can use them');
});

t.test('a secret can be read and rotated, and the previous one works as long as asked', async (t) => {
  const { app, environment, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  const path = `applications/${ids.web}/secret`;
  const self = `${environmentUrl}/applications/${ids.web}`;
  const links = { self: { href: `${self}/secret` }, environment: { href: environmentUrl }, application: { href: self } };
  t.same((await call('GET', path)).json(), { _links: links, environment: { id: environmentId }, secret: 'web-secret' });
  const living = () => applicationSecrets(environment, ids.web, environment.clock.now());

  const rotated = await call('POST', path);
  t.equal(rotated.statusCode, 200);
  const first = rotated.json().secret;
  t.match(first, /^[A-Za-z0-9\-._~]{64}$/);
  t.same(rotated.json(), { _links: links, environment: { id: environmentId }, secret: first });
  t.same(await living(), [first], 'the old one dies at once');

  const expiresAt = '2026-11-22T13:00:00.000Z';
  const kept = (await call('POST', path, { body: { previous: { expiresAt } } })).json();
  t.same(kept.previous, { secret: first, expiresAt });
  t.same(await living(), [kept.secret, first]);
  await clock.advance(3_600_000);
  const later = await managementClient(app);
  t.notOk('previous' in (await later('GET', path)).json());
  t.same(await living(), [kept.secret]);

  await later('POST', path, { body: { previous: { expiresAt: '2026-11-23T13:00:00Z' } } });
  t.equal((await living()).length, 2);
  t.equal((await later('DELETE', path)).statusCode, 204);
  t.equal((await living()).length, 1);
  t.equal((await later('DELETE', path)).statusCode, 204);

  const range = { rangeMinimumValue: '2026-11-22T13:01:00.000Z', rangeMaximumValue: '2026-12-22T13:00:00.000Z' };
  for (const wrong of ['2026-11-22T13:00:59.000Z', '2026-12-22T13:00:01.000Z'])
    t.match((await later('POST', path, { body: { previous: { expiresAt: wrong } } })).json(), {
      code: 'INVALID_DATA',
      details: [{ code: 'OUT_OF_RANGE', target: 'previous.expiresAt', innerError: range }],
    });
  for (const wrong of ['soon', '5', 'January 5, 2027'])
    t.match((await later('POST', path, { body: { previous: { expiresAt: wrong } } })).json().details, [
      { code: 'INVALID_VALUE', target: 'previous.expiresAt' },
    ]);
  t.match((await later('POST', path, { body: { previous: {} } })).json().details, [{ code: 'EMPTY_VALUE', target: 'previous.expiresAt' }]);
  t.equal((await later('POST', path, { body: {} })).statusCode, 200);

  const message = 'Actor does not have permissions to access worker application client secrets';
  for (const method of ['GET', 'POST', 'DELETE'] as const) {
    const own = await later(method, `applications/${ids.worker}/secret`);
    t.equal(own.statusCode, 403);
    t.match(own.json(), { code: 'ACCESS_FAILED', details: [{ code: 'INSUFFICIENT_PERMISSIONS', message }] });
  }
  const made = { name: 'w', type: 'WORKER', protocol: 'OPENID_CONNECT', assignActorRoles: false };
  const { id } = (await later('POST', 'applications', { body: made })).json();
  const readOnly = { role: { id: 'ce00e15f-f845-4df1-abf3-fdc4ff4e176c' }, scope: { id: environmentId, type: 'ENVIRONMENT' } };
  t.equal((await later('POST', `applications/${id}/roleAssignments`, { body: readOnly })).json().readOnly, false);
  t.equal((await later('GET', `applications/${id}/secret`)).statusCode, 200, 'that of a worker with a role that the actor may give');
  const unknown = await later('GET', `applications/${ids.bob}/secret`);
  t.equal(unknown.statusCode, 404);
  t.match(unknown.json().message, 'The request could not be completed. The requested resource was not found.');
});

t.test('the lists of an application have at most 500 items', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const many = (count: number) => Array.from({ length: count }, (_, number) => `https://example.com/${number}`);
  const made = await call('POST', 'applications', { body: { ...native, redirectUris: many(500), postLogoutRedirectUris: many(500) } });
  t.equal(made.statusCode, 201, made.body);
  const { id } = made.json();
  const groups = Array.from({ length: 501 }, () => ({ id: ids.alice }));
  for (const [member, value, target = member] of [
    ['redirectUris', many(501)],
    ['postLogoutRedirectUris', many(501)],
    ['grantTypes', Array<string>(501).fill('AUTHORIZATION_CODE')],
    ['responseTypes', Array<string>(501).fill('CODE')],
    ['tags', Array<string>(501).fill('PING_FED_CONNECTION_INTEGRATION')],
    ['accessControl', { group: { type: 'ANY_GROUP', groups } }, 'accessControl.group.groups'],
  ] as const) {
    const body = { ...native, [member]: value };
    t.same(refusal(await call('PUT', `applications/${id}`, { body })), [400, 'SIZE_LIMIT_EXCEEDED', target], member);
  }
  const scopes = Array.from({ length: 501 }, () => ({ id: ids.alice }));
  const grant = await call('POST', `applications/${id}/grants`, { body: { resource: { id: ids.alice }, scopes } });
  t.same(refusal(grant), [400, 'SIZE_LIMIT_EXCEEDED', 'scopes']);
  const oidcScopes = Array<string>(501).fill('openid');
  const mapping = await call('POST', `applications/${id}/attributes`, { body: { name: 'level', value: '1', oidcScopes } });
  t.same(refusal(mapping), [400, 'SIZE_LIMIT_EXCEEDED', 'oidcScopes']);
});
