import type { InjectOptions } from 'fastify';
import t, { type Test } from 'tap';
import type { DescribedRoute } from '../../src/control/openapi.js';
import type { Flow, FlowStatus } from '../../src/environment/model/lifetimes.js';
import type { Schema } from '../../src/lib/schema/compile.js';
import { isSecret } from '../../src/lib/schema/secrets.js';
import { createLogger } from '../../src/server/log.js';
import { type ActionName, actions } from '../../src/signon/actions.js';
import { as, askAuthorize, authorize, basic, checkPassword, cookiesOf, locationOf, post, redeem } from '../helpers/client.js';
import { changeApplication } from '../helpers/configure.js';
import { answerDevice, poll, startDevice } from '../helpers/device.js';
import { assignPolicy, lastCode, startFlow } from '../helpers/flows.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';

/** PINGONE_MOCK_HIDE_SECRETS: what a schema calls secret is shown nowhere. */

const control = '/__mock/v1';

interface Watched extends TestServer {
  /** Everything that the journal, the transactions, the inspector, the events and the log show. */
  everything(): Promise<string>;
}

async function watched(t: Test, hideSecrets: boolean): Promise<Watched> {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ logFormat: 'json', logLevel: 'trace', hideSecrets }, { output: stream, errors: stream });
  const server = await buildTestServer(t, { hideSecrets }, log);
  const url = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const read = async (path: string) => (await fetch(`${url}${control}${path}`)).text();
  /** All events so far: the stream ends itself when it has been silent for a moment. */
  const readEvents = async (): Promise<string> => {
    const aborted = new AbortController();
    const response = await fetch(`${url}${control}/events?lastEventId=0`, { signal: aborted.signal });
    const last = (JSON.parse(await read('/transactions?limit=1')) as { lastEventId: number }).lastEventId;
    let text = '';
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(chunk).toString();
        if (last === 0 || text.includes(`id: ${last}\n`)) break;
      }
    } finally {
      aborted.abort();
    }
    return text;
  };
  return {
    ...server,
    everything: async () => {
      const { transactions } = JSON.parse(await read('/transactions')) as { transactions: { id: string }[] };
      const paths = ['/requests', '/environments/default/requests', '/transactions', '/transactions?format=csv', '/state'];
      // The list shows each as it is shown alone: some hundred more requests would show nothing else.
      const texts = await Promise.all([...paths, ...transactions.slice(0, 5).map(({ id }) => `/transactions/${id}`)].map(read));
      return [...texts, await readEvents(), ...lines].join('\n');
    },
  };
}

/** The value of a schema that has everything in it, with a marker in the place of each secret. */
function sample(schema: Schema & { oneOf?: readonly Schema[] }, mark: () => string): unknown {
  if (isSecret(schema)) return mark();
  if (schema.oneOf) return sample(schema.oneOf[0] as Schema, mark);
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, member]) => [name, sample(member, mark)]));
  if (type === 'array') return schema.items ? [sample(schema.items, mark)] : [];
  if (type === 'object') return {};
  if (type === 'integer') return Math.max(schema.minimum ?? 1, 1);
  if (type === 'boolean') return true;
  return schema.enum?.[0] ?? (schema.pattern?.includes('0-9a-fA-F]{8}') ? ids.alice : schema.format === 'email' ? 'a@example.com' : 'text');
}

const isAsked = (schema: unknown): schema is Schema => typeof schema === 'object' && schema !== null;

const flowOf = async ({ app, environment }: TestServer, status: FlowStatus): Promise<string> => {
  const id = locationOf(await askAuthorize(app)).searchParams.get('flowId') as string;
  await environment.store.flows.put({ ...((await environment.store.flows.get(id)) as Flow), status }, Number.MAX_SAFE_INTEGER);
  return id;
};

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly part: string;
  readonly type: string;
  readonly schema: Schema;
}

const alternativesOf = (schema: Schema & { anyOf?: readonly Schema[] }): readonly Schema[] => schema.anyOf ?? [schema];

