import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import * as client from 'openid-client';
import t, { type Test } from 'tap';
import { connectMock, createMock, type Mock, MockError, type RemoteEnvironment, startMock } from '../../src/index.js';

const redirectUri = 'http://localhost:5173/callback';
const spa = { type: 'SINGLE_PAGE_APP', redirectUris: [redirectUri], pkceEnforcement: 'S256_REQUIRED' } as const;

/** What a call is refused with. */
async function refusal(work: Promise<unknown>): Promise<MockError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MockError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const start = async (t: Test, options: Parameters<typeof startMock>[0] = {}): Promise<Mock> => {
  const mock = await startMock(options);
  t.teardown(() => mock.close());
  return mock;
};
t.test('a mock starts on a free port, and ends with the block that holds it', async (t) => {
  let url: string;
  {
    await using mock = await startMock();
    ({ url } = mock);
    t.match(mock.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    t.equal(mock.issuer, `${mock.url}/${mock.environmentId}/as`);
    t.match(mock.env, {
      OIDC_ISSUER: mock.issuer,
      PINGONE_ENVIRONMENT_ID: mock.environmentId,
      OIDC_CLIENT_ID: 'a0000000-0000-4000-8000-000000000002',
      PINGONE_CLIENT_SECRET: 'worker-secret',
    });
    const discovery = (await (await fetch(mock.discovery)).json()) as { issuer: string };
    t.equal(discovery.issuer, mock.issuer);
    const other = await startMock();
    t.not(other.url, mock.url, 'two at once');
    await other.close();
    await other.close();
  }
  await t.rejects(fetch(url));
});

t.test('tokens are issued without a flow, valid or wrong on request', async (t) => {
  const mock = await start(t);
  const keys = createRemoteJWKSet(new URL(`${mock.issuer}/jwks`));
  const token = await mock.issueToken({
    sub: 'somebody',
    scope: 'read',
    claims: { roles: ['admin'], org: null },
    expiresIn: '5m',
    audience: 'my-api',
  });
  const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: mock.issuer, audience: 'my-api' });
  t.match(payload, { sub: 'somebody', scope: 'read', roles: ['admin'] });
  t.notOk('org' in payload, 'null takes a claim away');
  t.equal((payload.exp as number) - (payload.iat as number), 300);
  t.equal(protectedHeader.alg, 'RS256');

  const alice = await mock.issueTokens({ sub: 'alice', scope: 'openid profile', clientId: 'Demo SPA', nonce: 'n' });
  const id = (await jwtVerify(alice.id_token as string, keys, { audience: 'a0000000-0000-4000-8000-000000000002' })).payload;
  const aliceId = 'b0000000-0000-4000-8000-000000000001';
  t.match(id, { sub: aliceId, nonce: 'n', preferred_username: 'alice', email: String });
  t.equal(decodeJwt(alice.access_token).sub, aliceId, 'a name is told as a sign-on tells it');
  t.equal(decodeJwt(await mock.issueToken({ sub: aliceId })).sub, aliceId);
  t.equal(decodeJwt(await mock.issueToken({ sub: 'ALICE' })).sub, aliceId, 'in any case, as at sign-on');
  t.equal(decodeJwt(await mock.issueToken({ sub: 'alice', claims: { sub: 'alice' } })).sub, 'alice', 'claims have the last word');
  const userinfo = await fetch(`${mock.issuer}/userinfo`, { headers: { authorization: `Bearer ${alice.access_token}` } });
  t.match(await userinfo.json(), { sub: 'b0000000-0000-4000-8000-000000000001' }, 'a user’s token is a user’s token');

  // What a real library says of each.
  const wrongs = [
    ['expired', errors.JWTExpired],
    ['not-yet-valid', errors.JWTClaimValidationFailed],
    ['signature', errors.JWSSignatureVerificationFailed],
    ['kid', errors.JWKSNoMatchingKey],
    ['issuer', errors.JWTClaimValidationFailed],
    ['audience', errors.JWTClaimValidationFailed],
    ['alg-none', errors.JOSENotSupported],
    ['hs256', errors.JOSENotSupported],
    ['embedded-key', errors.JWKSNoMatchingKey],
    ['key-url', errors.JWKSNoMatchingKey],
  ] as const;
  for (const [invalid, kind] of wrongs) {
    const wrong = await mock.issueToken({ sub: 'alice', audience: 'my-api', invalid });
    await t.rejects(jwtVerify(wrong, keys, { issuer: mock.issuer, audience: 'my-api' }), kind as never, invalid);
  }
  t.match(await refusal(mock.issueToken({ sub: 'alice', invalid: 'nonce' })), { code: 'value_refused', fix: /issueTokens/ });
  t.match(await refusal(mock.issueTokens({ invalid: 'nonce' })), { code: 'value_refused', status: 400, fix: /sub/ });
  const wrongNonce = await mock.issueTokens({ sub: 'alice', nonce: 'n', invalid: 'nonce' });
  t.not(decodeJwt(wrongNonce.id_token as string).nonce, 'n');
  const refused = await refusal(mock.issueToken({ expiresIn: 'soon' }));
  t.match(refused, { code: 'value_refused', status: 400, message: /expires_in: expected .*"soon"/, fix: /"5m"/ });
});

