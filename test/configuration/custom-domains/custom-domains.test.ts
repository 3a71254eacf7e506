import { request } from 'node:https';
import { pino } from 'pino';
import t from 'tap';
import { applySeed, readSeed } from '../../../src/configuration/seed/index.js';
import { startServer } from '../../../src/server/start.js';
import { defaultSettings } from '../../../src/settings/read.js';
import { domainCertificate } from '../../helpers/domain-certificates.js';
import { type Call, environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';
import { startStored } from '../../helpers/stored-server.js';

const domainName = 'auth.customer.io';
const verify = { action: 'domainName.verify' };
const importing = (body: object) => ({ action: 'certificate.import', body });

const made = async (call: Call, name = domainName): Promise<string> =>
  (await call('POST', 'customDomains', { body: { domainName: name } })).json().id;

async function makeActive(call: Call, now: number): Promise<string> {
  const id = await made(call);
  await call('POST', `customDomains/${id}`, verify);
  t.equal((await call('POST', `customDomains/${id}`, importing(domainCertificate([domainName], now)))).statusCode, 200);
  return id;
}

t.test('a custom domain is created, verified and given a certificate, and shows its status', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  const answer = await call('POST', 'customDomains', { body: { domainName: 'Auth.Customer.io' } });
  t.equal(answer.statusCode, 201);
  const { id, canonicalName } = answer.json();
  const self = `${environmentUrl}/customDomains/${id}`;
  const shown = {
    _links: { self: { href: self }, environment: { href: environmentUrl } },
    id,
    environment: { id: environmentId },
    domainName,
    status: 'VERIFICATION_REQUIRED',
    canonicalName,
  };
  t.same(answer.json(), shown);
  t.match(canonicalName, /^[\da-f-]{36}\.edge1\.pingone\.com\.$/);
  t.same((await call('GET', 'customDomains')).json()._embedded.customDomains, [shown]);

  const body = domainCertificate([domainName], clock.now());
  const early = await call('POST', `customDomains/${id}`, importing(body));
  t.equal(early.statusCode, 400);
  t.match(early.json().details[0].message, /^Custom domain status must be 'SSL_CERTIFICATE_REQUIRED' or 'ACTIVE'/);
  t.same((await call('POST', `customDomains/${id}`, verify)).json(), { ...shown, status: 'SSL_CERTIFICATE_REQUIRED' });
  const again = await call('POST', `customDomains/${id}`, verify);
  t.equal(again.statusCode, 400);
  t.match(again.json().details[0].message, /^custom domain does not need to be verified/);

  const active = await call('POST', `customDomains/${id}`, importing(body));
  const expiresAt = new Date(Math.floor((clock.now() + 365 * 86_400_000) / 1000) * 1000).toISOString();
  t.same(active.json(), { ...shown, status: 'ACTIVE', certificate: { expiresAt } });
  t.same((await call('GET', `customDomains/${id}`)).json(), active.json());
  t.equal((await call('POST', `customDomains/${id}`, importing(body))).statusCode, 200, 'a certificate may be replaced');
  t.equal((await call('PUT', `customDomains/${id}`, { body: { domainName } })).statusCode, 403, 'there is no PUT');

  t.equal((await call('DELETE', `customDomains/${id}`)).statusCode, 204);
  t.equal((await call('GET', `customDomains/${id}`)).statusCode, 404);
  t.equal((await call('POST', `customDomains/${id}`, verify)).statusCode, 404);
});

