import t from 'tap';
import { collectSeed } from '../../../src/configuration/seed/collect.js';
import { type Call, environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const body = {
  name: 'Audit',
  enabled: false,
  verifyTlsCertificates: true,
  filterOptions: { includedActionTypes: ['USER.CREATED', 'USER.UPDATED'] },
  httpEndpoint: { url: 'https://audit.example.com/events', headers: { Authorization: 'Basic dXNlcjpwYXNz' } },
  format: 'ACTIVITY',
};

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  return { ...server, call: await managementClient(server.app) };
};
const makeKey = async (call: Call, usageType: string): Promise<string> => {
  const made = await call('POST', 'keys', {
    body: {
      name: `Key for ${usageType}`,
      algorithm: 'EC',
      keyLength: 256,
      signatureAlgorithm: 'SHA256withECDSA',
      subjectDN: 'CN=mock',
      usageType,
      validityPeriod: 365,
    },
  });
  return made.json().id;
};

t.test('a subscription is created, read, replaced and deleted, and repeats its target as connectionDetails', async (t) => {
  const { call } = await start(t);
  const made = await call('POST', 'subscriptions', { body });
  t.equal(made.statusCode, 201);
  const { id, createdAt } = made.json();
  t.same(made.json(), {
    _links: { self: { href: `${environmentUrl}/subscriptions/${id}` }, environment: { href: environmentUrl } },
    id,
    environment: { id: environmentId },
    name: 'Audit',
    enabled: false,
    verifyTlsCertificates: true,
    format: 'ACTIVITY',
    protocol: 'HTTPS',
    httpEndpoint: body.httpEndpoint,
    connectionDetails: body.httpEndpoint,
    filterOptions: { ...body.filterOptions, ipAddressExposed: false, userAgentExposed: false },
    createdAt,
    updatedAt: createdAt,
  });
  t.same((await call('GET', `subscriptions/${id}`)).json(), made.json());
  const list = (await call('GET', 'subscriptions')).json();
  t.same([list.count, list._embedded.subscriptions], [1, [made.json()]]);

  const { _links, createdAt: _, updatedAt, ...answer } = made.json();
  const same = await call('PUT', `subscriptions/${id}`, { body: answer });
  t.equal(same.statusCode, 200, 'what an answer holds can be sent back');
  const { format, ...less } = body;
  const changed = await call('PUT', `subscriptions/${id}`, { body: { ...less, httpEndpoint: { url: 'https://other.example.com' } } });
  t.same(changed.json().httpEndpoint, { url: 'https://other.example.com' });
  t.notOk('format' in changed.json(), 'what a PUT leaves out is absent');
  t.equal((await call('DELETE', `subscriptions/${id}`)).statusCode, 204);
  t.equal((await call('GET', `subscriptions/${id}`)).statusCode, 404);
});

t.test('all options of the Terraform provider come back as they were sent', async (t) => {
  const { call } = await start(t);
  const population = (await call('GET', 'populations')).json()._embedded.populations[0].id;
  const full = {
    ...body,
    verifyTlsCertificates: false,
    filterOptions: {
      includedActionTypes: ['ACCOUNT.LINKED'],
      includedApplications: [{ id: ids.spa }, { id: ids.web }],
      includedPopulations: [{ id: population }],
      includedTags: ['adminIdentityEvent'],
      ipAddressExposed: true,
      userAgentExposed: true,
    },
    payloadOptions: {
      maximumPayloadLimit: { type: 'EVENTS_PER_PAYLOAD', size: 250 },
      payloadFormat: { https: { format: 'JSON_ARRAY', prettyPrint: true } },
    },
  };
  t.match((await call('POST', 'subscriptions', { body: full })).json(), full);
  const tcp = {
    ...body,
    httpEndpoint: undefined,
    format: undefined,
    protocol: 'TCP_IP',
    connectionDetails: { url: 'tcp://audit.example.com:1234' },
    payloadOptions: { payloadFormat: { tcp: { format: 'RFC_LOGLINE', additionalAttributes: { a: 'b' } } } },
  };
  const made = await call('POST', 'subscriptions', { body: tcp });
  t.match(made.json(), JSON.parse(JSON.stringify(tcp)));
  t.notOk('httpEndpoint' in made.json());
});

t.test('a target is https, or of this machine and its containers', async (t) => {
  const { call } = await start(t);
  const attempt = async (url: string) => (await call('POST', 'subscriptions', { body: { ...body, httpEndpoint: { url } } })).statusCode;
  for (const url of [
    'https://hooks.example.com/x?y=z',
    'http://localhost:9000',
    'http://hooks.localhost',
    'http://receiver:8080/in',
    'http://127.0.0.1:1',
    'http://host.docker.internal:3000',
  ])
    t.equal(await attempt(url), 201, url);
  for (const url of [
    'http://hooks.example.com',
    'http://10.0.0.1',
    'ftp://localhost',
    'https://u:p@hooks.example.com',
    'hooks',
    '',
    'http://',
  ])
    t.equal(await attempt(url), 400, url);
});

