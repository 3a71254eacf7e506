import { createHmac, createPublicKey, KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose';
import t from 'tap';
import type { App } from '../../../src/environment/context.js';
import { as, basic, post } from '../../helpers/client.js';
import { changeApplication } from '../../helpers/configure.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

/** Client assertions (docs/fidelity.md, 5.2): both methods, at every endpoint that authenticates clients. */

const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const now = Date.UTC(2026, 10, 22, 12) / 1000;
const secret = new TextEncoder().encode('worker-secret');
const right = { iss: ids.worker, sub: ids.worker, aud: `http://localhost${as}/token`, exp: now + 300 };

const pair = generateKeyPair('RS256', { extractable: true });
const otherPair = generateKeyPair('RS256', { extractable: true });

const hs = (claims: JWTPayload, alg = 'HS256', key = secret) => new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
const rs = async (claims: JWTPayload, alg = 'RS256', header = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg, ...header }).sign(await importJWK(await exportJWK((await pair).privateKey), alg));
/** Signed with a payload that counts as not encoded (RFC 7797): what is signed is the same. */
const unencoded = async (claims: JWTPayload) => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: 'RS256', b64: false, crit: ['b64'] })}.${encode(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), KeyObject.from((await pair).privateKey)).toString('base64url')}`;
};
const without = (name: string) => Object.fromEntries(Object.entries(right).filter(([key]) => key !== name));

const ask = (app: App, assertion: string | undefined, more: Record<string, string | undefined> = {}) =>
  post(app, `${as}/token`, { grant_type: 'client_credentials', client_assertion: assertion, client_assertion_type: type, ...more });

const useSecret = (server: TestServer) => changeApplication(server, ids.worker, { tokenEndpointAuthMethod: 'CLIENT_SECRET_JWT' });
const useKey = async (server: TestServer) =>
  changeApplication(server, ids.worker, {
    tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT',
    jwks: JSON.stringify({ keys: [{ ...(await exportJWK((await pair).publicKey)), kid: 'one', use: 'sig' }] }),
  });

const invalid = /^Request denied: Invalid client credentials \(Correlation ID: [0-9a-f-]{36}\)$/;
const unsupported = /^Request denied: Unsupported authentication method \(Correlation ID: [0-9a-f-]{36}\)$/;

t.test('a signed assertion is accepted in every algorithm and for every audience of the issuer', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const audiences = [
    ['the token endpoint', right.aud],
    ['the issuer', `http://localhost${as}`],
    ['the issuer under another of our names', `https://auth.pingone.com/${environmentId}/as`],
    ['the issuer under a name of this machine', `http://pingone.localhost:9400/${environmentId}/as`],
    ['one of a list', ['https://elsewhere.example', `http://localhost${as}`]],
  ] as const;
  await useSecret(server);
  for (const alg of ['HS256', 'HS384', 'HS512']) t.equal((await ask(app, await hs(right, alg))).statusCode, 200, alg);
  await useKey(server);
  for (const alg of ['RS256', 'RS384', 'RS512']) t.equal((await ask(app, await rs(right, alg))).statusCode, 200, alg);
  for (const [name, aud] of audiences) t.equal((await ask(app, await rs({ ...right, aud: aud as string }))).statusCode, 200, name);
  const cases: readonly (readonly [string, JWTPayload])[] = [
    ['an hour ahead', { ...right, exp: now + 3600 }],
    ['valid from now', { ...right, nbf: now }],
    ['an iat in the future, which nobody looks at', { ...right, iat: now + 1000 }],
    ['claims of its own', { ...right, colour: 'green' }],
  ];
  for (const [name, claims] of cases) t.equal((await ask(app, await rs(claims))).statusCode, 200, name);
  const again = await rs({ ...right, jti: 'the same' });
  for (const name of ['once', 'and again: jti is not looked at']) t.equal((await ask(app, again)).statusCode, 200, name);
  t.equal((await ask(app, await rs(right), { client_id: ids.worker })).statusCode, 200, 'client_id may stand beside it');
  t.equal((await ask(app, await rs(right, 'RS256', { kid: 'one' }))).statusCode, 200, 'with its kid');
});

