import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { decodeJwt } from 'jose';
import t from 'tap';
import { findRole } from '../../../src/configuration/roles/built-in.js';
import type { Application } from '../../../src/environment/model/application.js';
import type { Resource, RoleAssignment, SignOnPolicy } from '../../../src/environment/model/configuration.js';
import type { User } from '../../../src/environment/model/user.js';
import { changeApplication, makeJwt } from '../../helpers/application.js';
import {
  as,
  askAuthorize,
  authorize,
  basic,
  checkPassword,
  cookiesOf,
  locationOf,
  post,
  redeem,
  redirectUri,
} from '../../helpers/client.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

type Answer = Awaited<ReturnType<typeof askAuthorize>>;
const members = { environment: { id: environmentId }, createdAt: '', updatedAt: '' };

/** What a redirect or a self-posting page brings the application. */
function parametersOf(response: Answer): { where: string; parameters: URLSearchParams } {
  const { location } = response.headers;
  if (typeof location === 'string') {
    const { hash, searchParams } = new URL(location);
    return hash ? { where: 'fragment', parameters: new URLSearchParams(hash.slice(1)) } : { where: 'query', parameters: searchParams };
  }
  if (/json/.test(String(response.headers['content-type'])))
    return { where: 'pi.flow', parameters: new URLSearchParams(response.json().authorizeResponse) };
  const fields = [...response.body.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']): [string, string] => [
    name,
    value,
  ]);
  return { where: 'form_post', parameters: new URLSearchParams(fields) };
}
const errorOf = (response: Answer): string | null => parametersOf(response).parameters.get('error');
const describe = (response: Answer): string => parametersOf(response).parameters.get('error_description') ?? '';
const flowIdOf = (response: Answer): string => locationOf(response).searchParams.get('flowId') ?? '';

const halfHash = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

t.test('every response type works in every response mode that discovery lists', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const discovery = (await app.inject(`${as}/.well-known/openid-configuration`)).json();
  await changeApplication(environment, ids.web, {
    grantTypes: ['AUTHORIZATION_CODE', 'IMPLICIT'],
    responseTypes: ['CODE', 'TOKEN', 'ID_TOKEN'],
  });
  const { cookie } = await authorize(app, { clientId: ids.web });
  for (const type of discovery.response_types_supported as string[])
    for (const mode of [undefined, ...(discovery.response_modes_supported as string[])]) {
      const name = `${type}, ${mode ?? 'no response_mode'}`;
      const parameters = { client_id: ids.web, response_type: type, response_mode: mode, state: 's', nonce: 'n', scope: 'openid profile' };
      const response = await askAuthorize(app, parameters, { cookie });
      const { where, parameters: given } = parametersOf(response);
      if (mode === 'query' && type !== 'code') {
        t.same([where, given.get('error'), given.get('state')], ['fragment', 'invalid_request', 's'], `${name}: never in the query`);
        continue;
      }
      t.equal(where, mode ?? (type === 'code' ? 'query' : 'fragment'), name);
      t.equal(given.get('state'), 's', name);
      const parts = type.split(' ');
      t.equal(given.has('code'), parts.includes('code'), name);
      t.equal(given.has('access_token'), parts.includes('token'), name);
      t.equal(given.has('id_token'), parts.includes('id_token'), name);
      if (parts.includes('token'))
        t.match(Object.fromEntries(given), { token_type: 'Bearer', expires_in: '3600', scope: 'openid profile' }, name);
      const [idToken, accessToken, code] = [given.get('id_token'), given.get('access_token'), given.get('code')];
      if (idToken === null) continue;
      const claims = decodeJwt(idToken);
      t.match(claims, { nonce: 'n', aud: ids.web, sub: ids.alice }, name);
      t.equal(claims.at_hash, accessToken === null ? undefined : halfHash(accessToken), `${name}: at_hash`);
      t.equal(claims.c_hash, code === null ? undefined : halfHash(code), `${name}: c_hash`);
      if (code !== null) {
        const tokens = await redeem(
          app,
          { code, codeVerifier: undefined, clientId: ids.web, cookie },
          { client_id: undefined },
          { authorization: basic(ids.web, 'web-secret') },
        );
        t.equal(tokens.statusCode, 200, `${name}: the code is good`);
      }
    }
  const without = await askAuthorize(app, { client_id: ids.web, response_type: 'id_token token', scope: 'profile' }, { cookie });
  t.notOk(parametersOf(without).parameters.has('id_token'), 'an ID token needs the scope openid');
  await changeApplication(environment, ids.web, { responseTypes: ['CODE', 'TOKEN'] });
  t.equal(
    errorOf(await askAuthorize(app, { client_id: ids.web, response_type: 'code id_token' })),
    'unauthorized_client',
    'each type must be allowed',
  );
  await changeApplication(environment, ids.web, { grantTypes: ['IMPLICIT'], responseTypes: ['CODE', 'TOKEN', 'ID_TOKEN'] });
  t.equal(errorOf(await askAuthorize(app, { client_id: ids.web, response_type: 'code token' })), 'unauthorized_client', 'and each grant');
});

