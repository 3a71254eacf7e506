import { createServer } from 'node:net';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { addCertificate } from '../../../src/configuration/keys/certificates.js';
import { createRandom } from '../../../src/lib/random.js';
import { createIssuer, makeAuthority, toPem } from '../../../src/server/tls/authority.js';
import type { Settings } from '../../../src/settings/read.js';
import { authorize, redeem } from '../../helpers/client.js';
import { holdTimers } from '../../helpers/hold-timers.js';
import { type Call, managementClient } from '../../helpers/management.js';
import { type Receiver, receive } from '../../helpers/receiver.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';
import { startStored } from '../../helpers/stored-server.js';
import { until } from '../../helpers/until.js';

interface LogLine {
  readonly event?: string;
  readonly msg: string;
  readonly level: number;
  readonly diagnosis?: string;
}

async function start(t: Test, settings: Partial<Settings> = {}) {
  const lines: LogLine[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) });
  const server = await buildTestServer(t, settings, log);
  return { ...server, call: await managementClient(server.app), webhookLines: () => lines.filter(({ event }) => event === 'webhook') };
}

const subscription = (url: string, more: object = {}) => ({
  name: 'Audit',
  enabled: true,
  verifyTlsCertificates: true,
  filterOptions: { includedActionTypes: ['POPULATION.CREATED'] },
  format: 'ACTIVITY',
  httpEndpoint: { url },
  ...more,
});
const subscribe = async (call: Call, url: string, more: object = {}): Promise<string> => {
  const made = await call('POST', 'subscriptions', { body: subscription(url, more) });
  if (made.statusCode !== 201) throw new Error(made.body);
  return made.json().id;
};
let made = 0;
/** Makes what the usual subscription listens to. */
const populate = async (call: Call, name = `P${++made}`): Promise<string> =>
  (await call('POST', 'populations', { body: { name } })).json().id;
const names = (receiver: Receiver) => receiver.events().map(({ resources }) => resources[0]?.name);

t.test('an event is posted as a list with the form of audit activities, with the headers of the subscription', async (t) => {
  const receiver = await receive(t);
  const { call, webhookLines } = await start(t, { baseUrl: 'http://localhost:9400' });
  await subscribe(call, receiver.url, { httpEndpoint: { url: receiver.url, headers: { Authorization: 'Basic x', 'X-Own': 'y' } } });
  await populate(call, 'Staff');
  await until(() => receiver.posted.length);
  const [{ method, path, headers, events } = {}] = receiver.posted;
  t.same([method, path], ['POST', '/hook']);
  t.match(headers, { authorization: 'Basic x', 'x-own': 'y', 'content-type': 'application/json', 'transfer-encoding': undefined });
  const found = await call('GET', `activities/${events?.[0]?.id}`);
  t.same(events, [found.json()], 'it is the event that the management API shows');
  await until(() => webhookLines().length);
  t.match(webhookLines(), [{ ok: true, events: 1, msg: 'webhook Audit: delivered 1 event' }]);
});

t.test('a sign-on is posted too, and does not wait for its target', async (t) => {
  const receiver = await receive(t);
  receiver.answer = () => {};
  const { app, call } = await start(t);
  await subscribe(call, receiver.url, { filterOptions: { includedActionTypes: ['TOKEN.CREATED', 'USER.ACCESS_ALLOWED'] } });
  t.equal((await redeem(app, await authorize(app))).statusCode, 200, 'while the target answers nothing');
  await until(() => receiver.posted.length);
  t.match(receiver.events()[0], { action: { type: 'USER.ACCESS_ALLOWED' } });
});

