import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportSPKI, importJWK } from 'jose';
import t, { type Test } from 'tap';
import { clientKeys } from '../../../src/environment/keys/public-keys.js';
import type { Application } from '../../../src/environment/model/application.js';
import { type ClientKey, changeApplication, makeJwt, newClientKey } from '../../helpers/application.js';
import { as, askAuthorize, locationOf, post, redirectUri } from '../../helpers/client.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

const issuer = `http://localhost/${environmentId}/as`;
const now = Date.UTC(2026, 10, 22, 12) / 1000;
const secret = 'web-secret';
const claims = {
  iss: ids.web,
  aud: issuer,
  client_id: ids.web,
  response_type: 'code',
  redirect_uri: redirectUri,
  scope: 'openid',
  state: 'inside',
};
const key = await newClientKey();
const other = await newClientKey();

/** Asks with a request object alone, and client_id beside it as RFC 9101 §5 demands. */
const ask = async ({ app }: TestServer, request: string | Promise<string>, beside: Record<string, string | undefined> = {}) =>
  askAuthorize(app, {
    client_id: ids.web,
    response_type: undefined,
    redirect_uri: undefined,
    scope: undefined,
    request: await request,
    ...beside,
  });

const begun = (response: Awaited<ReturnType<typeof askAuthorize>>): boolean => locationOf(response).searchParams.has('flowId');
/** The detail of a refusal, wherever it went. */
const detailOf = (response: Awaited<ReturnType<typeof askAuthorize>>): string => {
  const { searchParams } = locationOf(response);
  const error = searchParams.get('error') ?? 'none';
  return error.startsWith('{') ? (JSON.parse(error).details?.[0]?.message ?? '') : `${error}: ${searchParams.get('error_description')}`;
};

const withHeader = (token: string, header: object): string =>
  token.replace(/^[^.]+/, Buffer.from(JSON.stringify(header)).toString('base64url'));

const serve = async (t: Test, listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
};

t.test('a request object is accepted in every algorithm that discovery lists', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const discovery = (await app.inject(`${as}/.well-known/openid-configuration`)).json();
  t.equal(discovery.request_parameter_supported, true);
  await changeApplication(environment, ids.web, { jwks: JSON.stringify({ keys: [key.publicJwk] }), supportUnsignedRequestObject: true });
  const privateJwk = await importKey(key);
  for (const alg of discovery.request_object_signing_alg_values_supported as string[]) {
    const object =
      alg === 'none'
        ? makeJwt(claims, { alg })
        : makeJwt(claims, alg.startsWith('HS') ? { alg, secret } : { alg, key: await privateJwk(alg), kid: 'client-key' });
    t.ok(begun(await ask(server, object)), alg);
  }
});

/** The same private key for each of the RSA algorithms: a CryptoKey is bound to one. */
async function importKey({ privateKey }: ClientKey): Promise<(alg: string) => Promise<CryptoKey>> {
  const jwk = await crypto.subtle.exportKey('jwk', privateKey);
  const { alg: _alg, key_ops: _operations, ...members } = jwk;
  return (alg) => importJWK(members as { kty: string }, alg) as Promise<CryptoKey>;
}

t.test('parameters in the object take precedence over those beside it', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const object = await makeJwt({ ...claims, prompt: 'none', max_age: 60, 'pi.template': 'x' }, { alg: 'HS256', secret });
  const response = locationOf(await ask(server, object, { state: 'outside', redirect_uri: 'https://evil.example/', nonce: 'n' }));
  t.equal(response.origin + response.pathname, redirectUri, 'the redirect_uri of the object, not the one beside it');
  t.equal(response.searchParams.get('state'), 'inside');
  t.equal(response.searchParams.get('error'), 'login_required', 'prompt=none');
  const flow = await ask(server, makeJwt({ ...claims, response_mode: 'pi.flow' }, { alg: 'HS256', secret }));
  t.equal(flow.statusCode, 200, 'response_mode');
  const posted = await post(app, `${as}/authorize`, { client_id: ids.web, request: await makeJwt(claims, { alg: 'HS256', secret }) });
  t.ok(begun(posted), 'by POST');
});