t.test('prompt and max_age are honoured, and unsupported parameters ignored', async (t) => {
  const { app } = await buildTestServer(t);
  const { cookie, codeVerifier: _verifier, ...authorized } = await authorize(app, { clientId: ids.web });
  const ask = (parameters: Record<string, string>) => askAuthorize(app, { client_id: ids.web, ...parameters }, { cookie });
  t.ok(parametersOf(await ask({ prompt: 'consent' })).parameters.get('code'), 'prompt=consent asks for no consent with the code grant');
  t.ok(flowIdOf(await ask({ prompt: 'login consent' })), 'but login does');
  t.equal(errorOf(await ask({ prompt: 'none consent' })), 'invalid_request');
  t.ok(flowIdOf(await ask({ max_age: '0' })), 'max_age=0 is prompt=login');
  t.equal(errorOf(await ask({ max_age: '0', prompt: 'none' })), 'login_required');
  for (const max_age of ['-1', '1.5', '1e3', 'x', '99999999999']) t.equal(errorOf(await ask({ max_age })), 'invalid_request', max_age);
  for (const ignored of [
    { id_token_hint: 'x' },
    { claims: '{"x"' },
    { display: 'page' },
    { ui_locales: 'de' },
    { mobilePayload: 'x' },
    { custom: 'x' },
  ])
    t.ok(parametersOf(await ask(ignored as unknown as Record<string, string>)).parameters.get('code'), Object.keys(ignored)[0] as string);
  t.ok(authorized.code);
});

t.test('login_hint_token decides who can sign on', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const now = Date.UTC(2026, 10, 22, 12) / 1000;
  const claims = { iss: ids.web, sub: ids.alice, aud: `http://localhost/${environmentId}/as`, iat: now, exp: now + 60 };
  const make = (changed: object = {}, options = { alg: 'HS256', secret: 'web-secret' }) => makeJwt({ ...claims, ...changed }, options);
  const ask = async (token: string | Promise<string>, parameters = {}, headers = {}) =>
    askAuthorize(app, { client_id: ids.web, login_hint_token: await token, ...parameters }, headers);

  const flowId = flowIdOf(await ask(make()));
  const flow = (await app.inject(`/${environmentId}/flows/${flowId}`)).json();
  t.match(flow, { status: 'PASSWORD_REQUIRED', _embedded: { user: { id: ids.alice, username: 'alice' } } });
  const page = await app.inject(`/${environmentId}/signon/?flowId=${flowId}`);
  t.match(page.body, 'value="alice"', 'the page knows the name already');
  t.equal((await checkPassword(app, flowId, 'bob', 'Bob-Passw0rd1')).statusCode, 400, 'nobody else may');
  const signedOn = await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd');
  t.equal(signedOn.json().status, 'COMPLETED');
  const cookie = cookiesOf(signedOn);
  t.ok(parametersOf(await ask(make(), {}, { cookie })).parameters.get('code'), 'a session of the same user is good');
  t.ok(flowIdOf(await ask(make({ sub: ids.bob }), {}, { cookie })), 'another user’s is not');
  t.equal(errorOf(await ask(make({ sub: ids.bob }), { prompt: 'none' }, { cookie })), 'login_required');

  const cases: readonly (readonly [string, string | Promise<string>, RegExp])[] = [
    ['no token', 'x', /not a signed JSON Web Token/],
    ['unsigned', makeJwt(claims, { alg: 'none' }), /not a signed/],
    ['another secret', make({}, { alg: 'HS256', secret: 'x' }), /signature/],
    ['another issuer', make({ iss: ids.spa }), /another issuer or audience/],
    ['another audience', make({ aud: 'https://auth.pingone.com/x/as' }), /another issuer or audience/],
    ['expired', make({ exp: now }), /expired/],
    ['without end', make({ exp: undefined }), /expired/],
    ['nobody', make({ sub: '00000000-0000-4000-8000-000000000000' }), /names no user/],
    ['a list of users', make({ sub: [ids.alice] }), /names no user/],
  ];
  for (const [name, token, message] of cases) {
    const refused = await ask(token);
    t.equal(errorOf(refused), 'invalid_request', name);
    t.match(describe(refused), message, name);
  }
  t.ok(environment);
});