t.test('action types, populations, applications and tags filter, all of them together', async (t) => {
  const receiver = await receive(t);
  const { call } = await start(t);
  const staff = await populate(call);
  const listen = (name: string, filterOptions: object) => subscribe(call, `${receiver.url}/${name}`, { name, filterOptions });
  const includedActionTypes = ['USER.CREATED', 'USER.UPDATED', 'USER.DELETED'];
  await listen('all', { includedActionTypes });
  await listen('created', { includedActionTypes: ['USER.CREATED'] });
  await listen('staff', { includedActionTypes, includedPopulations: [{ id: staff }] });
  await listen('worker', { includedActionTypes, includedApplications: [{ id: ids.worker }] });
  await listen('spa', { includedActionTypes, includedApplications: [{ id: ids.spa }] });
  await listen('admins', { includedActionTypes, includedTags: ['adminIdentityEvent'] });
  const user = { email: 'x@example.com', population: { id: staff } };
  const { id } = (await call('POST', 'users', { body: { username: 'staff', ...user } })).json();
  const administrator = (
    await call('POST', 'users', {
      body: {
        username: 'admin',
        email: 'a@example.com',
        population: { id: (await call('GET', `users/${ids.alice}`)).json().population.id },
      },
    })
  ).json().id;
  const roles = (await call('GET', '/roles')).json()._embedded.roles as { id: string; name: string }[];
  const readOnly = roles.find(({ name }) => name === 'Identity Data Read Only')?.id;
  t.equal(
    (
      await call('POST', `users/${administrator}/roleAssignments`, {
        body: { role: { id: readOnly }, scope: { id: environmentId, type: 'ENVIRONMENT' } },
      })
    ).statusCode,
    201,
  );
  await call('PATCH', `users/${administrator}`, { body: { nickname: 'A' } });
  await call('DELETE', `users/${administrator}`);
  await call('PATCH', `users/${id}`, { body: { nickname: 'S' } });
  const of = (name: string) =>
    receiver.posted
      .filter(({ path }) => path?.endsWith(name))
      .flatMap(({ events }) => events.map(({ action, resources }) => `${action.type} ${resources[0]?.name}`));
  await until(() => of('all').length === 5);
  await until(() => of('worker').length === 5 && of('staff').length === 2 && of('created').length === 2 && of('admins').length === 2);
  t.same(of('all'), ['USER.CREATED staff', 'USER.CREATED admin', 'USER.UPDATED admin', 'USER.DELETED admin', 'USER.UPDATED staff']);
  t.same(of('created'), ['USER.CREATED staff', 'USER.CREATED admin']);
  t.same(of('staff'), ['USER.CREATED staff', 'USER.UPDATED staff']);
  t.same(of('admins'), ['USER.UPDATED admin', 'USER.DELETED admin']);
  t.same(of('spa'), []);
});

t.test('address and user agent are shown only if the subscription says so', async (t) => {
  const receiver = await receive(t);
  const { call } = await start(t);
  for (const [name, more] of [
    ['none', {}],
    ['both', { ipAddressExposed: true, userAgentExposed: true }],
    ['agent', { userAgentExposed: true }],
  ] as const)
    await subscribe(call, `${receiver.url}/${name}`, { filterOptions: { includedActionTypes: ['POPULATION.CREATED'], ...more } });
  await call('POST', 'populations', { body: { name: 'Staff' }, headers: { 'user-agent': 'Browser/1' } });
  await until(() => receiver.posted.length === 3);
  const source = (name: string) => receiver.posted.find(({ path }) => path?.endsWith(name))?.events[0]?.source;
  t.same(source('none'), undefined);
  t.same(source('both'), { ipAddress: '127.0.0.1', userAgent: 'Browser/1' });
  t.same(source('agent'), { userAgent: 'Browser/1' });
});

t.test('events that wait are sent in their order, at most 500 in one request', async (t) => {
  const receiver = await receive(t);
  const { call, environment } = await start(t);
  await subscribe(call, receiver.url);
  receiver.answer = (response) => {
    // The first request waits until all others are there.
    void until(() => areThere).then(() => response.end());
  };
  let areThere = false;
  const party = { type: 'POPULATION', id: ids.alice, environmentId, path: `populations/${ids.alice}` };
  const wanted = Array.from({ length: 1102 }, (_, at) => `P${at}`);
  environment.activities.add({ type: 'POPULATION.CREATED', resource: { ...party, name: 'P0' }, description: 'x' });
  await until(() => receiver.posted.length);
  for (const name of wanted.slice(1))
    environment.activities.add({ type: 'POPULATION.CREATED', resource: { ...party, name }, description: 'x' });
  areThere = true;
  await until(() => receiver.events().length === wanted.length);
  t.same(names(receiver), wanted);
  t.same(
    receiver.posted.map(({ events }) => events.length),
    [1, 500, 500, 101],
  );
});

