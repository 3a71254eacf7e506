import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import t from 'tap';
import { signOn, startFleet, startReplica } from '../../helpers/fleet.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';
import { until } from '../../helpers/until.js';

const environment = 'e0000000-0000-4000-8000-000000000001';
const application = 'a0000000-0000-4000-8000-000000000002';

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** Asks the control API of a replica. */
async function control<T>(url: string, method: string, path: string, body?: object): Promise<Answer<T>> {
  const answer = await fetch(`${url}/__mock/v1/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

/** Asks the management API of a replica. */
async function manage<T>(url: string, method: string, path: string, body?: object): Promise<Answer<T>> {
  const token = await control<{ access_token: string }>(url, 'POST', 'environments/default/management-token', {});
  const answer = await fetch(`${url}/v1/environments/${environment}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token.body.access_token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

t.test('settings of tests at one of three replicas hold at all', { skip: withoutRedis }, async (t) => {
  const { url: store } = await startRedis(t);
  const urls = (await startFleet(t, store)).map(({ url }) => url);
  const [a, b, c] = urls as [string, string, string];
  const idToken = async (url: string) => ((await (await (await signOn(() => url)).redeem(url)).json()) as { id_token: string }).id_token;

  await t.test('a claims rule, as often as it says over all of them', async (t) => {
    await control(a, 'POST', 'environments/default/rules', { on: 'token', set: { 'id_token.plan': 'gold' }, times: 3 });
    const rulesAt = async (url: string) =>
      (await control<{ rules: { id: string }[] }>(url, 'GET', 'environments/default/rules')).body.rules;
    await until(async () => (await Promise.all(urls.map(rulesAt))).every((rules) => rules.length === 1));
    const tokens = await Promise.all([a, b, c, a, b, c].map(idToken));
    t.equal(tokens.filter((token) => decodeJwt(token).plan === 'gold').length, 3);
    await until(async () => (await Promise.all(urls.map(rulesAt))).every((rules) => rules.length === 0));

    await control(b, 'POST', 'environments/default/rules', { on: 'userinfo', set: { a: 1 } });
    await until(async () => (await rulesAt(c)).length === 1);
    const [rule] = await rulesAt(c);
    t.equal((await control(c, 'DELETE', `environments/default/rules/${rule?.id}`)).status, 204);
    await until(async () => (await rulesAt(b)).length === 0);
  });

  await t.test('a lease: another holder gets it at no replica until it ends, with all that belongs to it', async (t) => {
    const path = 'environments/default/leases';
    const { body: lease } = await control<{ id: string }>(a, 'POST', path, { holder: 'one', seconds: 30 });
    const refused = await control<{ error: { code: string } }>(b, 'POST', path, { holder: 'two', seconds: 30 });
    t.match(refused, { status: 409, body: { error: { code: 'lease_held' } } });
    t.equal((await control(b, 'PUT', `${path}/${lease.id}`, {})).status, 204, 'it is renewed anywhere');
    await control(c, 'POST', 'environments/default/rules', { on: 'token', set: { 'id_token.x': 1 }, lease: lease.id });
    const rotated = await control<{ kid: string }>(b, 'POST', 'environments/default/keys/rotate', {
      client_id: application,
      lease: lease.id,
    });
    await until(async () => decodeProtectedHeader(await idToken(c)).kid === rotated.body.kid);
    await jwtVerify(await idToken(c), createRemoteJWKSet(new URL(`${a}/${environment}/as/jwks`)));
    t.equal((await control(c, 'DELETE', `${path}/${lease.id}`)).status, 204);
    await until(async () => decodeProtectedHeader(await idToken(a)).kid !== rotated.body.kid);
    t.same((await control(a, 'GET', 'environments/default/rules')).body, { rules: [] });

    const { body: short } = await control<{ id: string }>(a, 'POST', path, { holder: 'killed', seconds: 1 });
    await control(a, 'POST', 'environments/default/faults', { endpoint: 'token', error: 'server_error', lease: short.id });
    await until(async () => (await control(b, 'POST', path, { holder: 'next', seconds: 1 })).status === 201);
    t.same((await control(c, 'GET', 'environments/default/faults')).body, { faults: [] });
  });

  await t.test('a key rotation policy signs at every replica, with the same keys', async (t) => {
    const { body: policy } = await manage<{ id: string }>(a, 'POST', 'keyRotationPolicies', {
      name: 'Fast',
      algorithm: 'RSA',
      keyLength: 2048,
      rotationPeriod: 30,
      validityPeriod: 90,
      dn: 'CN=fast',
      signatureAlgorithm: 'SHA256withRSA',
      usageType: 'SIGNING',
    });
    const jwks = () => Promise.all(urls.map(async (url) => (await fetch(`${url}/${environment}/as/jwks`)).text()));
    const { body: before } = await manage<object>(b, 'GET', `applications/${application}`);
    t.ok(policy.id, JSON.stringify(policy));
    await manage(b, 'PUT', `applications/${application}`, { ...before, signing: { keyRotationPolicy: { id: policy.id } } });
    await until(async () => new Set(await jwks()).size === 1 && (JSON.parse((await jwks())[0] as string) as { keys: [] }).keys.length > 3);
    t.equal(new Set(await jwks()).size, 1);
    const kids = await Promise.all(urls.map(async (url) => decodeProtectedHeader(await idToken(url)).kid));
    await until(async () => {
      const found = await Promise.all(urls.map(async (url) => decodeProtectedHeader(await idToken(url)).kid));
      return new Set(found).size === 1;
    });
    t.equal(kids.length, 3);
  });

  await t.test('of several replicas that add the same environment, one does', async (t) => {
    const id = 'e0000000-0000-4000-8000-0000000000aa';
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(
        [...urls, ...urls].map((url) => control<{ id: string }>(url, 'POST', 'environments', { id, users: [{ username: 'eve' }] })),
      );
      t.same(
        answers.map(({ status }) => status).sort(),
        [201, 409, 409, 409, 409, 409],
        JSON.stringify(answers.map(({ body }) => body)).slice(0, 500),
      );
      await until(async () => (await control(c, 'GET', `environments/${id}`)).status === 200);
      t.equal((await control(c, 'DELETE', `environments/${id}`)).status, 204);
      await until(async () => (await control(a, 'GET', `environments/${id}`)).status === 404);
    }
  });

  await t.test('a reset at one replica restores at all what the first start made, whoever changed it', async (t) => {
    const seeded = await manage<{ _embedded: { users: { id: string; username: string }[] } }>(a, 'GET', 'users');
    const names = (found: typeof seeded) => found.body._embedded.users.map(({ username }) => username);
    const other = seeded.body._embedded.users.find(({ username }) => username !== 'alice');
    t.equal((await manage(b, 'DELETE', `users/${other?.id}`)).status, 204);
    await control(c, 'PUT', 'environments/default/clock', { advance: '1h' });
    // What it finds is not what a reset restores.
    const late = await startReplica(t, store);
    t.not(names(await manage<never>(late.url, 'GET', 'users')).join(), names(seeded).join());
    await control(b, 'POST', 'environments', { id: 'e0000000-0000-4000-8000-0000000000bb' });
    const made = await signOn(() => a);

    t.equal((await control(late.url, 'POST', 'reset', {})).status, 204);
    for (const url of [...urls, late.url]) {
      t.same(names(await manage<never>(url, 'GET', 'users')).sort(), names(seeded).sort());
      await until(async () => (await control(url, 'GET', 'environments/e0000000-0000-4000-8000-0000000000bb')).status === 404);
      await until(
        async () => (await control<{ offsetMilliseconds?: number }>(url, 'GET', 'environments/default/clock')).body !== undefined,
      );
      const { body } = await control<{ transactions: object[] }>(url, 'GET', 'environments/default/transactions');
      t.same(body.transactions, [], 'no transactions');
    }
    t.equal((await made.redeem(c)).status, 400, 'the code is gone');
  });

  await t.test('an environment of the seed that was removed is restored at all of them, and is the first again', async (t) => {
    t.equal((await control(a, 'DELETE', `environments/${environment}`)).status, 204);
    await until(async () => (await control(b, 'GET', `environments/${environment}`)).status === 404);
    t.equal((await control(b, 'POST', 'reset', {})).status, 204);
    for (const url of urls) {
      await until(async () => (await control(url, 'GET', `environments/${environment}`)).status === 200);
      const { body } = await control<{ environments: { id: string }[] }>(url, 'GET', 'environments');
      t.equal(body.environments[0]?.id, environment);
    }
    for (const url of urls) t.equal((await (await signOn(() => url)).redeem(url)).status, 200);
  });
});

t.test('a start that was killed while it filled the store is done again', { skip: withoutRedis }, async (t) => {
  const { url: store } = await startRedis(t);
  const { createRedisBackend } = await import('../../../src/environment/shared/redis/redis-backend.js');
  const { connectRedis } = await import('../../../src/environment/shared/redis/connect.js');
  const backend = await createRedisBackend(await connectRedis(store, 'pingone-mock'), 'pingone-mock');
  t.teardown(() => backend.close());
  const record = { id: 'e0000000-0000-4000-8000-0000000000cc', name: 'half', unfinished: true };
  const place = (name: string) => ({ environmentId: 'server', name, indexes: [] });
  await backend.put(place('environments'), { id: record.id, text: JSON.stringify(record), values: [] });
  await backend.put(place('seeded'), { id: 'seeded', text: '{"id":"seeded"}', values: [] });
  const [one, other] = await startFleet(t, store, 2);
  for (const replica of [one, other]) {
    const { body } = await control<{ environments: { id: string }[] }>(replica?.url ?? '', 'GET', 'environments');
    t.same(
      body.environments.map(({ id }) => id),
      [environment],
    );
  }
});