/** Adds a policy with one step; `seconds`: how old a sign-on may be that counts. */
async function addPolicy(
  { environment: { store } }: TestServer,
  name: string,
  { priority, seconds }: { priority?: number; seconds?: number },
) {
  const policy: SignOnPolicy = {
    ...members,
    id: `5${priority ?? 0}000000-0000-4000-8000-000000000001`,
    name,
    default: false,
  };
  await store.signOnPolicies.put(policy);
  await store.signOnPolicyActions.put({
    ...members,
    id: `${policy.id}-step`,
    signOnPolicy: { id: policy.id },
    type: 'LOGIN',
    priority: 1,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
    ...(seconds !== undefined && { condition: { secondsSince: '${session.lastSignOn.withAuthenticator.pwd.at}', greater: seconds } }),
  });
  if (priority !== undefined)
    await store.signOnPolicyAssignments.put({
      ...members,
      id: `${policy.id}-assigned`,
      application: { id: ids.web },
      signOnPolicy: { id: policy.id },
      priority,
    });
}

t.test('acr_values chooses among the assigned sign-on policies', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  const { cookie } = await authorize(app, { clientId: ids.web });
  const ask = (parameters: Record<string, string | undefined>) => askAuthorize(app, { client_id: ids.web, ...parameters }, { cookie });
  const refused = await ask({ acr_values: 'Single_Factor' });
  t.equal(errorOf(refused), 'invalid_request', 'a policy must be assigned, the default one as well');
  t.match(
    describe(refused),
    /^The request could not be completed\. One or more validation errors were in the request\.: Invalid sign-on policy provided in acr_values parameter \(Correlation ID: /,
  );
  t.equal(flowIdOf(await ask({})), '', 'without assignment the default policy holds: the session is good');

  await addPolicy(server, 'Always', { priority: 2 });
  await addPolicy(server, 'Hourly', { priority: 1, seconds: 3600 });
  await addPolicy(server, 'Unassigned', { seconds: 3600 });
  t.equal(flowIdOf(await ask({})), '', 'the policy that comes first holds');
  t.equal(flowIdOf(await ask({ acr_values: 'Hourly' })), '', 'the one that is named');
  t.ok(flowIdOf(await ask({ acr_values: 'Always' })), 'a policy without condition asks every time');
  t.ok(flowIdOf(await ask({ acr_values: 'Always Hourly' })), 'in order of preference');
  t.equal(flowIdOf(await ask({ acr_values: 'Hourly Always' })), '', 'in order of preference');
  for (const acr_values of ['Unassigned', 'Hourly Unassigned', 'hourly', 'x'.repeat(3000), ids.web])
    t.equal(errorOf(await ask({ acr_values })), 'invalid_request', acr_values.slice(0, 30));
  const flow = await askAuthorize(app, { client_id: ids.web, acr_values: 'x', response_mode: 'pi.flow' });
  t.match(flow.json(), { code: 'INVALID_DATA', details: [{ code: 'INVALID_VALUE', target: 'acr_values' }] });

  const idToken = async (code: string | null) => {
    const input = { code: code as string, codeVerifier: undefined, clientId: ids.web, cookie };
    return decodeJwt((await redeem(app, input, { client_id: undefined }, { authorization: basic(ids.web, 'web-secret') })).json().id_token);
  };
  const silent = await idToken(parametersOf(await ask({ acr_values: 'Hourly' })).parameters.get('code'));
  t.equal(silent.acr, 'Hourly', 'the policy that was met, whichever the sign-on went through');
  await clock.advance(600_000);
  const stepUp = flowIdOf(await ask({ acr_values: 'Hourly', max_age: '300' }));
  const signedOn = await checkPassword(app, stepUp, 'alice', 'Alice-Passw0rd');
  const resumed = await app.inject({ url: `${as}/resume?flowId=${stepUp}`, headers: { cookie: cookiesOf(signedOn) } });
  t.match(await idToken(parametersOf(resumed).parameters.get('code')), { acr: 'Hourly', auth_time: clock.now() / 1000 }, 'step-up');
  await clock.advance(3_601_000);
  t.ok(flowIdOf(await ask({})), 'the condition is over');
});

