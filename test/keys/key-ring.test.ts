import { createHash, X509Certificate } from 'node:crypto';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import t from 'tap';
import { as, authorize, basic, post, redeem } from '../helpers/client.js';
import { buildTestServer, ids, type TestServer } from '../helpers/server.js';

const day = 86_400_000;
const published = async ({ app }: TestServer): Promise<JSONWebKeySet> => (await app.inject(`${as}/jwks`)).json();
const kids = async (server: TestServer) => (await published(server)).keys.map(({ kid }) => kid);
const kidOf = async ({ app }: TestServer) => decodeProtectedHeader((await redeem(app, await authorize(app))).json().access_token).kid;

t.test('the keys of a new environment', async (t) => {
  const server = await buildTestServer(t);
  const { keys } = await published(server);
  t.equal(keys.length, 3, 'the default key, CURRENT and NEXT');
  t.equal(keys[0]?.kid, 'default');
  for (const key of keys) {
    t.same(Object.keys(key), ['kty', 'e', 'use', 'kid', 'x5t', 'x5c', 'n', 'alg'], `${key.kid}: PingOne’s order`);
    t.match(key, { kty: 'RSA', e: 'AQAB', use: 'sig', alg: 'RS256' });
    const der = Buffer.from(key.x5c?.[0] ?? '', 'base64');
    const certificate = new X509Certificate(der);
    t.equal(key.x5t, createHash('sha1').update(der).digest('base64url'));
    t.equal(certificate.publicKey.export({ format: 'jwk' }).n, key.n, 'the certificate is the key’s');
    t.ok(certificate.verify(certificate.publicKey), 'self-signed');
    t.match(certificate.subject, /not for production/, 'its subject says what it is');
    const now = server.clock.now();
    t.ok(Date.parse(certificate.validFrom) < now && now + 365 * day < Date.parse(certificate.validTo), 'valid for the coming year');
    t.equal(Buffer.from(String(key.n), 'base64url').length, 256, 'RSA of 2048 bits');
  }
  for (const { kid } of keys.slice(1)) t.match(kid, /^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab]/, 'a version 1 UUID');
});

t.test('keys rotate by the clock of their environment, and overlap', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  const [, current, next] = await kids(server);
  const before = (await redeem(app, await authorize(app))).json();
  t.equal(decodeProtectedHeader(before.access_token).kid, current);

  clock.advance(90 * day - 1);
  t.equal(await kidOf(server), current, 'the period is not over');
  clock.advance(1);
  const rotated = await kids(server);
  t.equal(rotated[1], next, 'NEXT has become CURRENT');
  t.equal(rotated[3], current, 'CURRENT has become PREVIOUS');
  t.notOk([current, next].includes(rotated[2]), 'and there is a new NEXT');
  t.equal(await kidOf(server), next);
  const keySet = createLocalJWKSet(await published(server));
  await t.resolves(
    jwtVerify(before.id_token, keySet, { currentDate: new Date(clock.now() - 90 * day) }),
    'what PREVIOUS signed is verified',
  );

  clock.advance(90 * day);
  t.notOk((await kids(server)).includes(current), 'a period later it is gone');
  clock.advance(1000 * 365 * day);
  t.equal((await kids(server)).length, 4, 'a clock that is moved by a thousand years leaves four keys');
});

t.test('a rotation by hand', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment, clock } = server;
  const [, current, next] = await kids(server);
  const { access_token: token } = (await redeem(app, await authorize(app))).json();
  clock.advance(80 * day);
  environment.keys.rotate();
  t.equal((await kids(server))[1], next);
  t.equal((await kids(server))[3], current);
  clock.advance(80 * day);
  t.equal((await kids(server))[1], next, 'begins the period anew');
  clock.freeze(Date.UTC(2026, 10, 22, 12, 30));
  const asked = await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${token}` } });
  t.equal(asked.statusCode, 200, 'a token of before is good');
});

t.test('which key signs', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const worker = await post(
    app,
    `${as}/token`,
    { grant_type: 'client_credentials' },
    { authorization: basic(ids.worker, 'worker-secret') },
  );
  const header = decodeProtectedHeader(worker.json().access_token);
  t.same(Object.entries(header).slice(0, 2), [
    ['alg', 'RS256'],
    ['kid', 'default'],
  ]);
  server.environment.keys.rotate();
  t.equal((await kids(server))[0], 'default', 'which never rotates');
});
