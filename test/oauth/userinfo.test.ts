import { generateKeyPair, SignJWT } from 'jose';
import t from 'tap';
import { as, authorize, basic, post, redeem } from '../helpers/client.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

t.test('userinfo returns the claims of the granted scopes, by GET and POST', async (t) => {
  const { app } = await buildTestServer(t);
  const { access_token: token } = (await redeem(app, await authorize(app, { parameters: { scope: 'openid profile email' } }))).json();
  const expected = {
    sub: ids.alice,
    preferred_username: 'alice',
    name: 'Alice Archer',
    given_name: 'Alice',
    updated_at: Date.UTC(2026, 10, 22, 12) / 1000,
    family_name: 'Archer',
    email: 'alice@example.com',
    env: environmentId,
    org: 'd0000000-0000-4000-8000-000000000001',
    'p1.region': 'NA',
  };
  const authorization = `Bearer ${token}`;
  const got = await app.inject({ url: `${as}/userinfo`, headers: { authorization } });
  t.equal(got.headers['content-type'], 'application/json');
  t.same(got.json(), expected);
  t.same((await app.inject({ method: 'POST', url: `${as}/userinfo`, headers: { authorization } })).json(), expected);
  t.same((await post(app, `${as}/userinfo`, { access_token: token })).json(), expected);
  const bare = (await redeem(app, await authorize(app, { parameters: { scope: 'openid' } }))).json();
  t.same(Object.keys((await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${bare.access_token}` } })).json()), [
    'sub',
    'env',
    'org',
    'p1.region',
  ]);
});

t.test('userinfo refuses a missing, invalid, foreign or expired token', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const { access_token: token, id_token: idToken } = (await redeem(app, await authorize(app))).json();
  const worker = (
    await post(app, `${as}/token`, { grant_type: 'client_credentials' }, { authorization: basic(ids.worker, 'worker-secret') })
  ).json().access_token;
  const { privateKey } = await generateKeyPair('RS256');
  const foreign = await new SignJWT({ env: environmentId, scope: 'openid' })
    .setProtectedHeader({ alg: 'RS256', kid: 'default' })
    .sign(privateKey);
  const none = `${Buffer.from('{"alg":"none","kid":"default"}').toString('base64url')}.${token.split('.')[1]}.`;
  const cases = [
    ['no token', undefined, 401, 'INVALID_TOKEN'],
    ['an invented token', 'x', 401, 'INVALID_TOKEN'],
    ['a tampered token', `${token.slice(0, -4)}AAAA`, 401, 'INVALID_TOKEN'],
    ['a token signed by another key', foreign, 401, 'INVALID_TOKEN'],
    ['alg none', none, 401, 'INVALID_TOKEN'],
    ['an ID token', idToken, 401, 'INVALID_TOKEN'],
    ['a worker’s token', worker, 403, 'INSUFFICIENT_PERMISSIONS'],
  ] as const;
  for (const [name, bearer, status, code] of cases) {
    const response = await app.inject({
      url: `${as}/userinfo`,
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    });
    t.equal(response.statusCode, status, name);
    t.match(response.json(), { id: /./, code: 'ACCESS_FAILED', details: [{ code }] }, name);
    t.match(response.headers['www-authenticate'], /^Bearer/, name);
  }
  await clock.advance(3_600_000);
  const expired = await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${token}` } });
  t.equal(expired.statusCode, 401);
  t.match(expired.json().details[0].message, /Access token expired/);
});