t.test('the next policy is tried when the one before cannot be met', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const { store } = environment;
  await addPolicy(server, 'Passcode', { priority: 1 });
  const [login] = await store.signOnPolicyActions.find('signOnPolicy.id', '51000000-0000-4000-8000-000000000001');
  await store.signOnPolicyActions.put({
    ...(login as NonNullable<typeof login>),
    id: 'passcode',
    type: 'MULTI_FACTOR_AUTHENTICATION',
    priority: 2,
    email: { enabled: true },
  });
  const { email: _email, ...alice } = (await store.users.get(ids.alice)) as User;
  await store.users.put(alice as User);
  const signOn = async () => {
    const flowId = flowIdOf(await askAuthorize(app, { client_id: ids.web }));
    const signedOn = await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd');
    const resumed = await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers: { cookie: cookiesOf(signedOn) } });
    return { status: signedOn.json().status, resumed, cookie: cookiesOf(signedOn) };
  };
  const failed = await signOn();
  t.equal(failed.status, 'FAILED', 'no device, and no other policy');
  t.equal(errorOf(failed.resumed), 'access_denied');
  await addPolicy(server, 'Password', { priority: 2 });
  const { status, resumed, cookie } = await signOn();
  t.equal(status, 'COMPLETED', 'the password is not asked for again');
  const code = parametersOf(resumed).parameters.get('code') as string;
  const input = { code, codeVerifier: undefined, clientId: ids.web, cookie };
  const tokens = await redeem(app, input, { client_id: undefined }, { authorization: basic(ids.web, 'web-secret') });
  t.match(decodeJwt(tokens.json().id_token), { acr: 'Password', amr: ['pwd'] });
});