t.test('a request object with a bad signature, header or claim is refused', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  await changeApplication(environment, ids.web, { jwks: JSON.stringify({ keys: [key.publicJwk] }) });
  const pem = await exportSPKI((await importJWK(key.publicJwk, 'RS256', { extractable: true })) as CryptoKey);
  const signed = (members: object, options = { alg: 'HS256', secret }) => makeJwt({ ...claims, ...members }, options);
  const right = await signed({});
  const cases: readonly (readonly [string, string | Promise<string>, RegExp])[] = [
    ['no token at all', 'x', /not a JSON Web Token/],
    ['two parts', right.split('.').slice(0, 2).join('.'), /not a JSON Web Token/],
    ['a header that is no object', `${Buffer.from('[]').toString('base64url')}.e30.x`, /not a JSON Web Token/],
    ['an extension that has to be understood', withHeader(right, { alg: 'HS256', crit: ['exp'], exp: 1 }), /not a JSON Web Token/],
    ['an unencoded payload', withHeader(right, { alg: 'HS256', b64: false }), /not a JSON Web Token/],
    ['alg none', makeJwt(claims, { alg: 'none' }), /must be signed/],
    ['alg None', makeJwt(claims, { alg: 'None' }), /Unsupported request object algorithm: None/],
    ['ES256', makeJwt(claims, { alg: 'ES256', key: (await newClientKey('ES256')).privateKey }), /Unsupported request object algorithm/],
    ['another secret', signed({}, { alg: 'HS256', secret: 'other-secret' }), /signature of the request object is invalid/],
    ['the public key as a secret', signed({}, { alg: 'HS256', secret: pem }), /signature of the request object is invalid/],
    ['the public JWK as a secret', signed({}, { alg: 'HS256', secret: JSON.stringify(key.publicJwk) }), /signature/],
    ['another key', makeJwt(claims, { alg: 'RS256', key: other.privateKey, kid: 'client-key' }), /signature/],
    ['another kid', makeJwt(claims, { alg: 'RS256', key: key.privateKey, kid: 'other' }), /signature/],
    [
      'a changed payload',
      `${right.split('.')[0]}.${Buffer.from(JSON.stringify({ ...claims, scope: 'x' })).toString('base64url')}.${right.split('.')[2]}`,
      /signature/,
    ],
    ['no signature', `${right.split('.').slice(0, 2).join('.')}.`, /signature/],
    ['another issuer', signed({ iss: ids.spa }), /issued by another client/],
    ['no issuer', signed({ iss: undefined }), /issued by another client/],
    ['another audience', signed({ aud: 'https://auth.pingone.com/e0000000-0000-4000-8000-00000000000f/as' }), /another audience/],
    ['another server’s host', signed({ aud: `https://evil.example.com/${environmentId}/as` }), /another audience/],
    ['no audience', signed({ aud: undefined }), /another audience/],
    ['the token endpoint for an audience', signed({ aud: `${issuer}/token` }), /another audience/],
    ['an audience that only ends like ours', signed({ aud: `https://evil.example?/${environmentId}/as` }), /another audience/],
    ['another client_id', signed({ client_id: ids.spa }), /client_id of the request object/],
    ['expired', signed({ exp: now - 61 }), /expired/],
    ['not yet valid', signed({ nbf: now + 61 }), /expired or is not yet valid/],
    ['an exp in words', signed({ exp: 'tomorrow' }), /expired/],
    ['an object in the object', signed({ request: 'x' }), /must not contain request/],
    ['a request_uri in the object', signed({ request_uri: 'x' }), /must not contain request_uri/],
    ['a scope that is a list', signed({ scope: ['openid'] }), /scope of the request object is not a text/],
  ];
  for (const [name, object, detail] of cases) {
    const page = await ask(server, object);
    t.match(locationOf(page).pathname, /\/signon\//, `${name}: a page, where the redirect_uri was inside`);
    t.match(detailOf(page), detail, name);
    const told = locationOf(await ask(server, object, { redirect_uri: redirectUri, response_type: 'code', state: 's' }));
    t.equal(told.origin + told.pathname, redirectUri, `${name}: the client is told, where the redirect_uri beside it is right`);
    t.equal(told.searchParams.get('error'), 'invalid_request_object', name);
    t.match(told.searchParams.get('error_description'), detail, name);
    t.equal(told.searchParams.get('state'), 's');
  }
  t.ok(begun(await ask(server, signed({ exp: now + 60, nbf: now, aud: [issuer] }))), 'in its time, with a list of audiences');
  t.ok(begun(await ask(server, signed({ aud: `https://pingone.example/${environmentId}/as` }))), 'this environment by another name');
  const elsewhere = await ask(server, signed({ redirect_uri: 'https://evil.example/' }));
  t.match(detailOf(elsewhere), 'Redirect URI mismatch', 'a signature does not make a redirect_uri right');
});