t.test('domain names are checked, and unique across environments', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (const name of ['no domain', 'localhost', 'a..b.io', '127.0.0.1', 'https://a.io', 'a.io:443', '-a.io', 'auth.pingone.com'])
    t.same(refusal(await call('POST', 'customDomains', { body: { domainName: name } })), [400, 'INVALID_VALUE', 'domainName'], name);
  const body = {
    name: 'Second',
    region: 'NA',
    type: 'SANDBOX',
    license: (await call('GET', `/environments/${environmentId}`)).json().license,
  };
  const { id: second } = (await call('POST', '/environments', { body })).json();
  const ofSecond = (name: string) => call('POST', `/environments/${second}/customDomains`, { body: { domainName: name } });

  const id = await made(call);
  t.same(refusal(await ofSecond(domainName.toUpperCase())), [400, 'UNIQUENESS_VIOLATION', 'domainName']);
  t.same(refusal(await call('POST', 'customDomains', { body: { domainName } })), [400, 'UNIQUENESS_VIOLATION', 'domainName']);
  t.same(refusal(await call('POST', 'customDomains', { body: { domainName: 'two.customer.io' } })), [
    400,
    'CONSTRAINT_VIOLATION',
    undefined,
  ]);
  t.equal((await call('DELETE', `customDomains/${id}`)).statusCode, 204);
  t.equal((await ofSecond(domainName)).statusCode, 201);
  t.equal((await call('DELETE', `/environments/${second}`)).statusCode, 204);
  t.ok(await made(call), 'the name of a deleted environment is free again');
});

t.test('a certificate that a browser would not accept is refused', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  const id = await made(call);
  await call('POST', `customDomains/${id}`, verify);
  const year = 365 * 86_400_000;
  const good = domainCertificate([domainName], clock.now());
  const other = domainCertificate([domainName], clock.now());
  const cases: readonly (readonly [name: string, body: object, target: string])[] = [
    ['no certificate', { ...good, certificate: 'x' }, 'certificate'],
    ['of another name', domainCertificate(['other.customer.io'], clock.now()), 'certificate'],
    ['expired', domainCertificate([domainName], clock.now() - 2 * year), 'certificate'],
    ['not yet valid', domainCertificate([domainName], clock.now() + year), 'certificate'],
    ['self-signed', { ...good, certificate: good.intermediateCertificates }, 'certificate'],
    ['another key', { ...good, privateKey: other.privateKey }, 'privateKey'],
    ['no key', { ...good, privateKey: good.certificate }, 'privateKey'],
    ['another chain', { ...good, intermediateCertificates: other.intermediateCertificates }, 'intermediateCertificates'],
    ['no chain', { ...good, intermediateCertificates: 'x' }, 'intermediateCertificates'],
  ];
  for (const [name, body, target] of cases)
    t.same(refusal(await call('POST', `customDomains/${id}`, importing(body))), [400, 'INVALID_VALUE', target], name);
  const { certificate, privateKey } = good;
  t.same(refusal(await call('POST', `customDomains/${id}`, importing({ certificate }))), [400, 'EMPTY_VALUE', 'privateKey']);
  t.equal((await call('GET', `customDomains/${id}`)).json().status, 'SSL_CERTIFICATE_REQUIRED', 'nothing has changed');
  const wildcard = domainCertificate(['*.customer.io'], clock.now());
  t.equal((await call('POST', `customDomains/${id}`, importing(wildcard))).statusCode, 200, 'a wildcard will do');
  t.equal((await call('POST', `customDomains/${id}`, importing({ certificate, privateKey }))).statusCode, 200, 'without a chain');
});

t.test('an active custom domain serves its environment without the id, and no other name does', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  const at = (url: string) => app.inject({ url, headers: { host: domainName } });
  const discovery = '/as/.well-known/openid-configuration';
  t.equal((await at('/')).statusCode, 421, 'before it is active');
  const id = await makeActive(call, clock.now());
  const document = (await at(discovery)).json();
  t.equal(document.issuer, `http://${domainName}/as`);
  t.equal(document.token_endpoint, `http://${domainName}/as/token`);
  t.equal((await at(`/${environmentId}${discovery}`)).json().issuer, `http://${domainName}/as`);
  t.equal((await app.inject({ url: discovery, headers: { host: 'other.customer.io' } })).statusCode, 421);
  t.not((await app.inject({ url: discovery })).statusCode, 200, 'the host of the server itself needs the id');
  t.equal((await call('DELETE', `customDomains/${id}`)).statusCode, 204);
  t.equal((await at(discovery)).statusCode, 421, 'after its deletion');
});