t.test('access control by groups and roles is applied when tokens are first issued', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const { store } = environment;
  const { cookie } = await authorize(app, { clientId: ids.web });
  const ask = (parameters: Record<string, string> = {}) => askAuthorize(app, { client_id: ids.web, state: 's', ...parameters }, { cookie });
  const [inner, outer, third] = [
    '60000000-0000-4000-8000-000000000001',
    '60000000-0000-4000-8000-000000000002',
    '60000000-0000-4000-8000-000000000003',
  ];
  for (const id of [inner, outer, third]) await store.groups.put({ ...members, id: id as string, name: `Group ${id}` });
  const join = (group: string, member: string, type: 'USER' | 'GROUP') =>
    store.memberships.put({ id: `${group}${member}`, group: { id: group }, member: { id: member, type } });
  await join(inner as string, ids.alice, 'USER');
  await join(outer as string, inner as string, 'GROUP');
  await join(inner as string, outer as string, 'GROUP');
  const groups = (type: string, ...wanted: unknown[]) => ({ group: { type, groups: wanted.map((id) => ({ id })) } });
  const cases: readonly (readonly [string, Application['accessControl'], boolean])[] = [
    ['nothing', undefined, true],
    ['an empty object', {}, true],
    ['one of her groups', groups('ANY_GROUP', third, inner), true],
    ['a group of her group', groups('ANY_GROUP', outer), true],
    ['another group', groups('ANY_GROUP', third), false],
    ['all of her groups', groups('ALL_GROUPS', inner, outer), true],
    ['one group too many', groups('ALL_GROUPS', inner, third), false],
    ['no group at all', groups('ANY_GROUP'), true],
    ['administrators', { role: { type: 'ADMIN_USERS_ONLY' } }, false],
  ];
  for (const [name, accessControl, allowed] of cases) {
    await changeApplication(environment, ids.web, { accessControl });
    const response = await ask();
    t.equal(errorOf(response), allowed ? null : 'access_denied', name);
    t.equal(parametersOf(response).parameters.has('code'), allowed, name);
    t.equal(parametersOf(response).parameters.get('state'), 's', name);
  }
  const flow = await ask({ response_mode: 'pi.flow' });
  t.equal(flow.statusCode, 403, 'under pi.flow in the body');
  t.match(flow.json(), { details: [{ code: 'ACCESS_DENIED', message: 'User does not have any role assignments' }] });
  t.equal(await environment.store.flows.count(), 0, 'the flow is over');

  const assign = (role: string, holder: RoleAssignment['holder']) =>
    store.roleAssignments.put({
      ...members,
      id: `${holder.id}${role}`,
      holder,
      role: { id: findRole(role)?.id as string },
      scope: { id: environmentId, type: 'ENVIRONMENT' },
    });
  await assign('Identity Data Read Only', { id: ids.alice, type: 'USER' });
  t.match(describe(await ask()), /User does not have access/, 'a role that makes no administrator');
  await assign('Environment Admin', { id: outer as string, type: 'GROUP' });
  t.equal(errorOf(await ask()), null, 'a role by a group');
});

t.test('a person who signs on to a worker application needs a role and gets only OpenID Connect scopes', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  await changeApplication(environment, ids.worker, {
    grantTypes: ['AUTHORIZATION_CODE', 'CLIENT_CREDENTIALS'],
    responseTypes: ['CODE'],
    redirectUris: [redirectUri],
    accessControl: { role: { type: 'ADMIN_USERS_ONLY' } },
  });
  const api = (await environment.store.resources.find('type', 'PINGONE_API'))[0] as Resource;
  const scope = (await environment.store.scopes.find('name', 'p1:read:user'))[0];
  await environment.store.grants.put({
    ...members,
    id: 'grant',
    application: { id: ids.worker },
    resource: { id: api.id },
    scopes: [{ id: scope?.id as string }],
  });
  const begin = async (parameters = {}) => {
    const flowId = flowIdOf(
      await askAuthorize(app, { client_id: ids.worker, scope: 'openid profile p1:read:user', state: 's', ...parameters }),
    );
    const cookie = cookiesOf(await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd'));
    return { cookie, response: await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers: { cookie } }) };
  };
  const refused = (await begin()).response;
  t.equal(errorOf(refused), 'access_denied');
  t.match(describe(refused), /^Request denied: User does not have any role assignments \(Correlation ID: [0-9a-f-]{36}\)$/);
  t.equal(parametersOf(refused).parameters.get('state'), 's');
  await environment.store.roleAssignments.put({
    ...members,
    id: 'role',
    holder: { id: ids.alice, type: 'USER' },
    role: { id: findRole('Environment Admin')?.id as string },
    scope: { id: environmentId, type: 'ENVIRONMENT' },
  });
  const { cookie, response } = await begin();
  const input = { code: parametersOf(response).parameters.get('code') as string, codeVerifier: undefined, clientId: ids.worker, cookie };
  const tokens = (await redeem(app, input, { client_id: undefined }, { authorization: basic(ids.worker, 'worker-secret') })).json();
  t.equal(tokens.scope, 'openid', 'OpenID Connect alone');
  t.equal(errorOf(await askAuthorize(app, { client_id: ids.worker, scope: 'p1:read:user' })), 'invalid_scope');
});

