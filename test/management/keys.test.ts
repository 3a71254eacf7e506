import { createPublicKey, X509Certificate } from 'node:crypto';
import t from 'tap';
import { managementClient } from '../helpers/management.js';
import { refusal } from '../helpers/refusal.js';
import { buildTestServer, environmentId } from '../helpers/server.js';

const unknown = '99999999-9999-4999-8999-999999999999';

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  return { ...server, call: await managementClient(server.app) };
};

const body = {
  name: 'Mine',
  algorithm: 'RSA',
  keyLength: 2048,
  signatureAlgorithm: 'SHA384withRSA',
  subjectDN: 'CN=Mine, OU=Unit, O=Example\\, Inc, L=, ST=, C=US',
  usageType: 'SIGNING',
  validityPeriod: 365,
};

t.test('the key of the environment', async (t) => {
  const { call, environment } = await start(t);
  const [own] = (await call('GET', 'keys')).json()._embedded.keys;
  t.match(own, {
    algorithm: 'RSA',
    keyLength: 2048,
    default: true,
    usageType: 'SIGNING',
    status: 'VALID',
    environment: { id: environmentId },
  });
  const pem = await call('GET', `keys/${own.id}`, { headers: { accept: 'application/x-x509-ca-cert' } });
  t.equal(new X509Certificate(pem.body).raw.toString('base64'), environment.keys.default.publicJwk.x5c[0], 'it is the one of the JWK set');
  t.match((await call('DELETE', `keys/${own.id}`)).json(), { message: /^The Key must not be in use/ });
  t.match((await call('GET', `keys/${unknown}`)).json(), {
    message: `Key not found for id: ${unknown} and environmentId: ${environmentId}`,
  });
});

t.test('a key is real, and so is its certificate', async (t) => {
  const { app, call, clock } = await start(t);
  const made = await call('POST', 'keys', { body });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { ...body, issuerDN: body.subjectDN, default: false, status: 'VALID', expiresAt: '2027-11-22T12:00:00.000Z' });
  t.notMatch(made.body, /private|pkcs8/i);
  const path = `keys/${made.json().id}`;
  const pem = await call('GET', path, { headers: { accept: 'application/x-x509-ca-cert, application/json' } });
  t.equal(pem.headers['content-type'], 'application/x-x509-ca-cert');
  const certificate = new X509Certificate(pem.body);
  t.equal(certificate.subject, 'C=US\nO=Example\\, Inc\nOU=Unit\nCN=Mine');
  t.ok(certificate.verify(certificate.publicKey), 'signed by itself');
  t.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
  const pkcs7 = await call('GET', path, { headers: { accept: 'application/x-pkcs7-certificates' } });
  const der = Buffer.from(pkcs7.body.split('\n').slice(1, -2).join(''), 'base64');
  t.ok(der.includes(certificate.raw), 'the same certificate');
  t.equal(createPublicKey(pem.body).asymmetricKeyType, 'rsa');

  const curve = await call('POST', 'keys', {
    body: { ...body, algorithm: 'EC', keyLength: 384, signatureAlgorithm: 'SHA512withECDSA', serialNumber: 77, issuerDN: 'CN=Else' },
  });
  const ec = new X509Certificate(
    (await call('GET', `keys/${curve.json().id}`, { headers: { accept: 'application/x-x509-ca-cert' } })).body,
  );
  t.match(ec, { serialNumber: '4D', issuer: 'CN=Else' });

  for (const [days, status] of [
    [340, 'EXPIRING'],
    [30, 'EXPIRED'],
  ] as const) {
    clock.advance(days * 86_400_000);
    const later = await managementClient(app);
    t.equal((await later('GET', path)).json().status, status);
  }
});