t.test('an assertion with a bad key, algorithm, audience or claim is refused', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const none = `${encode({ alg: 'none' })}.${encode(right)}.`;
  const spki = await exportSPKI((await pair).publicKey);
  const confused = `${encode({ alg: 'HS256' })}.${encode(right)}`;
  const withPublicKey = `${confused}.${createHmac('sha256', spki).update(confused).digest('base64url')}`;
  const es = await generateKeyPair('ES256');
  const cases: readonly (readonly [string, string | undefined, RegExp, Record<string, string>?])[] = [
    ['alg none', none, invalid],
    ['HS256 with the public key', withPublicKey, unsupported],
    ['HS256 with the secret', await hs(right), unsupported],
    ['ES256', await new SignJWT(right).setProtectedHeader({ alg: 'ES256' }).sign(es.privateKey), invalid],
    ['b64 false in crit, and signed so', await unencoded(right), unsupported],
    ['b64 false in crit, and client_id', await unencoded(right), invalid, { client_id: ids.worker }],
    ['another key', await new SignJWT(right).setProtectedHeader({ alg: 'RS256' }).sign((await otherPair).privateKey), invalid],
    ['another kid', await rs(right, 'RS256', { kid: 'two' }), invalid],
    ['another audience', await rs({ ...right, aud: 'https://evil.example/token' }), invalid],
    [
      'ours, and a host that is not',
      await rs({ ...right, aud: [right.aud, `http://evil.example.com/${environmentId}/as/token`] }),
      invalid,
    ],
    ['another server’s host', await rs({ ...right, aud: `https://evil.example.com/${environmentId}/as` }), invalid],
    [
      'another server’s host with a port, by its token endpoint',
      await rs({ ...right, aud: `http://evil.example.com:9400${as}/token` }),
      invalid,
    ],
    ['a host that only begins like ours', await rs({ ...right, aud: `http://localhost@evil.example.com${as}` }), invalid],
    ['a host that cannot be one', await rs({ ...right, aud: `http://local_host:99999${as}` }), invalid],
    ['another environment', await rs({ ...right, aud: right.aud.replace(environmentId, environmentId.replace('e', 'f')) }), invalid],
    ['another endpoint', await rs({ ...right, aud: `http://localhost${as}/revoke` }), invalid],
    ['no audience', await rs(without('aud')), invalid],
    ['no exp', await rs(without('exp')), invalid],
    ['an exp that is a text', await rs({ ...right, exp: '9999999999' as unknown as number }).catch(() => 'x.y.z'), /Request denied/],
    ['expired', await rs({ ...right, exp: now }), invalid],
    ['more than an hour ahead', await rs({ ...right, exp: now + 3601 }), invalid],
    ['not yet valid', await rs({ ...right, nbf: now + 1 }), invalid],
    ['no iss', await rs(without('iss')), invalid],
    ['iss of another', await rs({ ...right, iss: ids.service }), invalid],
    ['no sub', await rs(without('sub')), unsupported],
    ['no sub, but client_id', await rs(without('sub')), invalid, { client_id: ids.worker }],
    ['another client_id beside it', await rs(right), unsupported, { client_id: ids.service }],
    ['no type', await rs(right), unsupported, { client_assertion_type: '' }],
    ['another type', await rs(right), unsupported, { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }],
    ['a secret beside it', await rs(right), unsupported, { client_secret: 'worker-secret' }],
    ['no token', 'nonsense', unsupported],
    ['no token, but client_id', 'nonsense', invalid, { client_id: ids.worker }],
    ['nothing at all', undefined, unsupported, { client_id: ids.worker }],
    ['a huge one', `${'a'.repeat(200_000)}.b.c`, unsupported],
  ];
  await useKey(server);
  for (const [name, assertion, description, more] of cases) {
    const response = await ask(app, assertion, more);
    t.equal(response.statusCode, 401, name);
    t.match(response.json(), { error: 'invalid_client', error_description: description }, name);
  }
  const both = await post(
    app,
    `${as}/token`,
    { grant_type: 'client_credentials', client_assertion: await rs(right), client_assertion_type: type },
    { authorization: basic(ids.worker, 'worker-secret') },
  );
  t.match(both.json(), { error: 'invalid_client', error_description: unsupported }, 'Basic beside it');

  await useSecret(server);
  t.match((await ask(app, await rs(right))).json(), { error_description: unsupported }, 'a key where the secret is asked for');
  t.match((await ask(app, await hs(right, 'HS256', Buffer.from('wrong')))).json(), { error_description: invalid }, 'a wrong secret');
  await changeApplication(server, ids.worker, { enabled: false });
  t.match((await ask(app, await hs(right))).json(), { error_description: /Application is disabled/ });
  const [step] =
    environment.transactions
      .list()
      .at(-1)
      ?.steps.filter(({ kind }) => kind === 'client_auth') ?? [];
  t.ok(
    step?.checks.some(({ rule, ok }) => rule === 'client_assertion_signature' && ok),
    'every check stands in the transaction',
  );
});

