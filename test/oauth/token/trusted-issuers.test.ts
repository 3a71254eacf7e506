// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import t, { type Test } from 'tap';
import { applySeed, readSeed } from '../../../src/configuration/seed/index.js';
import { as, authorize, basic, post, redeem } from '../../helpers/client.js';
import { addResource, changeApplication, grant } from '../../helpers/configure.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, ids } from '../../helpers/server.js';

const jwtType = 'urn:ietf:params:oauth:token-type:jwt';
const accessType = 'urn:ietf:params:oauth:token-type:access_token';
const issuerName = 'https://issuer.example.com';

/** A web application that may exchange tokens for Books, and a third party with a key. */
async function build(t: Test) {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  const books = await addResource(server, 'Books', ['books:read']);
  await changeApplication(server, ids.web, { grantTypes: ['TOKEN_EXCHANGE'] });
  await grant(server, ids.web, 'Books', ['books:read']);
  const call = await managementClient(app);
  for (const [name, value] of [
    ['whose', '${#root.context.requestData.subjectToken.sub}'],
    ['actor', '${#root.context.requestData.actorToken.sub}'],
    ['alg', '${#root.context.requestData.subjectTokenHeader.alg}'],
  ])
    t.equal((await call('POST', `resources/${books.id}/attributes`, { body: { name, value } })).statusCode, 201);
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1' }] };
  const sign = (claims: object, key = privateKey, header: object = {}) =>
    new SignJWT({ iss: issuerName, sub: 'external', exp: clock.now() / 1000 + 60, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
      .sign(key);
  const exchange = (subject: string, more: Record<string, string> = {}) =>
    post(
      app,
      `${as}/token`,
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: subject,
        subject_token_type: jwtType,
        ...more,
      },
      { authorization: basic(ids.web, 'web-secret') },
    );
  const why = () => server.environment.transactions.list().at(-1)?.diagnosis?.why ?? 'nothing was wrong';
  return { ...server, call, jwks, sign, exchange, why };
}

t.test('a trusted issuer is created, read, replaced, assigned and deleted', async (t) => {
  const { call, jwks } = await build(t);
  const body = {
    name: 'Issuer',
    description: 'My PingFederate server',
    issuer: 'https://issuer.accounting.com',
    expRequired: true,
    iatRequired: false,
    nbfRequired: false,
    audiences: ['audience-one', 'audience-two'],
    jwksUrl: 'https://issuer.example.com/jwks',
  };
  const made = await call('POST', 'trustedIssuers', { body });
  t.equal(made.statusCode, 201);
  const { id } = made.json();
  t.match(made.json(), { ...body, createdAt: /Z$/, environment: { id: /./ } });
  t.strictSame((await call('GET', `trustedIssuers/${id}`)).json(), made.json());
  t.match((await call('GET', 'trustedIssuers')).json(), { _embedded: { trustedIssuers: [{ id }] } });
  const replaced = await call('PUT', `trustedIssuers/${id}`, { body: { name: 'Issuer', issuer: 'https://other', jwks, clockSkew: 60 } });
  t.match([replaced.statusCode, replaced.json()], [200, { issuer: 'https://other', clockSkew: 60, jwks }]);
  t.notOk('jwksUrl' in replaced.json());

  const path = `applications/${ids.web}/trustedIssuerAssignments`;
  const assigned = await call('POST', path, { body: { trustedIssuer: { id } } });
  t.match([assigned.statusCode, assigned.json()], [201, { trustedIssuer: { id }, application: { id: ids.web } }]);
  t.equal((await call('POST', path, { body: { trustedIssuer: { id } } })).statusCode, 400, 'a second time');
  t.equal((await call('POST', path, { body: { trustedIssuer: { id: ids.web } } })).statusCode, 400, 'an unknown one');
  t.match((await call('GET', path)).json(), { _embedded: { trustedIssuerAssignments: [{ id: assigned.json().id }] } });
  t.equal((await call('GET', `${path}/${assigned.json().id}`)).statusCode, 200);
  t.equal((await call('DELETE', `${path}/${assigned.json().id}`)).statusCode, 204);
  await call('POST', path, { body: { trustedIssuer: { id } } });
  t.equal((await call('DELETE', `trustedIssuers/${id}`)).statusCode, 204);
  t.match((await call('GET', path)).json(), { _embedded: { trustedIssuerAssignments: [] } }, 'its assignments went along');

  const [key] = jwks.keys;
  const cases: [name: string, body: object, target: string, message?: RegExp][] = [
    ['no keys', {}, 'jwks', /^An issuer needs keys/],
    ['a fraction of a second', { jwks, clockSkew: 1.5 }, 'clockSkew'],
    ['a private key', { jwks: { keys: [key, { ...key, d: 'AA' }] } }, 'jwks', /private/],
    ['a shared secret', { jwks: JSON.stringify({ keys: [key, { kty: 'oct', k: 'AA' }] }) }, 'jwks', /private or symmetric/],
    ['an empty key set', { jwks: { keys: [] } }, 'jwks', /public RSA or EC key/],
    ['a key for encryption alone', { jwks: { keys: [{ ...key, use: 'enc' }] } }, 'jwks', /for signatures/],
    ['keys twice', { jwks, jwksUrl: 'https://x/jwks' }, 'jwksUrl'],
    ['no key set', { jwks: '{"a":1}' }, 'jwks'],
    ['a plain http address', { jwksUrl: 'http://issuer.example.com/jwks' }, 'jwksUrl'],
    ['too much skew', { jwks, clockSkew: 61 }, 'clockSkew'],
    ['no issuer', { jwks, issuer: '' }, 'issuer'],
  ];
  for (const [name, members, target, message = /./] of cases) {
    const refused = await call('POST', 'trustedIssuers', { body: { name: 'X', issuer: 'https://x', ...members } });
    t.match([refused.statusCode, refused.json()], [400, { details: [{ target, message }] }], name);
  }
});

t.test('a JWT of a trusted issuer is exchanged, as subject and as actor', async (t) => {
  const { app, call, jwks, sign, exchange, why } = await build(t);
  const token = await sign({});
  t.match((await exchange(token)).json(), { error: 'invalid_grant' });
  t.match(why(), /^Its issuer https:\/\/issuer\.example\.com is not registered as a trusted issuer\. See RFC 8693 §2\.1\.$/, 'once');
  const { id } = (await call('POST', 'trustedIssuers', { body: { name: 'Partner', issuer: issuerName, jwks } })).json();
  t.equal((await exchange(token)).statusCode, 400);
  t.match(why(), /is registered, but not assigned to the application/);
  await call('POST', `applications/${ids.web}/trustedIssuerAssignments`, { body: { trustedIssuer: { id } } });
  const answer = await exchange(token, { actor_token: await sign({ sub: 'robot' }), actor_token_type: jwtType });
  t.equal(answer.statusCode, 200, why());
  const claims = decodeJwt(answer.json().access_token);
  t.match(claims, { whose: 'external', actor: 'robot', alg: 'ES256', client_id: ids.web });
  t.notOk('sid' in claims || 'p1.userId' in claims, 'it is no user of this environment');
  t.equal((await exchange(await sign({ sid: 'theirs', 'p1.userId': ids.alice }))).statusCode, 200, 'their session is none of ours');

  const tokens = (await redeem(app, await authorize(app))).json();
  t.equal((await exchange(tokens.access_token)).statusCode, 400);
  t.match(why(), /token of this environment: send it as an access token/);
  t.equal((await exchange(token, { subject_token_type: accessType })).statusCode, 400);
  t.match(why(), /It is not a valid access token of this environment/);
});

t.test('a forged, expired or foreign JWT is refused, with a diagnosis that names the reason', async (t) => {
  const { call, jwks, sign, exchange, why, clock } = await build(t);
  const rules = { audiences: ['books'], expRequired: true, maxFutureValidity: 120, clockSkew: 5 };
  const { id } = (await call('POST', 'trustedIssuers', { body: { name: 'Partner', issuer: issuerName, jwks, ...rules } })).json();
  await call('POST', `applications/${ids.web}/trustedIssuerAssignments`, { body: { trustedIssuer: { id } } });
  const now = clock.now() / 1000;
  const stranger = await generateKeyPair('ES256');
  const good = { aud: 'books' };
  t.equal((await exchange(await sign(good))).statusCode, 200, why());
  const [header, , signature] = (await sign(good)).split('.');
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: issuerName })).toString('base64url')}.`;
  const deep = `${header}.${Buffer.from(`{"iss":${'['.repeat(5000)}${']'.repeat(5000)}}`).toString('base64url')}.${signature}`;
  const cases: [name: string, token: string, reason: RegExp][] = [
    ['another key', await sign(good, stranger.privateKey), /None of the issuer’s keys signed it \(alg ES256, kid k1\)/],
    ['an unknown kid', await sign(good, undefined, { kid: 'k2' }), /kid k2/],
    [
      'changed claims',
      `${header}.${Buffer.from(JSON.stringify({ iss: issuerName, sub: 'admin' })).toString('base64url')}.${signature}`,
      /None of/,
    ],
    ['no signature', none, /It is not a JWT|None of the issuer’s keys/],
    ['expired', await sign({ ...good, exp: now - 6 }), /It expired at/],
    ['too long', await sign({ ...good, exp: now + 1000 }), /more than 120 seconds ahead/],
    ['another audience', await sign({ aud: 'films' }), /Its aud is none of books/],
    ['another issuer', await sign({ ...good, iss: 'https://evil.example' }), /https:\/\/evil\.example is not registered/],
    ['no issuer', await sign({ ...good, iss: 5 }), /It has no iss/],
    ['nonsense', 'a.b.c', /It is not a JWT/],
    ['nested deep', deep, /It is not a JWT/],
    ['huge', 'x'.repeat(100_000), /It is not a JWT/],
  ];
  for (const [name, token, reason] of cases) {
    const refused = await exchange(token);
    t.match([refused.statusCode, refused.json()], [400, { error: 'invalid_grant', error_description: /subject_token is invalid/ }], name);
    t.match(why(), reason, name);
  }
  t.equal((await exchange(await sign({ ...good, exp: now - 4 }))).statusCode, 200, 'within the skew');
});

t.test('keys at an address are fetched with limits, and what goes wrong is named', async (t) => {
  const { call, jwks, sign, exchange, why } = await build(t);
  let answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: JSON.stringify(jwks) };
  const keys = createServer((_request, response) => void response.writeHead(answer.status, answer.headers).end(answer.body));
  await new Promise<void>((done) => void keys.listen(0, '127.0.0.1', done));
  t.teardown(() => keys.close());
  const address = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`;
  const { id } = (await call('POST', 'trustedIssuers', { body: { name: 'Partner', issuer: issuerName, jwksUrl: `${address}/0` } })).json();
  await call('POST', `applications/${ids.web}/trustedIssuerAssignments`, { body: { trustedIssuer: { id } } });
  t.equal((await exchange(await sign({}))).statusCode, 200, why());
  const failures: [name: string, answer: typeof answer, reason: RegExp][] = [
    [
      'a redirect',
      { status: 302, body: '', headers: { location: `${address}/0` } },
      /The issuer’s keys are not available: .*answered 302, a redirect, which is not followed/,
    ],
    ['an error', { status: 500, body: 'x' }, /answered 500/],
    ['too much', { status: 200, body: JSON.stringify({ keys: [], more: 'x'.repeat(100_000) }) }, /more than 65536 bytes/],
    ['no JSON', { status: 200, body: '<html>' }, /is not JSON/],
    ['no key set', { status: 200, body: '{}' }, /is not a JWK set/],
  ];
  for (const [at, [name, given, reason]] of failures.entries()) {
    answer = given;
    const body = { name: 'Partner', issuer: issuerName, jwksUrl: `${address}/${at + 1}` };
    t.equal((await call('PUT', `trustedIssuers/${id}`, { body })).statusCode, 200);
    t.equal((await exchange(await sign({}))).statusCode, 400, name);
    t.match(why(), reason, name);
  }

  const resetting = createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  await new Promise<void>((done) => void resetting.listen(0, '127.0.0.1', done));
  t.teardown(() => resetting.close());
  const closed = createTcpServer();
  await new Promise<void>((done) => void closed.listen(0, '127.0.0.1', done));
  const { port: refusing } = closed.address() as AddressInfo;
  await new Promise<unknown>((done) => closed.close(done));
  for (const [port, reason] of [
    [(resetting.address() as AddressInfo).port, /could not be fetched: connection reset\./],
    [refusing, /could not be fetched: connection refused\./],
  ] as const) {
    const body = { name: 'Partner', issuer: issuerName, jwksUrl: `http://127.0.0.1:${port}/` };
    t.equal((await call('PUT', `trustedIssuers/${id}`, { body })).statusCode, 200);
    t.equal((await exchange(await sign({}))).statusCode, 400);
    t.match(why(), reason);
  }
});

