import t from 'tap';
import { jwksOf, signOn, startFleet } from '../../helpers/fleet.js';
import { startLoad } from '../../helpers/fleet-load.js';
import { askRedis, startRedis, withoutRedis } from '../../helpers/redis.js';
import { until } from '../../helpers/until.js';

const skip = withoutRedis;

t.test('where the memory of the store is full, writes get 503 and reads go on, until there is memory', { skip }, async (t) => {
  const { url: store, port } = await startRedis(t);
  const urls = (await startFleet(t, store, 2)).map(({ url }) => url) as [string, string];
  const load = startLoad(urls);
  await load.untilDone(5);
  await askRedis(port, 'CONFIG', 'SET', 'maxmemory', '1mb');
  await load.untilRefused(5);
  const diagnoses: string[] = [];
  await signOn(
    () => urls[0],
    async ({ headers }) => void diagnoses.push(headers.get('x-mock-diagnosis') ?? ''),
  ).catch(() => {});
  t.match(diagnoses, [/^store_full;/]);
  t.equal((await fetch(`${urls[0]}/readyz`)).status, 200, 'it can answer');
  t.match(await jwksOf(urls[1]), /"keys"/);
  const control = await fetch(`${urls[0]}/__mock/v1/environments/default/clock`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"advance":"1m"}',
  });
  t.equal(control.status, 503);
  t.match(await control.json(), { error: { code: 'store_full', fix: /Raise maxmemory/ } });
  await askRedis(port, 'CONFIG', 'SET', 'maxmemory', '0');
  await load.untilDone(5);
  t.same(await load.stop(), []);
});

t.test('a store that is stopped is answered for with 503; what it does late counts once', { skip }, async (t) => {
  const redis = await startRedis(t);
  const urls = (await startFleet(t, redis.url)).map(({ url }) => url);
  const next = () => urls[Math.floor(Math.random() * urls.length)] as string;
  const load = startLoad(urls);
  await load.untilDone(5);
  const { redeem } = await signOn(next);
  redis.process.kill('SIGSTOP');
  // All of them reach the store before any is carried out.
  const during = await Promise.all([1, 2, 3, 4, 5].map(() => redeem()));
  t.same(
    during.map(({ status }) => status),
    [503, 503, 503, 503, 503],
  );
  await load.untilRefused(5);
  await until(async () => (await Promise.all(urls.map((url) => fetch(`${url}/readyz`)))).every(({ status }) => status === 503));
  redis.process.kill('SIGCONT');
  await until(async () => (await Promise.all(urls.map((url) => fetch(`${url}/readyz`)))).every(({ status }) => status === 200));
  await load.untilDone(5);
  const afterwards = await Promise.all([1, 2, 3, 4, 5].map(() => redeem()));
  t.ok(
    afterwards.filter(({ status }) => status === 200).length <= 1,
    'it is redeemed once, or was used up by a request that got no answer',
  );
  t.ok(afterwards.every(({ status }) => status === 200 || status === 400));
  t.same(await load.stop(), []);
});
