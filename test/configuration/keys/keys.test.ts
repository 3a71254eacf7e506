import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import t from 'tap';
import { longestPartHeaders, mostParts } from '../../../src/configuration/http/uploads.js';
import { uploadKey } from '../../../src/configuration/keys/key-files.js';
import { collectSeed } from '../../../src/configuration/seed/collect.js';
import { applySeed, readSeed } from '../../../src/configuration/seed/index.js';
import { readPkcs12 } from '../../../src/lib/x509/pkcs12.js';
import { rotationPolicy } from '../../helpers/configure.js';
import { managementClient, workerToken } from '../../helpers/management.js';
import { files } from '../../helpers/pkcs12-files.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const admin = '29ddce68-cd7f-4b2a-b6fc-f7a19553b496';
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

t.test('the environment’s default key is published in its JWK set and cannot be deleted', async (t) => {
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

t.test('a generated key has a real certificate, in PEM and PKCS #7, that expires', async (t) => {
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
  t.equal(pkcs7.headers['content-type'], 'application/x-pkcs7-certificates');
  t.ok(pkcs7.rawPayload.includes(certificate.raw), 'the same certificate, in DER');
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

t.test('a key’s use and default can be changed, a key in use is kept, and a bad key is refused', async (t) => {
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
});

/** A form as curl and browsers send it. */
const formOf = async (members: Record<string, string>, file?: string) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(members)) form.append(name, value);
  if (file !== undefined) form.append('file', new Blob([Buffer.from(file, 'base64')]), 'key.p12');
  const response = new Response(form);
  return { headers: { 'content-type': response.headers.get('content-type') ?? '' }, body: Buffer.from(await response.arrayBuffer()) };
};

t.test('a key is uploaded from a PKCS #12 file, and its certificate read from it', async (t) => {
  const { app, call, environment } = await start(t);
  const authorization = `Bearer ${await workerToken(app)}`;
  const upload = async (members: Record<string, string>, file?: string) => {
    const { headers, body: payload } = await formOf(members, file);
    const url = `/v1/environments/${environmentId}/keys`;
    return app.inject({ method: 'POST', url, headers: { authorization, host: 'localhost:9400', ...headers }, payload });
  };
  const made = await upload({ usageType: 'SIGNING', password: 'secret' }, files.rsa);
  t.equal(made.statusCode, 201);
  t.match(made.json(), {
    name: 'My key',
    algorithm: 'RSA',
    keyLength: 2048,
    signatureAlgorithm: 'SHA256withRSA',
    subjectDN: 'CN=terraform, OU=Non-Production Testing, O=Ping Identity, C=GB',
    issuerDN: 'CN=terraform, OU=Non-Production Testing, O=Ping Identity, C=GB',
    serialNumber: 1234,
    usageType: 'SIGNING',
    validityPeriod: 3652,
    default: false,
    status: 'VALID',
    startsAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2036-01-01T00:00:00.000Z',
  });
  t.equal(made.headers.location, made.json()._links.self.href);
  t.same((await call('GET', `keys/${made.json().id}`)).json(), made.json());
  const pem = await call('GET', `keys/${made.json().id}`, { headers: { accept: 'application/x-x509-ca-cert' } });
  const kept = (await environment.store.configuredKeys.get(made.json().id))?.privateKey as { pkcs8: string };
  const privateKey = createPrivateKey({ key: Buffer.from(kept.pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
  t.ok(new X509Certificate(pem.body).checkPrivateKey(privateKey), 'the certificate and the key of the file');

  const taken = [
    ['by AES', files.encrypted, { password: 'secret' }],
    ['by Triple DES', files.tripleDes, { password: 'pässwörd' }],
    ['not encrypted', files.open, {}],
    ['without a MAC', files.withoutMac, {}],
  ] as const;
  for (const [name, file, members] of taken) {
    const response = await upload({ usageType: 'ENCRYPTION', ...members }, file);
    t.match(response.json(), { name: 'uploaded', algorithm: 'EC', keyLength: 256, signatureAlgorithm: 'SHA256withECDSA' }, name);
  }

  const right = { usageType: 'SIGNING', password: 'secret' };
  const refused = [
    ['encrypted, without a password', files.encrypted, { usageType: 'SIGNING' }, [400, 'INVALID_VALUE', 'password']],
    ['another password', files.encrypted, { ...right, password: 'x' }, [400, 'INVALID_VALUE', 'password']],
    ['a password that is not needed', files.open, right, [400, 'INVALID_VALUE', 'password']],
    ['no file', undefined, right, [400, 'EMPTY_VALUE', 'file']],
    ['no usage', files.encrypted, { password: 'secret' }, [400, 'EMPTY_VALUE', 'usageType']],
    ['an unknown usage', files.encrypted, { ...right, usageType: 'X' }, [400, 'INVALID_VALUE', 'usageType']],
    ['an empty file', '', right, [400, 'INVALID_VALUE', 'file']],
    ['no such file', Buffer.from('-----BEGIN PRIVATE KEY-----').toString('base64'), right, [400, 'INVALID_VALUE', 'file']],
    ['half of a file', files.encrypted.slice(0, 800), right, [400, 'INVALID_VALUE', 'file']],
    ['RC2', files.rc2, right, [400, 'INVALID_VALUE', 'file']],
    ['so many rounds that they keep the server busy', files.rounds, right, [400, 'INVALID_VALUE', 'file']],
    ['a certificate that has expired', files.expired, right, [400, 'INVALID_VALUE', 'file']],
    ['a curve that PingOne has not', files.oddCurve, right, [400, 'INVALID_VALUE', 'file']],
    ['no key', files.noKey, right, [400, 'INVALID_VALUE', 'file']],
  ] as const;
  for (const [name, file, members, expected] of refused) t.same(refusal(await upload(members, file)), expected, name);

  // Whatever a file holds, it is refused and nothing more.
  const whole = Buffer.from(files.withoutMac, 'base64');
  for (let at = 0; at < whole.length; at += 7) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    const { statusCode } = await upload({ usageType: 'SIGNING' }, changed.toString('base64'));
    if (![201, 400].includes(statusCode)) t.fail(`byte ${at}: ${statusCode}`);
  }

  const raw = (type: string, payload: string) => call('POST', 'keys', { body: payload, headers: { 'content-type': type } });
  t.equal((await raw('application/x-pkcs12-certificates', 'x')).statusCode, 415);
  t.equal((await raw('text/plain', 'x')).statusCode, 415);
  for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x'])
    t.same(refusal(await raw(type, 'x')).slice(0, 2), [400, undefined], type);
  for (const type of ['multipart/form-data; boundary=x', 'multipart/form-data; boundary="x"']) {
    const parts = (count: number) =>
      `${'--x\r\ncontent-disposition: form-data; name="usageType"\r\n\r\nSIGNING\r\n'.repeat(count)}--x--\r\n`;
    t.same(refusal(await raw(type, parts(mostParts))), [400, 'EMPTY_VALUE', 'file'], 'as many parts as are allowed');
    t.same(refusal(await raw(type, parts(mostParts + 1))).slice(0, 2), [400, undefined], 'one part more');
    const headed = (bytes: number) => raw(type, parts(1).replace('content-disposition', `x: ${'1'.repeat(bytes)}\r\ncontent-disposition`));
    t.same(refusal(await headed(longestPartHeaders - 100)), [400, 'EMPTY_VALUE', 'file'], 'long headers of a part');
    t.same(refusal(await headed(longestPartHeaders)).slice(0, 2), [400, undefined], 'longer ones');
  }
  t.equal((await call('POST', 'groups', { body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } })).statusCode, 415);
  t.equal((await call('POST', 'keys', { body })).statusCode, 201, 'and JSON as before');
});

t.test('an uploaded key is named after its subject, and a file that cannot be read says why', async (t) => {
  const { app, clock, environment } = await start(t);
  clock.advance(86_400_000);
  const call = await managementClient(app);
  const authorization = `Bearer ${await workerToken(app)}`;
  const upload = async (file: string, password?: string) => {
    const { headers, body: payload } = await formOf({ usageType: 'SIGNING', ...(password && { password }) }, file);
    const url = `/v1/environments/${environmentId}/keys`;
    return app.inject({ method: 'POST', url, headers: { authorization, host: 'localhost:9400', ...headers }, payload });
  };
  t.match((await upload(files.comma)).json(), { name: 't,O=x', subjectDN: /CN=t\\,O=x/ });

  const whole = Buffer.from(files.comma, 'base64');
  const at = whole.indexOf(Buffer.from('308187020100301306072a8648ce3d0201', 'hex'));
  const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'der' });
  other.copy(whole, at);
  t.same(refusal(await upload(whole.toString('base64'))), [400, 'INVALID_VALUE', 'file'], 'a certificate of another key');
  t.equal((await call('GET', 'keys')).json()._embedded.keys.length, 2);
  const faultOf = (file: Buffer, password?: string): unknown => {
    try {
      return readPkcs12(file, password);
    } catch (error) {
      return error;
    }
  };
  t.match(faultOf(whole), { problem: 'key' });
  t.match(faultOf(Buffer.from(files.rc2, 'base64'), 'secret'), { problem: 'unreadable', reason: /RC2.*export it again with AES/ });
  const rounds = { problem: 'unreadable', reason: /asks for 200\d+ rounds or more; at most 100000/ };
  t.match(faultOf(Buffer.from(files.rounds, 'base64'), 'secret'), rounds);
  const old = { file: Buffer.from(files.rc2, 'base64'), usageType: 'SIGNING', password: 'secret' };
  await t.rejects(uploadKey(environment, old), { message: /export it again with AES/ }, 'which the log tells');
  t.match((await upload(files.rc2, 'secret')).json(), { details: [{ message: 'The file could not be read as PKCS12.' }] });
});

t.test('a key is exported whatever its name', async (t) => {
  const { call, environment } = await start(t);
  const name = `PingOne SSO Certificate for ${environment.record.name} environment`;
  const { id } = (await call('POST', 'keys', { body: { ...body, name } })).json();
  const read = async (path: string) => (await call('GET', path)).json() as Record<string, unknown>;
  const [exported] = (await collectSeed({ read }, { environmentId })).environments;
  t.match(exported, { keys: [{ id, name }] });
  t.equal((exported as { keys?: object[] }).keys?.length, 1, 'without the one that every environment has');
  const tenant = async (path: string) => {
    const answer = await read(path);
    const keys = (answer._embedded as { keys?: { id: string }[] } | undefined)?.keys;
    return keys ? { _embedded: { keys: [{ ...keys[0], id: unknown, name: 'PingOne SSO Certificate for Before environment' }] } } : answer;
  };
  t.notMatch((await collectSeed({ read: tenant }, { environmentId })).environments[0], { keys: Array }, 'a tenant’s own, by its name');
});

t.test('a key rotation policy is made, replaced and deleted, and sets the period of rotation', async (t) => {
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
  const made = await call('POST', 'keyRotationPolicies', { body: rotationPolicy });
  t.equal(made.statusCode, 201);
  t.match(made.json(), rotationPolicy);
  const path = `keyRotationPolicies/${made.json().id}`;
  t.same((await call('GET', path)).json(), made.json());
  t.match((await call('PUT', path, { body: { ...rotationPolicy, name: 'Seldom', rotationPeriod: undefined } })).json(), {
    name: 'Seldom',
    rotationPeriod: 90,
  });

  const web = {
    name: 'A',
    type: 'WEB_APP',
    protocol: 'OPENID_CONNECT',
    redirectUris: ['https://x'],
    signing: { keyRotationPolicy: { id: made.json().id } },
  };
  const application = (await call('POST', 'applications', { body: web })).json();
  t.match((await call('DELETE', path)).json(), { details: [{ innerError: { referencedValues: [application.id] } }] });
  t.same(refusal(await call('POST', 'applications', { body: { ...web, signing: { keyRotationPolicy: { id: unknown } } } })), [
    400,
    'INVALID_VALUE',
    'signing.keyRotationPolicy',
  ]);
  const without = (await call('PUT', `applications/${application.id}`, { body: { ...web, signing: undefined } })).json();
  t.notOk('signing' in without, 'without a policy, the default one signs');
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.equal((await call('GET', path)).statusCode, 404);
  t.same(refusal(await call('DELETE', `keyRotationPolicies/${standard.id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);

  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['too often', { ...rotationPolicy, rotationPeriod: 29 }, [400, 'OUT_OF_RANGE', 'rotationPeriod']],
    ['a length', { ...rotationPolicy, keyLength: 2049 }, [400, 'INVALID_VALUE', 'keyLength']],
    ['no name', { ...rotationPolicy, dn: 'x' }, [400, 'INVALID_VALUE', 'dn']],
    ['a name that is taken', { ...rotationPolicy, name: standard.name }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['EC', { ...rotationPolicy, algorithm: 'EC' }, [400, 'INVALID_VALUE', 'algorithm']],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', 'keyRotationPolicies', { body: sent })), expected, name);

  const { next } = environment.keys;
  await call('PUT', `keyRotationPolicies/${standard.id}`, { body: { ...rotationPolicy, name: 'Default' } });
  clock.advance(31 * 86_400_000);
  t.equal(environment.keys.current.kid, next.kid, 'the keys follow the period of the default policy');
});

t.test('exported keys, rotation policies and roles are restored from the seed', async (t) => {
  const { call, environment } = await start(t);
  const make = async (path: string, sent: object): Promise<string> => (await call('POST', path, { body: sent })).json().id;
  const key = await make('keys', { ...body, usageType: 'ISSUANCE' });
  const curve = { ...body, name: 'Curve', algorithm: 'EC', keyLength: 256, signatureAlgorithm: 'SHA256withECDSA', serialNumber: 7 };
  const default_ = await make('keys', { ...curve, default: true });
  const policy = await make('keyRotationPolicies', rotationPolicy);
  const native = { name: 'N', type: 'NATIVE_APP', protocol: 'OPENID_CONNECT', redirectUris: ['https://x'] };
  const application = await make('applications', {
    ...native,
    kerberos: { key: { id: key } },
    signing: { keyRotationPolicy: { id: policy } },
  });
  const roleBody = { name: 'Own', applicableTo: ['ENVIRONMENT'], canBeAssignedBy: [{ id: admin }], permissions: [{ id: 'dir:read:user' }] };
  const role = await make('roles', roleBody);
  await call('POST', `users/${ids.alice}/roleAssignments`, {
    body: { role: { id: role }, scope: { id: environmentId, type: 'ENVIRONMENT' } },
  });

  const collect = async () => {
    const read = async (path: string) => {
      const answer = await call('GET', path);
      return answer.statusCode === 200 ? (answer.json() as Record<string, unknown>) : undefined;
    };
    const json = await collectSeed({ read }, { environmentId, users: true, secrets: true });
    return JSON.parse(JSON.stringify(json));
  };
  const json = await collect();
  t.notMatch(JSON.stringify(json), /pkcs8|privateKey|expiresAt|startsAt/);
  t.match(json.environments[0], {
    keys: [
      { id: key, usageType: 'ISSUANCE' },
      { id: default_, name: 'Curve', serialNumber: 7, default: true },
    ],
    keyRotationPolicies: [{ id: policy, ...rotationPolicy }],
    roles: [{ id: role, ...roleBody }],
  });
  t.equal(json.environments[0].keys.length, 2, 'without the one that every environment has');
  const signings = json.environments[0].applications.flatMap(({ signing }: { signing?: object }) => signing ?? []);
  t.same(signings, [{ keyRotationPolicy: policy }], 'the default policy is not named');

  const again = await buildTestServer(t);
  await again.context.environments.remove(environmentId);
  await applySeed(again.context, readSeed(json, 'a seed'));
  const made = again.context.environments.get(environmentId) as typeof environment;
  const kept = await made.store.applications.get(application);
  t.match(kept, { kerberos: { key: { id: key } }, signing: { keyRotationPolicy: { id: policy } } });
  t.notOk([made.keys.current.kid].includes(made.keys.ofPolicy(policy).current.kid), 'with keys of its own');
  const [one, other] = [await environment.store.configuredKeys.get(key), await made.store.configuredKeys.get(key)];
  t.match(other, { subjectDN: one?.subjectDN, keyLength: one?.keyLength, usageType: 'ISSUANCE' });
  t.not(other?.certificate, one?.certificate, 'another key that is like it');
  t.same(
    (await made.store.roleAssignments.find('holder.id', ids.alice)).map((assignment) => assignment.role.id),
    [role],
  );
  await applySeed(again.context, readSeed(json, 'a seed'));
  t.equal((await made.store.configuredKeys.get(key))?.certificate, other?.certificate, 'a key that is there stays');

  const [standard] = (await call('GET', 'keyRotationPolicies')).json()._embedded.keyRotationPolicies;
  await call('PUT', `keyRotationPolicies/${standard.id}`, { body: { ...rotationPolicy, name: 'Mine', rotationPeriod: 45 } });
  const changed = await collect();
  t.match(changed.environments[0].keyRotationPolicies[0], { id: standard.id, name: 'Mine', default: true });
  await again.context.environments.remove(environmentId);
  await applySeed(again.context, readSeed(changed, 'a seed'));
  t.match(again.context.environments.get(environmentId)?.record, { keyRotationPolicyId: standard.id, rotationPeriod: 45 });
  t.same(again.context.environments.get(environmentId)?.keys.all().length, 5, 'the default one has the keys of the environment');
});