t.test('a target that cannot be sent to, or a reference to nothing, is refused by name', async (t) => {
  const { call } = await start(t);
  const signing = await makeKey(call, 'SIGNING');
  const outbound = await makeKey(call, 'OUTBOUND_MTLS');
  const unknown = 'a0000000-0000-4000-8000-0000000000ff';
  const filter = (more: object) => ({ filterOptions: { ...body.filterOptions, ...more } });
  const target = (headers: unknown) => ({ httpEndpoint: { url: 'https://audit.example.com', headers } });
  const limit = (maximumPayloadLimit: object) => ({ payloadOptions: { maximumPayloadLimit } });
  for (const [more, named] of [
    [{ name: undefined }, 'name'],
    [{ name: '' }, 'name'],
    [{ enabled: 'yes' }, 'enabled'],
    [{ verifyTlsCertificates: undefined }, 'verifyTlsCertificates'],
    [{ format: 'XML' }, 'format'],
    [{ httpEndpoint: undefined }, 'httpEndpoint'],
    [{ filterOptions: undefined }, 'filterOptions'],
    [{ filterOptions: { includedActionTypes: [] } }, 'filterOptions.includedActionTypes'],
    [filter({ includedApplications: [{ id: unknown }] }), 'filterOptions.includedApplications[0].id'],
    [filter({ includedPopulations: [{ id: unknown }] }), 'filterOptions.includedPopulations[0].id'],
    [filter({ includedApplications: Array(11).fill({ id: ids.spa }) }), 'filterOptions.includedApplications'],
    [filter({ includedTags: ['other'] }), 'filterOptions.includedTags'],
    [target({ 'a b': 'c' }), 'httpEndpoint.headers.a b'],
    [target({ a: 'b\r\nc: d' }), 'httpEndpoint.headers.a'],
    [target({ a: 1 }), 'httpEndpoint.headers.a'],
    [target({ 'Content-Length': '5' }), 'httpEndpoint.headers.Content-Length'],
    [target(Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`h${at}`, 'x']))), 'httpEndpoint.headers'],
    [limit({ type: 'EVENTS_PER_PAYLOAD', size: 501 }), 'payloadOptions.maximumPayloadLimit.size'],
    [limit({ type: 'KB_PER_PAYLOAD', size: 0 }), 'payloadOptions.maximumPayloadLimit.size'],
    [{ tlsClientAuthKeyPair: { id: unknown } }, 'tlsClientAuthKeyPair.id'],
    [{ tlsClientAuthKeyPair: { id: signing } }, 'tlsClientAuthKeyPair.id'],
    [{ tlsClientAuthKeyPair: { id: outbound }, verifyTlsCertificates: false }, 'verifyTlsCertificates'],
    [{ protocol: 'TCP_IP' }, 'connectionDetails'],
    [{ protocol: 'TCP_IP', connectionDetails: { url: 'https://audit.example.com' } }, 'connectionDetails.url'],
  ] as const) {
    const answer = await call('POST', 'subscriptions', { body: { ...body, ...more } });
    t.equal(answer.statusCode, 400, `${named}: ${answer.body}`);
    t.equal(answer.json().details[0].target, named);
  }
  t.equal((await call('POST', 'subscriptions', { body: { ...body, tlsClientAuthKeyPair: { id: outbound } } })).statusCode, 201);
  for (const hostile of [
    'null',
    '[]',
    '"x"',
    '{"filterOptions":[]}',
    '{"httpEndpoint":"x"}',
    '{"filterOptions":{"includedActionTypes":[[]]}}',
  ])
    t.equal((await call('POST', 'subscriptions', { body: hostile })).statusCode, 400, hostile);
});

t.test('an environment has at most 50 subscriptions, even if many are made at once', async (t) => {
  const { call } = await start(t);
  const answers = await Promise.all(
    Array.from({ length: 52 }, (_, at) => call('POST', 'subscriptions', { body: { ...body, name: `Audit ${at}` } })),
  );
  const statuses = answers.map(({ statusCode }) => statusCode);
  t.equal(statuses.filter((status) => status === 201).length, 50);
  const refused = answers.find(({ statusCode }) => statusCode !== 201);
  t.same(refusal(refused as (typeof answers)[number]), [403, 'LIMIT_EXCEEDED', undefined]);
});

t.test('a population or an application of a filter may be deleted', async (t) => {
  const { call } = await start(t);
  const population = (await call('POST', 'populations', { body: { name: 'Staff' } })).json().id;
  const filterOptions = { ...body.filterOptions, includedPopulations: [{ id: population }] };
  const { id } = (await call('POST', 'subscriptions', { body: { ...body, filterOptions } })).json();
  t.equal((await call('DELETE', `populations/${population}`)).statusCode, 204);
  t.same(
    (await call('GET', `subscriptions/${id}`)).json().filterOptions.includedPopulations,
    [{ id: population }],
    'the filter lets nothing else pass',
  );
});