t.test('a subscription limits its requests, and writes lines or indented JSON', async (t) => {
  const receiver = await receive(t);
  const { call, environment } = await start(t);
  let isOpen = false;
  receiver.answer = (response) => void until(() => isOpen).then(() => response.end());
  const listen = (name: string, maximumPayloadLimit: object, https: object) =>
    subscribe(call, `${receiver.url}/${name}`, { payloadOptions: { maximumPayloadLimit, payloadFormat: { https } } });
  await listen('lines', { type: 'EVENTS_PER_PAYLOAD', size: 2 }, { format: 'ND_JSON' });
  await listen('pretty', { type: 'KB_PER_PAYLOAD', size: 1 }, { format: 'JSON_ARRAY', prettyPrint: true });
  const party = { type: 'POPULATION', id: ids.alice, environmentId, path: `populations/${ids.alice}`, name: 'P' };
  for (let at = 0; at < 6; at += 1) environment.activities.add({ type: 'POPULATION.CREATED', resource: party, description: 'x' });
  isOpen = true;
  const of = (name: string) => receiver.posted.filter(({ path }) => path?.endsWith(name));
  await until(
    () =>
      of('lines').flatMap(({ body }) => body.trimEnd().split('\n')).length === 6 &&
      of('pretty').flatMap(({ events }) => events).length === 6,
  );
  for (const { headers, body } of of('lines')) {
    t.equal(headers['content-type'], 'application/x-ndjson');
    t.match(body, /^\{.*\}\n(\{.*\}\n)?$/);
  }
  for (const { body } of of('pretty'))
    t.ok(body.startsWith('[\n  {\n') && Buffer.byteLength(body) <= 1024, `${Buffer.byteLength(body)} bytes`);
});

t.test('the formats for Splunk and New Relic hold the same event', async (t) => {
  const receiver = await receive(t);
  const { call } = await start(t);
  for (const format of ['SPLUNK', 'NEWRELIC']) await subscribe(call, `${receiver.url}/${format}`, { format });
  await populate(call, 'Staff');
  await until(() => receiver.posted.length === 2);
  const of = (name: string) => receiver.posted.find(({ path }) => path?.endsWith(name))?.events[0];
  t.match(of('SPLUNK'), {
    event: { action: { type: 'POPULATION.CREATED' } },
    host: 'pingidentity.com',
    time: Date.UTC(2026, 10, 22, 12),
    source: 'POPULATION.CREATED',
  });
  t.match(of('NEWRELIC'), { eventType: 'PingOneActivity', 'action.type': 'POPULATION.CREATED', 'resources.0.name': 'Staff' });
  t.ok(
    Object.values(of('NEWRELIC') ?? {}).every((value) => typeof value !== 'object'),
    'without objects',
  );
});

t.test('the same events are sent again until a 200, with growing pauses by the environment’s clock', async (t) => {
  const receiver = await receive(t);
  const { call, environment, webhookLines } = await start(t);
  await subscribe(call, receiver.url);
  receiver.answer = 204;
  await populate(call, 'First');
  await until(() => webhookLines().length === 1);
  t.match(webhookLines(), [
    {
      level: 40,
      ok: false,
      diagnosis: 'webhook_target',
      retryAfterSeconds: 1,
      msg: /127\.0\.0\.1:\d+\/hook did not accept 1 event: it answered 204; only 200 counts\. Retrying in 1 s/,
    },
  ]);
  await populate(call, 'Second');
  environment.clock.advance(999);
  t.equal(receiver.posted.length, 1);
  receiver.answer = 500;
  environment.clock.advance(1);
  await until(() => webhookLines().length === 2);
  t.match(webhookLines()[1], { retryAfterSeconds: 2 });
  receiver.answer = 200;
  environment.clock.advance(2000);
  await until(() => receiver.posted.length === 4);
  t.same(
    receiver.posted.map(({ events }) => events.map(({ resources }) => resources[0]?.name)),
    [['First'], ['First'], ['First'], ['Second']],
  );
  t.same(new Set(receiver.posted.slice(0, 3).map(({ body }) => body)).size, 1, 'word for word');
  receiver.answer = 500;
  for (let failures = 1; failures <= 8; failures += 1) {
    if (failures === 1) await populate(call, 'Third');
    else environment.clock.advance(60_000);
    await until(() => webhookLines().filter((line) => line.diagnosis).length === 2 + failures);
  }
  t.match(webhookLines().at(-1), { retryAfterSeconds: 60 }, 'at most a minute');
});

t.test('a redirect is not followed, and a target that refuses, hangs up or talks nonsense is named', async (t) => {
  const receiver = await receive(t);
  const elsewhere = await receive(t);
  const { call, environment, webhookLines } = await start(t);
  const id = await subscribe(call, receiver.url);
  receiver.answer = (response) => response.writeHead(307, { location: elsewhere.url }).end();
  await populate(call);
  await until(() => webhookLines().length === 1);
  t.match(webhookLines()[0]?.msg, /it answered 307, and redirects are not followed; only 200 counts/);
  receiver.answer = (response) => void response.socket?.destroy();
  environment.clock.advance(60_000);
  await until(() => webhookLines().length === 2);
  t.match(webhookLines()[1]?.msg, /did not accept 1 event: (connection reset|socket hang up)/);

  const nonsense = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('220 mail.example.com ESMTP\r\n');
  });
  await new Promise<void>((resolve) => nonsense.listen(0, '127.0.0.1', resolve));
  t.teardown(() => nonsense.close());
  const { port } = nonsense.address() as { port: number };
  await call('PUT', `subscriptions/${id}`, { body: subscription(`http://127.0.0.1:${port}`) });
  await until(() => webhookLines().length === 3);
  t.match(webhookLines()[2]?.msg, /Parse Error/);
  nonsense.close();
  await call('PUT', `subscriptions/${id}`, { body: subscription(`http://127.0.0.1:${port}/?token=secret`) });
  await until(() => webhookLines().length === 4);
  t.match(webhookLines()[3]?.msg, /connection refused/);
  t.notMatch(webhookLines()[3]?.msg, /secret/, 'without the query, which may hold a secret');
  t.equal(elsewhere.posted.length, 0);
});

