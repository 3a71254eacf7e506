import t, { type Test } from 'tap';
import { createDevice } from '../../src/configuration/devices/devices.js';
import { createPairingKey } from '../../src/configuration/devices/pairing-keys.js';
import type { User } from '../../src/environment/model/user.js';
import { basic } from '../helpers/client.js';
import { changeApplication } from '../helpers/configure.js';
import { signOnFirst } from '../helpers/first-sign-on.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { until } from '../helpers/until.js';
import { startRelyingParty } from '../library/relying-party.js';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  format?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

type Content = Record<string, { schema: Schema }>;

interface Description {
  paths: Record<string, Record<string, { responses: Record<string, { description: string; content?: Content }> }>>;
  components: { schemas: Record<string, Schema> };
}

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** Where a value differs from a schema; a member that the schema does not name is a difference as well. */
function differences(schema: Schema, value: unknown, named: Record<string, Schema>, place = '$'): string[] {
  if (schema.$ref !== undefined) return differences(named[schema.$ref.replace('#/components/schemas/', '')] as Schema, value, named, place);
  const types = [schema.type ?? []].flat();
  const type = types.includes('integer') && Number.isInteger(value) ? 'integer' : typeOf(value);
  if (types.length > 0 && !types.includes(type)) return [`${place}: ${type}, not ${types.join(' or ')}`];
  if (schema.enum && type === 'string' && !schema.enum.includes(value as string))
    return [`${place}: ${String(value)} is none of the enumeration`];
  if (schema.format === 'date-time' && Number.isNaN(Date.parse(value as string))) return [`${place}: no moment`];
  if (Array.isArray(value)) return value.flatMap((item, at) => differences(schema.items ?? {}, item, named, `${place}[${at}]`));
  const { properties } = schema;
  if (!properties || type !== 'object') return [];
  const missing = (schema.required ?? [])
    .filter((name) => !Object.hasOwn(value as object, name))
    .map((name) => `${place}.${name}: missing`);
  const wrong = Object.entries(value as object).flatMap(([name, member]) =>
    properties[name] ? differences(properties[name], member, named, `${place}.${name}`) : [`${place}.${name}: not described`],
  );
  return [...missing, ...wrong];
}

interface Ask {
  body?: object;
  headers?: Record<string, string>;
  /** Which status; the one of the success that is described, where it is left out. */
  refused?: number;
}

/** Asks a real server, and judges each answer by what the description says of its path, status and media type. */
async function judge(t: Test) {
  const server = await listen(t);
  const { url } = server;
  const { paths, components } = (await (await fetch(`${url}/__mock/v1/openapi.json`)).json()) as Description;
  const asked = new Set<string>();
  const templateOf = (path: string): string | undefined => {
    const parts = path.split('?')[0]?.split('/') ?? [];
    const fits = (template: string) => {
      const names = template.split('/');
      return names.length === parts.length && names.every((name, at) => name.startsWith('{') || name === parts[at]);
    };
    return Object.keys(paths).find((each) => each === path.split('?')[0]) ?? Object.keys(paths).find(fits);
  };

  async function ask<T = Record<string, unknown>>(method: string, path: string, { body, headers, refused }: Ask = {}): Promise<T> {
    const template = templateOf(path) ?? '';
    const name = `${method} ${path}`;
    const operation = paths[template]?.[method.toLowerCase()];
    if (!operation) throw new Error(`${name} is not described`);
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const { status } = answer;
    const described = operation.responses[status] ?? (status >= 400 ? operation.responses.default : undefined);
    t.ok(described, `${name}: ${status} is described`);
    t.equal(status >= 400, refused !== undefined, `${name}: ${status}`);
    if (refused === undefined) asked.add(`${method} ${template}`);
    else t.equal(status, refused, name);
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    if (type === 'text/event-stream') {
      t.ok(described?.content?.[type], `${name}: a stream`);
      await answer.body?.cancel();
      return {} as T;
    }
    const text = await answer.text();
    if (described?.content === undefined) {
      t.equal(text, '', `${name}: nothing is sent`);
      return {} as T;
    }
    t.ok(described.content[type], `${name}: ${type} is described`);
    if (!/json/.test(type)) return { text } as T;
    const value: unknown = JSON.parse(text);
    t.same(differences(described.content[type]?.schema ?? {}, value, components.schemas), [], `${name}: as it is described`);
    return value as T;
  }
  return { server, url, paths, asked, ask };
}

const mock = '/__mock/v1';
const environment = `${mock}/environments/${environmentId}`;

