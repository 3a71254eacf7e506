import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { type Evidence, type RefusalRule, refusals } from '../../../src/protocol/rules/index.js';
import { as, authorize, basic, newVerifier, post, redeem } from '../../helpers/client.js';
import { addResource, changeApplication, grant } from '../../helpers/configure.js';
import { answerDevice, poll, startDevice } from '../../helpers/device.js';
import { buildTestServer, ids, type TestServer } from '../../helpers/server.js';

/** Every row of docs/fidelity.md, 5.4: what the token endpoint refuses, in which words, and how well they are known. */

const worker = { authorization: basic(ids.worker, 'worker-secret') };
const web = { authorization: basic(ids.web, 'web-secret') };
const exchangeType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessType = 'urn:ietf:params:oauth:token-type:access_token';

type Ask = (server: TestServer) => Promise<LightMyRequestResponse>;

const token = ({ app }: TestServer, form: Record<string, string | undefined>, headers: Record<string, string> = {}) =>
  post(app, `${as}/token`, form, headers);
const credentials = (server: TestServer, headers: Record<string, string>, form = {}) =>
  token(server, { grant_type: 'client_credentials', ...form }, headers);
const refresh = (server: TestServer, value: string, form = {}) =>
  token(server, { grant_type: 'refresh_token', refresh_token: value, client_id: ids.spa, ...form });
const signOn = async ({ app }: TestServer, scope = 'openid') => (await redeem(app, await authorize(app, { parameters: { scope } }))).json();

/** Alice's access token, and a web application that may exchange it for the resource Books. */
const exchange = async (server: TestServer, form: Record<string, string>) => {
  await addResource(server, 'Books', ['books:read']);
  await changeApplication(server, ids.web, { grantTypes: ['TOKEN_EXCHANGE'] });
  await grant(server, ids.web, 'Books', ['books:read']);
  const { access_token: subject } = await signOn(server);
  return token(server, { grant_type: exchangeType, subject_token: subject, subject_token_type: accessType, ...form }, web);
};

const ciba = async (server: TestServer, after: (id: string) => Promise<unknown> | unknown, polls = 1) => {
  await changeApplication(server, ids.web, { grantTypes: ['CIBA'] });
  const { auth_req_id: id } = (await post(server.app, `${as}/cibaAuthorization`, { scope: 'openid', login_hint: 'alice' }, web)).json();
  await after(id);
  const form = { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: id };
  for (let round = 1; round < polls; round += 1) await token(server, form, web);
  return token(server, form, web);
};
const decide = (server: TestServer, id: string, approve: boolean) =>
  server.app.inject({ method: 'POST', url: `/__mock/v1/environments/default/backchannel-requests/${id}`, payload: { approve } });

/** A custom resource whose attribute is required and has no value. */
const requireAttribute = async (server: TestServer) => {
  const orders = (await server.environment.store.resources.list()).find(({ name }) => name === 'Orders') as { id: string };
  const [at, id] = ['2026-11-22T12:00:00.000Z', 'f5000000-0000-4000-8000-000000000001'];
  const owner = { environment: { id: server.environment.id }, resource: { id: orders.id }, createdAt: at, updatedAt: at };
  const attribute = { id, name: 'nick', value: `\${user.nickname}`, type: 'CUSTOM', required: true } as const;
  await server.environment.store.resourceAttributes.put({ ...attribute, ...owner });
  await grant(server, ids.spa, 'Orders', ['orders:read']);
};

const processing = 'The request could not be completed. There was an issue processing the request.: ';
const validation = 'The request could not be completed. One or more validation errors were in the request.: ';