t.test('a seed brings trusted issuers and their assignments, and an export has them', async (t) => {
  const { app, context, environment, jwks, sign, exchange, why } = await build(t);
  const seed = {
    environments: [
      {
        id: environment.id,
        trustedIssuers: [{ name: 'Partner', issuer: issuerName, jwks }],
        applications: [
          {
            id: ids.web,
            name: 'Exchange',
            enabled: true,
            type: 'WEB_APP',
            protocol: 'OPENID_CONNECT',
            grantTypes: ['TOKEN_EXCHANGE'],
            tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
            secret: 'web-secret',
            trustedIssuerAssignments: [{ trustedIssuer: 'Partner' }],
          },
        ],
      },
    ],
  };
  await applySeed(context, readSeed(seed, 'seed.json'));
  await grant({ app, context, environment, clock: context.clock }, ids.web, 'Books', ['books:read']);
  t.equal((await exchange(await sign({}))).statusCode, 200, why());
  const exported = await app.inject({ url: `/__mock/v1/environments/default/seed`, headers: { host: 'localhost' } });
  const [contents] = exported.json().environments;
  t.match(contents.trustedIssuers, [{ name: 'Partner', issuer: issuerName, jwks }]);
  const exportedWeb = contents.applications.find(({ id }: { id: string }) => id === ids.web);
  t.match(exportedWeb.trustedIssuerAssignments, [{ trustedIssuer: contents.trustedIssuers[0].id }]);
  t.ok(readSeed(exported.json(), 'export.json'), 'what is exported can be read again');
});
