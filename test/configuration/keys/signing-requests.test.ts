import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import t from 'tap';
import { certificateAuthority, readRequest } from '../../helpers/certificate-requests.js';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer } from '../../helpers/server.js';

const body = {
  name: 'Mine',
  algorithm: 'RSA',
  keyLength: 2048,
  signatureAlgorithm: 'SHA384withRSA',
  subjectDN: 'CN=Mine, OU=Unit, O=Example\\, Inc, L=, ST=, C=US',
  usageType: 'ISSUANCE',
  validityPeriod: 365,
};
const curve = { ...body, algorithm: 'EC', keyLength: 256, signatureAlgorithm: 'SHA256withECDSA' };

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const { app, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  const make = async (key: object): Promise<string> => {
    const { id } = (await call('POST', 'keys', { body: key })).json();
    return `keys/${id}`;
  };
  return { call, clock, make };
};
type Call = Awaited<ReturnType<typeof start>>['call'];

/** The request for a certificate of a key, and its parts. */
async function requestOf(call: Call, path: string) {
  const answer = await call('GET', `${path}/csr`, { headers: { accept: 'application/pkcs10' } });
  return { answer, ...readRequest(answer.rawPayload) };
}

const { privateKey: authority, sign: signed } = certificateAuthority();

const form = (file: Uint8Array | string, name = 'file') => {
  const head = `------------------------------b0undary1234\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(file), Buffer.from('\r\n------------------------------b0undary1234--\r\n')]);
};
const multipart = { 'content-type': 'multipart/form-data; boundary=----------------------------b0undary1234' };

t.test('a request for a certificate is signed by the key, in PKCS #10 and PEM', async (t) => {
  const { call, make } = await start(t);
  for (const [key, digest] of [
    [body, 'sha384'],
    [curve, 'sha256'],
  ] as const) {
    const path = await make(key);
    const { answer, information, signature, publicKey } = await requestOf(call, path);
    t.equal(answer.headers['content-type'], 'application/pkcs10');
    const certificate = new X509Certificate((await call('GET', path, { headers: { accept: 'application/x-x509-ca-cert' } })).body);
    t.ok(publicKey.equals(certificate.publicKey), 'of the key');
    t.ok(verify(digest, information, publicKey, signature), `signed with ${digest}`);
    const pem = await call('GET', `${path}/csr`, { headers: { accept: 'application/x-pem-file' } });
    t.equal(pem.headers['content-type'], 'application/x-pem-file');
    t.match(pem.body, /^-----BEGIN CERTIFICATE REQUEST-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE REQUEST-----\n$/);
  }
  const [own] = (await call('GET', 'keys')).json()._embedded.keys;
  t.same(refusal(await call('GET', `keys/${own.id}/csr`)), [400, 'CONSTRAINT_VIOLATION', undefined], 'PingOne’s own stays its own');
  t.equal((await call('GET', 'keys/99999999-9999-4999-8999-999999999999/csr')).statusCode, 404);
});

t.test('a certificate that an authority has signed replaces that of its key', async (t) => {
  const { call, clock, make } = await start(t);
  const path = await make(body);
  const request = await requestOf(call, path);
  const certificate = signed(request, clock.now());
  const put = (file: Uint8Array | string) => call('PUT', `${path}/csr`, { headers: multipart, body: form(file).toString('latin1') });
  const imported = await call('POST', `${path}/csr`, { headers: multipart, body: form(certificate.toString()).toString('latin1') });
  t.equal(imported.statusCode, 200, imported.body);
  const told = { subjectDN: body.subjectDN, issuerDN: 'CN=Authority, O=Example', serialNumber: 9, status: 'VALID', usageType: 'ISSUANCE' };
  t.match(imported.json(), { ...told, name: 'Mine (Authority)', signatureAlgorithm: 'SHA256withRSA', validityPeriod: 101 });
  t.match((await call('GET', path)).json(), told);
  const pem = await call('GET', path, { headers: { accept: 'application/x-x509-ca-cert' } });
  t.equal(pem.body.trim(), certificate.toString().trim());
  t.match(await requestOf(call, path), { subject: request.subject }, 'and can be asked for again');

  const other = signed({ ...request, publicKey: createPublicKey(authority) }, clock.now());
  t.equal((await put(other.toString() + certificate.toString())).statusCode, 200, 'from a chain');
  const pkcs7 = (await call('GET', path, { headers: { accept: 'application/x-pkcs7-certificates' } })).rawPayload;
  const armored = `-----BEGIN PKCS7-----\n${pkcs7.toString('base64')}\n-----END PKCS7-----\n`;
  t.equal((await put(armored)).statusCode, 200, 'from PKCS #7');
  const none = [400, 'INVALID_VALUE', 'file'];
  for (const [name, file] of [
    ['of another key', other.toString()],
    ['expired', signed(request, clock.now(), -1).toString()],
    ['no certificate', 'x'],
    ['nothing', ''],
    ['half a certificate', certificate.toString().slice(0, 200)],
    [
      'PKCS #7 of nothing',
      `-----BEGIN PKCS7-----\n${Buffer.from('300b06092a864886f70d010702', 'hex').toString('base64')}\n-----END PKCS7-----`,
    ],
  ] as const)
    t.same(refusal(await put(file)), none, name);
  const unnamed = await call('PUT', `${path}/csr`, { headers: multipart, body: form(certificate.toString(), 'cert').toString('latin1') });
  t.same(refusal(unnamed), [400, 'EMPTY_VALUE', 'file']);
  t.equal((await call('PUT', `${path}/csr`, { body: {} })).statusCode, 415);
  t.match((await call('GET', path)).json(), told, 'nothing of that changed it');
});

t.test('a default key can stop being that, and only keys that issue have a customCRL', async (t) => {
  const { call, make } = await start(t);
  const customCRL = 'http://www.example.com/test.crl';
  const path = await make({ ...body, customCRL, default: true });
  t.match((await call('GET', path)).json(), { default: true, customCRL });
  const changed = await call('PUT', path, { body: { default: false, usageType: 'ISSUANCE' } });
  t.match(changed.json(), { default: false, customCRL });
  t.same(
    (await call('GET', 'keys')).json()._embedded.keys.map((key: { default: boolean }) => key.default),
    [false, false],
  );
  t.equal((await call('DELETE', path)).statusCode, 204, 'no longer in use');
  const create = (more: object) => call('POST', 'keys', { body: { ...body, customCRL, ...more } });
  t.same(refusal(await create({ usageType: 'SIGNING' })), [400, 'INVALID_VALUE', 'customCRL']);
  t.same(refusal(await create({ customCRL: 'ftp://x' })), [400, 'INVALID_VALUE', 'customCRL']);
});