t.test('applications and users are made, changed and deleted in PingOne’s words', async (t) => {
  const mock = await start(t);
  const app = await mock.apps.create(spa);
  t.match(app, { name: 'App 1', enabled: true, redirectUris: [redirectUri], tokenEndpointAuthMethod: 'NONE' });
  const web = await mock.apps.create({ type: 'WEB_APP', name: 'Web' });
  t.ok(web.secret, 'with its secret');
  t.match(await mock.apps.update('Web', { redirectUris: ['https://example.com/cb'] }), {
    redirectUris: ['https://example.com/cb'],
    name: 'Web',
  });
  const carol = await mock.users.create({ username: 'carol', password: 'Carol-Passw0rd', email: 'carol@example.com' });
  t.match(await mock.users.get('carol'), { id: carol.id, email: 'carol@example.com' });
  t.match(await mock.users.create(), { username: /^user-/ });
  const off = await mock.users.create({ enabled: false });
  t.same([off.enabled, (await mock.users.get(off.id)).enabled], [false, false]);
  t.match(await mock.users.update('carol', { password: 'Other-Passw0rd1', enabled: false, name: { given: 'Carol' } }), {
    enabled: false,
    email: 'carol@example.com',
    name: { given: 'Carol' },
  });
  t.match(await mock.users.update('carol', { enabled: true }), { enabled: true, name: { given: 'Carol' } });
  const check = async (password: string) =>
    (
      await mock.inject({
        method: 'POST',
        url: `/v1/environments/${mock.environmentId}/users/${carol.id}/password`,
        headers: {
          authorization: `Bearer ${await mock.managementToken()}`,
          'content-type': 'application/vnd.pingidentity.password.check+json',
        },
        payload: JSON.stringify({ password }),
      })
    ).statusCode;
  t.same([await check('Carol-Passw0rd'), await check('Other-Passw0rd1')], [400, 200], 'the new password is the one');
  await mock.users.delete('carol');
  t.notOk((await mock.users.list()).some(({ username }) => username === 'carol'));
  t.match(await refusal(mock.users.get('carol')), { status: 404, message: /there is no user "carol"/, fix: /alice, bob/ });
  t.match(await refusal(mock.apps.create({ ...spa, redirectUris: ['not a URI'] })), { status: 400, message: /redirectUris/ });
  t.match(await refusal(mock.users.create({ username: 'alice' })), { status: 400, message: /username/ });
  mock.clock.advance('2h');
  t.ok(await mock.users.list(), 'the token for the management API is renewed');
});

t.test('a sign-on without a browser gives a real client its code', async (t) => {
  const mock = await start(t);
  const app = await mock.apps.create(spa);
  const config = await client.discovery(new URL(mock.issuer), app.id, undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  });
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const authorizeUrl = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const callback = await mock.signOn(authorizeUrl, 'alice');
  const tokens = await client.authorizationCodeGrant(config, new URL(callback), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
  });
  t.equal(tokens.claims()?.sub, 'b0000000-0000-4000-8000-000000000001');

  t.match(await mock.signOn(authorizeUrl, { deny: true }), /^http:\/\/localhost:5173\/callback\?error=access_denied/);
  t.match(await mock.signOn(authorizeUrl, 'alice', { deny: true }), /error=access_denied/);
  t.match(await refusal(mock.signOn(authorizeUrl, 'alcie')), { code: 'user_unknown', fix: /nearest known one is alice/ });
  authorizeUrl.searchParams.set('redirect_uri', 'http://localhost:5173/calback');
  t.match(await refusal(mock.signOn(authorizeUrl, 'alice')), { code: 'authorize_refused', message: /redirect_uri: Redirect URI mismatch/ });
  const env = await mock.createEnvironment();
  t.match(await refusal(env.signOn(authorizeUrl, 'alice')), { code: 'environment_other' });
});

