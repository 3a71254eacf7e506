import { createHash, X509Certificate } from 'node:crypto';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { pino } from 'pino';
import t from 'tap';
import { createKeyRotationPolicy } from '../../../src/configuration/keys/key-rotation-policies.js';
import { openContext } from '../../../src/configuration/open-context.js';
import { seedServer } from '../../../src/configuration/seed/fill.js';
import { openFolder } from '../../../src/environment/store/folder.js';
import { defaultSettings } from '../../../src/settings/read.js';
import { as, authorize, basic, post, redeem } from '../../helpers/client.js';
import { rotationPolicy } from '../../helpers/configure.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, ids, type TestServer } from '../../helpers/server.js';

const day = 86_400_000;
const published = async ({ app }: TestServer): Promise<JSONWebKeySet> => (await app.inject(`${as}/jwks`)).json();
const kids = async (server: TestServer) => (await published(server)).keys.map(({ kid }) => kid);
const kidOf = async ({ app }: TestServer) => decodeProtectedHeader((await redeem(app, await authorize(app))).json().access_token).kid;

t.test('a new environment publishes its default, current and next keys with certificates', async (t) => {
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

  await clock.advance(90 * day - 1);
  t.equal(await kidOf(server), current, 'the period is not over');
  await clock.advance(1);
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

  await clock.advance(90 * day);
  t.notOk((await kids(server)).includes(current), 'a period later it is gone');
  await clock.advance(1000 * 365 * day);
  t.equal((await kids(server)).length, 4, 'a clock that is moved by a thousand years leaves four keys');
});

t.test('a manual rotation restarts the period, and earlier tokens stay valid', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment, clock } = server;
  const [, current, next] = await kids(server);
  const { access_token: token } = (await redeem(app, await authorize(app))).json();
  await clock.advance(80 * day);
  await environment.keys.rotate();
  t.equal((await kids(server))[1], next);
  t.equal((await kids(server))[3], current);
  await clock.advance(80 * day);
  t.equal((await kids(server))[1], next, 'begins the period anew');
  await clock.freeze(Date.UTC(2026, 10, 22, 12, 30));
  const asked = await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${token}` } });
  t.equal(asked.statusCode, 200, 'a token of before is good');
});

t.test('a worker’s token is signed by the default key, which never rotates', async (t) => {
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
  await server.environment.keys.rotate();
  t.equal((await kids(server))[0], 'default', 'which never rotates');
});

/** The default seed with a policy of its own for the web application. */
const withPolicy = async (t: Parameters<typeof buildTestServer>[0], body: object = rotationPolicy) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const policy = async () => (await call('GET', `keyRotationPolicies/${id}`)).json();
  const { id } = (await call('POST', 'keyRotationPolicies', { body })).json();
  const web = (await call('GET', `applications/${ids.web}`)).json();
  await call('PUT', `applications/${ids.web}`, { body: { ...web, signing: { keyRotationPolicy: { id } } } });
  const authorization = basic(ids.web, 'web-secret');
  const tokens = async () => (await redeem(server.app, await authorize(server.app, { clientId: ids.web }), {}, { authorization })).json();
  return { ...server, call, id, policy, tokens };
};

t.test('tokens of an application with its own rotation policy are signed by the keys of that policy', async (t) => {
  const server = await withPolicy(t);
  const { app, environment, clock, policy, tokens, id } = server;
  const { currentKeyId, nextKeyId, rotatedAt } = await policy();
  t.notOk([currentKeyId, nextKeyId].includes(environment.keys.current.kid), 'they are its own');
  t.equal(rotatedAt, '2026-11-22T12:00:00.000Z');
  const { access_token: accessToken, id_token: idToken } = await tokens();
  for (const token of [accessToken, idToken]) t.equal(decodeProtectedHeader(token).kid, currentKeyId);
  t.not(await kidOf(server), currentKeyId, 'other applications are signed for as before');
  await t.resolves(jwtVerify(idToken, createLocalJWKSet(await published(server)), { currentDate: new Date(clock.now()) }));
  const asked = await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${accessToken}` } });
  t.equal(asked.statusCode, 200);

  const { keys } = await published(server);
  t.same([keys.length, new Set(keys.map(({ n }) => n)).size], [5, 5], 'five keys, each another one');
  const certificate = new X509Certificate(Buffer.from(keys.find(({ kid }) => kid === currentKeyId)?.x5c?.[0] ?? '', 'base64'));
  t.equal(certificate.subject, 'C=US\nO=Example\nCN=Often');
  t.equal(certificate.validTo, 'Mar  2 12:00:00 2027 GMT', 'valid as long as the policy says');
  t.ok(certificate.verify(certificate.publicKey));

  const standard = environment.keys.current.kid;
  clock.advance(30 * day);
  t.equal(environment.keys.ofPolicy(id).current.kid, nextKeyId, 'they rotate by the period of their policy');
  t.equal(environment.keys.current.kid, standard, 'and by no other');
  t.ok((await kids(server)).includes(currentKeyId), 'the one before stays');

  const again = await managementClient(app);
  const others = await kids(server);
  await again('PUT', `keyRotationPolicies/${id}`, { body: { ...rotationPolicy, rotationPeriod: 60, dn: 'CN=New' } });
  t.same(await kids(server), others, 'a change of the policy changes no key');
  environment.keys.rotate();
  t.equal(new Set([...(await kids(server)), ...others]).size, others.length + 2, 'a rotation by hand is one of all policies');
  const newest = environment.keys.ofPolicy(id).next.publicJwk.x5c[0] ?? '';
  t.equal(new X509Certificate(Buffer.from(newest, 'base64')).subject, 'CN=New', 'the next one speaks of the new name');

  const web = (await again('GET', `applications/${ids.web}`)).json();
  await again('PUT', `applications/${ids.web}`, { body: { ...web, signing: undefined } });
  t.equal((await again('DELETE', `keyRotationPolicies/${id}`)).statusCode, 204);
  t.notOk((await kids(server)).includes(nextKeyId), 'they go with their policy');
  t.equal(decodeProtectedHeader((await tokens()).access_token).kid, environment.keys.current.kid);
});