t.test('every operation of the control API describes its successful answers', async (t) => {
  const { paths } = await judge(t);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({ name: `${method} ${path}`, path, responses })),
  );
  for (const { name, path, responses } of operations) {
    const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    t.ok(successes.length > 0, `${name} can succeed`);
    t.ok(responses.default?.content, `${name} can be refused`);
    for (const [status, { content }] of successes) {
      if (status === '204') t.notOk(content, `${name}: 204 has no content`);
      else t.ok(Object.keys(content ?? {}).length > 0, `${name}: ${status} has content`);
      if (!path.startsWith(mock)) continue;
      for (const [type, { schema }] of Object.entries(content ?? {}))
        t.ok(type === 'application/json' ? (schema.properties ?? schema.$ref) : schema.type === 'string', `${name}: ${type} has a schema`);
    }
  }
});

t.test('every answer of the control API matches its description', async (t) => {
  const { server, url, paths, asked, ask } = await judge(t);

  await ask('GET', mock);
  await ask('GET', `${mock}/openapi.json`);
  await ask('GET', `${mock}/environments`);
  const own = await ask<{ id: string }>('POST', `${mock}/environments`, { body: { name: 'One more', users: [{}], apps: [{}] } });
  await ask('GET', `${mock}/environments/${own.id}`);
  const provider = await ask<{ id: string }>('POST', `${environment}/identity-providers`, { body: { from: own.id, name: 'One more' } });
  await ask('PUT', `${environment}/identity-providers/${provider.id}/player`, { body: { playedBy: 'someone-else' } });
  await ask('POST', `${environment}/identity-providers`, { body: { from: own.id, name: 'One more' }, refused: 409 });
  await ask('DELETE', `${mock}/environments/${own.id}`);
  await ask('GET', `${mock}/environments/${own.id}`, { refused: 404 });

  await ask('POST', `${environment}/tokens`, { body: { sub: 'alice', scope: 'openid' } });
  await ask('POST', `${environment}/tokens`, { body: { subject: 'alice' }, refused: 400 });
  await ask('POST', `${environment}/management-token`);
  await ask('POST', `${environment}/expression`, { body: { expression: 'user.id', user: 'alice', request: { scope: 'a' } } });
  await ask('POST', `${environment}/expression`, { body: { expression: '1+1' } });
  const { redirect_uris: registered } = await ask<{ redirect_uris: string[] }>(
    'POST',
    `${environment}/applications/${ids.web}/redirect-uris`,
    { body: { redirect_uri: 'https://app.example/callback' } },
  );
  t.ok(registered.length > 0);
  const signOn = (parameters: object) =>
    ask('POST', `${environment}/sign-on`, {
      body: {
        authorize_url: `${url}/${environmentId}/as/authorize?${new URLSearchParams({
          response_type: 'code',
          client_id: ids.web,
          redirect_uri: 'https://app.example/callback',
          scope: 'openid',
          ...parameters,
        })}`,
        username: 'alice',
      },
    });
  await signOn({});
  await signOn({ response_mode: 'form_post' });

  const application = await startRelyingParty(t, { issuer: `${url}/${environmentId}/as`, clientId: ids.spa, without: 'nonce' });
  await ask('POST', `${environment}/applications/${ids.spa}/redirect-uris`, { body: { redirect_uri: application.callback } });
  await ask('PUT', `${environment}/clock`, { body: { set: new Date().toISOString() } });
  await signOnFirst(application.start, { url, environmentId });
  const begun = await ask<{ id: string }>('POST', `${environment}/checkups`, {
    body: { start: application.start, user: 'alice', only: ['nonce-wrong', 'state-missing'] },
  });
  const checkup = `${environment}/checkups/${begun.id}`;
  await ask('GET', `${checkup}/events`);
  await until(async () => (await ask<{ state: string }>('GET', checkup)).state === 'finished');
  await ask('GET', `${environment}/checkups`);
  for (const format of ['html', 'junit', 'json', 'badge']) await ask('GET', `${checkup}/report?format=${format}`);
  await ask('GET', `${checkup}/report?format=pdf`, { refused: 400 });
  await ask('POST', `${environment}/checkups`, { body: { start: 'https://example.com/' }, refused: 409 });
  await ask('DELETE', checkup);
  await ask('GET', checkup, { refused: 404 });

  const rule = await ask<{ id: string }>('POST', `${environment}/rules`, {
    body: { on: 'token', match: { username: 'alice' }, set: { 'id_token.tier': 'gold' }, times: 2 },
  });
  await ask('POST', `${environment}/rules`, { body: { on: 'userinfo', set: { tier: 'gold' } } });
  await ask('GET', `${environment}/rules`);
  await ask('DELETE', `${environment}/rules/${rule.id}`);
  await ask('DELETE', `${environment}/rules`);
  const fault = await ask<{ id: string }>('POST', `${environment}/faults`, { body: { endpoint: 'token', status: 503, times: 'always' } });
  await ask('POST', `${environment}/faults`, { body: { endpoint: 'token', delay_ms: 5, times: 2 } });
  await ask('GET', `${environment}/faults`);
  await ask('DELETE', `${environment}/faults/${fault.id}`);
  await ask('DELETE', `${environment}/faults/${fault.id}`, { refused: 404 });
  await ask('DELETE', `${environment}/faults`);

  const lease = await ask<{ id: string }>('POST', `${environment}/leases`, { body: { holder: 'a test', seconds: 60 } });
  await ask('POST', `${environment}/leases`, { body: { holder: 'another test', seconds: 60 }, refused: 409 });
  await ask('GET', `${environment}/leases`);
  await ask('PUT', `${environment}/leases/${lease.id}`);
  await ask('POST', `${environment}/faults`, { body: { endpoint: 'token', status: 503, lease: lease.id } });
  await ask('GET', `${environment}/faults`);
  await ask('POST', `${environment}/keys/rotate`, { body: { client_id: ids.spa, lease: lease.id } });
  await ask('DELETE', `${environment}/leases/${lease.id}`);
  await ask('PUT', `${environment}/leases/${lease.id}`, { refused: 409 });

  // A failed request, so that a diagnosis and what was refused stand in what is shown.
  await fetch(`${url}/${environmentId}/as/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id: ids.spa, code: 'no-code' }),
  });
  // The journal is written after the answer.
  await until(() => server.environment.transactions.list().some(({ diagnosis }) => diagnosis));
  for (const prefix of [mock, environment]) {
    await ask('GET', `${prefix}/requests`);
    await ask('GET', `${prefix}/requests/count`);
    const { transactions } = await ask<{ transactions: { id: string }[] }>('GET', `${prefix}/transactions`);
    t.ok(transactions.length > 2, 'what was done above is there');
    await ask('GET', `${prefix}/transactions/${transactions[0]?.id}`);
    await ask('GET', `${prefix}/transactions?format=csv`);
    await ask('GET', `${prefix}/transactions/none`, { refused: 404 });
    await ask('GET', `${prefix}/events`);
    await ask('GET', `${prefix}/clock`);
    await ask('PUT', `${prefix}/clock`, { body: { advance: '61s' } });
    await ask('DELETE', `${prefix}/clock`);
  }

  const asks = await ask<{ access_token: string }>('POST', `${environment}/management-token`);
  const worker = { authorization: `Bearer ${asks.access_token}` };
  const alice = `/v1/environments/${environmentId}/users/${ids.alice}`;
  await ask('POST', `${alice}/password`, {
    headers: { ...worker, 'content-type': 'application/vnd.pingidentity.password.sendRecoveryCode+json' },
    body: {},
  });
  const { messages } = await ask<{ messages: object[] }>('GET', `${environment}/outbox`);
  t.equal(messages.length, 1);

  await ask('POST', `${environment}/keys/rotate`, { body: { keep_old: true } });
  const run = await ask<{ environmentId: string }>('POST', `${mock}/lab`, { body: { scene: 'passkey' } });
  await ask('POST', `${mock}/lab/passkey`, { body: { environmentId: run.environmentId, origin: 'https://a.example', challenge: 'abc' } });
  await ask('POST', `${mock}/lab`, { body: { scene: 'mix-up' } });
  const lab = await ask<{ environmentId: string }>('POST', `${mock}/lab`);
  const thefts = `${mock}/environments/${lab.environmentId}/thefts`;
  const theft = { transactionId: 'none', exercise: 'A stolen code', outcome: 'Mallory gets tokens' };
  await ask('POST', thefts, { body: theft, refused: 404 });
  const stolen = server.context.environments.get(lab.environmentId)?.transactions.start({ application: undefined });
  if (stolen) stolen.state = 'succeeded';
  await ask('POST', thefts, { body: { ...theft, transactionId: stolen?.id } });
  await ask('GET', `${mock}/transactions/${stolen?.id}`);
  await ask('POST', `${mock}/pkce/diagnose`, { body: { challenge: 'abc', method: 'S256', verifier: 'x'.repeat(43) } });
  await ask('POST', `${mock}/pkce/mistake`, { body: { mistake: 'swapped', verifier: 'x'.repeat(43) } });
  await ask('POST', `${environment}/someone-else`, { body: { application: ids.web } });
  await ask('GET', `${mock}/playground?application=${ids.web}`);
  await ask('GET', `${mock}/check-source?rule=verifier_matches_challenge`);
  await ask('GET', `${mock}/check-source?rule=no_such_rule`);
  await ask('GET', `${mock}/search?search=state:failed`);
  await ask('GET', `${mock}/state`);
  await ask('GET', `${environment}/seed`);
  await ask('GET', `${environment}/postman`);

  await changeApplication(server, ids.web, { grantTypes: ['CIBA', 'AUTHORIZATION_CODE'] });
  await fetch(`${url}/${environmentId}/as/cibaAuthorization`, {
    method: 'POST',
    headers: { authorization: basic(ids.web, 'web-secret') },
    body: new URLSearchParams({ scope: 'openid', login_hint: 'alice', binding_message: 'Pump 4' }),
  });
  const { requests } = await ask<{ requests: { id: string }[] }>('GET', `${environment}/backchannel-requests`);
  await ask('POST', `${environment}/backchannel-requests/${requests[0]?.id}`, { body: { approve: true } });
  const owner = (await server.environment.store.users.get(ids.alice)) as User;
  const { code } = await createPairingKey(server.environment, owner);
  await ask('POST', `${environment}/devices`, { body: { pairing_key: code, nickname: 'Phone' } });
  await ask('POST', `${environment}/devices`, { body: { pairing_key: code }, refused: 404 });
  const app = await createDevice(server.environment, owner, { body: { type: 'TOTP' } });
  await ask('GET', `${environment}/users/${ids.alice}/devices/${app.id}/qr.svg`);
  await ask('GET', `${environment}/users/${ids.bob}/devices/${app.id}/qr.svg`, { refused: 404 });
  await ask('POST', `${environment}/sign-on`, {
    body: { authorize_url: `${url}/${environmentId}/as/authorize`, username: 'alice', push: 'maybe' },
    refused: 400,
  });
  const push = {
    id: 'p',
    userId: ids.alice,
    deviceId: app.id,
    ownerId: 'f',
    createdAt: server.clock.now(),
    timesOutAt: server.clock.now() + 40_000,
  };
  await server.environment.store.pushRequests.put({ ...push, number: '12', choices: ['12', '34', '56'] }, push.timesOutAt);
  await ask('GET', `${environment}/push-requests`);
  await ask('POST', `${environment}/push-requests/p`, { body: { approve: true, number: '12' } });
  await ask('POST', `${environment}/push-requests/p`, { body: { approve: true }, refused: 409 });
  await ask('DELETE', `${environment}/outbox`);
  for (const prefix of [mock, environment]) for (const what of ['requests', 'transactions']) await ask('DELETE', `${prefix}/${what}`);
  await ask('POST', `${environment}/reset`);
  await ask('POST', `${mock}/reset`);

  const left = Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .filter((name) => name.includes(` ${mock}`) && !asked.has(name));
  t.same(left, [], 'all of them were asked');
});

t.test('the management API answers with the statuses and media types described', async (t) => {
  const { ask } = await judge(t);
  const { access_token: token } = await ask<{ access_token: string }>('POST', `${environment}/management-token`);
  const headers = { authorization: `Bearer ${token}` };
  const at = `/v1/environments/${environmentId}`;
  const action = (name: string) => ({ ...headers, 'content-type': `application/vnd.pingidentity.${name}+json` });

  await ask('GET', `${at}/users`, { refused: 401 });
  await ask('POST', `${at}/populations`, { headers, body: {}, refused: 400 });
  const { id } = await ask<{ id: string }>('POST', `${at}/populations`, { headers, body: { name: 'Guests' } });
  await ask('PUT', `${at}/populations/${id}`, { headers, body: { name: 'Visitors' } });
  await ask('DELETE', `${at}/populations/${id}`, { headers });
  await ask('POST', `${at}/applications/${ids.web}/secret`, { headers, body: {} });
  await ask('DELETE', `${at}/applications/${ids.web}/secret`, { headers });
  await ask('POST', `${at}/users`, { headers, body: { username: 'carla', email: 'carla@example.com', population: undefined } });
  await ask('POST', `${at}/users/${ids.alice}`, { headers: action('account.lock'), body: {} });
  await ask('POST', `${at}/users/${ids.alice}/password`, { headers: action('password.unlock'), body: {} });
  const group = await ask<{ id: string }>('POST', `${at}/groups`, { headers, body: { name: 'Testers' } });
  await ask('POST', `${at}/users/${ids.alice}/memberOfGroups`, { headers, body: { id: group.id } });
  const keys = await ask<{ _embedded: { keys: { id: string }[] } }>('GET', `${at}/keys`, { headers });
  const [key] = keys._embedded.keys;
  for (const accept of ['application/json', 'application/x-x509-ca-cert', 'application/x-pkcs7-certificates'])
    await ask('GET', `${at}/keys/${key?.id}`, { headers: { ...headers, accept } });
});
