import t from 'tap';
import { startCutOff } from '../../helpers/cut-off.js';
import { jwksOf, signOn, startFleet, startReplica } from '../../helpers/fleet.js';
import { startLoad } from '../../helpers/fleet-load.js';
import { askRedis, startRedis, withoutRedis } from '../../helpers/redis.js';
import { until } from '../../helpers/until.js';

const skip = withoutRedis;
const environmentId = 'e0000000-0000-4000-8000-000000000001';

const readiness = async (url: string): Promise<number> => (await fetch(`${url}/readyz`)).status;
const untilAll = (urls: readonly string[], status: number) =>
  until(async () => (await Promise.all(urls.map(readiness))).every((each) => each === status));

t.test('a replica that is killed loses only its own requests, and another one takes its place', { skip }, async (t) => {
  const { url: store } = await startRedis(t);
  const fleet = await startFleet(t, store);
  const load = startLoad(fleet.map(({ url }) => url));
  await load.untilDone(5);
  const [victim] = fleet;
  victim?.process.kill('SIGKILL');
  load.leave(victim?.url as string);
  await load.untilDone(5);
  const { url } = await startReplica(t, store);
  load.enter(url);
  await load.untilDone(5);
  t.same(await load.stop(), []);
});

t.test('a store that is killed and started again loses nothing that was acknowledged', { skip }, async (t) => {
  const args = ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', t.testdir()];
  const redis = await startRedis(t, { args });
  const urls = (await startFleet(t, redis.url)).map(({ url }) => url);
  const next = () => urls[Math.floor(Math.random() * urls.length)] as string;
  const earlier = await signOn(next);
  const keys = await jwksOf(next());
  const load = startLoad(urls);
  await load.untilDone(5);
  await redis.stop();
  await load.untilRefused(5);
  await untilAll(urls, 503);
  await startRedis(t, { port: redis.port, args });
  await untilAll(urls, 200);
  await load.untilDone(5);
  t.same(await load.stop(), []);
  t.equal((await earlier.redeem()).status, 200, 'a code of before is redeemed');
  for (const url of urls) t.equal(await jwksOf(url), keys, 'the keys are the same');
});

t.test('a store that comes back empty, or is emptied, is seeded again', { skip }, async (t) => {
  const redis = await startRedis(t);
  const urls = (await startFleet(t, redis.url, 2)).map(({ url }) => url) as [string, string];
  const untilAlike = () =>
    until(async () => {
      const keys = await Promise.all(urls.map(jwksOf));
      if (keys[0] !== keys[1] || !keys[0]?.includes('"keys"')) return false;
      const statuses = [urls, [...urls].reverse()].map(async ([one, other]) => {
        const signedOn = await signOn(() => one as string).catch(() => undefined);
        return (await signedOn?.redeem(other))?.status;
      });
      return (await Promise.all(statuses)).every((status) => status === 200);
    });
  await untilAlike();
  await redis.stop();
  await untilAll(urls, 503);
  await startRedis(t, { port: redis.port });
  await untilAlike();
  t.equal(await askRedis(redis.port, 'FLUSHALL'), '+OK');
  await untilAlike();
  t.equal(await jwksOf((await startReplica(t, redis.url)).url), await jwksOf(urls[0]), 'as a replica sees it that starts then');
});

t.test('a fleet that is cut off from its store answers 503, and goes on by itself', { skip }, async (t) => {
  const redis = await startRedis(t);
  const way = await startCutOff(t, redis.port);
  const urls = (await startFleet(t, `redis://127.0.0.1:${way.port}`)).map(({ url }) => url);
  const load = startLoad(urls);
  await load.untilDone(5);
  way.stop();
  await load.untilRefused(5);
  await untilAll(urls, 503);
  way.heal();
  await untilAll(urls, 200);
  await load.untilDone(5);
  t.same(await load.stop(), []);
});

t.test('a replica that is cut off learns afterwards what the others have changed', { skip }, async (t) => {
  const redis = await startRedis(t);
  const way = await startCutOff(t, redis.port);
  const [{ url: apart }, { url: other }] = await Promise.all([
    startReplica(t, `redis://127.0.0.1:${way.port}`),
    startReplica(t, redis.url),
  ]);
  way.stop();
  await untilAll([apart], 503);
  t.equal(await readiness(other), 200);
  const rotated = await fetch(`${other}/__mock/v1/environments/${environmentId}/keys/rotate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  t.equal(rotated.status, 200);
  way.heal();
  await untilAll([apart], 200);
  await until(async () => (await jwksOf(apart)) === (await jwksOf(other)));
  t.equal((await (await signOn(() => apart)).redeem(other)).status, 200);
});