/** Every schema of a route that is read from a request, with the type of body that it is for. */
const partsOf = (route: DescribedRoute): Sent[] =>
  wholePartsOf(route).flatMap((part) => alternativesOf(part.schema).map((schema) => ({ ...part, schema })));

const wholePartsOf = ({ method, url, schema, bodies = {}, parameters }: DescribedRoute): Sent[] => {
  const usual = url.startsWith('/v1') || url.startsWith('/__mock') ? 'application/json' : 'application/x-www-form-urlencoded';
  return [
    ...[schema.querystring, parameters].filter(isAsked).map((of) => ({ method, url, part: 'query', type: '', schema: of })),
    ...(method === 'GET'
      ? []
      : [schema.body, parameters].filter(isAsked).map((of) => ({ method, url, part: 'body', type: usual, schema: of }))),
    ...Object.entries(bodies).map(([type, of]) => ({ method, url, part: 'body', type, schema: of as Schema })),
  ];
};

/** Sends a marker in the place of every secret of every schema, and in headers; returns the markers. */
async function sendMarkers(server: TestServer): Promise<{ sent: Sent[]; markers: string[] }> {
  const { app } = server;
  const markers: string[] = [];
  const mark = () => {
    markers.push(`marker${markers.length}x${'0123456789abcdef'.repeat(2)}`);
    return markers.at(-1) as string;
  };
  const made = await app.inject({ method: 'POST', url: `${control}/environments/default/management-token` });
  const { access_token: token } = made.json();
  markers.push(token);
  const sent: Sent[] = [];
  for (const each of (await app.describedRoutes()).flatMap(partsOf)) {
    const { method, url, part, type, schema } = each;
    const before = markers.length;
    const value = sample(schema, mark) as Record<string, string>;
    if (markers.length === before) continue;
    sent.push(each);
    const action = /vnd\.pingidentity\.(.*)\+json/.exec(type)?.[1];
    const statuses = actions[action as ActionName]?.statuses;
    const flowId = url.includes(':flowId') || url.includes('/signon') ? await flowOf(server, statuses?.[0] ?? 'OTP_REQUIRED') : '';
    const path = url
      .replace(/:environmentId/, environmentId)
      .replace(/:userId/, ids.bob)
      .replace(/:flowId/, flowId)
      .replace(/:applicationId/, ids.web)
      .replace(/:\w+/g, ids.alice);
    const search = part === 'query' ? `?${new URLSearchParams(value)}` : flowId && !url.includes(':flowId') ? `?flowId=${flowId}` : '';
    const payload = /form-urlencoded/.test(type) ? new URLSearchParams(value).toString() : JSON.stringify(value);
    const request = async (headers: Record<string, string>) =>
      app.inject({
        method: method as NonNullable<InjectOptions['method']>,
        url: path + search,
        headers: {
          ...headers,
          'x-api-key': mark(),
          'proxy-authorization': `Basic ${mark()}`,
          ...(part === 'body' && { 'content-type': type }),
        },
        ...(part === 'body' && { payload }),
      });
    const secret = mark();
    markers.push(Buffer.from(`${ids.web}:${secret}`).toString('base64'));
    if (/^\/(v1|__mock)/.test(url)) await request({ authorization: `Bearer ${token}` });
    else {
      await request({ cookie: `ST=${mark()}; ST-NO-SS=${mark()}`, referer: `http://localhost:3000/callback?code=${mark()}` });
      await request({ authorization: basic(ids.web, secret) });
      await request({ authorization: `Bearer ${mark()}` });
    }
  }
  return { sent, markers };
}