t.test('a reset takes the custom domain with it', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  await makeActive(call, clock.now());
  const at = () => app.inject({ url: '/as/jwks', headers: { host: domainName } });
  t.equal((await at()).statusCode, 200);
  await app.inject({ method: 'POST', url: '/__mock/v1/reset' });
  t.equal((await at()).statusCode, 421);
});

t.test('a custom domain is exported without its key, and a seed makes it active', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const id = await makeActive(await managementClient(app), clock.now());
  const seed = (await app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  const [exported] = seed.environments[0].customDomains;
  t.match(exported, { id, domainName, status: 'ACTIVE', certificate: { expiresAt: /Z$/ } });
  t.notMatch(JSON.stringify(seed.environments[0].customDomains), /PRIVATE/);

  const other = await buildTestServer(t);
  await applySeed(other.context, readSeed(seed, 'exported.json'));
  t.equal((await other.app.inject({ url: '/as/jwks', headers: { host: domainName } })).statusCode, 200);
  const second = { environments: [{ id: 'e0000000-0000-4000-8000-0000000000ff', name: 'Second', customDomains: [{ domainName }] }] };
  await t.rejects(
    applySeed(other.context, readSeed(second, 'second.json')),
    /customDomains\[0\]\.domainName/,
    'another environment has it',
  );
});

t.test('a restart with a data folder keeps a custom domain and its certificate', async (t) => {
  const folder = t.testdir();
  const first = await startStored(t, folder);
  const id = await makeActive(first.call, Date.now());
  await first.close();
  const { app, call, context, damages } = await startStored(t, folder);
  t.same(damages, []);
  t.equal((await call('GET', `customDomains/${id}`)).json().status, 'ACTIVE');
  t.equal((await app.inject({ url: '/as/jwks', headers: { host: domainName } })).statusCode, 200);
  t.match(context.storedDomain(domainName)?.imported?.privateKey, /PRIVATE KEY/);
});

t.test('the private key never gets into the log or the journal', async (t) => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  const { app, clock } = await buildTestServer(t, { hideSecrets: true }, log);
  const call = await managementClient(app);
  await makeActive(call, clock.now());
  const journal = (await app.inject(`/__mock/v1/environments/${environmentId}/requests`)).body;
  t.match(journal, /customDomains/);
  for (const text of [journal, lines.join('')]) t.notMatch(text, /PRIVATE KEY/);
});

t.test('over TLS an active custom domain has the certificate that was imported', async (t) => {
  const server = await startServer({ ...defaultSettings, port: 0, https: 'on', httpsPort: 0 });
  t.teardown(() => server.close());
  const call = await managementClient(server.app);
  const port = Number(new URL(server.httpsUrl ?? '').port);
  const ask = (name: string, ca: string | undefined) =>
    new Promise<string>((resolve, reject) => {
      request({ host: '127.0.0.1', port, servername: name, path: '/as/jwks', headers: { host: name }, ca, agent: false }, (answer) => {
        answer.resume();
        answer.once('end', () => resolve(String(answer.statusCode)));
      })
        .once('error', reject)
        .end();
    });
  const body = domainCertificate([domainName], Date.now());
  const id = await made(call);
  await call('POST', `customDomains/${id}`, verify);
  await call('POST', `customDomains/${id}`, importing(body));
  t.equal(await ask(domainName, body.intermediateCertificates), '200', 'trusted by its own authority');
  await t.rejects(ask(domainName, server.ca), 'which is not the server’s');
  t.equal(await ask('localhost', server.ca), '403', 'the other names keep theirs');
});
