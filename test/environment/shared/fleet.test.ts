import { createRemoteJWKSet, jwtVerify } from 'jose';
import t from 'tap';
import { jwksOf, signOn, startFleet, startReplica } from '../../helpers/fleet.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';

t.test('three replicas are one PingOne', { skip: withoutRedis }, async (t) => {
  const { url: store } = await startRedis(t);
  const fleet = await startFleet(t, store);
  const urls = fleet.map(({ url }) => url);
  const next = () => urls[Math.floor(Math.random() * urls.length)] as string;
  const control = (url: string, path: string, init?: RequestInit) =>
    fetch(`${url}/__mock/v1/environments/default/${path}`, { headers: { 'content-type': 'application/json' }, ...init });

  t.equal(new Set(await Promise.all(urls.map(jwksOf))).size, 1, 'they publish the same keys');

  const keys = createRemoteJWKSet(new URL(`${urls[0]}/e0000000-0000-4000-8000-000000000001/as/jwks`));
  await t.test('a sign-on whose every request goes to a replica at random succeeds, a hundred times', async (t) => {
    for (let round = 0; round < 100; round += 1) {
      const answer = await (await signOn(next)).redeem();
      const tokens = (await answer.json()) as { id_token: string };
      if (answer.status !== 200) return t.fail(`round ${round}: ${answer.status} ${JSON.stringify(tokens)}`);
      await jwtVerify(tokens.id_token, keys);
    }
    return t.pass();
  });

  await t.test('a code that ten requests redeem at once over all replicas is redeemed once', async (t) => {
    for (let round = 0; round < 20; round += 1) {
      const { redeem } = await signOn(next);
      const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => redeem(urls[at % urls.length])));
      t.equal(answers.filter(({ status }) => status === 200).length, 1, `round ${round}`);
    }
  });

  await t.test('the clock is the same in all of them, whoever moves it', async (t) => {
    const [one, other] = urls as [string, string];
    const { redeem } = await signOn(next);
    t.equal((await control(one, 'clock', { method: 'PUT', body: '{"advance":"11m"}' })).status, 200);
    t.equal((await redeem(other)).status, 400, 'the code is over');
    t.equal((await control(other, 'clock', { method: 'DELETE' })).status, 200);
    t.equal((await (await signOn(next)).redeem(one)).status, 200);
  });

  await t.test('a fault happens as often as it says over all of them', async (t) => {
    const [one] = urls as [string];
    await control(one, 'faults', { method: 'POST', body: '{"endpoint":"jwks","status":503,"times":5}' });
    const statuses: number[] = [];
    const ask = async () => void statuses.push((await fetch(`${next()}/e0000000-0000-4000-8000-000000000001/as/jwks`)).status);
    await Promise.all(Array.from({ length: 20 }, ask));
    t.equal(statuses.filter((status) => status === 503).length, 5);
  });

  await t.test('a rotation of the keys at one replica is one of all', async (t) => {
    const [one, other] = urls as [string, string];
    const before = await jwksOf(other);
    await control(one, 'keys/rotate', { method: 'POST', body: '{}' });
    const after = await jwksOf(one);
    t.not(after, before);
    // Another replica hears of it in the next moment.
    while ((await jwksOf(other)) !== after);
    t.pass();
  });

  await t.test('a replica that starts later finds what the others have', async (t) => {
    const { url } = await startReplica(t, store);
    t.equal(await jwksOf(url), await jwksOf(next()));
    t.equal((await (await signOn(next)).redeem(url)).status, 200);
  });
});

t.test('a store that cannot be used is explained, with exit code 2', { skip: withoutRedis }, async (t) => {
  const { port } = await startRedis(t, { args: ['--requirepass', 'secret'] });
  const cases: [string, RegExp][] = [
    [`redis://127.0.0.1:${port}`, /asks for a password/],
    [`redis://:wrong@127.0.0.1:${port}`, /refuses the user or the password/],
    [`redis://:secret@127.0.0.1:${port}/9999`, /no such database/],
    [`rediss://:secret@127.0.0.1:${port}`, /TLS/],
    ['redis://127.0.0.1:1', /no Redis or Valkey server answers there/],
  ];
  for (const [address, expected] of cases) {
    const failure = await startReplica(t, address).then(
      () => 'it started',
      (error: unknown) => (error as Error).message,
    );
    t.match(failure, /^exit code 2: /, address);
    t.match(failure, expected);
    t.notMatch(failure, /secret|wrong/, 'without the password');
  }
});

t.test(
  'without its store a server answers 503 in the form of each part, and goes on once it is back',
  { skip: withoutRedis },
  async (t) => {
    const args = ['--appendonly', 'yes', '--dir', t.testdir()];
    const redis = await startRedis(t, { args });
    const { url } = await startReplica(t, redis.url);
    const environment = 'e0000000-0000-4000-8000-000000000001';
    await redis.stop();
    while ((await fetch(`${url}/readyz`)).status !== 503);

    const refused = await fetch(`${url}/${environment}/as/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'authorization_code', code: 'one', client_id: 'a0000000-0000-4000-8000-000000000002' }),
    });
    t.equal(refused.status, 503);
    t.match(refused.headers.get('x-mock-diagnosis'), /^store_unavailable;/);
    const page = await fetch(`${url}/${environment}/signon/?flowId=f0000000-0000-4000-8000-000000000001`);
    t.equal(page.status, 503);
    t.match(await page.text(), /Store Unavailable/);
    const control = await fetch(`${url}/__mock/v1/environments/default/clock`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"advance":"1m"}',
    });
    t.equal(control.status, 503);
    t.match(await control.json(), { error: { code: 'store_unavailable' } });

    await startRedis(t, { port: redis.port, args });
    while ((await fetch(`${url}/readyz`)).status !== 200);
    // Nothing is left in it: the seed is applied again.
    while ((await fetch(`${url}/${environment}/as/jwks`)).status !== 200);
    t.pass();
  },
);