t.test('changes of subscriptions are audit events', async (t) => {
  const { call, environment } = await start(t);
  const { id } = (await call('POST', 'subscriptions', { body })).json();
  await call('PUT', `subscriptions/${id}`, { body });
  await call('DELETE', `subscriptions/${id}`);
  t.same(
    [...environment.activities.newestFirst()].slice(0, 3).map(({ type, resource }) => [type, resource.name]),
    ['DELETED', 'UPDATED', 'CREATED'].map((verb) => [`SUBSCRIPTION.${verb}`, 'Audit']),
  );
});

t.test('headers are hidden from the journal with other secrets, in requests and in answers', async (t) => {
  const { app } = await buildTestServer(t, { hideSecrets: true });
  const call = await managementClient(app);
  const { id } = (await call('POST', 'subscriptions', { body })).json();
  await call('GET', `subscriptions/${id}`);
  await call('GET', 'subscriptions');
  await call('PUT', `subscriptions/${id}`, { body });
  const shown = (await app.inject(`/__mock/v1/environments/${environmentId}/requests`)).body;
  t.match(shown, /audit\.example\.com/);
  t.notMatch(shown, /dXNlcjpwYXNz/);
});

t.test('a seed holds subscriptions, and an export has them, with headers only beside other secrets', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const includedApplications = [{ id: ids.spa }];
  await call('POST', 'subscriptions', { body: { ...body, filterOptions: { ...body.filterOptions, includedApplications } } });
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  const seed = await exported(app);
  t.match(seed.environments[0].subscriptions, [{ name: 'Audit', httpEndpoint: body.httpEndpoint }]);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);

  const read = async (path: string) => (await call('GET', path)).json();
  const bare = (await collectSeed({ read }, { environmentId })).environments[0] as unknown as { subscriptions: object[] };
  t.match(bare.subscriptions, [{ httpEndpoint: { url: body.httpEndpoint.url, headers: undefined } }]);
  t.notMatch(JSON.stringify(bare), /dXNlcjpwYXNz/);
});

t.test('a seed names populations and applications by name, and replaces the subscription of its name', async (t) => {
  const seeded = (more: object) => ({
    config: JSON.stringify({
      environments: [
        {
          id: environmentId,
          populations: [{ name: 'Staff' }],
          subscriptions: ['https://one.example.com', 'https://two.example.com'].map((url) => ({
            name: 'Audit',
            filterOptions: { includedActionTypes: ['USER.CREATED'], includedPopulations: ['Staff'] },
            httpEndpoint: { url },
            ...more,
          })),
        },
      ],
    }),
  });
  const { environment } = await buildTestServer(t, seeded({}));
  const [staff] = (await environment.store.populations.list()).filter(({ name }) => name === 'Staff');
  t.match(await environment.store.subscriptions.list(), [
    { enabled: true, httpEndpoint: { url: 'https://two.example.com' }, filterOptions: { includedPopulations: [{ id: staff?.id }] } },
  ]);
  await t.rejects(buildTestServer(t, seeded({ filterOptions: { includedActionTypes: ['X'], includedApplications: ['None'] } })), {
    message: /subscriptions\[0\]\.filterOptions\.includedApplications\[0\]: there is no application "None"/,
  });
  await t.rejects(buildTestServer(t, seeded({ httpEndpoint: { url: 'http://foreign.example.com' } })), {
    message: /subscriptions\[0\]\.httpEndpoint\.url: must be an https address/,
  });
});

t.test('an export leaves out what a filter names and a seed lacks, and a subscription whose filter would then let all pass', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const filtered = (name: string, includedApplications: string[]) =>
    call('POST', 'subscriptions', {
      body: { ...body, name, filterOptions: { ...body.filterOptions, includedApplications: includedApplications.map((id) => ({ id })) } },
    });
  const made = await call('POST', 'applications', {
    body: {
      name: 'Short',
      enabled: true,
      type: 'SINGLE_PAGE_APP',
      protocol: 'OPENID_CONNECT',
      grantTypes: ['IMPLICIT'],
      responseTypes: ['TOKEN'],
      tokenEndpointAuthMethod: 'NONE',
      redirectUris: ['https://a.example.com'],
    },
  });
  const { id } = made.json();
  await filtered('Both', [ids.spa, id]);
  await filtered('One', [id]);
  t.equal((await call('DELETE', `applications/${id}`)).statusCode, 204);
  const left: string[] = [];
  const read = async (path: string) => (await call('GET', path)).json();
  const { environments } = await collectSeed({ read }, { environmentId, onLeftOut: (text) => left.push(text) });
  t.match((environments[0] as unknown as { subscriptions: object[] }).subscriptions, [
    { name: 'Both', filterOptions: { includedApplications: [{ id: ids.spa }] } },
  ]);
  t.ok(left.includes(`subscriptions[1]: a filter would be empty without it`), left.join('\n'));
  t.equal(await environment.store.subscriptions.count(), 2);
});
