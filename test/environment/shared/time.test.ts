import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { followStoreTime } from '../../../src/environment/shared/store-time.js';
import { membersOf } from '../../../src/lib/unknown.js';
import { signOn, startReplica } from '../../helpers/fleet.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';
import { until } from '../../helpers/until.js';

const hour = 3_600_000;
const minute = 60_000;

/** A process whose clock is wrong by so many milliseconds. */
const withClockOff = (by: number) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`const now = Date.now; Date.now = () => now() + ${by};`)}`,
});

t.test('replicas whose hosts have other clocks decide alike', { skip: withoutRedis }, async (t) => {
  const { url: store } = await startRedis(t);
  const starts = [0, -1000, hour].map((by) => startReplica(t, store, [], withClockOff(by)));
  const urls = (await Promise.all(starts)).map(({ url }) => url);
  const timeOf = async (url: string): Promise<number> => {
    const clock = membersOf(await (await fetch(`${url}/__mock/v1/environments/default/clock`)).json());
    return Date.parse(String(clock.now));
  };
  const [right] = urls as [string];
  for (const url of urls) {
    const before = await timeOf(right);
    const between = await timeOf(url);
    const after = await timeOf(right);
    t.ok(between > before - minute && between < after + minute, `${between} is between ${before} and ${after}`);
  }
  for (const [at, issuer] of urls.entries()) {
    const { redeem } = await signOn(() => issuer);
    t.equal((await redeem(urls[(at + 1) % urls.length])).status, 200, 'a code of one of them is fresh for another');
  }
});

t.test('if the clock of the store is set, all follow it', async (t) => {
  let set = 0;
  const store = { time: async () => Date.now() + set };
  const times = await Promise.all([followStoreTime(store, { interval: 5 }), followStoreTime(store, { interval: 5 })]);
  const isSet = () => times.every(({ now }) => Math.abs(now() - Date.now() - set) < minute);
  t.ok(isSet());
  for (set of [hour, -hour, 0]) await until(isSet);
  for (const { close } of times) close();
});

t.test('answers that take long do not make time jump', async (t) => {
  let asked = 0;
  const store = {
    async time() {
      const time = Date.now();
      asked += 1;
      // The first ones say exactly what the time is, the others are late by something else each time.
      if (asked > 3) await pause(10 * (asked % 5));
      return time;
    },
  };
  const { now, close } = await followStoreTime(store, { interval: 5 });
  let before = now();
  await until(() => {
    const time = now();
    if (time < before) t.fail(`from ${before} to ${time}`);
    before = time;
    return asked > 20;
  });
  close();
});
