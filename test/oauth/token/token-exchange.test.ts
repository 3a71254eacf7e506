// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { decodeJwt } from 'jose';
import t from 'tap';
import { createEnvironment } from '../../../src/configuration/environments/create.js';
import type { App } from '../../../src/environment/context.js';
import { as, authorize, basic, post, redeem } from '../../helpers/client.js';
import { addResource, changeApplication, grant } from '../../helpers/configure.js';
import { buildTestServer, ids, type TestServer } from '../../helpers/server.js';

/** Token exchange (RFC 8693; docs/fidelity.md, 5.1 and 5.4). The gateway form is refused in words. */

const accessType = 'urn:ietf:params:oauth:token-type:access_token';
const idType = 'urn:ietf:params:oauth:token-type:id_token';
const web = { authorization: basic(ids.web, 'web-secret') };

const exchange = (app: App, form: Record<string, string | undefined>, headers: Record<string, string> = web) =>
  post(
    app,
    `${as}/token`,
    { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token_type: accessType, ...form },
    headers,
  );

/** Alice's tokens of the single-page application, and a web application that may exchange them for the resource Books. */
async function build(t: Parameters<typeof buildTestServer>[0]) {
  const server = await buildTestServer(t);
  await addResource(server, 'Books', ['books:read', 'books:write']);
  await changeApplication(server, ids.web, { grantTypes: ['TOKEN_EXCHANGE', 'AUTHORIZATION_CODE'] });
  await grant(server, ids.web, 'Books', ['books:read', 'books:write']);
  await grant(server, ids.spa, 'Orders', ['orders:read']);
  const tokens = (await redeem(server.app, await authorize(server.app, { parameters: { scope: 'openid orders:read' } }))).json();
  return { server, app: server.app, tokens };
}