t.test('a marker in every member that a schema calls secret is found nowhere', async (t) => {
  const hiding = await watched(t, true);
  const { sent, markers } = await sendMarkers(hiding);
  const shown = await hiding.everything();
  t.same(
    markers.filter((marker) => shown.includes(marker)),
    [],
  );
  t.match(shown, /\(hidden\)/);
  const names = sent.map(({ method, url, part, type }) => `${method} ${url} ${part} ${type}`);
  for (const name of [
    'POST /:environmentId/as/token body application/x-www-form-urlencoded',
    'GET /:environmentId/as/authorize query ',
    'GET /:environmentId/device query ',
    'POST /:environmentId/signon body application/x-www-form-urlencoded',
    'POST /:environmentId/flows/:flowId body application/vnd.pingidentity.otp.check+json',
    'POST /v1/environments/:environmentId/users body application/vnd.pingidentity.user.import+json',
    'PUT /v1/environments/:environmentId/users/:userId/password body application/vnd.pingidentity.password.set+json',
    'POST /v1/environments/:environmentId/users/:userId/password body application/vnd.pingidentity.password.recover+json',
    'POST /v1/environments/:environmentId/keys body multipart/form-data',
  ])
    t.ok(names.includes(name), name);

  const showing = await watched(t, false);
  const plain = await sendMarkers(showing);
  const all =
    (await showing.app.inject({ url: `${control}/requests` })).body +
    (await showing.app.inject(`${control}/environments/default/requests`)).body;
  const unseen = plain.markers.filter((marker) => !all.includes(marker));
  t.ok(unseen.length < plain.markers.length / 4, `without the setting they are shown: ${unseen.length} of ${plain.markers.length} are not`);
});

t.test('an answer that repeats any secret that is sent to its address, or is shown by its list, is shown without it', async (t) => {
  const { app, environment } = await buildTestServer(t, { hideSecrets: true });
  const made = await app.inject({ method: 'POST', url: `${control}/environments/default/management-token` });
  const headers = { authorization: `Bearer ${made.json().access_token}` };
  const routes = await app.describedRoutes();
  const sent = routes.flatMap(partsOf).filter(({ url, part }) => url.startsWith('/v1/environments/:environmentId/') && part === 'body');
  const readable = new Set(routes.filter(({ method }) => method === 'GET').map(({ url }) => url));
  const asked: string[] = [];
  for (const { url, schema } of sent) {
    const collection = url.replace(/\/:\w+$/, '');
    const items = [...readable].filter((each) => each.startsWith(`${url}/:`) && !each.slice(url.length + 1).includes('/'));
    for (const address of new Set([url, collection, ...items])) {
      if (!readable.has(address)) continue;
      const markers: string[] = [];
      const mark = () => {
        markers.push(`marker${markers.length}x${'0123456789abcdef'.repeat(2)}`);
        return markers.at(-1) as string;
      };
      const item = sample(schema, mark) as Record<string, unknown>;
      if (markers.length === 0) continue;
      asked.push(address);
      const name = address.split('/').at(-1) as string;
      const body = name.startsWith(':') ? item : { ...item, _embedded: { [name]: [item] } };
      for (const name of ['management.before-response', 'error.before-response'] as const)
        environment.hooks.on(name, (answer) => void Object.assign(answer, { status: 200, body }));
      const path = address.replace(/:environmentId/, environmentId).replace(/:\w+/g, ids.alice);
      const answer = await app.inject({ url: path, headers });
      environment.hooks.clear();
      t.ok(answer.body.includes(markers[0] as string), `${address}: the client gets it`);
      const shown = (await app.inject({ url: `${control}/environments/default/requests?limit=1` })).body;
      t.match(shown, path);
      t.same(
        markers.filter((marker) => shown.includes(marker)),
        [],
        address,
      );
    }
  }
  const under = '/v1/environments/:environmentId';
  for (const address of [
    'gateways',
    'gateways/:gatewayId',
    'identityProviders',
    'identityProviders/:providerId',
    'notificationsSettings/emailDeliverySettings',
    'notificationsSettings/phoneDeliverySettings',
    'notificationsSettings/phoneDeliverySettings/:itemId',
    'subscriptions',
    'subscriptions/:itemId',
    'customDomains/:itemId',
    'users/:userId/devices',
    'users/:userId/devices/:deviceId',
    'applications',
    'applications/:applicationId',
  ])
    t.ok(asked.includes(`${under}/${address}`), address);
});

