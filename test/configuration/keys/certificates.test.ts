import t from 'tap';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

const boundary = '----------------------------b0undary1234';
const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` };
const part = (disposition: string, body: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${body}\r\n`;
const form = (file: string, usageType?: string) =>
  `${part('name="file"; filename="c.pem"', file)}${usageType === undefined ? '' : part('name="usageType"', usageType)}--${boundary}--\r\n`;

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const key = {
    name: 'Partner',
    algorithm: 'EC',
    keyLength: 256,
    signatureAlgorithm: 'SHA384withECDSA',
    subjectDN: 'CN=partner.example.com, OU=IT, O=Partner, C=GB',
    usageType: 'SIGNING',
    validityPeriod: 40,
  };
  const { id } = (await call('POST', 'keys', { body: key })).json();
  const pem = (await call('GET', `keys/${id}`, { headers: { accept: 'application/x-x509-ca-cert' } })).body;
  const add = (file: string, usageType?: string) => call('POST', 'certificates', { headers: multipart, body: form(file, usageType) });
  return { ...server, call, pem, add, key: id };
};

t.test('a certificate is imported, shown with what it says itself, and deleted', async (t) => {
  const { call, pem, add } = await start(t);
  const made = await add(pem, 'SIGNING');
  t.equal(made.statusCode, 201, made.body);
  const { id } = made.json();
  const self = `${environmentUrl}/certificates/${id}`;
  t.match(made.json(), {
    _links: { self: { href: self }, environment: { href: environmentUrl } },
    environment: { id: environmentId },
    name: 'partner.example.com',
    algorithm: 'EC',
    keyLength: 256,
    signatureAlgorithm: 'SHA384withECDSA',
    usageType: 'SIGNING',
    validityPeriod: 40,
    default: false,
    subjectDN: /^(C=GB,O=Partner,OU=IT,CN=partner\.example\.com|CN=partner\.example\.com,OU=IT,O=Partner,C=GB)$/,
    status: 'VALID',
  });
  t.equal(made.json().issuerDN, made.json().subjectDN);
  t.equal(made.headers.location, self);
  t.notOk('certificate' in made.json());
  t.same((await call('GET', `certificates/${id}`)).json(), made.json());
  const read = await call('GET', `certificates/${id}`, { headers: { accept: 'application/x-x509-ca-cert' } });
  t.equal(read.headers['content-type'], 'application/x-x509-ca-cert');
  t.equal(read.body, pem);
  t.match((await call('GET', 'certificates')).json()._embedded.certificates, [{ id }]);
  t.equal((await call('GET', `certificates/${id}/applications`)).json().count, 0);
  t.equal((await call('DELETE', `certificates/${id}`)).statusCode, 204);
  const gone = await call('GET', `certificates/${id}`);
  t.equal(gone.statusCode, 404);
  t.equal(gone.json().message, `Certificate not found for id: ${id} and environmentId: ${environmentId}`);
});

t.test('PKCS #7 and DER are read as well, and what is no certificate is refused', async (t) => {
  const { call, pem, add, key } = await start(t);
  const message = await call('GET', `keys/${key}`, { headers: { accept: 'application/x-pkcs7-certificates' } });
  const wrapped = `-----BEGIN PKCS7-----\n${message.rawPayload.toString('base64')}\n-----END PKCS7-----\n`;
  t.equal((await add(wrapped, 'SSL/TLS')).json().name, 'partner.example.com');
  for (const file of ['nothing', '', pem.replace(/[A-Za-z0-9+/]{40}/, 'A'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
    t.equal((await add(file, 'SIGNING')).statusCode, 400, file.slice(0, 30));
  t.same(refusal(await add(pem)), [400, 'EMPTY_VALUE', 'usageType']);
  t.same(refusal(await add(pem, 'OTHER')), [400, 'INVALID_VALUE', 'usageType']);
  t.equal((await call('POST', 'certificates', { body: { usageType: 'SIGNING' } })).statusCode, 415);
});

t.test('a certificate or key of a SAML provider, and the key of a webhook, stay until those are gone', async (t) => {
  const { call, pem, add, key } = await start(t);
  const certificate = (await add(pem, 'SIGNING')).json().id;
  const provider = {
    ...{ name: 'Partner', enabled: true, type: 'SAML', idpEntityId: 'idp', spEntityId: 'sp', ssoBinding: 'HTTP_POST' },
    ...{
      ssoEndpoint: 'https://idp.example/sso',
      idpVerification: { certificates: [{ id: certificate }] },
      spSigning: { key: { id: key } },
    },
  };
  const { id } = (await call('POST', 'identityProviders', { body: provider })).json();
  const held = await call('DELETE', `certificates/${certificate}`);
  t.same([held.statusCode, held.json().message], [409, 'Certificate must not be in use']);
  t.same(held.json().details[0].innerError.referencedValues, [id]);
  const heldKey = await call('DELETE', `keys/${key}`);
  t.same([heldKey.statusCode, heldKey.json().message], [400, 'The Key must not be in use']);
  await call('DELETE', `identityProviders/${id}`);
  t.equal((await call('DELETE', `certificates/${certificate}`)).statusCode, 204);
  t.equal((await call('DELETE', `keys/${key}`)).statusCode, 204);

  const outbound = {
    ...(await call('GET', 'keys')).json()._embedded.keys[0],
    name: 'Outbound',
    usageType: 'OUTBOUND_MTLS',
    default: false,
  };
  const pair = (await call('POST', 'keys', { body: outbound })).json().id;
  const webhook = {
    ...{ name: 'Audit', enabled: false, verifyTlsCertificates: true, filterOptions: { includedActionTypes: ['USER.CREATED'] } },
    ...{ protocol: 'HTTPS', format: 'ACTIVITY', httpEndpoint: { url: 'https://localhost/audit' }, tlsClientAuthKeyPair: { id: pair } },
  };
  const made = await call('POST', 'subscriptions', { body: webhook });
  t.equal(made.statusCode, 201, made.body);
  t.equal((await call('DELETE', `keys/${pair}`)).statusCode, 400);
  await call('DELETE', `subscriptions/${made.json().id}`);
  t.equal((await call('DELETE', `keys/${pair}`)).statusCode, 204);
});

t.test('an export has certificates, and starts a mock with the same', async (t) => {
  const { app, pem, add } = await start(t);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  t.notOk('certificates' in (await exported(app)).environments[0]);
  const { id } = (await add(pem, 'SIGNING')).json();
  const seed = await exported(app);
  const certificate = pem.replace(/-----[A-Z ]+-----|\s/g, '');
  t.same(seed.environments[0].certificates, [{ id, usageType: 'SIGNING', certificate }]);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same((await exported(again.app)).environments[0].certificates, seed.environments[0].certificates);
  const wrong = JSON.stringify(seed).replace(certificate, 'AAAA');
  await t.rejects(buildTestServer(t, { config: wrong }), /certificates\[0\]\.certificate: /);
});