const serviceToken = async ({ app }: TestServer) =>
  (await post(app, `${as}/token`, { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret' })).json()
    .access_token;

t.test('a token is exchanged for one of another resource', async (t) => {
  const { app, tokens } = await build(t);
  const response = await exchange(app, { subject_token: tokens.access_token, requested_token_type: accessType });
  t.equal(response.statusCode, 200);
  const body = response.json();
  t.same(Object.keys(body), ['access_token', 'token_type', 'expires_in', 'scope', 'issued_token_type'], 'no refresh token, no ID token');
  t.match(body, { token_type: 'Bearer', expires_in: 3600, scope: 'books:read books:write', issued_token_type: accessType });
  const before = decodeJwt(tokens.access_token);
  t.match(decodeJwt(body.access_token), {
    client_id: ids.web,
    sub: ids.alice,
    aud: ['https://books.example.com'],
    scope: 'books:read books:write',
    sid: before.sid as string,
    auth_time: before.auth_time as number,
    acr: 'Single_Factor',
  });
  t.same(
    Object.keys(decodeJwt(body.access_token)),
    ['client_id', 'iss', 'jti', 'iat', 'exp', 'aud', 'scope', 'sub', 'sid', 'auth_time', 'acr', 'env', 'org'],
    'no act, and no p1.rid',
  );
  const elsewhere = await exchange(app, { subject_token: tokens.access_token, audience: 'https://elsewhere.example.com' });
  t.same(decodeJwt(elsewhere.json().access_token).aud, ['https://books.example.com'], 'audience is ignored');

  const named = (
    await exchange(app, { subject_token: tokens.id_token, subject_token_type: idType, scope: 'books:read openid unknown' })
  ).json();
  t.equal(named.scope, 'books:read', 'only what is asked for and granted');
  t.match(decodeJwt(named.access_token), { sub: ids.alice, sid: before.sid as string });
  const chained = (await exchange(app, { subject_token: body.access_token, scope: 'books:read' })).json();
  t.match(decodeJwt(chained.access_token), { sub: ids.alice }, 'what was exchanged can be exchanged again');
});

const at = '2026-11-22T12:00:00.000Z';

/** Maps an attribute of a resource. */
async function map({ environment }: TestServer, resource: string, name: string, value: string, required = false) {
  const { resources, resourceAttributes } = environment.store;
  const [{ id } = { id: '' }] = await resources.find('name', resource.toLowerCase());
  const [known] = await resourceAttributes.find('resource and name', `${id} ${name}`);
  await resourceAttributes.put({
    id: known?.id ?? environment.random.uuid(),
    environment: { id: environment.id },
    resource: { id },
    name,
    value,
    required,
    type: name === 'sub' ? 'CORE' : 'CUSTOM',
    createdAt: at,
    updatedAt: at,
  });
}

/** The mapping of Ping's delegation page, which decides whether the actor may act. */
const delegation =
  '${(#root.context.requestData.grantType == "client_credentials")?"noActor":((#root.context.requestData.subjectToken.may_act.sub == #root.context.requestData.actorToken.client_id)?#root.context.requestData.subjectToken.may_act:null)}';

t.test('act appears only where the resource maps it, for any actor', async (t) => {
  const { server, app, tokens } = await build(t);
  await map(server, 'Orders', 'may_act', `\${{'sub': '${ids.worker}'}}`);
  const subject = (await redeem(app, await authorize(app, { parameters: { scope: 'openid orders:read' } }))).json().access_token;
  t.match(decodeJwt(subject).may_act, { sub: ids.worker });
  const actor = { actor_token: await serviceToken(server), actor_token_type: accessType };
  const taken = await exchange(app, { subject_token: subject, ...actor });
  t.equal(taken.statusCode, 200, 'without a mapping the actor is taken at face value, even against may_act');
  t.notOk('act' in decodeJwt(taken.json().access_token));

  const chain = "{'sub': #root.context.requestData.actorToken.client_id, 'act': #root.context.requestData.subjectToken.act}";
  await map(server, 'Books', 'act', `\${${chain}}`);
  await map(server, 'Books', 'whole', '${#root.context.requestData.subjectToken}');
  const { whole } = decodeJwt((await exchange(app, { subject_token: subject })).json().access_token);
  t.equal(JSON.stringify(whole), JSON.stringify(decodeJwt(subject)), 'the members of the token, in its order');
  const first = (await exchange(app, { subject_token: tokens.access_token, ...actor })).json().access_token;
  t.strictSame(decodeJwt(first).act, { sub: ids.service, act: null }, 'a nested null stays, as recorded');
  const bob = (await redeem(app, await authorize(app, { username: 'bob', password: 'Bob-Passw0rd1' }))).json();
  const second = await exchange(app, { subject_token: first, actor_token: bob.access_token, actor_token_type: accessType });
  t.strictSame(decodeJwt(second.json().access_token).act, { sub: ids.spa, act: { sub: ids.service, act: null } }, 'a chain nests');
  await map(server, 'Books', 'act', '${#root.context.requestData.actorTokenHeader.alg + context.requestData.actorTokenType}');
  const named = await exchange(app, { subject_token: first, actor_token: bob.id_token, actor_token_type: idType });
  t.equal(decodeJwt(named.json().access_token).act, `RS256${idType}`);
});

t.test('the mapping of Ping’s delegation page refuses an actor that may_act does not name', async (t) => {
  const { server, app } = await build(t);
  await map(server, 'Books', 'sub', '${#root.context.requestData.subjectToken.sub}');
  await map(server, 'Books', 'act', delegation, true);
  const actor = { actor_token: await serviceToken(server), actor_token_type: accessType };
  const cases = [
    [ids.service, 200],
    [ids.worker, 400],
  ] as const;
  for (const [named, status] of cases) {
    await map(server, 'Orders', 'may_act', `\${{"sub": "${named}"}}`);
    const subject = (await redeem(app, await authorize(app, { parameters: { scope: 'openid orders:read' } }))).json().access_token;
    const response = await exchange(app, { subject_token: subject, ...actor });
    t.equal(response.statusCode, status, named);
    if (status === 200) {
      const claims = decodeJwt(response.json().access_token);
      t.match(claims, { sub: ids.alice, act: { sub: ids.service }, 'p1.userId': ids.alice });
      t.same(Object.keys(claims).slice(-5), ['acr', 'act', 'env', 'org', 'p1.userId'], 'p1.userId is last, even if sub is the same');
    } else
      t.match(response.json(), {
        error: 'invalid_request',
        error_description: /act is configured as required for the Access token but does not have a value/,
      });
    t.equal((await exchange(app, { subject_token: subject })).statusCode, 400, 'without an actor there is no act either');
  }
});

t.test('a token of an application is exchanged without a session', async (t) => {
  const { server, app } = await build(t);
  await map(server, 'Books', 'machine', '${#root.context.requestData.subjectToken.client_id}');
  const response = await exchange(app, { subject_token: await serviceToken(server) });
  t.equal(response.statusCode, 200);
  t.same(Object.keys(decodeJwt(response.json().access_token)), [
    'client_id',
    'iss',
    'jti',
    'iat',
    'exp',
    'aud',
    'scope',
    'machine',
    'env',
    'org',
  ]);
});

t.test('a token whose session has ended is not exchanged, and the diagnosis says so', async (t) => {
  const { server, app, tokens } = await build(t);
  const { environment } = server;
  await environment.store.sessions.take(String(decodeJwt(tokens.access_token).sid));
  const response = await exchange(app, { subject_token: tokens.access_token });
  t.match([response.statusCode, response.json()], [400, { error: 'invalid_grant' }]);
  t.match(environment.transactions.list().at(-1)?.diagnosis, { title: 'The session that the subject token names has ended' });
});

t.test('an exchange with a bad token, type, scope or client is refused', async (t) => {
  const { server, app, tokens } = await build(t);
  const { context, environment } = server;
  const other = await createEnvironment(context, { name: 'Other' });
  const foreign = decodeJwt(tokens.access_token);
  const subject = { subject_token: tokens.access_token };
  const custom = /^Request failed: Token exchange can only be used to issue tokens for custom resources \(Correlation ID/;
  const cases: readonly (readonly [string, Record<string, string | undefined>, string, RegExp])[] = [
    ['no subject_token', {}, 'invalid_request', /subject_token is required/],
    ['no subject_token_type', { ...subject, subject_token_type: undefined }, 'invalid_request', /Unsupported subject_token_type: none/],
    [
      'a JWT of nobody that is trusted',
      { ...subject, subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
      'invalid_grant',
      /subject_token is invalid/,
    ],
    [
      'a gateway’s credential',
      { subject_token: 'x', subject_token_type: 'pingone_gateway_credential' },
      'invalid_request',
      /Unsupported subject_token_type: pingone_gateway_credential/,
    ],
    ['another requested_token_type', { ...subject, requested_token_type: idType }, 'invalid_request', /Unsupported requested_token_type/],
    ['actor_token_type without a token', { ...subject, actor_token_type: idType }, 'invalid_request', /actor_token is required/],
    ['actor_token without a type', { ...subject, actor_token: tokens.id_token }, 'invalid_request', /Unsupported actor_token_type: none/],
    ['a bad actor_token', { ...subject, actor_token: 'x', actor_token_type: idType }, 'invalid_grant', /actor_token is invalid/],
    ['an invented token', { subject_token: 'a.b.c' }, 'invalid_grant', /subject_token is invalid/],
    ['an ID token as an access token', { subject_token: tokens.id_token }, 'invalid_grant', /subject_token is invalid/],
    ['an access token as an ID token', { ...subject, subject_token_type: idType }, 'invalid_grant', /subject_token is invalid/],
    ['a refresh token', { subject_token: tokens.refresh_token }, 'invalid_grant', /subject_token is invalid/],
    ['towards OpenID', { ...subject, scope: 'openid' }, 'invalid_scope', custom],
    ['towards the PingOne API', { ...subject, scope: 'p1:read:user' }, 'invalid_scope', custom],
    ['nothing grantable', { ...subject, scope: 'unknown' }, 'invalid_scope', /^Request failed: At least one scope must be granted/],
  ];
  for (const [name, form, error, description] of cases) {
    const response = await exchange(app, form);
    t.match([response.statusCode, response.json()], [400, { error, error_description: description }], name);
    if (form.subject_token_type === 'pingone_gateway_credential')
      t.match(environment.transactions.list().at(-1)?.diagnosis, {
        title: /gateway cannot be exchanged here/,
        why: /PingOne accepts them/,
      });
  }
  t.ok(foreign.env === environment.id && other.id !== environment.id);
  const elsewhere = await app.inject({
    method: 'POST',
    url: `/${other.id}/as/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...web },
    payload: `grant_type=${encodeURIComponent('urn:ietf:params:oauth:grant-type:token-exchange')}`,
  });
  t.equal(elsewhere.statusCode, 401, 'the application is of one environment');

  await grant(server, ids.web, 'Orders', ['orders:read']);
  t.match((await exchange(app, subject)).json(), {
    error: 'invalid_scope',
    error_description: /May not request scopes for multiple resources/,
  });
  await post(app, `${as}/revoke`, { token: tokens.access_token, client_id: ids.spa });
  t.match((await exchange(app, { ...subject, scope: 'books:read' })).json(), { error: 'invalid_grant' }, 'a revoked token');
  const fresh = (await redeem(app, await authorize(app, { parameters: { scope: 'openid orders:read' } }))).json();
  const made = (await exchange(app, { subject_token: fresh.access_token, scope: 'books:read' })).json().access_token;
  await post(app, `${as}/revoke`, { token: fresh.refresh_token, client_id: ids.spa });
  t.match((await post(app, `${as}/introspect`, { token: made }, web)).json(), { active: true }, 'what was exchanged is a token of its own');
  const alice = await environment.store.users.get(ids.alice);
  await environment.store.users.put({ ...(alice as NonNullable<typeof alice>), enabled: false });
  t.match((await exchange(app, { subject_token: fresh.id_token, subject_token_type: idType, scope: 'books:read' })).json(), {
    error: 'invalid_grant',
    error_description: /disabled/,
  });
  await server.clock.advance(3_600_000);
  t.match(
    (await exchange(app, { subject_token: fresh.id_token, subject_token_type: idType })).json(),
    { error: 'invalid_grant' },
    'an expired one',
  );

  await changeApplication(server, ids.spa, { grantTypes: ['TOKEN_EXCHANGE'] });
  const publicClient = await exchange(app, { ...subject, client_id: ids.spa }, {});
  t.match(
    [publicClient.statusCode, publicClient.json()],
    [401, { error: 'invalid_client', error_description: /Unsupported authentication method/ }],
  );
  const without = await exchange(app, subject, { authorization: basic(ids.worker, 'worker-secret') });
  t.match(
    [without.statusCode, without.json()],
    [400, { error: 'unauthorized_client', error_description: /Unsupported grant type: urn:ietf/ }],
  );
});
