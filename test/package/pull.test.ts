import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { makeCertificate } from '../../src/lib/x509/certificate.js';
import { png } from '../helpers/images.js';
import { launchReady, type Ready, run } from './command.js';

const { publicKey, privateKey: signingKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const named = { commonName: 'partner.example.com', organization: 'Partner' };
const certificate = new X509Certificate(
  makeCertificate({
    subject: named,
    issuer: named,
    publicKey,
    signingKey,
    serialNumber: Buffer.from([9]),
    notBeforeAt: Date.UTC(2026, 0),
    notAfterAt: Date.UTC(2046, 0),
  }),
);

const worker = 'a0000000-0000-4000-8000-000000000001';

const folder = mkdtempSync(join(tmpdir(), 'pull-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'worker-secret\n');

/** Calls the management API of a mock as its default worker. */
async function managementOf({ url, issuer }: Ready) {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${worker}:worker-secret`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return async (method: string, path: string, body?: object | Buffer | FormData) => {
    const isImage = Buffer.isBuffer(body);
    const isForm = body instanceof FormData;
    const response = await fetch(`${url}/v1/environments/e0000000-0000-4000-8000-000000000001${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && !isForm && { 'content-type': isImage ? 'image/png' : 'application/json' }) },
      ...(body && { body: isForm ? body : isImage ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    return { status: response.status, body: response.status === 204 ? undefined : ((await response.json()) as Record<string, unknown>) };
  };
}

const pullFrom = ({ url, environmentId }: Ready, ...more: string[]) =>
  run([
    'pull',
    '--api',
    url,
    '--auth',
    url,
    '--environment',
    environmentId,
    '--client-id',
    worker,
    '--client-secret-file',
    secretFile,
    ...more,
  ]);

t.test('a seed pulled from one mock starts another one like it', async (t) => {
  const first = await launchReady(t);
  const call = await managementOf(first.ready);
  const created = await call('POST', '/applications', {
    enabled: true,
    name: 'Pulled',
    type: 'WEB_APP',
    protocol: 'OPENID_CONNECT',
    grantTypes: ['AUTHORIZATION_CODE'],
    responseTypes: ['CODE'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_POST',
    redirectUris: ['https://pulled.example.com/callback'],
  });
  t.equal(created.status, 201);
  const image = (await call('POST', '/images', png(7, 8))).body as { id: string; targets: { original: { href: string } } };
  const logo = { id: image.id, href: image.targets.original.href };
  t.equal((await call('PUT', '/brandingSettings', { companyName: 'Pulled', logo })).status, 200);
  const foreign = { ...logo, href: logo.href.replace(/^http:..[^/]+/, 'http://127.0.0.1:9') };
  const configuration = { logoType: 'IMAGE', logo: { ...foreign, id: worker }, backgroundType: 'NONE' };
  t.equal((await call('POST', '/themes', { template: 'split', configuration })).status, 201);
  const form = new FormData();
  form.append('usageType', 'SIGNING');
  form.append('file', new Blob([certificate.toString()]), 'partner.pem');
  t.equal((await call('POST', '/certificates', form)).status, 201);
  await call('POST', '/users', { username: 'carol', email: 'carol@example.com', name: { given: 'Carol' } });

  const pulled = await pullFrom(first.ready, '--users', '--secrets');
  t.same([pulled.code, pulled.errors], [0, ''], 'nothing was skipped');
  const [environment] = JSON.parse(pulled.output).environments;
  t.match(environment, {
    id: first.ready.environmentId,
    name: 'Demo',
    users: [{ username: 'alice' }, { username: 'bob' }, { username: 'carol' }],
  });
  t.same(environment.images, [
    { id: image.id, data: png(7, 8).toString('base64'), original: { id: /_([^_]+)_original/.exec(logo.href)?.[1] } },
  ]);
  t.match(environment, { brandingSettings: { companyName: 'Pulled', logo: { id: image.id } }, themes: [{ template: 'split' }] });
  t.match(environment.certificates, [{ usageType: 'SIGNING', certificate: certificate.raw.toString('base64') }]);
  t.ok(environment.applications.some(({ name }: { name: string }) => name === 'Pulled'));

  const seed = join(folder, 'seed.json');
  writeFileSync(seed, pulled.output);
  const second = await launchReady(t, ['--config', seed]);
  const again = await pullFrom(second.ready, '--users', '--secrets');
  const moved = pulled.output.replaceAll(first.ready.url, second.ready.url);
  t.same(JSON.parse(again.output), JSON.parse(moved), 'nothing is lost, nothing is added, and images have the address of their server');

  const out = join(folder, 'out.json');
  const without = await pullFrom(first.ready, '--out', out);
  t.equal(without.output, '');
  const written = readFileSync(out, 'utf8');
  t.notMatch(written, 'carol', 'no users unless they are asked for');
  t.notMatch(written, '"secret"', 'nor secrets');
});

t.test('webhooks are pulled suspended, with their headers only beside other secrets', async (t) => {
  const { ready } = await launchReady(t);
  const call = await managementOf(ready);
  const httpEndpoint = { url: 'https://audit.example.com', headers: { Authorization: 'Basic dXNlcjpwYXNz' } };
  const filterOptions = { includedActionTypes: ['USER.CREATED'] };
  const made = await call('POST', '/subscriptions', {
    name: 'Audit',
    enabled: true,
    verifyTlsCertificates: true,
    filterOptions,
    httpEndpoint,
  });
  t.equal(made.status, 201);
  const plain = await pullFrom(ready);
  t.match(plain.errors, /these webhooks are not enabled in the seed, so that no mock posts to their targets:\n {2}Audit\n/);
  const seeded = (text: string) => (JSON.parse(text) as { environments: { subscriptions: object[] }[] }).environments[0]?.subscriptions;
  t.match(seeded(plain.output), [{ name: 'Audit', enabled: false, httpEndpoint: { url: httpEndpoint.url, headers: undefined } }]);
  t.match(seeded((await pullFrom(ready, '--secrets')).output), [{ enabled: false, httpEndpoint }]);
});

t.test('an export includes passwords and secrets', async (t) => {
  const { ready } = await launchReady(t);
  const { code, output } = await run(['export', '--url', ready.url]);
  t.equal(code, 0);
  const [environment] = JSON.parse(output).environments;
  t.match(environment.users, [
    { username: 'alice', password: 'Alice-Passw0rd' },
    { username: 'bob', password: 'Bob-Passw0rd1' },
  ]);
  t.equal(environment.applications.find(({ id }: { id: string }) => id === worker).secret, 'worker-secret');
  const seed = join(folder, 'exported.json');
  writeFileSync(seed, output);
  const second = await launchReady(t, ['--config', seed]);
  t.same(JSON.parse((await run(['export', '--url', second.ready.url])).output), JSON.parse(output), 'and starts the same again');
});

t.test('export warns that private keys are not included', async (t) => {
  const { ready } = await launchReady(t);
  t.equal((await run(['export', '--url', ready.url])).errors, '', 'nothing to tell');
  const config = join(folder, 'keys.json');
  const key = {
    name: 'K',
    algorithm: 'EC',
    keyLength: 256,
    signatureAlgorithm: 'SHA256withECDSA',
    subjectDN: 'CN=K',
    usageType: 'SIGNING',
  };
  writeFileSync(config, JSON.stringify({ environments: [{ name: 'E', applications: [], keys: [{ ...key, validityPeriod: 365 }] }] }));
  const second = await launchReady(t, ['--config', config]);
  t.match((await run(['export', '--url', second.ready.url])).errors, /private keys are not included/);
});

t.test('pull refuses wrong flags, credentials and addresses with what to check', async (t) => {
  const { ready } = await launchReady(t);
  const wrongSecret = join(folder, 'wrong');
  writeFileSync(wrongSecret, 'guessed');
  const cases = [
    [['--api', 'x'], 2, /--api is "x"; expected an address/],
    [['--environment', 'x'], 2, /--environment: expected an environment id/],
    [['--client-secret-file', '/nowhere'], 1, /\/nowhere does not exist/],
    [['--client-id', 'nobody'], 1, /issued no token \(401\): Request denied/],
    [
      ['--client-secret-file', wrongSecret],
      1,
      /issued no token \(401\): Request denied: (?!Unsupported).*; do --client-id and --client-secret-file/,
    ],
    [
      ['--environment', 'e0000000-0000-4000-8000-00000000000f'],
      1,
      /issued no token \(404\).*; does the environment in --environment exist/,
    ],
    [['--api', 'http://127.0.0.1:1'], 1, /http:\/\/127\.0\.0\.1:1 does not answer \(.+\): is --api correct\?/],
    [['--auth', 'http://127.0.0.1:1'], 1, /http:\/\/127\.0\.0\.1:1 does not answer \(.+\): is --auth correct\?/],
  ] as const;
  for (const [[flag, value], code, message] of cases) {
    const given: Record<string, string> = {
      '--api': ready.url,
      '--auth': ready.url,
      '--environment': ready.environmentId,
      '--client-id': worker,
      '--client-secret-file': secretFile,
    };
    const ended = await run(['pull', ...Object.entries({ ...given, [flag]: value }).flat()]);
    t.equal(ended.code, code, `${flag} ${value}`);
    t.match(ended.errors, message);
  }
});

t.test('acknowledged users survive kill -9, and the seed is not applied again', async (t) => {
  const data = join(folder, 'data');
  const first = await launchReady(t, ['--data', data]);
  const call = await managementOf(first.ready);
  const ids: string[] = [];
  for (let at = 0; at < 20; at += 1) {
    const { status, body } = await call('POST', '/users', { username: `kept${at}`, email: `kept${at}@example.com` });
    t.equal(status, 201);
    ids.push(String(body?.id));
  }
  t.equal((await call('DELETE', `/users/${ids[3]}`)).status, 204);
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await launchReady(t, ['--data', data]);
  const again = await managementOf(second.ready);
  for (const [at, id] of ids.entries()) t.equal((await again('GET', `/users/${id}`)).status, at === 3 ? 404 : 200, `user ${at}`);
  t.equal(((await again('GET', '/users')).body as { count: number }).count, 21, 'the seed is not applied a second time');
});

t.test('the command of docs/verify.md finds a running mock as it says, and writes its report', async (t) => {
  const { ready } = await launchReady(t);
  const [, shown = ''] = /^```sh\n(.*?)^```/ms.exec(readFileSync('docs/verify.md', 'utf8')) ?? [];
  const words = shown.replaceAll('\\\n', ' ').trim().split(/\s+/).slice(1);
  const values: Readonly<Record<string, string>> = {
    '--api': ready.url,
    '--auth': ready.url,
    '--environment': ready.environmentId,
    '--client-id': worker,
    '--client-secret-file': secretFile,
    '--report': join(folder, 'report.json'),
  };
  const argv = words.map((word, at) => values[words[at - 1] ?? ''] ?? word);
  t.same(argv.length, words.length);
  for (const flag of Object.keys(values)) t.ok(words.includes(flag), flag);
  const { code, output, errors } = await run([...argv, '--write']);
  t.same([code, errors], [0, '']);
  t.match(output, /✓ token\.no-verifier/);
  const { counts, findings } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  t.match(counts, { different: 0, notAsked: 0, same: findings.length });
});