const rows: readonly (readonly [
  row: string,
  rule: RefusalRule,
  evidence: Evidence,
  status: number,
  error: string,
  text: string,
  ask: Ask,
])[] = [
  [
    'right client, wrong secret',
    'client_credentials',
    'recorded',
    401,
    'invalid_client',
    'Request denied: Invalid client credentials',
    (server) => credentials(server, { authorization: basic(ids.worker, 'wrong') }),
  ],
  [
    'wrong auth method',
    'client_authentication_method',
    'recorded',
    401,
    'invalid_client',
    'Request denied: Unsupported authentication method',
    (server) => credentials(server, {}, { client_id: ids.worker, client_secret: 'worker-secret' }),
  ],
  [
    'unknown client id',
    'client_known',
    'recorded',
    401,
    'invalid_client',
    'Request denied: Unsupported authentication method',
    (server) => credentials(server, { authorization: basic('nobody', 'x') }),
  ],
  [
    'grant not enabled on the app',
    'grant_type_allowed',
    'recorded',
    400,
    'unauthorized_client',
    'Request failed: Unsupported grant type: client_credentials',
    (server) => credentials(server, web),
  ],
  [
    'unknown grant_type',
    'grant_type_known',
    'inferred',
    400,
    'unsupported_grant_type',
    'Request failed: Unsupported grant type: password',
    (server) => token(server, { grant_type: 'password' }, worker),
  ],
  [
    'scopes of several resources',
    'scope_one_resource',
    'documented',
    400,
    'invalid_scope',
    `${validation}May not request scopes for multiple resources`,
    async (server) => {
      await addResource(server, 'Books', ['books:read']);
      await grant(server, ids.service, 'Books', ['books:read']);
      return credentials(server, {}, { client_id: ids.service, client_secret: 'service-secret' });
    },
  ],
  [
    'nothing grantable',
    'scope_granted',
    'recorded',
    400,
    'invalid_scope',
    'Request failed: At least one scope must be granted',
    (server) => exchange(server, { scope: 'unknown' }),
  ],
  [
    'worker without roles',
    'application_has_roles',
    'recorded',
    403,
    'access_denied',
    'Request denied: Application does not have any role assignments',
    async (server) => {
      const { roleAssignments } = server.environment.store;
      for (const { id } of await roleAssignments.find('holder.id', ids.worker)) await roleAssignments.take(id);
      return credentials(server, worker);
    },
  ],
  [
    'token exchange towards the PingOne API or OpenID',
    'exchange_custom_resource',
    'recorded',
    400,
    'invalid_scope',
    'Request failed: Token exchange can only be used to issue tokens for custom resources',
    (server) => exchange(server, { scope: 'openid' }),
  ],
  [
    'wrong code_verifier',
    'verifier_matches_challenge',
    'recorded',
    400,
    'invalid_grant',
    'The code_verifier sent does not match code_challenge included in the authorization request using the S256 code_challenge_method',
    async (server) => redeem(server.app, await authorize(server.app), { code_verifier: newVerifier() }),
  ],
  [
    'a required attribute has no value',
    'access_token_attribute_has_value',
    'recorded',
    400,
    'invalid_request',
    'Request failed: nick is configured as required for the Access token but does not have a value',
    async (server) => {
      await requireAttribute(server);
      return redeem(server.app, await authorize(server.app, { parameters: { scope: 'openid orders:read' } }));
    },
  ],
  [
    'JWT refresh token from March 2, 2027 on',
    'refresh_token_form',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: JWT refresh tokens are no longer accepted',
    async (server) => {
      await server.environment.clock.set(Date.UTC(2027, 2, 1));
      await changeApplication(server, ids.spa, { refreshTokenType: 'JSON_WEB_TOKEN' });
      const tokens = await signOn(server);
      await server.environment.clock.set(Date.UTC(2027, 2, 2));
      return refresh(server, tokens.refresh_token);
    },
  ],
  [
    'verifier sent, no challenge at authorize',
    'no_verifier_without_challenge',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: A code_verifier was sent, but the authorization request had no code_challenge',
    async (server) => {
      const authorized = await authorize(server.app, { clientId: ids.web, method: 'none' });
      return redeem(server.app, authorized, { client_id: undefined, code_verifier: newVerifier() }, web);
    },
  ],
  [
    'missing code_verifier',
    'verifier_present',
    'inferred',
    400,
    'invalid_grant',
    'The code_verifier sent does not match code_challenge included in the authorization request using the S256 code_challenge_method',
    async (server) => redeem(server.app, await authorize(server.app), { code_verifier: undefined }),
  ],
  [
    'code reused',
    'code_unused',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: The authorization code has been used already',
    async (server) => {
      const authorized = await authorize(server.app);
      await redeem(server.app, authorized);
      return redeem(server.app, authorized);
    },
  ],
  [
    'code expired',
    'code_fresh',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: The authorization code is unknown or has expired',
    async (server) => {
      const authorized = await authorize(server.app);
      server.clock.advance(600_000);
      return redeem(server.app, authorized);
    },
  ],
  [
    'code unknown',
    'code_known',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: The authorization code is unknown or has expired',
    async (server) => redeem(server.app, { ...(await authorize(server.app)), code: 'x' }),
  ],
  [
    'code of another client',
    'code_client',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: The authorization code was issued to another client',
    async (server) => redeem(server.app, await authorize(server.app), { client_id: ids.native }),
  ],
  [
    'refresh token unknown',
    'refresh_token_known',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: The refresh token is unknown, expired or revoked',
    (server) => refresh(server, 'x'),
  ],
  [
    'refresh token revoked',
    'refresh_token_known',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: The refresh token is unknown, expired or revoked',
    async (server) => {
      const { refresh_token: value } = await signOn(server);
      await post(server.app, `${as}/revoke`, { token: value, client_id: ids.spa });
      return refresh(server, value);
    },
  ],
  [
    'refresh token reused',
    'refresh_token_unused',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: The refresh token has been used already',
    async (server) => {
      const { refresh_token: value } = await signOn(server);
      await refresh(server, value);
      return refresh(server, value);
    },
  ],
  [
    'redirect_uri differs',
    'redirect_uri_repeated',
    'inferred',
    400,
    'invalid_grant',
    'Request failed: redirect_uri does not match the authorization request',
    async (server) => redeem(server.app, await authorize(server.app), { redirect_uri: 'https://example.com/callback' }),
  ],
  [
    'disabled app',
    'client_enabled',
    'inferred',
    401,
    'invalid_client',
    'Request denied: Application is disabled',
    async (server) => {
      await changeApplication(server, ids.worker, { enabled: false });
      return credentials(server, worker);
    },
  ],
  [
    'missing parameter',
    'grant_type_present',
    'inferred',
    400,
    'invalid_request',
    'Request failed: grant_type is required',
    (server) => token(server, {}, worker),
  ],
  [
    'wrong content type',
    'content_type_form',
    'inferred',
    415,
    'invalid_request',
    'Request failed: Content-Type must be application/x-www-form-urlencoded',
    ({ app }) => app.inject({ method: 'POST', url: `${as}/token`, payload: { grant_type: 'client_credentials' }, headers: worker }),
  ],
  [
    'CIBA polling',
    'request_decided',
    'documented',
    400,
    'authorization_pending',
    `${processing}The authorization request is still pending.`,
    (server) => ciba(server, () => undefined),
  ],
  [
    'device polling',
    'request_decided',
    'documented',
    400,
    'authorization_pending',
    `${processing}The authorization request is still pending.`,
    async ({ app }) => poll(app, (await startDevice(app)).device_code),
  ],
  [
    'polling too fast',
    'polled_slowly',
    'documented',
    400,
    'slow_down',
    `${processing}The authorization request is still pending. Please slow down the poll requests.`,
    (server) => ciba(server, () => undefined, 2),
  ],
  [
    'user refused',
    'request_not_denied',
    'documented',
    400,
    'access_denied',
    `${processing}The authorization request has been denied.`,
    (server) => ciba(server, (id) => decide(server, id, false)),
  ],
  [
    'user refused the device',
    'request_not_denied',
    'documented',
    400,
    'access_denied',
    `${processing}The authorization request has been denied.`,
    async ({ app }) => {
      const device = await startDevice(app);
      await answerDevice(app, device, false);
      return poll(app, device.device_code);
    },
  ],
  [
    'request expired',
    'auth_req_id_fresh',
    'documented',
    400,
    'expired_token',
    `${processing}The authorization request for the provided auth_req_id has expired.`,
    (server) => ciba(server, () => server.clock.advance(120_000)),
  ],
];