t.test('an assertion that cannot be read is diagnosed as one, whatever its application is', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const diagnosisOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).headers['x-mock-diagnosis'];
  const unreadable = /^client_assertion_unreadable; confidence=exact/;
  for (const method of ['CLIENT_SECRET_JWT', 'PRIVATE_KEY_JWT']) {
    await changeApplication(server, ids.worker, { tokenEndpointAuthMethod: method });
    for (const assertion of [await unencoded(right), 'nonsense'])
      for (const client_id of [undefined, ids.worker])
        t.match(await diagnosisOf(app, assertion, { client_id }), unreadable, `${method}, ${assertion.slice(0, 8)}, ${client_id}`);
  }
  const unknown = { client_id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' };
  t.match(await diagnosisOf(app, 'nonsense', unknown), /^client_unknown;/, 'the client is unknown as well');
  t.match(await diagnosisOf(app, await rs(without('sub'))), /^client_id_missing;/, 'one that names nobody');
  t.match(
    await diagnosisOf(app, 'nonsense', { client_secret: 'x', client_id: ids.worker }),
    /^secret_and_assertion;/,
    'a secret beside it',
  );
  await changeApplication(server, ids.worker, { tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' });
  t.match(await diagnosisOf(app, 'nonsense', { client_id: ids.worker }), /^wrong_authentication_method;/, 'no assertion is expected');
});

t.test('a previous secret signs assertions until it expires', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment, clock } = server;
  await useSecret(server);
  const expiresAt = new Date(clock.now() + 60_000).toISOString();
  await environment.store.secrets.put({ id: ids.worker, secret: 'new-secret', previous: { secret: 'worker-secret', expiresAt } });
  t.equal((await ask(app, await hs(right, 'HS256', Buffer.from('new-secret')))).statusCode, 200, 'the new one');
  t.equal((await ask(app, await hs(right))).statusCode, 200, 'the previous one');
  await clock.advance(60_000);
  t.equal((await ask(app, await hs(right))).statusCode, 401, 'and no longer');
});

t.test('keys are fetched from jwksUrl, and again for an unknown kid', async (t) => {
  const server = await buildTestServer(t);
  let keys: object[] = [await exportJWK((await pair).publicKey)];
  const host = createServer((_request, response) => response.end(JSON.stringify({ keys })));
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  t.teardown(() => host.close());
  const jwksUrl = `http://127.0.0.1:${(host.address() as AddressInfo).port}/jwks`;
  await changeApplication(server, ids.worker, { tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT', jwksUrl });
  t.equal((await ask(server.app, await rs(right))).statusCode, 200);
  keys = [await exportJWK((await otherPair).publicKey)];
  await server.clock.advance(61_000);
  t.equal((await ask(server.app, await rs(right))).statusCode, 401, 'the client changed its keys');

  keys = [{ ...(await exportJWK((await pair).publicKey)), kid: 'rotated' }];
  await server.clock.advance(5_000);
  const rotated = await new SignJWT(right).setProtectedHeader({ alg: 'RS256', kid: 'rotated' }).sign((await pair).privateKey);
  t.equal((await ask(server.app, rotated)).statusCode, 200, 'a kid that nobody has seen: the keys are asked for at once');
  await changeApplication(server, ids.worker, { jwksUrl: 'http://127.0.0.1:9/nobody' });
  const gone = await ask(server.app, await rs(right));
  t.match([gone.statusCode, gone.json()], [401, { error: 'invalid_client', error_description: invalid }], 'nobody there');
});

t.test('symmetric and encryption keys in a key set are never used', async (t) => {
  const server = await buildTestServer(t);
  const jwk = createPublicKey(await exportSPKI((await pair).publicKey)).export({ format: 'jwk' });
  const keys = [{ kty: 'oct', k: Buffer.from('shared').toString('base64url') }, null, 'x', { kty: 'RSA' }, { ...jwk, use: 'enc' }];
  await changeApplication(server, ids.worker, { tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT', jwks: JSON.stringify({ keys }) });
  t.equal((await ask(server.app, await rs(right))).statusCode, 401, 'a key for encryption');
  t.equal((await ask(server.app, await hs(right, 'HS256', Buffer.from('shared')))).statusCode, 401, 'HS256 with a key of the set');
});