t.test('scopes of several resources need a setting, and resource chooses between equal scopes', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const { store } = environment;
  const addResource = async (name: string, scopeName: string) => {
    const id = `7${name.length}000000-0000-4000-8000-000000000001`;
    await store.resources.put({ ...members, id, name, type: 'CUSTOM', audience: `https://${name}.example.com` });
    const scopeIds = [];
    for (const scope of [scopeName, 'shared']) {
      await store.scopes.put({ ...members, id: `${id}${scope}`, name: scope, resource: { id } });
      scopeIds.push({ id: `${id}${scope}` });
    }
    await store.grants.put({ ...members, id: `${id}grant`, application: { id: ids.web }, resource: { id }, scopes: scopeIds });
  };
  await addResource('one', 'one:read');
  await addResource('three', 'three:read');
  const { cookie } = await authorize(app, { clientId: ids.web });
  const ask = (parameters: Record<string, string>) => askAuthorize(app, { client_id: ids.web, ...parameters }, { cookie });
  const token = async (parameters: Record<string, string>) => {
    const code = parametersOf(await ask(parameters)).parameters.get('code') as string;
    const headers = { authorization: basic(ids.web, 'web-secret') };
    const body = (
      await redeem(app, { code, codeVerifier: undefined, clientId: ids.web, cookie }, { client_id: undefined }, headers)
    ).json();
    const refreshed = (await post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: body.refresh_token }, headers)).json();
    t.same(decodeJwt(refreshed.access_token).aud, decodeJwt(body.access_token).aud, 'a refresh changes no audience');
    return [body.scope, ...(decodeJwt(body.access_token).aud as string[])];
  };
  t.same(await token({ scope: 'openid one:read' }), ['openid one:read', 'https://one.example.com'], 'one resource beside OpenID Connect');
  const several = await ask({ scope: 'openid one:read three:read', state: 's' });
  t.equal(errorOf(several), 'invalid_scope');
  t.match(
    describe(several),
    /^The request could not be completed\. One or more validation errors were in the request\.: May not request scopes for multiple resources \(Correlation ID: /,
  );
  t.equal(errorOf(await ask({ scope: 'shared' })), 'invalid_scope', 'a scope of both');
  t.same(
    await token({ scope: 'shared', resource: 'https://three.example.com' }),
    ['shared', 'https://three.example.com'],
    'resource chooses',
  );
  t.same(await token({ scope: 'openid one:read three:read', resource: 'https://one.example.com' }), [
    'openid one:read',
    'https://one.example.com',
  ]);
  for (const resource of ['https://elsewhere.example.com', 'x', 'https://api.pingone.com'])
    t.same(
      await token({ scope: 'openid one:read', resource }),
      ['openid one:read', 'https://one.example.com'],
      `${resource} changes nothing`,
    );
  await changeApplication(environment, ids.web, { requestScopesForMultipleResourcesEnabled: true });
  t.same(
    await token({ scope: 'openid one:read three:read' }),
    ['openid one:read three:read', 'https://one.example.com', 'https://three.example.com'],
    'where the application may',
  );
});

t.test('an application’s own sign-on page replaces PingOne’s', async (t) => {
  const { app, environment } = await buildTestServer(t);
  await changeApplication(environment, ids.web, { loginPageUrl: 'https://login.example.com/page?lang=de' });
  const begun = await askAuthorize(app, { client_id: ids.web });
  const { origin, pathname, searchParams } = locationOf(begun);
  t.equal(origin + pathname, 'https://login.example.com/page');
  t.match(Object.fromEntries(searchParams), { lang: 'de', environmentId, flowId: /^[0-9a-f-]{36}$/ });
  const early = await app.inject(`${as}/resume?flowId=${searchParams.get('flowId')}`);
  t.equal(early.headers.location, begun.headers.location, 'resume before the sign-on leads back there');
  const refused = locationOf(await askAuthorize(app, { client_id: ids.web, redirect_uri: 'https://evil.example/' }));
  t.equal(refused.origin, 'https://login.example.com', 'errors go there as well');
  t.equal(refused.searchParams.get('environmentId'), environmentId);
  t.match(
    decodeURIComponent(/error=([^&]+)/.exec(refused.search)?.[1] ?? ''),
    /"The request could not be completed\./,
    'as pages decode it',
  );
  t.match(JSON.parse(refused.searchParams.get('error') as string), { details: [{ message: 'Redirect URI mismatch' }] });
});