t.test('a target that does not answer has 10 seconds, and names below localhost are this machine', async (t) => {
  const receiver = await receive(t);
  const { call, environment, webhookLines } = await start(t);
  const pass = holdTimers(t);
  receiver.answer = () => {};
  await subscribe(call, receiver.url.replace('127.0.0.1', 'hooks.localhost'));
  await populate(call);
  await until(() => receiver.posted.length);
  t.match(receiver.posted[0]?.headers.host, /^hooks\.localhost:/);
  pass(9_999);
  t.equal(webhookLines().length, 0);
  pass(1);
  await until(() => webhookLines().length);
  t.match(webhookLines()[0]?.msg, /did not accept 1 event: no answer within 10 seconds/);
  receiver.answer = 200;
  pass(1_000);
  environment.clock.advance(1_000);
  await until(() => webhookLines().length === 2);
  t.equal(receiver.posted.length, 2);
});

t.test('a long answer is cut off, and one whose status is 200 counts', async (t) => {
  const receiver = await receive(t);
  const { call, webhookLines } = await start(t);
  await subscribe(call, receiver.url);
  let written = 0;
  receiver.answer = (response) => {
    response.on('error', () => {});
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  await populate(call);
  await until(() => webhookLines().length);
  t.match(webhookLines(), [{ ok: true }]);
  t.ok(written < 50_000_000, `${written} bytes`);
});

t.test('a target’s certificate is verified: by those of the environment, or not at all', async (t) => {
  const now = Date.now();
  const authority = makeAuthority({ names: ['localhost'], addresses: ['127.0.0.1'] }, now, createRandom());
  const issuer = createIssuer(authority, now, createRandom());
  const cert = issuer.issue({ names: ['localhost'], addresses: ['127.0.0.1'] });
  const receiver = await receive(t, { key: issuer.key, cert, requestCert: true, rejectUnauthorized: false });
  const { call, environment, webhookLines } = await start(t);
  const id = await subscribe(call, receiver.url);
  await populate(call, 'One');
  await until(() => webhookLines().length);
  t.match(webhookLines()[0]?.msg, /self-signed certificate in certificate chain|unable to verify/);
  t.equal(receiver.posted.length, 0);
  await call('PUT', `subscriptions/${id}`, { body: subscription(receiver.url, { verifyTlsCertificates: false }) });
  await until(() => receiver.posted.length === 1);

  await addCertificate(environment, { file: Buffer.from(toPem(authority.certificate)), usageType: 'SSL/TLS' });
  const key = await call('POST', 'keys', {
    body: {
      name: 'Outbound',
      algorithm: 'RSA',
      keyLength: 2048,
      signatureAlgorithm: 'SHA256withRSA',
      subjectDN: 'CN=outbound',
      usageType: 'OUTBOUND_MTLS',
      validityPeriod: 365,
    },
  });
  const tlsClientAuthKeyPair = { id: key.json().id };
  await call('PUT', `subscriptions/${id}`, { body: subscription(receiver.url, { tlsClientAuthKeyPair }) });
  await populate(call, 'Two');
  await until(() => receiver.posted.length === 2);
  t.same(names(receiver), ['One', 'Two']);
  t.same(
    receiver.posted.map(({ client }) => client),
    [undefined, 'outbound'],
    'with the certificate of its key',
  );
});

t.test('events of a suspended subscription wait until it is enabled', async (t) => {
  const receiver = await receive(t);
  const { call } = await start(t);
  const id = await subscribe(call, receiver.url, { enabled: false });
  await populate(call, 'One');
  await populate(call, 'Two');
  t.equal(receiver.posted.length, 0);
  await call('PUT', `subscriptions/${id}`, { body: subscription(receiver.url) });
  await until(() => receiver.events().length === 2);
  t.same(names(receiver), ['One', 'Two']);
});

t.test('old events are lost: after 7 days if the target fails, after 14 if the subscription is suspended', async (t) => {
  const receiver = await receive(t);
  const { app, call, environment, webhookLines } = await start(t);
  const day = 86_400_000;
  await subscribe(call, receiver.url, { name: 'Failing' });
  const suspended = await subscribe(call, `${receiver.url}/suspended`, { enabled: false });
  receiver.answer = 500;
  await populate(call, 'Old');
  await until(() => webhookLines().length === 1);
  environment.clock.advance(7 * day);
  await until(() => webhookLines().length === 2);
  t.match(webhookLines()[1], { events: 1, msg: /lost 1 event: they were too old/ });
  receiver.answer = 200;
  const later = await managementClient(app);
  await populate(later, 'New');
  await until(() => receiver.posted.length === 2);
  environment.clock.advance(7 * day);
  const last = await managementClient(app);
  await last('PUT', `subscriptions/${suspended}`, { body: subscription(`${receiver.url}/suspended`) });
  await until(() => receiver.posted.length === 3);
  t.same(names(receiver), ['Old', 'New', 'New']);
});

t.test('a subscription that is deleted drops what waits, even in the middle of a request', async (t) => {
  const receiver = await receive(t);
  const { call, environment, webhookLines } = await start(t);
  const id = await subscribe(call, receiver.url);
  let isCut = false;
  receiver.answer = (response) => void response.on('close', () => (isCut = true));
  await populate(call);
  await populate(call);
  await until(() => receiver.posted.length);
  t.equal((await call('DELETE', `subscriptions/${id}`)).statusCode, 204);
  await until(() => isCut && webhookLines().length);
  t.match(webhookLines(), [{ events: 2, msg: /lost 2 events: the subscription was deleted/ }]);
  environment.clock.advance(600_000);
  await populate(call);
  t.equal(receiver.posted.length, 1);
});

t.test('at most 10000 events wait: the oldest are lost, and the log says how many', async (t) => {
  const receiver = await receive(t);
  const { call, environment, webhookLines } = await start(t);
  const id = await subscribe(call, receiver.url, { enabled: false });
  const party = { type: 'POPULATION', id: ids.alice, environmentId, path: `populations/${ids.alice}` };
  for (let at = 0; at < 10_250; at += 1)
    environment.activities.add({ type: 'POPULATION.CREATED', resource: { ...party, name: `P${at}` }, description: 'x' });
  await until(() => webhookLines().length === 1);
  t.match(webhookLines()[0]?.msg, /lost 1 event: more than 10000 were waiting/);
  await call('PUT', `subscriptions/${id}`, { body: subscription(receiver.url) });
  await until(() => receiver.events().length === 10_000);
  t.equal(names(receiver)[0], 'P250');
  await until(() => webhookLines().some(({ msg }) => /lost 249 events/.test(msg)));
});

t.test('a reset drops what waits, and so does the end of an environment', async (t) => {
  const receiver = await receive(t);
  const { app, call, environment, webhookLines } = await start(t);
  await subscribe(call, receiver.url);
  receiver.answer = 500;
  await populate(call);
  await until(() => webhookLines().length === 1);
  t.equal((await app.inject({ method: 'POST', url: `/__mock/v1/environments/${environmentId}/reset`, payload: {} })).statusCode, 204);
  receiver.answer = 200;
  environment.clock.advance(600_000);
  const again = await managementClient(app);
  await subscribe(again, `${receiver.url}/again`);
  await populate(again, 'After');
  await until(() => receiver.posted.some(({ path }) => path?.endsWith('again')));
  t.same(
    receiver.posted.filter(({ path }) => path?.endsWith('again')).map(({ events }) => events[0]?.resources[0]?.name),
    ['After'],
  );
});

t.test('a server that closes ends what is on its way', async (t) => {
  const receiver = await receive(t);
  const { app, call, webhookLines } = await start(t);
  await subscribe(call, receiver.url);
  let isCut = false;
  receiver.answer = (response) => void response.on('close', () => (isCut = true));
  await populate(call);
  await until(() => receiver.posted.length);
  await app.close();
  await until(() => isCut);
  t.match(webhookLines().at(-1)?.msg, /webhooks: 1 event not delivered: the server stops/);
});

t.test('subscriptions of a data folder go on after a restart', async (t) => {
  const receiver = await receive(t);
  const folder = t.testdir();
  const first = await startStored(t, folder);
  await subscribe(first.call, receiver.url);
  await first.close();
  const second = await startStored(t, folder);
  t.same(second.damages, []);
  await populate(second.call, 'After');
  await until(() => receiver.posted.length);
  t.same(names(receiver), ['After']);
});