t.test('secrets that the server issued are found nowhere either', async (t) => {
  const server = await watched(t, true);
  const { app, environment } = server;
  const secrets: string[] = [];
  const keep = (...values: (string | undefined)[]) =>
    secrets.push(
      ...values.map((value) => {
        t.ok(value);
        return String(value);
      }),
    );

  const authorized = await authorize(app);
  const tokens = (await redeem(app, authorized)).json();
  keep(authorized.code, authorized.codeVerifier, tokens.access_token, tokens.refresh_token, tokens.id_token);
  keep(...authorized.cookie.split('; ').map((each) => each.split('=')[1]));
  await redeem(app, authorized);
  await post(app, `${as}/introspect`, { token: tokens.access_token, client_id: ids.spa });
  await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${tokens.access_token}` } });
  await app.inject({ url: `${as}/signoff?id_token_hint=${tokens.id_token}` });

  for (const response_mode of ['form_post', 'fragment', 'pi.flow'] as const) {
    await changeApplication(server, ids.web, {
      grantTypes: ['AUTHORIZATION_CODE', 'IMPLICIT'],
      responseTypes: ['CODE', 'ID_TOKEN', 'TOKEN'],
    });
    const asked = await askAuthorize(app, { client_id: ids.web, response_type: 'code id_token token', response_mode, nonce: 'n' });
    const flowId = response_mode === 'pi.flow' ? asked.json().id : locationOf(asked).searchParams.get('flowId');
    const signedOn = await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd');
    const done = await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers: { cookie: cookiesOf(signedOn) } });
    const text = decodeURIComponent(`${done.headers.location ?? ''} ${done.body}`);
    keep(/"?code"?(?:=|" value="|" ?: ?")([\w-]+)/.exec(text)?.[1]);
    keep(...Array.from(text.matchAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g), ([token]) => token));
  }

  const device = await startDevice(app);
  await answerDevice(app, device);
  const ofDevice = (await poll(app, device.device_code)).json();
  keep(device.device_code, device.user_code, ofDevice.access_token, ofDevice.refresh_token);

  await assignPolicy(server, 'Two_Steps', [{}, { type: 'MULTI_FACTOR_AUTHENTICATION', email: { enabled: true } }]);
  const flow = await startFlow(server);
  await flow.act('usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
  const passcode = lastCode(server, flow.id);
  await flow.act('otp.check', { otp: passcode });
  keep(passcode, 'Alice-Passw0rd');

  const made = await app.inject({ method: 'POST', url: `${control}/environments/default/management-token` });
  const headers = { authorization: `Bearer ${made.json().access_token}` };
  const path = `/v1/environments/${environmentId}/applications/${ids.web}/secret`;
  keep((await app.inject({ url: path, headers })).json().secret);
  keep((await app.inject({ method: 'POST', url: path, headers })).json().secret);
  const googlePlay = { verificationType: 'INTERNAL', decryptionKey: 'the-key-to-decrypt', verificationKey: 'the-key-to-verify' };
  const mobile = { integrityDetection: { mode: 'ENABLED', googlePlay } };
  const native = `/v1/environments/${environmentId}/applications/${ids.native}`;
  const before = (await app.inject({ url: native, headers })).json();
  const changed = await app.inject({ method: 'PUT', url: native, headers, payload: { ...before, mobile } });
  t.equal(changed.statusCode, 200);
  t.match((await app.inject({ url: native, headers })).body, googlePlay.decryptionKey, 'PingOne shows it');
  await app.inject({ url: `/v1/environments/${environmentId}/applications`, headers });
  keep(googlePlay.decryptionKey, googlePlay.verificationKey);

  const environmentUrl = `/v1/environments/${environmentId}`;
  const phones = `${environmentUrl}/notificationsSettings/phoneDeliverySettings`;
  const radius = { radiusClients: [{ ip: '127.0.0.1', sharedSecret: 'shared-with-a-client' }], defaultSharedSecret: 'shared-by-default' };
  const client = { clientId: 'client', clientSecret: 'secret-of-a-client-elsewhere' };
  for (const [url, payload, ...sent] of [
    [
      `${environmentUrl}/gateways`,
      { name: 'R', type: 'RADIUS', enabled: true, davinci: { policy: { id: 'p' } }, ...radius },
      'shared-with-a-client',
      'shared-by-default',
    ],
    [`${environmentUrl}/identityProviders`, { name: 'G', type: 'GOOGLE', enabled: true, ...client }, client.clientSecret],
    [phones, { provider: 'CUSTOM_TWILIO', name: 'Twilio', sid: 'sid', authToken: 'token-of-twilio' }, 'token-of-twilio'],
  ] as const) {
    const created = await app.inject({ method: 'POST', url, headers, payload });
    t.equal(created.statusCode, 201, created.body);
    const asked = [await app.inject({ url, headers }), await app.inject({ url: `${url}/${created.json().id}`, headers })];
    for (const { body } of asked)
      t.ok(
        sent.every((secret) => body.includes(secret)),
        `${url}: the answer has it`,
      );
    keep(...sent);
  }
  const paired = await app.inject({
    method: 'POST',
    url: `${environmentUrl}/users/${ids.bob}/devices`,
    headers,
    payload: { type: 'TOTP' },
  });
  keep(paired.json().secret, paired.json().keyUri);
  const ofBob = `${environmentUrl}/users/${ids.bob}/devices/${paired.json().id}`;
  keep((await app.inject({ url: ofBob, headers })).json().secret);
  const gateway = (await app.inject({ url: `${environmentUrl}/gateways`, headers })).json()._embedded.gateways[0].id;
  keep((await app.inject({ method: 'POST', url: `${environmentUrl}/gateways/${gateway}/credentials`, headers })).json().credential);

  const shown = await server.everything();
  t.same(
    secrets.filter((secret) => shown.includes(secret) || shown.includes(encodeURIComponent(secret))),
    [],
  );
  const outbox = (await app.inject({ url: `${control}/environments/default/outbox` })).body;
  t.ok(outbox.includes(passcode), 'the outbox is where tests read passcodes');
  t.ok(environment.transactions.list().length > 5);
});

t.test('a member that no schema knows is left out as well, however it is written', async (t) => {
  const server = await watched(t, true);
  const { app } = server;
  const marker = 'marker-of-a-misspelt-secret';
  const form = 'application/x-www-form-urlencoded';
  const management = (await app.inject({ method: 'POST', url: `${control}/environments/default/management-token` })).json().access_token;
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['a misspelt name', `${as}/token`, form, `grant_type=password&clientSecret=${marker}`],
    ['a percent-encoded name', `${as}/token`, form, `grant_type=x&client%5Fsecret=${marker}`],
    ['a name twice', `${as}/token`, form, `client_secret=a&client_secret=${marker}`],
    ['JSON for a form', `${as}/token`, 'application/json', JSON.stringify({ client_secret: marker })],
    ['a text', `${as}/token`, 'text/plain', marker],
    ['XML', `${as}/token`, 'application/xml', `<secret>${marker}</secret>`],
    ['no name', `${as}/token`, form, marker],
    ['an unknown path', `${as}/tokn`, form, `client_secret=${marker}`],
    ['an unknown environment', '/nowhere/as/token', form, `client_secret=${marker}`],
    ['broken JSON', `/v1/environments/${environmentId}/users`, 'application/json', `{"password":{"value":"${marker}`],
    ['a name with an escape', `/v1/environments/${environmentId}/users`, 'application/json', `{"pass\\u0077ord":{"value":"${marker}"}}`],
    ['a name in capitals', `/v1/environments/${environmentId}/users`, 'application/json', `{"Password":"${marker}"}`],
    ['a body that is cut', `/v1/environments/${environmentId}/users`, 'application/json', `{"password":"${'x'.repeat(65_515)}${marker}"}`],
    [
      'deeply nested',
      `/v1/environments/${environmentId}/users`,
      'application/json',
      `${'[{"a":'.repeat(20_000)}"${marker}"${'}]'.repeat(20_000)}`,
    ],
  ];
  const markers = new Map(cases.map(([name], at) => [name, `${marker}-${at}-`]));
  for (const [name, url, type, payload] of cases) {
    const headers = { 'content-type': type, authorization: `Bearer ${management}` };
    await app.inject({ method: 'POST', url, headers, payload: payload.replace(marker, markers.get(name) ?? '') });
  }
  await app.inject({ url: `${as}/authorize?client_id=${ids.spa}&password=${marker}` });
  await app.inject({ url: `${as}/jwks?${marker}` });
  const shown = await server.everything();
  for (const [name, each] of markers) t.notOk(shown.includes(each), name);
  t.notOk(shown.includes(marker), 'in a query');
  t.match(shown, new RegExp(`client_id=${ids.spa}`), 'what is no secret is shown');
});

t.test('a secret alone in the place of the object that holds it is left out', async (t) => {
  const server = await watched(t, true);
  const { app } = server;
  const made = await app.inject({ method: 'POST', url: `${control}/environments/default/management-token` });
  const authorization = `Bearer ${made.json().access_token}`;
  const url = `/v1/environments/${environmentId}/users/${ids.bob}/password`;
  const kinds = ['set', 'setValue', 'reset', 'check', 'recover', 'sendRecoveryCode', 'unheardOf'];
  const types = ['application/json', ...kinds.map((kind) => `application/vnd.pingidentity.password.${kind}+json`)];
  const markers: string[] = [];
  for (const method of ['PUT', 'POST'] as const)
    for (const type of types) {
      const marker = `Leak-Body-${markers.length}`;
      markers.push(marker);
      for (const body of [marker, [marker], { password: marker }, { newPassword: { value: marker } }])
        await app.inject({ method, url, headers: { authorization, 'content-type': type }, payload: JSON.stringify(body) });
    }
  const users = `/v1/environments/${environmentId}/users`;
  const numbers = { method: 'POST', url: users, headers: { authorization, 'content-type': 'application/json' } } as const;
  await app.inject({ ...numbers, payload: '8642097531' });
  await app.inject({ ...numbers, payload: '{"username":"shown","name":8642097531}' });
  const shown = await server.everything();
  t.same(
    [...markers, '8642097531'].filter((marker) => shown.includes(marker)),
    [],
  );
  t.match(shown, /\\"username\\":\\"shown\\"/, 'what is of its schema is shown');
});

t.test('of the headers of a request only those that are known to hold no secret are shown', async (t) => {
  const marker = 'Leak-Header-Passw0rd';
  const names = ['ocp-apim-subscription-key', 'x-functions-key', 'x-otp', 'x-passcode', 'x-pin', 'x-api_key', 'x-jwt', 'x-session-id'];
  names.push('private-key', 'dpop', 'x-signature', 'x-client-cert', 'x-forwarded-access-token', 'authorization', 'cookie');
  const secrets = Object.fromEntries(names.map((name) => [name, `${name}-${marker}`]));
  const harmless = {
    'user-agent': 'a-browser/1.0',
    accept: 'application/json',
    'accept-language': 'de',
    origin: 'http://localhost:3000',
    'cache-control': 'no-cache',
    'sec-fetch-mode': 'cors',
    'x-forwarded-for': '192.0.2.1',
    via: '1.1 proxy',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'x-correlation-id': 'correlated',
  };
  const recorded = async (hideSecrets: boolean, sent: Record<string, string>) => {
    const { app } = await buildTestServer(t, { hideSecrets });
    await app.inject({ url: `${as}/jwks`, headers: sent });
    return (await app.inject({ url: `${control}/environments/default/requests` })).json().requests[0].headers;
  };
  const sent = { ...secrets, ...harmless };
  t.match(await recorded(true, sent), { ...harmless, ...Object.fromEntries(names.map((name) => [name, '(hidden)'])) });
  t.match(await recorded(false, sent), sent, 'without the setting all are shown');

  for (const [referer, of] of [
    [`http://x.test/a?password=${marker}&b#c=${marker}`, 'http://x.test/a?password=(hidden)&(hidden)#c=(hidden)'],
    [`https://user:${marker}@x.test/a`, 'https://(hidden)@x.test/a'],
    [`//user:${marker}@x.test/@a`, '//(hidden)@x.test/@a'],
    [`https://user@odd:${marker}@x.test`, 'https://(hidden)@x.test'],
    ['https://x.test/a/@b', 'https://x.test/a/@b'],
  ] as const)
    t.equal((await recorded(true, { referer })).referer, of);
});

t.test('of the headers of an answer only those that are known to hold no secret are shown', async (t) => {
  const marker = 'Leak-Header-Passw0rd';
  const names = ['x-otp', 'x-issued', 'x-jwt', 'set-cookie', 'dpop-nonce', 'authentication-info', 'x-refresh-token', 'link'];
  const recorded = async (hideSecrets: boolean) => {
    const { app, environment } = await buildTestServer(t, { hideSecrets });
    environment.hooks.on('jwks.before-response', ({ headers }) => {
      for (const name of names) headers[name] = `${name}=${marker}`;
    });
    const sent = await app.inject({ url: `${as}/jwks`, headers: { origin: 'http://localhost:3000' } });
    t.match(sent.headers, Object.fromEntries(names.map((name) => [name, new RegExp(marker)])), 'the client gets them');
    const { body } = await app.inject({ url: `${control}/environments/default/requests` });
    return {
      body,
      shown: JSON.parse(body).requests[0].response?.headers ?? JSON.parse(body).requests[0].answer?.headers,
      sent: sent.headers,
    };
  };
  const { body, shown, sent } = await recorded(true);
  t.notMatch(body, marker);
  t.match(shown, Object.fromEntries(names.map((name) => [name, '(hidden)'])));
  for (const [name, value] of Object.entries(sent))
    if (!names.includes(name) && shown[name] !== undefined) t.equal(shown[name], String(value), name);
  t.match((await recorded(false)).body, marker, 'without the setting all are shown');
});

t.test('an uploaded key and a request object are left out, and a token within the latter wherever else it is', async (t) => {
  const server = await watched(t, true);
  const { app } = server;
  const made = await app.inject({ method: 'POST', url: `${control}/environments/default/management-token` });
  const authorization = `Bearer ${made.json().access_token}`;
  const file = 'MIIKeyWithItsPrivateKey';
  for (const path of ['keys', `keys/${ids.alice}/csr`, 'certificates'])
    await app.inject({ method: 'POST', url: `/v1/environments/${environmentId}/${path}`, headers: { authorization }, payload: { file } });
  const inner = 'a-login-hint-token-of-someone';
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const request = `${part({ alg: 'HS256' })}.${part({ iss: ids.web, login_hint_token: inner })}.c2lnbmF0dXJl`;
  await post(app, `${as}/par`, { client_id: ids.web, request, state: inner });
  await app.inject({ url: `${as}/authorize?${new URLSearchParams({ client_id: ids.web, request, state: inner })}` });
  const shown = await server.everything();
  t.same(
    [file, request, inner].filter((secret) => shown.includes(secret)),
    [],
  );
});

t.test('long and many secrets are left out as well, and no request fails by them', async (t) => {
  const { app } = await buildTestServer(t, { hideSecrets: true });
  const url = `/${environmentId}/as/introspect`;
  const last = async () => {
    const { payload } = await app.inject({
      url: `/__mock/v1/environments/${environmentId}/requests?limit=1`,
      headers: { host: 'localhost' },
    });
    return { payload, shown: JSON.parse(payload).requests[0] };
  };
  // A pattern of that length is too large for a regular expression.
  const bearer = `${'%'.repeat(15_000)}^`;
  const asked = await app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${bearer}` } });
  t.ok(asked.statusCode < 500);
  t.notMatch((await last()).payload, '%%%%');

  const secrets = Array.from({ length: 900 }, (_, at) => `secret-${at}-${'x'.repeat(100)}`);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const payload = `${secrets.map((each) => `client_secret=${each}`).join('&')}&token=a`;
  t.ok((await app.inject({ method: 'POST', url, headers, payload })).statusCode < 500);
  const many = await last();
  t.equal(many.shown.body, '(hidden)', 'what would take too many steps to search is left out whole');
  t.notMatch(many.payload, /secret-\d/);
});