t.test('a redirect_uri that only resembles a registered one is refused', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const registered = [
    'https://app.example.com/cb',
    'http://127.0.0.1/cb',
    'http://localhost:3000/cb',
    'https://wild.example.com/th*/callback',
  ];
  const settings = { redirectUris: registered };
  await changeApplication(environment, ids.web, settings);
  const good = ['https://app.example.com/cb', 'http://127.0.0.1:51234/cb', 'http://127.0.0.1/cb', 'http://localhost:1/cb'];
  const bad = [
    'https://user@app.example.com/cb',
    'https://app.example.com@evil.example/cb',
    'https://app.example.com\\@evil.example/cb',
    'https://app.example.com\\.evil.example/cb',
    'https://APP.example.com/cb',
    'HTTPS://app.example.com/cb',
    'http://app.example.com/cb',
    'https://app.example.com./cb',
    'https://app.example.com:443/cb',
    'https://app.example.com:8443/cb',
    'https://app.example.com/cb/',
    'https://app.example.com/cb?x=1',
    'https://app.example.com/cb#x',
    'https://app.example.com/%63b',
    'https://app.example.com/x/../cb',
    'https://app.example.com/./cb',
    'https://app.example.com//cb',
    'https://app.example.com%2fcb',
    'https://аpp.example.com/cb',
    'https://xn--pp-6kc.example.com/cb',
    'https://app.example.com.evil.example/cb',
    ' https://app.example.com/cb',
    'https://app.example.com/cb\n',
    'https://app.example.com/cb\r\nx: y',
    'https://app.example.com/cb\0',
    'javascript:alert(1)',
    'data:text/html,x',
    '//app.example.com/cb',
    '/cb',
    'https://127.0.0.1/cb',
    'http://127.0.0.2/cb',
    'http://127.0.0.1:0/cb',
    'http://127.0.0.1:65536/cb',
    'http://127.0.0.1:99999/cb',
    'http://127.0.0.1:/cb',
    'http://127.1/cb',
    'http://0x7f000001/cb',
    'http://[::1]/cb',
    'http://localhost:3000/other',
    'https://wild.example.com/this/callback',
    'https://wild.example.com/th*/callback-',
    `https://app.example.com/${'x'.repeat(9000)}`,
  ];
  const accepted = async (uri: string) => {
    const response = await post(app, `${as}/authorize`, { client_id: ids.web, response_type: 'code', redirect_uri: uri });
    t.equal(response.statusCode, 302, uri.slice(0, 60));
    t.equal(locationOf(response).origin, 'http://localhost', 'never to where it says');
    return flowIdOf(response) !== '';
  };
  for (const uri of good) t.ok(await accepted(uri), uri);
  for (const uri of bad) t.notOk(await accepted(uri), JSON.stringify(uri.slice(0, 60)));
  await changeApplication(environment, ids.web, { ...settings, allowWildcardInRedirectUris: true });
  t.ok(await accepted('https://wild.example.com/this/callback'));
  for (const uri of [
    'https://wild.example.com/oidc/callback',
    'https://wild.example.com/th/../evil/callback',
    'https://wild.example.com.evil.example/th/callback',
    'https://evil.example/th/callback',
    'https://wild.example.com/th\\x/callback',
  ])
    t.notOk(await accepted(uri), uri);
});