t.test('each application decides whether request objects must be signed', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const plain = { response_type: 'code', redirect_uri: redirectUri, scope: 'openid' };
  const [signed, unsigned] = [await makeJwt(claims, { alg: 'HS256', secret }), makeJwt(claims, { alg: 'none' })];
  const cases: readonly (readonly [string, Partial<Application>, string | undefined, boolean])[] = [
    ['nothing said, no object', {}, undefined, true],
    ['nothing said, signed', {}, signed, true],
    ['nothing said, unsigned', {}, await unsigned, false],
    ['unsigned supported, unsigned', { supportUnsignedRequestObject: true }, await unsigned, true],
    ['unsigned supported, none with a signature', { supportUnsignedRequestObject: true }, `${await unsigned}c2ln`, false],
    ['signed required, no object', { requireSignedRequestObject: true }, undefined, false],
    ['signed required, signed', { requireSignedRequestObject: true }, signed, true],
    ['signed required, unsigned', { requireSignedRequestObject: true, supportUnsignedRequestObject: true }, await unsigned, false],
  ];
  for (const [name, settings, request, accepted] of cases) {
    const before = (await environment.store.applications.get(ids.web)) as Application;
    await changeApplication(environment, ids.web, settings);
    const response = await askAuthorize(server.app, { client_id: ids.web, ...plain, request });
    t.equal(begun(response), accepted, name);
    await environment.store.applications.put(before);
  }
  const foreign = makeJwt({ ...claims, iss: ids.spa, client_id: ids.spa, aud: issuer }, { alg: 'none' });
  const unsignedApplication = await changeApplication(environment, ids.spa, { supportUnsignedRequestObject: true });
  t.ok(unsignedApplication);
  t.notOk(begun(await ask(server, foreign, { client_id: ids.web })), 'the settings of the client that asks count');
});

t.test('a rotated secret verifies request objects until it expires', async (t) => {
  const server = await buildTestServer(t);
  const { environment, clock } = server;
  const held = await environment.store.secrets.get(ids.web);
  await environment.store.secrets.put({
    id: ids.web,
    secret: 'a-new-secret',
    previous: { secret: held?.secret as string, expiresAt: new Date(clock.now() + 60_000).toISOString() },
  });
  t.ok(begun(await ask(server, makeJwt(claims, { alg: 'HS256', secret }))));
  t.ok(begun(await ask(server, makeJwt(claims, { alg: 'HS256', secret: 'a-new-secret' }))));
  await clock.advance(61_000);
  t.notOk(begun(await ask(server, makeJwt(claims, { alg: 'HS256', secret }))));
});

t.test('a request object of 200 kB can be sent by POST', async (t) => {
  const { app } = await buildTestServer(t);
  const request = await makeJwt({ ...claims, 'pi.clientContext': 'x'.repeat(150_000) }, { alg: 'HS256', secret });
  t.ok(request.length > 200_000);
  t.ok(begun(await post(app, `${as}/authorize`, { client_id: ids.web, request })));
  const nonsense = await post(app, `${as}/authorize`, { client_id: ids.web, request: '.'.repeat(200_000) });
  t.match(detailOf(nonsense), /not a JSON Web Token/);
});

t.test('keys are fetched from jwksUrl and kept for a minute, and a bad answer is refused', async (t) => {
  const server = await buildTestServer(t);
  const { environment, clock } = server;
  const asked: string[] = [];
  const kinds: Record<string, RequestListener> = {
    '/keys': (_request, response) => response.end(JSON.stringify({ keys: [{ note: 'no key' }, other.publicJwk, key.publicJwk] })),
    '/keys?large': (_request, response) => response.end(JSON.stringify({ keys: [key.publicJwk], more: 'x'.repeat(70_000) })),
    '/keys?redirect': (_request, response) => response.writeHead(302, { location: '/keys' }).end(),
    '/keys?error': (_request, response) => response.writeHead(500).end(),
    '/keys?text': (_request, response) => response.end('<html>'),
    '/keys?list': (_request, response) => response.end('[]'),
    '/keys?slow': () => undefined,
  };
  const address = await serve(t, (request, response) => {
    asked.push(request.url as string);
    kinds[request.url as string]?.(request, response);
  });
  const object = makeJwt(claims, { alg: 'RS256', key: key.privateKey });
  const asking = async (jwksUrl: string) => {
    await changeApplication(environment, ids.web, { jwksUrl });
    return begun(await ask(server, object));
  };
  t.ok(await asking(address), 'a key of the set');
  t.ok(await asking(address));
  t.equal(asked.length, 1, 'asked once');
  await clock.advance(61_000);
  t.ok(await asking(address));
  t.equal(asked.length, 2, 'and again after a minute');
  for (const [kind, problem] of [
    ['large', /more than 65536 bytes/],
    ['redirect', /answered 302, a redirect, which is not followed/],
    ['error', /answered 500/],
    ['text', /is not JSON/],
    ['list', /no list "keys"/],
    ['slow', /could not be fetched/],
  ] as const) {
    t.notOk(await asking(`${address}?${kind}`), kind);
    const application = (await environment.store.applications.get(ids.web)) as Application;
    if (kind !== 'slow') t.match((await clientKeys(environment, application)).problem, problem, kind);
  }
  for (const jwksUrl of ['http://127.0.0.1:1/keys', 'file:///etc/hostname', 'no address']) t.notOk(await asking(jwksUrl), jwksUrl);
  await changeApplication(environment, ids.web, { jwksUrl: address, jwks: '{"keys":[]}' });
  t.notOk(begun(await ask(server, object)), 'jwks goes before jwksUrl');
});
