import t from 'tap';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

const web = {
  enabled: true,
  name: 'Shop',
  type: 'WEB_APP',
  protocol: 'OPENID_CONNECT',
  redirectUris: ['https://example.com/cb'],
};

t.test('a user without a name has no member for it', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const created = await call('POST', 'users', { body: { username: 'plain', email: 'plain@example.com' } });
  t.equal(created.statusCode, 201);
  const { id } = created.json<{ id: string }>();
  const named = await call('PATCH', `users/${id}`, { body: { name: { given: 'Pat' } } });
  t.same(named.json().name, { given: 'Pat' });
  const cleared = await call('PATCH', `users/${id}`, { body: { name: { given: null } } });
  const replaced = await call('PUT', `users/${id}`, { body: { username: 'plain', email: 'plain@example.com', name: {} } });
  for (const answer of [created, cleared, replaced, await call('GET', `users/${id}`)]) t.notOk('name' in answer.json(), answer.body);
});

t.test('the verification status of an imported user is kept', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const body = { username: 'imported', email: 'i@example.com', verifyStatus: 'ENABLED' };
  const imported = await call('POST', 'users', { body, action: 'user.import' });
  t.match(imported, { statusCode: 201 });
  t.equal(imported.json().verifyStatus, 'ENABLED');
  const created = await call('POST', 'users', { body: { ...body, username: 'created' } });
  t.equal(created.json().verifyStatus, 'NOT_INITIATED', 'only an import sets it');
  const wrong = await call('POST', 'users', { body: { ...body, username: 'wrong', verifyStatus: 'X' }, action: 'user.import' });
  t.equal(wrong.statusCode, 400);
});

t.test('a password policy counts its populations, and leaves out 0', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const policy = { name: 'Own', excludesCommonlyUsed: false, excludesProfileData: false, notSimilarToCurrent: false };
  const created = await call('POST', 'passwordPolicies', { body: policy });
  t.equal(created.statusCode, 201);
  t.notOk('populationCount' in created.json());
  const { id } = created.json<{ id: string }>();
  await call('POST', 'populations', { body: { name: 'Ruled', passwordPolicy: { id } } });
  t.equal((await call('GET', `passwordPolicies/${id}`)).json().populationCount, 1);
});

t.test('an application keeps no signing and no mobile settings that a PUT leaves out', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const native = { ...web, type: 'NATIVE_APP', mobile: { bundleId: 'com.example.b', packageName: 'com.example.p', uriPrefix: 'x' } };
  const created = (await call('POST', 'applications', { body: native })).json();
  t.match(created, { mobile: { bundleId: 'com.example.b' }, signing: { keyRotationPolicy: {} } });
  const { mobile: _, ...bare } = native;
  const replaced = (await call('PUT', `applications/${created.id}`, { body: bare })).json();
  t.notOk('signing' in replaced);
  t.notOk('keyRotationPolicy' in replaced._links);
  t.notOk('bundleId' in replaced.mobile || 'packageName' in replaced.mobile);
  const again = (await call('PUT', `applications/${created.id}`, { body: native })).json();
  t.match(again.mobile, { bundleId: 'com.example.b', packageName: 'com.example.p' }, 'they may be set anew');
});

t.test('refresh token durations cannot be cleared', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const body = { ...web, grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'] };
  const durations = { refreshTokenDuration: 600, refreshTokenRollingDuration: 900 };
  const { id } = (await call('POST', 'applications', { body: { ...body, ...durations } })).json();
  t.match((await call('PUT', `applications/${id}`, { body })).json(), durations);
  const nulls = { refreshTokenDuration: null, refreshTokenRollingDuration: null };
  t.match((await call('PUT', `applications/${id}`, { body: { ...body, ...nulls } })).json(), durations);
});

t.test('a refused Kerberos key is named in the message', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const keys = (await call('GET', 'keys')).json<{ _embedded: { keys: { id: string; usageType: string }[] } }>()._embedded.keys;
  const key = keys.find(({ usageType }) => usageType === 'SIGNING');
  const refused = await call('POST', 'applications', { body: { ...web, type: 'NATIVE_APP', kerberos: { key: { id: key?.id } } } });
  t.equal(refused.statusCode, 400);
  const { message, details } = refused.json<{ message: string; details: { message: string; target: string }[] }>();
  t.ok(message.includes(String(key?.id)), message);
  t.match(details, [{ target: 'kerberos.key', message }]);
});

t.test('a web application is shown as in 2026', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const body = { ...web, description: 'Buys', tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC', pkceEnforcement: 'OPTIONAL' };
  const { _links, ...members } = (await call('POST', 'applications', { body })).json();
  t.same(Object.keys(_links), ['self', 'environment', 'metadata', 'attributes', 'secret', 'grants', 'keyRotationPolicy']);
  t.equal(_links.metadata.href, `http://localhost:9400/${environmentId}/as/.well-known/openid-configuration`);
  t.equal((await app.inject({ url: _links.metadata.href })).statusCode, 200);
  t.same(
    Object.keys(members),
    `environment id name description enabled hiddenFromAppPortal type protocol createdAt updatedAt clientId assignActorRoles
      responseTypes pkceEnforcement requestScopesForMultipleResourcesEnabled redirectUris deviceTimeout grantTypes idpSignoff
      additionalRefreshTokenReplayProtectionEnabled tokenEndpointAuthMethod parRequirement devicePollingInterval parTimeout
      signing`.split(/\s+/),
  );
  const onApiHost = await call('GET', `applications/${members.id}`, { headers: { host: 'api.pingone.eu' } });
  t.equal(onApiHost.json()._links.metadata.href.split('/')[2], 'auth.pingone.eu');
});

t.test('built-in resources and scopes are described', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  type Described = { id: string; name: string; type: string; description?: string };
  const { resources } = (await call('GET', 'resources')).json<{ _embedded: { resources: Described[] } }>()._embedded;
  t.ok(resources.find(({ type }) => type === 'OPENID_CONNECT')?.description);
  for (const { id } of resources.filter(({ type }) => type !== 'CUSTOM')) {
    const { scopes } = (await call('GET', `resources/${id}/scopes`)).json<{ _embedded: { scopes: Described[] } }>()._embedded;
    for (const { name, description } of scopes) t.match(description, /^[A-Z].+ user|^[A-Z].+ OpenID/, name);
  }
});
