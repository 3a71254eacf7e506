import { createHmac } from 'node:crypto';
import t, { type Test } from 'tap';
import { as, askAuthorize, authorize, basic, post, redeem, redirectUri } from '../helpers/client.js';
import { changeApplication } from '../helpers/configure.js';
import { managementClient } from '../helpers/management.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';

/** Claims that no token has, and everyone can send. As JSON, since 1e999 is a number there and nowhere else. */
const values = [
  '8.64e12',
  '-8.64e12',
  '8640000000001',
  '1790000000000000',
  '1.5',
  '-1',
  '-1e308',
  '1e999',
  '-1e999',
  '"1790000000"',
  'null',
  'true',
  '[1]',
  '{"toString":1,"valueOf":1}',
  '{"__proto__":null}',
  '"\\ud800"',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
] as const;

const now = Date.UTC(2026, 10, 22, 12) / 1000;
const encode = (json: string): string => Buffer.from(json).toString('base64url');
const jwt = (header: string, claims: string, secret = 'secret'): string => {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
/** An object as JSON in which one member is any text. */
const withMember = (members: object, name: string, json: string): string =>
  `${JSON.stringify({ ...members, [name]: undefined }).slice(0, -1)},${JSON.stringify(name)}:${json}}`;

const names = ['iat', 'nbf', 'exp', 'sub', 'iss', 'aud', 'env', 'scope', 'client_id', 'sid', 'jti', 'auth_time', 'p1.rid', 'p1.userId'];

/** Every place that reads a token which is not yet known to be anyone's. */
async function presented(server: TestServer, token: string) {
  const { app } = server;
  const bearer = { authorization: `Bearer ${token}` };
  const worker = { authorization: basic(ids.worker, 'worker-secret') };
  const web = { authorization: basic(ids.web, 'web-secret') };
  const assertion = { client_assertion: token, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
  const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
  const kind = (name: string) => `urn:ietf:params:oauth:token-type:${name}`;
  return [
    ['userinfo', await app.inject({ url: `${as}/userinfo`, headers: bearer })],
    ['the management API', await app.inject({ url: `/v1/environments/${environmentId}`, headers: bearer })],
    ['introspection', await post(app, `${as}/introspect`, { token }, worker)],
    ['revocation', await post(app, `${as}/revoke`, { token }, worker)],
    ['an assertion', await post(app, `${as}/token`, { grant_type: 'client_credentials', client_id: ids.service, ...assertion })],
    ['a request object', await askAuthorize(app, { client_id: ids.web, request: token })],
    ['a login_hint_token', await askAuthorize(app, { client_id: ids.web, login_hint_token: token })],
    ['sign-off', await app.inject(`${as}/signoff?id_token_hint=${token.slice(0, 12_000)}`)],
    [
      'sign-off at the provider',
      await app.inject({ url: `${as}/idpSignoff?id_token_hint=${token.slice(0, 12_000)}`, headers: { origin: 'http://localhost' } }),
    ],
    ['CIBA', await post(app, `${as}/cibaAuthorization`, { scope: 'openid', id_token_hint: token }, web)],
    ['CIBA by login_hint_token', await post(app, `${as}/cibaAuthorization`, { scope: 'openid', login_hint_token: token }, web)],
    [
      'an access token to exchange',
      await post(app, `${as}/token`, { grant_type: exchange, subject_token: token, subject_token_type: kind('access_token') }, web),
    ],
    [
      'an ID token to exchange',
      await post(app, `${as}/token`, { grant_type: exchange, subject_token: token, subject_token_type: kind('id_token') }, web),
    ],
    [
      'an actor',
      await post(
        app,
        `${as}/token`,
        {
          grant_type: exchange,
          subject_token: token,
          subject_token_type: kind('access_token'),
          actor_token: token,
          actor_token_type: kind('id_token'),
        },
        web,
      ),
    ],
  ] as const;
}

async function start(t: Test) {
  const server = await buildTestServer(t);
  await changeApplication(server, ids.web, { grantTypes: ['AUTHORIZATION_CODE', 'TOKEN_EXCHANGE', 'CIBA'] });
  await changeApplication(server, ids.service, { tokenEndpointAuthMethod: 'CLIENT_SECRET_JWT' });
  return server;
}

t.test('whatever a claim is, a token of no one is refused, and nothing fails', async (t) => {
  const server = await start(t);
  const secret = 'service-secret';
  const members = { iss: ids.service, sub: ids.service, aud: `http://localhost${as}`, env: environmentId, iat: now, exp: now + 300 };
  for (const value of values)
    for (const name of names) {
      const token = jwt('{"alg":"HS256"}', withMember(members, name, value), secret);
      for (const [where, { statusCode, payload }] of await presented(server, token))
        if (statusCode >= 500) t.fail(`${where}: ${name} ${value.slice(0, 40)}: ${payload}`);
    }
  for (const value of values)
    for (const name of ['alg', 'kid', 'typ', 'crit', 'b64']) {
      const token = jwt(withMember({ alg: 'HS256' }, name, value), JSON.stringify(members), secret);
      for (const [where, { statusCode, payload }] of await presented(server, token))
        if (statusCode >= 500) t.fail(`${where}: header ${name} ${value.slice(0, 40)}: ${payload}`);
    }
});

t.test('a time that no date can hold fails nothing in a request object or hint that the application signed', async (t) => {
  const server = await start(t);
  const { app } = server;
  const web = { authorization: basic(ids.web, 'web-secret') };
  const of = (claims: string) => jwt('{"alg":"HS256"}', claims, 'web-secret');
  const asked = { response_type: 'code', redirect_uri: redirectUri, scope: 'openid' };
  const members = { iss: ids.web, sub: ids.alice, aud: `http://localhost${as}`, client_id: ids.web, ...asked };
  const send = async (claims: string) => {
    const token = of(claims);
    const ciba = { scope: 'openid', login_hint_token: token };
    return [
      ['a request object', await askAuthorize(app, { client_id: ids.web, request: token })],
      ['a pushed request object', await post(app, `${as}/par`, { request: token }, web)],
      ['a login_hint_token', await askAuthorize(app, { client_id: ids.web, login_hint_token: token })],
      ['CIBA by login_hint_token', await post(app, `${as}/cibaAuthorization`, ciba, web)],
    ] as const;
  };
  for (const [where, { statusCode, headers, payload }] of await send(JSON.stringify({ ...members, iat: now, exp: now + 60 }))) {
    t.ok(statusCode < 400 && !/error/.test(`${headers.location}`), `${where}: a right one is accepted (${statusCode} ${payload})`);
  }
  for (const value of values)
    for (const name of ['iat', 'nbf', 'exp', 'auth_time', 'max_age', 'requested_expiry'])
      for (const [where, { statusCode, payload }] of await send(withMember({ ...members, iat: now, exp: now + 60 }, name, value)))
        if (statusCode >= 500) t.fail(`${where}: ${name} ${value.slice(0, 40)}: ${payload}`);
});

t.test('nor does one that a test had signed', async (t) => {
  const server = await start(t);
  const { app } = server;
  const call = await managementClient(app);
  for (const value of ['1e999', '8640000000001', '-8640000000000', '1.5', '"text"', '[1]', '{"toString":1}'])
    for (const name of ['exp', 'iat', 'nbf', 'sub', 'scope', 'sid', 'auth_time', 'p1.userId', 'amr', 'may_act', 'act']) {
      const minted = await app.inject({
        method: 'POST',
        url: '/__mock/v1/environments/default/tokens',
        headers: { host: 'localhost', 'content-type': 'application/json' },
        payload: `{"sub":"alice","client_id":"${ids.web}","scope":"openid","claims":{${JSON.stringify(name)}:${value}}}`,
      });
      if (minted.statusCode >= 500) t.fail(`minting: ${name} ${value}: ${minted.payload}`);
      if (minted.statusCode !== 201) continue;
      for (const token of [minted.json().access_token, minted.json().id_token])
        for (const [where, { statusCode, payload }] of await presented(server, token))
          if (statusCode >= 500) t.fail(`${where}: ${name} ${value}: ${payload}`);
    }
  t.equal((await call('GET', `applications/${ids.web}`)).statusCode, 200);
});

t.test('a time that no date can hold is shown as it was written', async (t) => {
  const { app } = await buildTestServer(t);
  const { access_token: token } = (await redeem(app, await authorize(app))).json();
  for (const [claims, code, why] of [
    ['{"client_id":"x","exp":1e15,"nbf":1790000000000000}', 'clock_skew', /begins at 1790000000000000 seconds since 1970/],
    ['{"client_id":"x","exp":-8.64e12}', 'token_expired', /valid until -8640000000000 seconds since 1970/],
    ['{"client_id":"x","exp":1e999,"iat":1e999}', 'clock_skew', /begins at Infinity/],
  ] as const) {
    const answer = await app.inject({
      url: `${as}/userinfo`,
      headers: { authorization: `Bearer ${token.split('.')[0]}.${encode(claims)}.x` },
    });
    t.match(answer, { statusCode: 401, headers: { 'x-mock-diagnosis': new RegExp(`^${code};`) } }, claims);
    const id = /see=.*\/tx\/(\S+)/.exec(String(answer.headers['x-mock-diagnosis']))?.[1];
    t.match((await app.inject({ url: `/__mock/v1/transactions/${id}`, headers: { host: 'localhost' } })).json(), { diagnosis: { why } });
  }
});