t.test('the mock plays the client of any application', async (t) => {
  const mock = await start(t);
  for (const [name, options] of [
    ['all of it optional', {}],
    ['a user by name', { user: 'bob' }],
    ['an application with a secret', { app: 'Demo Web', pkce: false }],
    ['plain', { app: 'Demo Native', pkce: 'plain' }],
  ] as const) {
    const flow = await mock.authorize(options);
    const tokens = await flow.redeem();
    t.equal(decodeJwt(tokens.id_token as string).nonce, flow.nonce, name);
  }
  const flow = await mock.authorize();
  t.match(await refusal(flow.redeem({ code_verifier: 'x'.repeat(43) })), { code: 'invalid_grant', status: 400, fix: /diagnosis: / });
  const callback = await mock.authorize({ parameters: { response_mode: 'form_post' } });
  t.ok(callback.code, 'by form_post as well');
  t.match(await refusal(mock.authorize({ app: 'Demo Worker' })), { code: 'no_redirect_uri' });
});

t.test('hooks change tokens and answers', async (t) => {
  const mock = await start(t);
  const claims = async () => {
    const { access_token: access, id_token: id = '' } = await (await mock.authorize()).redeem();
    const keys = createRemoteJWKSet(new URL(`${mock.issuer}/jwks`));
    await jwtVerify(access, keys);
    return { access: decodeJwt(access), id: (await jwtVerify(id, keys)).payload };
  };
  const before = await claims();
  mock.once('token.before-sign', ({ idToken, accessToken, request }) => {
    t.match(request, { endpoint: 'token', grantType: 'authorization_code', username: 'alice', client: mock.env.OIDC_CLIENT_ID });
    idToken.payload.acr = 'Multi_Factor';
    accessToken.payload.permissions = ['all'];
  });
  const changed = await claims();
  t.match(changed, { id: { acr: 'Multi_Factor' }, access: { permissions: ['all'] } });
  t.not(changed.id.at_hash, before.id.at_hash, 'and the hash of the access token is that of the new one');
  t.match(await claims(), { id: { acr: 'Single_Factor' } }, 'once is once');

  const { access_token: token } = await (await mock.authorize()).redeem();
  const userinfo = async () => (await fetch(`${mock.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).json();
  const off = mock.on('userinfo.before-response', async (response) => {
    response.body.email_verified = false;
  });
  t.match(await userinfo(), { email_verified: false });
  t.match(await userinfo(), { email_verified: false });
  off();
  t.notOk(
    'email_verified' in ((await userinfo()) as object) && ((await userinfo()) as { email_verified: boolean }).email_verified === false,
  );

  mock.once('error.before-response', (response) => {
    response.status = 418;
    response.headers['x-teapot'] = 'short';
    response.body.error = 'i_am_a_teapot';
  });
  const refused = await fetch(`${mock.issuer}/token`, { method: 'POST' });
  t.equal(refused.status, 418);
  t.equal(refused.headers.get('x-teapot'), 'short');
  t.match(await refused.json(), { error: 'i_am_a_teapot' });

  mock.once('token.before-sign', () => {
    throw new Error('a mistake in the test');
  });
  t.match(await refusal(claims()), { status: 500, message: /a test’s hook failed: a mistake in the test/ });

  // Tokens that go through the browser.
  mock.once('token.before-sign', ({ idToken }) => {
    idToken.payload.acr = 'Front';
  });
  await mock.apps.create({
    name: 'Implicit',
    grantTypes: ['IMPLICIT'],
    responseTypes: ['ID_TOKEN', 'TOKEN'],
    redirectUris: [redirectUri],
    pkceEnforcement: 'OPTIONAL',
  });
  const app = await mock.apps.get('Implicit');
  const query = new URLSearchParams({
    client_id: app.id,
    redirect_uri: redirectUri,
    response_type: 'id_token',
    scope: 'openid',
    nonce: 'n',
  });
  const callback = await mock.signOn(`${mock.issuer}/authorize?${query}`, 'alice');
  t.equal(decodeJwt(new URLSearchParams(new URL(callback).hash.slice(1)).get('id_token') as string).acr, 'Front');
});

t.test('failNext makes the next answers fail as asked', async (t) => {
  const mock = await start(t);
  mock.failNext('token', { status: 400, error: 'invalid_grant' });
  const flow = await mock.authorize();
  t.match(await refusal(flow.redeem()), { code: 'invalid_grant', status: 400 });
  t.ok((await flow.redeem()).access_token, 'the endpoint never saw the request: the code is still good');

  mock.failNext('token', { status: 503, times: 2, retryAfterSeconds: 7 });
  for (const attempt of [1, 2]) t.match(await refusal(flow.redeem()), { status: 503 }, `attempt ${attempt}`);
  t.match(await refusal(flow.redeem()), { code: 'invalid_grant' }, 'the third is answered in earnest');
  mock.failNext('token', { drop: true });
  t.match(await refusal(flow.redeem()), { code: 'no_answer' });
  mock.failNext('token', { malformed: true });
  t.match(await refusal((await mock.authorize()).redeem()), { code: 'answer_unreadable' });
  mock.failNext('token', { status: 204 });
  t.match(await refusal((await mock.authorize()).redeem()), { code: 'answer_empty', status: 204, message: /status 204 without tokens/ });
  for (const [fault, message] of [
    [{ status: 204 }, /answered with status 204 and no Location, because of a fault/],
    [{ status: 302 }, /answered with status 302 and no Location/],
    [{ malformed: true }, /redirected to a truncated address: .*flowId=/],
  ] as const) {
    mock.failNext('authorize', fault);
    t.match(await refusal(mock.authorize()), { code: 'answer_altered', status: 502, message, fix: /clearFaults/ });
  }
  mock.failNext('authorize', { malformed: true });
  t.match(await refusal(mock.authorize({ parameters: { response_mode: 'pi.flow' } })), {
    code: 'answer_altered',
    message: /malformed JSON/,
  });
  t.throws(() => mock.failNext('token', { delay: 'a while' }), { message: /expected a duration/ });
});

t.test('requests that a test makes to set itself up meet no fault and no hook', async (t) => {
  const mock = await start(t);
  mock.failNext('management', { status: 503 });
  let hooked = 0;
  mock.on('management.before-response', () => {
    hooked += 1;
  });
  await mock.users.create({ username: 'carol' });
  t.match(await (await mock.authorize({ user: 'carol' })).redeem(), { access_token: String });
  t.same(mock.requests.filter({ endpoint: 'management' }), []);
  t.equal(hooked, 0);
  const asked = () => mock.inject(`/v1/environments/${mock.environmentId}`);
  t.equal((await asked()).statusCode, 401, 'who is not let in meets no fault');
  const own = async () =>
    mock.inject({
      url: `/v1/environments/${mock.environmentId}`,
      headers: { authorization: `Bearer ${await mock.managementToken()}` },
    });
  t.equal((await own()).statusCode, 503, 'the fault is for the application');
  t.equal((await own()).statusCode, 200);
  t.equal(hooked, 1);
  t.equal(mock.requests.filter({ endpoint: 'management' }).length, 2);
});

t.test('a sign-on whose connection is dropped says so', async (t) => {
  const mock = await start(t);
  mock.failNext('authorize', { drop: true });
  t.match(await refusal(mock.authorize()), { code: 'connection_dropped', status: 502, fix: /clearFaults/ });
  mock.failNext('resume', { drop: true });
  t.match(await refusal(mock.authorize()), { code: 'connection_dropped' });
  t.ok((await mock.authorize()).code);
});

t.test('only the server’s clock moves, and each environment has its own', async (t) => {
  const mock = await start(t, { codeLifetimeSeconds: 60 });
  const flow = await mock.authorize();
  mock.clock.advance('61s');
  t.match(await refusal(flow.redeem()), { code: 'invalid_grant' });
  mock.clock.set('2030-01-01T00:00:00Z');
  t.equal(decodeJwt(await mock.issueToken()).iat, Date.UTC(2030, 0) / 1000);
  mock.clock.freeze('2031-01-01T00:00:00Z');
  t.equal(decodeJwt(await mock.issueToken()).iat, Date.UTC(2031, 0) / 1000);
  mock.clock.reset();
  const before = Date.now();
  t.ok(before <= Number(mock.clock.now()) && Number(mock.clock.now()) <= Date.now());
  for (const wrong of [() => mock.clock.advance('9999999d'), () => mock.clock.set('2030-02-31'), () => mock.clock.set(8.6e15)])
    t.throws(wrong, { code: 'value_refused' });
  const env = await mock.createEnvironment();
  env.clock.advance('1h');
  t.ok(Number(env.clock.now()) - Number(mock.clock.now()) > 3_599_000, 'each environment has its own');
});

t.test('transactions and requests can be listed and awaited', async (t) => {
  const mock = await start(t);
  const flow = await mock.authorize();
  const waiting = mock.transactions.waitFor({ app: 'Demo SPA', state: 'failed' }, { timeout: '1h' });
  await refusal(flow.redeem({ code_verifier: 'x'.repeat(43) }));
  const transaction = await waiting;
  t.match(transaction, {
    state: 'failed',
    user: 'alice',
    envId: mock.environmentId,
    app: { name: 'Demo SPA' },
    diagnosis: { code: 'different_verifier' },
  });
  t.equal(transaction.steps.findLast(({ request }) => request)?.response?.status, 400, 'whole: with the answer');
  t.match(await mock.transactions.get(transaction.id), { id: transaction.id });
  t.equal((await mock.transactions.list({ user: 'alice' })).length, 1);
  t.match(await refusal(mock.transactions.waitFor({ state: 'succeeded' }, { timeout: '20ms' })), {
    code: 'timeout',
    message: /no transaction with .*succeeded.* within 20ms/,
    fix: /Demo SPA alice failed/,
  });

  t.equal(mock.requests.filter({ endpoint: 'token' }).length, 1);
  t.equal(mock.requests.last('token')?.form.code_verifier, 'x'.repeat(43));
  t.match(mock.requests.last('token'), { answer: { status: 400 }, transactionId: transaction.id, client: mock.env.OIDC_CLIENT_ID });
  t.equal(mock.requests.last('authorize')?.query.code_challenge_method, 'S256');
  const two = mock.requests.waitFor({ endpoint: 'discovery' }, { count: 2, timeout: '1h' });
  await fetch(mock.discovery);
  await fetch(mock.discovery);
  t.equal((await two).length, 2);
  t.match(await refusal(mock.requests.waitFor({ endpoint: 'revoke' }, { timeout: '10ms' })), {
    code: 'timeout',
    fix: /0 requests match/,
  });
  mock.requests.clear();
  t.same(mock.requests.filter(), []);
});

t.test('a mock that does not listen offers the same object', async (t) => {
  const mock = await createMock({
    seed: {
      environments: [
        {
          name: 'Mine',
          users: [{ username: 'dora' }],
          apps: [
            {
              name: 'A',
              type: 'NATIVE_APP',
              enabled: true,
              protocol: 'OPENID_CONNECT',
              grantTypes: ['AUTHORIZATION_CODE'],
              responseTypes: ['CODE'],
              tokenEndpointAuthMethod: 'NONE',
              redirectUris: [redirectUri],
            },
          ],
        },
      ],
    },
  });
  t.teardown(() => mock.close());
  t.equal(mock.url, 'http://localhost:9400');
  const tokens = await (await mock.authorize({ app: 'A', user: 'dora' })).redeem();
  t.match(decodeProtectedHeader(tokens.access_token), { alg: 'RS256' });
  const answer = await mock.inject(new URL(`${mock.issuer}/jwks`).pathname);
  t.equal(answer.json<{ keys: unknown[] }>().keys.length, 3);
  const own = async () => (await mock.apps.list()).flatMap(({ name }) => (name.startsWith('PingOne ') ? [] : [name])).sort();
  t.ok(await mock.apps.create({ name: 'B' }), 'an environment needs no worker of its own for that');
  t.same(await own(), ['A', 'B'], 'and gets none');
  await mock.reset();
  t.same(await own(), ['A']);
  t.equal(
    (
      await mock.inject({
        method: 'POST',
        url: `/${mock.environmentId}/as/token`,
        payload: 'x=1',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
    ).statusCode,
    400,
  );
});

t.test('users created without a name get different names from every client', async (t) => {
  const mock = await start(t);
  const environment = await mock.createEnvironment({ users: [{}] });
  const clients = [mock, await connectMock(mock.url), await connectMock(mock.url)];
  const made = [...(await Promise.all(clients.map(({ users }) => users.create()))), await environment.users.create()];
  t.equal(new Set(made.map(({ username }) => username)).size, 4);
});

t.test('a secret of any characters works over HTTP Basic', async (t) => {
  const secret = 'a:b%41/+ü &=';
  const mock = await start(t);
  const environment = await mock.createEnvironment({
    apps: [{ type: 'WEB_APP', redirectUris: [redirectUri], secret }],
    users: [{}],
  });
  t.match(await (await environment.authorize()).redeem(), { access_token: String });
  const sent = environment.requests.last('token')?.headers.authorization;
  const pair = Buffer.from(String(sent).replace('Basic ', ''), 'base64').toString();
  t.equal(pair, `${environment.env.OIDC_CLIENT_ID}:${encodeURIComponent(secret)}`, 'encoded, as RFC 6749 §2.3.1 asks for');
});

t.test('connectMock offers the same object for a mock that runs elsewhere', async (t) => {
  const server = await start(t, { codeLifetimeSeconds: 60 });
  const mock = await connectMock(`${server.url}/`);
  /** A suite that knows nothing of where its mock runs. */
  const suite = async (environment: Omit<RemoteEnvironment, 'delete' | 'reset'>, name: string) => {
    const app = await environment.apps.create({ ...spa, name });
    const flow = await environment.authorize({
      app,
      user: (await environment.users.create({ username: name, password: 'Right-Passw0rd1' })).id,
    });
    await environment.failNext('token', { status: 429, retryAfterSeconds: 1 });
    t.match(await refusal(flow.redeem()), { status: 429 }, `${name}: a fault`);
    t.equal((await environment.requests.last('token'))?.answer?.status, 429);
    await environment.addRule({ on: 'token', match: { username: name }, set: { 'id_token.acr': 'Rule' }, times: 1 });
    t.equal(decodeJwt((await flow.redeem()).id_token as string).acr, 'Rule', `${name}: a rule`);
    const late = await environment.authorize({ app, user: name });
    await environment.clock.advance('61s');
    t.match(await refusal(late.redeem()), { code: 'invalid_grant' }, `${name}: time`);
    t.match(await environment.transactions.waitFor({ app: app.id, state: 'failed' }), { state: 'failed' });
    await environment.clock.reset();
    t.equal((await environment.requests.filter({ endpoint: 'token', client: app.id })).length, 3);
    t.not((await environment.rotateKeys()).kid, undefined);
    t.same(await environment.outbox(), []);
    await environment.breakPkce('challenge-ignored');
    t.ok((await (await environment.authorize({ app, user: name })).redeem({ code_verifier: 'x'.repeat(43) })).access_token);
    await environment.clearFaults();
    t.match(await refusal((await environment.authorize({ app, user: name })).redeem({ code_verifier: 'x'.repeat(43) })), {
      code: 'invalid_grant',
    });
    t.ok(await environment.managementToken());
  };
  await suite(mock, 'connected');
  await suite(server, 'in-process');
  const env = await mock.createEnvironment();
  await suite(env, 'isolated');
  await env.delete();
  t.match(await refusal(env.issueToken()), { code: 'environment_unknown', status: 404 });
  await mock.reset();
  t.same(
    (await mock.users.list()).map(({ username }) => username),
    ['alice', 'bob'],
  );
  await mock.close();
  t.ok(await server.issueToken(), 'who only connected does not end it');
  t.match(await refusal(connectMock('http://127.0.0.1:1')), { code: 'no_answer', fix: /start the mock/ });
});