t.test('a policy can have longer keys, and a reset removes them with it', async (t) => {
  const server = await withPolicy(t, { ...rotationPolicy, keyLength: 3072 });
  const { app, environment, id, tokens } = server;
  const { kid } = environment.keys.ofPolicy(id).current;
  t.equal(decodeProtectedHeader((await tokens()).access_token).kid, kid);
  const key = (await published(server)).keys.find((each) => each.kid === kid);
  t.equal(Buffer.from(String(key?.n), 'base64url').length, 384, 'RSA of 3072 bits');
  await app.inject({ method: 'POST', url: '/__mock/v1/reset' });
  t.equal((await kids(server)).length, 3, 'a policy that the seed has not is gone, and so are its keys');
});

t.test('the keys of a policy survive a restart in a data folder', async (t) => {
  const folder = t.testdir();
  const start = async () => {
    const factory = await openFolder(folder, { onDamage: ({ reason }) => t.fail(reason) });
    const settings = { ...defaultSettings, dataFolder: folder };
    const context = await openContext({ settings, log: pino({ level: 'silent' }), factory });
    await seedServer(context);
    return { environment: context.environments.list()[0] as TestServer['environment'], close: () => factory.close() };
  };
  const before = await start();
  const { id } = await createKeyRotationPolicy(before.environment, rotationPolicy);
  await before.close();
  const after = await start();
  t.not(after.environment.keys.ofPolicy(id), after.environment.keys.ofPolicy(undefined), 'are there again after a restart');
  t.equal(after.environment.keys.all().length, 5);
  await after.close();
});
