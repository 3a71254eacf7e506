import { X509Certificate } from 'node:crypto';
import t from 'tap';
import { as } from '../helpers/client.js';
import { buildTestServer, environmentId } from '../helpers/server.js';

t.test('the discovery document has every key, in PingOne’s order', async (t) => {
  const { app } = await buildTestServer(t);
  const response = await app.inject({ url: `${as}/.well-known/openid-configuration`, headers: { host: 'pingone.localhost:9400' } });
  t.equal(response.headers['content-type'], 'application/json');
  const issuer = `http://pingone.localhost:9400/${environmentId}/as`;
  const document = response.json();
  t.equal(document.issuer, issuer);
  t.same(Object.keys(document), [
    'issuer',
    'authorization_endpoint',
    'pushed_authorization_request_endpoint',
    'token_endpoint',
    'userinfo_endpoint',
    'jwks_uri',
    'end_session_endpoint',
    'ping_end_idp_session_endpoint',
    'check_session_iframe',
    'introspection_endpoint',
    'revocation_endpoint',
    'device_authorization_endpoint',
    'claims_parameter_supported',
    'request_parameter_supported',
    'request_uri_parameter_supported',
    'require_pushed_authorization_requests',
    'scopes_supported',
    'response_types_supported',
    'response_modes_supported',
    'grant_types_supported',
    'subject_types_supported',
    'id_token_signing_alg_values_supported',
    'userinfo_signing_alg_values_supported',
    'request_object_signing_alg_values_supported',
    'token_endpoint_auth_methods_supported',
    'token_endpoint_auth_signing_alg_values_supported',
    'claim_types_supported',
    'claims_supported',
    'code_challenge_methods_supported',
  ]);
  t.same(document.code_challenge_methods_supported, ['plain', 'S256']);
  t.equal(
    (await app.inject({ url: `${as}/.well-known/openid-configuration`, headers: { host: 'other' } })).json().issuer,
    `http://other/${environmentId}/as`,
  );
  const fixed = await buildTestServer(t, { baseUrl: 'https://idp.example.com' });
  t.equal((await fixed.app.inject(`${as}/.well-known/openid-configuration`)).json().issuer, `https://idp.example.com/${environmentId}/as`);
});

t.test('each published key carries the members that clients look for and a matching certificate', async (t) => {
  const { app } = await buildTestServer(t);
  const { keys } = (await app.inject(`${as}/jwks`)).json();
  t.ok(keys.length >= 2);
  t.ok(keys.some(({ kid }: { kid: string }) => kid === 'default'));
  for (const key of keys) {
    t.same(Object.keys(key), ['kty', 'e', 'use', 'kid', 'x5t', 'x5c', 'n', 'alg']);
    const certificate = new X509Certificate(Buffer.from(key.x5c[0], 'base64'));
    t.equal(certificate.publicKey.export({ format: 'jwk' }).n, key.n);
    t.equal(Buffer.from(certificate.fingerprint.replaceAll(':', ''), 'hex').toString('base64url'), key.x5t);
    t.ok(certificate.verify(certificate.publicKey), 'self-signed');
  }
});

t.test('an unknown environment or path, a bad Host or a wrong method is refused', async (t) => {
  const { app } = await buildTestServer(t);
  for (const id of ['e0000000-0000-4000-8000-00000000000f', 'no-uuid', 'a%00b', '%F0%9F%98%80', 'x'.repeat(400)]) {
    const response = await app.inject(`/${id}/as/jwks`);
    t.equal(response.statusCode, 404, id.slice(0, 40));
    t.match(response.json(), { id: /./, code: 'NOT_FOUND', message: /^Unable to find environment with ID:/ });
  }
  t.equal((await app.inject({ url: `${as}/.well-known/openid-configuration`, headers: { host: 'a b' } })).statusCode, 400);
  t.equal((await app.inject(`/%zz/as/jwks`)).statusCode, 400);
  const unknown = await app.inject(`${as}/nothing`);
  t.equal(unknown.statusCode, 403);
  t.equal(unknown.headers['x-amzn-errortype'], 'MissingAuthenticationTokenException');
  t.equal((await app.inject({ method: 'DELETE', url: `${as}/jwks` })).statusCode, 405);
});