t.test('each refusal in 5.4 has its status, error, text and evidence', async (t) => {
  for (const [row, rule, evidence, status, error, text, ask] of rows) {
    const response = await ask(await buildTestServer(t));
    const body = response.json();
    t.equal(response.statusCode, status, row);
    t.same(Object.keys(body), ['error', 'error_description'], `${row}: nothing of ours in the body`);
    t.equal(body.error, error, row);
    t.equal(body.error_description.replace(/ \(Correlation ID: [0-9a-f-]{36}\)$/, ''), text, row);
    t.equal(refusals[rule].evidence, evidence, `${row}: its evidence`);
    t.equal(response.headers['content-type'], 'application/json', row);
    const [, id] = /Correlation ID: ([0-9a-f-]{36})/.exec(body.error_description) ?? [];
    if (id !== undefined) t.equal(response.headers['correlation-id'], id, `${row}: the same correlation id in header and text`);
  }
});

t.test('no random request to a form endpoint causes a 500', async (t) => {
  const { app } = await buildTestServer(t);
  const names = [
    'client_id',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
    'grant_type',
    'code',
    'redirect_uri',
    'code_verifier',
    'refresh_token',
    'scope',
    'device_code',
    'auth_req_id',
    'subject_token',
    'subject_token_type',
    'actor_token',
    'token',
    'token_type_hint',
    'login_hint',
    'id_token_hint',
    'login_hint_token',
    'requested_expiry',
  ];
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const values = [
    '',
    ' ',
    '\0',
    '\u{1F600}'.repeat(50),
    '%',
    '__proto__',
    'constructor',
    'toString',
    ids.spa,
    ids.web,
    'a.b.c',
    `${encode({ alg: 'none' })}.${encode({})}.`,
    `${encode({ alg: 'RS256', kid: 'default' })}.${encode({ iss: null, exp: 'x' })}.AAAA`,
    `${encode({ alg: 'HS256' })}.${encode({ sub: [], aud: {}, exp: 1e308, nbf: -1 })}.AAAA`,
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'x'.repeat(20_000),
  ];
  const headers = [
    '',
    'Basic',
    'Basic %%%',
    `Basic ${'A'.repeat(10_000)}`,
    'Bearer x',
    basic(ids.web, 'web-secret'),
    basic(ids.worker, '\0'),
  ];
  let seed = 7;
  const pick = <T>(list: readonly T[]): T => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return list[Math.floor((seed / 2_147_483_648) * list.length)] as T;
  };
  for (const endpoint of ['token', 'introspect', 'revoke', 'device_authorization', 'cibaAuthorization'])
    for (let round = 0; round < 150; round += 1) {
      const form = Object.fromEntries(Array.from({ length: 1 + (round % 6) }, () => [pick(names), pick(values)]));
      if (endpoint === 'token' && round % 2 === 0)
        form.grant_type = pick(['authorization_code', 'refresh_token', 'client_credentials', exchangeType]);
      const authorization = pick(headers);
      const response = await post(app, `${as}/${endpoint}`, form, authorization === '' ? {} : { authorization });
      if (response.statusCode >= 500) t.fail(`${endpoint} ${JSON.stringify(form)}: ${response.statusCode} ${response.body}`);
      if (response.statusCode >= 400 && !/^\{"error":"[a-z_]+","error_description":"/.test(response.body))
        t.fail(`${endpoint}: ${response.body}`);
    }
  for (const endpoint of ['token', 'introspect', 'revoke', 'device_authorization', 'cibaAuthorization'])
    for (const [type, payload, status] of [
      ['application/json', '{"a":1}', 415],
      ['application/x-www-form-urlencoded', 'client_id=a&client_id=b', 400],
      ['application/x-www-form-urlencoded', `token=${'a'.repeat(2_000_000)}`, 413],
      ['application/x-www-form-urlencoded', '__proto__=x&constructor=y', endpoint === 'token' ? 400 : 401],
    ] as const) {
      const response = await app.inject({ method: 'POST', url: `${as}/${endpoint}`, headers: { 'content-type': type }, payload });
      t.equal(response.statusCode, status, `${endpoint}, ${type}, ${payload.slice(0, 30)}`);
    }
});

t.test('a code that is used again is recognized, however many refresh tokens were rotated before', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const { store, clock } = environment;
  for (let number = 0; number < 10_001; number += 1)
    await store.traces.put(
      { id: `token ${number}`, clientId: ids.spa, familyId: 'family', transactionId: 'one' },
      clock.now() + 2_592_000_000,
    );
  const [first, second] = [await authorize(app), await authorize(app)];
  const tokens = (await redeem(app, first)).json();
  t.equal((await redeem(app, second)).statusCode, 200);
  t.match((await redeem(app, first)).json().error_description, /has been used already/);
  const again = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: ids.spa };
  t.equal((await post(app, `${as}/token`, again)).statusCode, 400, 'the refresh token of its first use ended');
});