t.test('hostile values of state come back unchanged and cannot inject anything', async (t) => {
  const { app } = await buildTestServer(t);
  const { cookie } = await authorize(app, { clientId: ids.web });
  const values = [
    'x\r\nset-cookie: a=b\r\n\r\n<html>',
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '</form></body>&amp;&#x3c;',
    'ünï©ode 🦊 \u2028\u202e',
    '%0d%0a%00',
    'a=b&code=evil#fragment?x',
    '\0',
    'x'.repeat(8192),
    'x'.repeat(100_000),
  ];
  for (const [at, state] of values.entries())
    for (const mode of ['query', 'fragment', 'form_post']) {
      const name = `value ${at}, ${mode}`;
      const form = { client_id: ids.web, response_type: 'code', redirect_uri: redirectUri, response_mode: mode, state };
      const response = await post(app, `${as}/authorize`, form, { cookie });
      t.notOk(
        response.cookies.some(({ name }) => name === 'a'),
        name,
      );
      if (mode !== 'form_post') {
        t.equal(response.statusCode, 302, name);
        t.equal(locationOf(response).origin + locationOf(response).pathname, redirectUri, name);
        t.equal(parametersOf(response).parameters.get('state'), state, name);
        t.equal(parametersOf(response).parameters.getAll('code').length, 1, name);
        continue;
      }
      t.equal(response.statusCode, 200, name);
      t.equal(response.body.match(/<script/g)?.length, 1, `${name}: our own script alone`);
      t.notMatch(response.body, /<img|onerror=alert\(1\)>/, name);
      t.equal(response.body.match(/<input /g)?.length, 2, `${name}: code and state`);
      t.match(response.headers['content-security-policy'], /^default-src 'none'; script-src 'sha256-/, name);
    }
  const refused = await askAuthorize(app, {
    client_id: ids.web,
    response_type: '<script>alert(1)</script>\r\nx: y',
    response_mode: 'form_post',
    state: '"><',
  });
  t.notMatch(refused.body, /<script>alert/, 'an error that repeats what came');
  t.match(refused.body, /name="error" value="unsupported_response_type"/);
});

t.test('no random request to the authorization endpoints causes a 500', async (t) => {
  const { app } = await buildTestServer(t);
  const { cookie } = await authorize(app, { clientId: ids.web });
  const nasty = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\0',
      '\r\n',
      '__proto__',
      'constructor',
      '[object Object]',
      'null',
      '-1',
      '%',
      '\ud800',
      'none',
      'openid',
      'code',
      'pi.flow',
      'form_post',
    ),
    fc.constantFrom(
      ids.web,
      ids.spa,
      ids.worker,
      redirectUri,
      'http://localhost:3000/',
      'urn:pingidentity:redirectless',
      'e30.e30.',
      'e30.e30.e30',
    ),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  const names = [
    ...['client_id', 'response_type', 'response_mode', 'redirect_uri', 'scope', 'state', 'nonce', 'prompt', 'max_age', 'acr_values'],
    ...['login_hint_token', 'request', 'request_uri', 'resource', 'code_challenge', 'code_challenge_method', 'flowId'],
    ...['id_token_hint', 'post_logout_redirect_uri', 'client_secret', 'client_assertion', 'error'],
  ];
  const pairs = fc.array(fc.tuple(fc.constantFrom(...names), nasty), { maxLength: 12 });
  const places = fc.constantFrom('authorize', 'par', 'signoff', 'idpSignoff', 'resume', 'checksession', 'signon');
  const method = fc.constantFrom('GET', 'POST', 'OPTIONS');
  const headers = { cookie, origin: 'https://app.example.com', 'content-type': 'application/x-www-form-urlencoded' };
  await fc.assert(
    fc.asyncProperty(places, method, pairs, pairs, async (place, method, query, form) => {
      const known = [...(place === 'par' ? [] : [['client_id', ids.web]]), ...query];
      const url = `${as}/${place}?${new URLSearchParams(known as [string, string][])}`;
      const payload = method === 'POST' ? new URLSearchParams(form).toString() : undefined;
      const response = await app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
      return response.statusCode < 500 && !/[^\x20-\x7e]/.test(String(response.headers.location ?? ''));
    }),
    { numRuns: 400 },
  );
  t.pass('400 requests');
});
