import { createHash, randomBytes } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import * as client from 'openid-client';
import t, { type Test } from 'tap';
import type { FaultBody } from '../../src/control/faults.js';
import { as, askAuthorize, authorize, basic, post, redeem } from '../helpers/client.js';
import { buildTestServer, ids, listen } from '../helpers/server.js';
import { until } from '../helpers/until.js';

const redirectUri = 'http://localhost:3000/callback';

/** A real client in front of the mock, and what it says of a fault: the code of its error, or its name. */
async function buildClient(t: Test) {
  const { url, issuer, environment, clock, app } = await listen(t);
  await clock.reset();
  const config = await client.discovery(new URL(issuer), ids.spa, undefined, client.None(), { execute: [client.allowInsecureRequests] });
  client.enableNonRepudiationChecks(config);
  const inject = async (fault: FaultBody) =>
    (
      await fetch(`${url}/__mock/v1/environments/default/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      })
    ).status;
  const signOn = async () => {
    const [verifier, nonce] = [client.randomPKCECodeVerifier(), client.randomNonce()];
    const parameters = {
      redirect_uri: redirectUri,
      scope: 'openid',
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    const asked = client.buildAuthorizationUrl(config, parameters);
    const answer = await fetch(`${url}/__mock/v1/environments/default/sign-on`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ authorize_url: asked.href, username: 'alice' }),
    });
    const { callback_url: callback } = (await answer.json()) as { callback_url: string };
    return () => client.authorizationCodeGrant(config, new URL(callback), { pkceCodeVerifier: verifier, expectedNonce: nonce });
  };
  const told = async (work: () => Promise<unknown>): Promise<string> => {
    try {
      await work();
      return 'nothing';
    } catch (error) {
      const { code, cause, name } = error as { code?: string; cause?: { code?: string }; name: string };
      return code ?? cause?.code ?? name;
    }
  };
  return { config, inject, signOn, told, environment, app };
}

t.test('openid-client detects every injected fault except a delay', async (t) => {
  const { inject, signOn, told, environment } = await buildClient(t);
  const cases: readonly (readonly [string, FaultBody, RegExp])[] = [
    ['an OAuth error', { error: 'invalid_grant' }, /OAUTH_RESPONSE_BODY_ERROR/],
    [
      'an OAuth error with its own status',
      { error: 'invalid_client', status: 401 },
      /OAUTH_(WWW_AUTHENTICATE_CHALLENGE|RESPONSE_BODY_ERROR|RESPONSE_IS_NOT)/,
    ],
    ['a server that is down', { status: 503 }, /OAUTH_|ERR|ResponseBodyError/],
    ['too many requests', { status: 429, retry_after: 3 }, /OAUTH_/],
    ['a dropped connection', { drop: true }, /UND_ERR_SOCKET|ECONNRESET|TypeError/],
    ['a body that is cut', { malformed: true }, /OAUTH_PARSE_ERROR/],
    ['a wrong signature', { token: 'signature' }, /OAUTH_INVALID_RESPONSE|OAUTH_JWT|SIGNATURE/],
    ['an unknown key', { token: 'kid' }, /OAUTH_KEY_SELECTION_FAILED|OAUTH_/],
    ['an expired token', { token: 'expired' }, /OAUTH_JWT_TIMESTAMP_CHECK_FAILED/],
    ['a token of tomorrow', { token: 'not-yet-valid' }, /OAUTH_JWT_TIMESTAMP_CHECK_FAILED/],
    ['another issuer', { token: 'issuer' }, /OAUTH_JWT_CLAIM_COMPARISON_FAILED/],
    ['another audience', { token: 'audience' }, /OAUTH_JWT_CLAIM_COMPARISON_FAILED/],
    ['another nonce', { token: 'nonce' }, /OAUTH_JWT_CLAIM_COMPARISON_FAILED|OAUTH_INVALID_RESPONSE/],
    ['a token without signature', { token: 'alg-none' }, /OAUTH_/],
    ['a token signed with the public key as a secret', { token: 'hs256' }, /OAUTH_/],
    ['a token that brings its own key', { token: 'embedded-key' }, /OAUTH_/],
    ['a token that says where its key is', { token: 'key-url' }, /OAUTH_/],
    ['a redirect', { location: 'https://elsewhere.example/' }, /OAUTH_/],
  ];
  for (const [name, fault, expected] of cases) {
    const redeem = await signOn();
    t.equal(await inject({ endpoint: 'token', ...fault }), 201);
    t.match(await told(redeem), expected, name);
    const transaction = environment.transactions.list().at(-1);
    t.ok(
      transaction?.steps.some(({ kind, title }) => kind === 'fault' && title.startsWith('fault injected: ')),
      `${name}: the transaction says so`,
    );
    t.ok(environment.requests.list({ endpoint: 'token' }).at(-1)?.faults?.length, `${name}: and the journal`);
    t.equal(await told(await signOn()), 'nothing', `${name}: once`);
  }
  await inject({ endpoint: 'token', padding: 3_000_000 });
  t.equal(await told(await signOn()), 'nothing', 'large is not wrong');
  t.match(environment.requests.list({ endpoint: 'token' }).at(-1)?.faults, ['padded by 3000000 characters']);
  const late = await signOn();
  await inject({ endpoint: 'token', delay_ms: 120 });
  let before = performance.now();
  t.equal(await told(late), 'nothing', 'late is not wrong');
  t.ok(performance.now() - before >= 110);
  const slow = await signOn();
  await inject({ endpoint: 'token', drip_ms: 150 });
  before = performance.now();
  t.equal(await told(slow), 'nothing', 'nor is slow');
  t.ok(performance.now() - before >= 130);
});

t.test('the key of a forged token is where its jku says, and a client that fetches it shows in the journal', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const minted = await app.inject({
    method: 'POST',
    url: '/__mock/v1/environments/default/tokens',
    payload: { sub: 'alice', invalid: 'key-url' },
  });
  const { access_token: token } = minted.json<{ access_token: string }>();
  const { jku, kid, jwk } = decodeProtectedHeader(token);
  t.match(jku, /\/as\/attacker-jwks$/);
  t.equal(jwk, undefined);
  const { pathname } = new URL(String(jku));
  const { keys } = (await app.inject(pathname)).json<{ keys: JWK[] }>();
  t.match(keys, [{ kid, kty: 'RSA', d: undefined }]);
  await t.resolves(compactVerify(token, await importJWK(keys[0] as JWK, 'RS256')));
  t.match(environment.requests.list({ endpoint: 'other' }), [{ url: pathname }]);
  t.notMatch(environment.keys.jwks(), 'attacker', 'the JWKS does not have it');
});

t.test('a rule for one client changes the ID token that the browser brings back', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const application = await environment.store.applications.get(ids.spa);
  await environment.store.applications.put({
    ...(application as NonNullable<typeof application>),
    grantTypes: ['AUTHORIZATION_CODE', 'IMPLICIT'],
    responseTypes: ['CODE', 'ID_TOKEN'],
  });
  for (const [client, claim] of [
    [ids.spa, 'changed'],
    ['another-client', undefined],
  ]) {
    await environment.claimsRules.clear();
    await environment.claimsRules.add({ on: 'token', match: { client }, set: { 'id_token.badge': 'changed' } });
    const query = new URLSearchParams({
      client_id: ids.spa,
      response_type: 'id_token',
      scope: 'openid',
      nonce: 'n',
      redirect_uri: redirectUri,
    });
    const answer = await app.inject({
      method: 'POST',
      url: '/__mock/v1/environments/default/sign-on',
      payload: { username: 'alice', authorize_url: `${as}/authorize?${query}` },
    });
    const { callback_url: callback } = answer.json<{ callback_url: string }>();
    const token = new URLSearchParams(callback.slice(callback.indexOf('#') + 1)).get('id_token') ?? '';
    t.equal(decodeJwt(token).badge, claim);
  }
});

t.test('a redirect on purpose has a location', async (t) => {
  const { app, environment } = await buildTestServer(t);
  await environment.faults.add({ endpoint: 'discovery', location: 'https://elsewhere.example/', times: 2 });
  const answer = await app.inject(`${as}/.well-known/openid-configuration`);
  t.match(answer, { statusCode: 302, headers: { location: 'https://elsewhere.example/' } });
  await environment.faults.clear();
  await environment.faults.add({ endpoint: 'discovery', location: '/elsewhere', status: 307 });
  t.match(await app.inject(`${as}/.well-known/openid-configuration`), { statusCode: 307, headers: { location: '/elsewhere' } });
});

t.test('a delayed answer does not keep the server from closing', async (t) => {
  const { app, environment } = await buildTestServer(t);
  await environment.faults.add({ endpoint: 'token', delayMilliseconds: 3_600_000 });
  const asked = post(app, `${as}/token`, { grant_type: 'client_credentials' });
  await until(() => !environment.faults.active);
  await app.close();
  t.ok((await asked).statusCode);
});

t.test('a fault applies only to the requests it is for, as many times as asked', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const machine = (id: string, secret: string) =>
    post(app, `${as}/token`, { grant_type: 'client_credentials' }, { authorization: basic(id, secret) });
  const worker = async () => (await machine(ids.worker, 'worker-secret')).statusCode;
  await environment.faults.add({ endpoint: 'token', client: ids.service, status: 500 });
  t.equal(await worker(), 200, 'another client’s');
  t.equal((await app.inject(`${as}/jwks`)).statusCode, 200, 'another endpoint’s');
  t.equal(
    (await post(app, `${as}/token`, { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret' }))
      .statusCode,
    500,
  );
  t.notOk(environment.faults.active, 'spent');

  await environment.faults.add({ status: 500, times: 2 });
  await environment.faults.add({ endpoint: 'token', status: 502 });
  t.same([await worker(), await worker(), await worker(), await worker()], [500, 500, 502, 200], 'first come, first served');
  await environment.faults.add({ status: 503, times: Number.POSITIVE_INFINITY });
  for (const url of [`${as}/jwks`, `${as}/.well-known/openid-configuration`, `/v1/environments/${environment.id}`, `${as}/userinfo`]) {
    const { statusCode } = await app.inject(url);
    t.equal(statusCode, url.startsWith('/v1') ? 401 : 503, `every endpoint: ${url}`);
  }
  t.equal((await app.inject('/__mock/v1/environments/default/faults')).json().faults[0].left, 'always', 'but not the mock’s own');
  t.equal((await app.inject({ method: 'DELETE', url: '/__mock/v1/environments/default/faults' })).statusCode, 204);
  t.equal(await worker(), 200);
});

t.test('an injected fault answers in PingOne’s format', async (t) => {
  const { app, environment } = await buildTestServer(t);
  await environment.faults.add({ endpoint: 'token', status: 429, retryAfterSeconds: 7 });
  const limited = await post(app, `${as}/token`, {});
  t.equal(limited.headers['retry-after'], '7');
  t.match(limited.json(), { error: 'temporarily_unavailable', error_description: /Correlation ID: / });
  await environment.faults.add({ endpoint: 'userinfo', status: 500 });
  t.match((await app.inject(`${as}/userinfo`)).json(), { id: /-/, code: 'UNEXPECTED_ERROR', message: /unexpected/ });
  await environment.faults.add({ endpoint: 'authorize', error: 'server_error', errorDescription: 'down' });
  const redirected = await askAuthorize(app, { state: 'a b' });
  t.equal(redirected.headers.location, `${redirectUri}?error=server_error&error_description=down&state=a+b`);
  await environment.faults.add({ endpoint: 'authorize', error: 'server_error' });
  t.equal((await askAuthorize(app, { redirect_uri: 'https://evil.example.com/' })).statusCode, 400, 'to no address that is not registered');
  await environment.faults.add({ endpoint: 'token', status: 204 });
  t.equal((await post(app, `${as}/token`, {})).statusCode, 204);
  t.notOk((await post(app, `${as}/token`, {})).body.includes('fault'), 'PingOne’s answers never tell of us');
});

t.test('PKCE is broken only as asked, and only while the fault is active', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const verifier = randomBytes(32).toString('base64url');
  const last = () => environment.transactions.list().at(-1);

  t.test('challenge-ignored accepts a wrong verifier', async (t) => {
    const wrong = async () => (await redeem(app, await authorize(app), { code_verifier: verifier })).statusCode;
    t.equal(await wrong(), 400);
    await environment.faults.add({ pkce: 'challenge-ignored', client: ids.spa });
    t.equal(await wrong(), 200);
    t.match(last()?.steps.at(-1), { kind: 'fault', title: 'fault injected: PKCE broken: challenge-ignored' });
    t.equal(
      (await redeem(app, await authorize(app), { code_verifier: undefined })).statusCode,
      200,
      'and so is a verifier that is missing',
    );
    t.equal((await redeem(app, await authorize(app))).statusCode, 200, 'who is right is right');
    t.notOk(last()?.steps.some(({ kind }) => kind === 'fault'));
    t.equal(
      (await redeem(app, await authorize(app, { clientId: ids.native }), { code_verifier: verifier })).statusCode,
      400,
      'of one application',
    );
    t.equal(
      (await redeem(app, await authorize(app), { code_verifier: verifier, redirect_uri: 'http://localhost:3000/' })).statusCode,
      400,
      'PKCE, and nothing else',
    );
    await environment.faults.clear();
    t.equal(await wrong(), 400);
  });

  t.test('plain-accepted allows plain where S256 is required', async (t) => {
    const plain = () => askAuthorize(app, { code_challenge: verifier, code_challenge_method: 'plain' });
    t.match((await plain()).headers.location, /error=invalid_request/);
    await environment.faults.add({ pkce: 'plain-accepted' });
    t.match((await plain()).headers.location, /flowId=/);
    t.match((await askAuthorize(app)).headers.location, /error=invalid_request/, 'a challenge is demanded all the same');
    await environment.faults.clear();
  });

  t.test('code-reusable lets a code be redeemed twice', async (t) => {
    const flow = await authorize(app);
    await environment.faults.add({ pkce: 'code-reusable', times: 1 });
    t.equal((await redeem(app, flow)).statusCode, 200);
    t.equal((await redeem(app, flow)).statusCode, 200);
    t.equal((await redeem(app, flow)).statusCode, 400, 'one time more, as was asked for');
  });
});

t.test('a rule changes claims and userinfo until it is deleted or used up', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const tell = (body: object) =>
    app.inject({
      method: 'POST',
      url: '/__mock/v1/environments/default/rules',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
  await tell({ on: 'token', set: { 'response.token_type': null, 'response.expires_in': 5 }, times: 1 });
  await environment.faults.add({ endpoint: 'token', contentType: 'text/html', times: 1 });
  const altered = await redeem(app, await authorize(app, { username: 'alice', password: 'Alice-Passw0rd' }));
  t.match(altered.headers, { 'content-type': 'text/html' });
  t.match(altered.json(), { expires_in: 5, access_token: String });
  t.notOk('token_type' in altered.json(), 'members of the answer follow a rule too');
  const claims = async (username = 'alice', password = 'Alice-Passw0rd') => {
    const { access_token: access, id_token: id } = (await redeem(app, await authorize(app, { username, password }))).json();
    const read = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
    return { access: read(access), id: read(id), token: access as string };
  };
  t.equal(
    (
      await tell({
        on: 'token',
        match: { username: 'alice', grant_type: 'authorization_code', client_id: ids.spa },
        set: { 'id_token.acr': 'High', 'access_token.p1.rid': null, 'access_token.roles': ['a'] },
      })
    ).statusCode,
    201,
  );
  const alice = await claims();
  t.match(alice, { id: { acr: 'High' }, access: { roles: ['a'] } });
  t.notOk('p1.rid' in alice.access, 'null takes a claim away, dots and all');
  t.equal(alice.id.at_hash, createHash('sha256').update(alice.token).digest().subarray(0, 16).toString('base64url'));
  t.match(await claims('bob', 'Bob-Passw0rd1'), { id: { acr: 'Single_Factor' } });

  await tell({ on: 'userinfo', set: { email_verified: false }, times: 1 });
  const userinfo = async () => (await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${alice.token}` } })).json();
  t.match(await userinfo(), { email_verified: false });
  t.notMatch(await userinfo(), { email_verified: false }, 'so many times');

  const list = (await app.inject('/__mock/v1/environments/default/rules')).json().rules;
  t.equal(list.length, 1);
  await app.inject({ method: 'DELETE', url: `/__mock/v1/environments/default/rules/${list[0].id}` });
  t.match(await claims(), { id: { acr: 'Single_Factor' } });
  t.notOk(environment.hooks.active, 'and nothing is left to ask');
});