t.test('changes of keys, and what they cannot be', async (t) => {
  const { call } = await start(t);
  const { id } = (await call('POST', 'keys', { body })).json();
  t.match((await call('PUT', `keys/${id}`, { body: { default: true, usageType: 'ENCRYPTION' } })).json(), {
    default: true,
    usageType: 'ENCRYPTION',
  });
  const all = (await call('GET', 'keys')).json()._embedded.keys;
  t.same(
    all.map((key: { default: boolean }) => key.default),
    [false, true],
    'one is the default',
  );
  t.equal((await call('DELETE', `keys/${id}`)).statusCode, 400);
  await call('PUT', `keys/${all[0].id}`, { body: { default: true, usageType: 'SIGNING' } });
  const misused = { name: 'M', type: 'NATIVE_APP', protocol: 'OPENID_CONNECT', redirectUris: ['https://x'], kerberos: { key: { id } } };
  t.match((await call('POST', 'applications', { body: misused })).json().details, [
    { message: `Key with ID '${id}' in Environment '${environmentId}' is not for ISSUANCE. Usage type should be ISSUANCE.` },
  ]);
  t.same(refusal(await call('POST', 'applications', { body: { ...misused, kerberos: { key: { id: unknown } } } })), [
    400,
    'INVALID_VALUE',
    'kerberos.key',
  ]);
  await call('PUT', `keys/${id}`, { body: { default: false, usageType: 'ISSUANCE' } });
  const native = { name: 'N', type: 'NATIVE_APP', protocol: 'OPENID_CONNECT', redirectUris: ['https://x'], kerberos: { key: { id } } };
  const application = (await call('POST', 'applications', { body: native })).json();
  t.match((await call('GET', `keys/${id}/applications`)).json()._embedded.applications, [{ id: application.id }]);
  t.match((await call('DELETE', `keys/${id}`)).json(), { details: [{ innerError: { referencedValues: [application.id] } }] });
  await call('DELETE', `applications/${application.id}`);
  t.equal((await call('DELETE', `keys/${id}`)).statusCode, 204);
  t.equal((await call('GET', `keys/${id}`)).statusCode, 404);

  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['a length', { ...body, keyLength: 1024 }, [400, 'INVALID_VALUE', 'keyLength']],
    ['a signature of the other kind', { ...body, signatureAlgorithm: 'SHA256withECDSA' }, [400, 'INVALID_VALUE', 'signatureAlgorithm']],
    ['no name', { ...body, subjectDN: 'Mine' }, [400, 'INVALID_VALUE', 'subjectDN']],
    ['an unknown part', { ...body, subjectDN: 'CN=a, X=b' }, [400, 'INVALID_VALUE', 'subjectDN']],
    ['a country', { ...body, subjectDN: 'C=USA' }, [400, 'INVALID_VALUE', 'subjectDN']],
    ['no day', { ...body, validityPeriod: 0 }, [400, 'OUT_OF_RANGE', 'validityPeriod']],
    ['for ever', { ...body, validityPeriod: 1e12 }, [400, 'OUT_OF_RANGE', 'validityPeriod']],
    ['a usage', { ...body, usageType: 'X' }, [400, 'INVALID_VALUE', 'usageType']],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', 'keys', { body: sent })), expected, name);
  const upload = await call('POST', 'keys', { body: 'x', headers: { 'content-type': 'application/x-pkcs12-certificates' } });
  t.equal(upload.statusCode, 415);
});

t.test('key rotation policies', async (t) => {
  const { call, environment, clock } = await start(t);
  const [standard] = (await call('GET', 'keyRotationPolicies')).json()._embedded.keyRotationPolicies;
  t.match(standard, {
    id: environment.record.keyRotationPolicyId,
    algorithm: 'RSA',
    rotationPeriod: 90,
    currentKeyId: environment.keys.current.kid,
    nextKeyId: environment.keys.next.kid,
    rotatedAt: '2026-11-22T12:00:00.000Z',
  });
  const policy = {
    name: 'Often',
    algorithm: 'RSA',
    keyLength: 2048,
    signatureAlgorithm: 'SHA256withRSA',
    usageType: 'SIGNING',
    dn: 'CN=Often, C=US',
    validityPeriod: 100,
    rotationPeriod: 30,
  };
  const made = await call('POST', 'keyRotationPolicies', { body: policy });
  t.equal(made.statusCode, 201);
  t.match(made.json(), policy);
  const path = `keyRotationPolicies/${made.json().id}`;
  t.same((await call('GET', path)).json(), made.json());
  t.match((await call('PUT', path, { body: { ...policy, name: 'Seldom', rotationPeriod: undefined } })).json(), {
    name: 'Seldom',
    rotationPeriod: 90,
  });

  const web = { name: 'A', type: 'WEB_APP', protocol: 'OPENID_CONNECT', signing: { keyRotationPolicy: { id: made.json().id } } };
  const application = (await call('POST', 'applications', { body: web })).json();
  t.match((await call('DELETE', path)).json(), { details: [{ innerError: { referencedValues: [application.id] } }] });
  t.same(refusal(await call('POST', 'applications', { body: { ...web, signing: { keyRotationPolicy: { id: unknown } } } })), [
    400,
    'INVALID_VALUE',
    'signing.keyRotationPolicy',
  ]);
  const without = (await call('PUT', `applications/${application.id}`, { body: { ...web, signing: undefined } })).json();
  t.equal(without.signing.keyRotationPolicy.id, standard.id, 'without a policy, the default one');
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.equal((await call('GET', path)).statusCode, 404);
  t.same(refusal(await call('DELETE', `keyRotationPolicies/${standard.id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);

  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['too often', { ...policy, rotationPeriod: 29 }, [400, 'OUT_OF_RANGE', 'rotationPeriod']],
    ['a length', { ...policy, keyLength: 2049 }, [400, 'INVALID_VALUE', 'keyLength']],
    ['no name', { ...policy, dn: 'x' }, [400, 'INVALID_VALUE', 'dn']],
    ['a name that is taken', { ...policy, name: standard.name }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['EC', { ...policy, algorithm: 'EC' }, [400, 'INVALID_VALUE', 'algorithm']],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', 'keyRotationPolicies', { body: sent })), expected, name);

  const { next } = environment.keys;
  await call('PUT', `keyRotationPolicies/${standard.id}`, { body: { ...policy, name: 'Default' } });
  clock.advance(31 * 86_400_000);
  t.equal(environment.keys.current.kid, next.kid, 'the keys follow the period of the default policy');
});
