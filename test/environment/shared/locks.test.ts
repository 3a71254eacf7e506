import t, { type Test } from 'tap';
import type { Backend } from '../../../src/environment/shared/backend.js';
import { StoreError, StoreUnavailable } from '../../../src/environment/shared/errors.js';
import { fencedBackend } from '../../../src/environment/shared/fences.js';
import { createLocks, LockBusy } from '../../../src/environment/shared/locks.js';
import { connectRedis } from '../../../src/environment/shared/redis/connect.js';
import { createRedisBackend } from '../../../src/environment/shared/redis/redis-backend.js';
import { inStartTurn } from '../../../src/environment/shared/start-turn.js';
import { askRedis, startRedis, withoutRedis } from '../../helpers/redis.js';
import { conformFences } from './fence-conformance.js';

t.test('locks of a fleet', { skip: withoutRedis }, async (t) => {
  const { url, port } = await startRedis(t);
  let last = 0;
  const openTwo = async (t: Test): Promise<readonly [Backend, Backend]> => {
    last += 1;
    const prefix = `locks${last}`;
    const open = async () => {
      const backend = await createRedisBackend(await connectRedis(url, prefix), prefix);
      t.teardown(() => backend.close());
      return fencedBackend(backend);
    };
    return [await open(), await open()];
  };
  const locksOf = (backend: Backend) => createLocks(backend, { reached: async () => {} });
  const place = { environmentId: 'one', name: 'things', indexes: [] };
  const record = (text: string) => ({ id: 'a', text, values: [] });

  conformFences(t, 'writes that rely on locks', openTwo);

  await t.test('a holder that has lost the lock writes nothing more, whatever the depth', async (t) => {
    const [one, other] = await openTwo(t);
    const locks = locksOf(one);
    const work = async () => {
      await one.put(place, record('"before"'));
      // As if this process had slept until the lock ended, and another had taken its turn.
      await askRedis(port, 'DEL', `locks${last}:lock:outer`);
      t.equal(await other.lock('outer', 'another', 60_000), 0);
      await locks.hold('inner', () => one.put(place, record('"late"')));
    };
    await t.rejects(locks.hold('outer', work), StoreUnavailable);
    t.equal((await other.get(place, 'a'))?.text, '"before"');
  });

  await t.test('work that continues after a turn does not rely on its lock', async (t) => {
    const [one] = await openTwo(t);
    let later: Promise<unknown> = Promise.resolve();
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    await locksOf(one).hold('turn', async () => {
      later = begun.then(() => one.put(place, record('"later"')));
    });
    begin();
    await later;
    t.equal((await one.get(place, 'a'))?.text, '"later"');
  });

  await t.test('only so long is waited for a lock; a start says what to do then', async (t) => {
    const [one, other] = await openTwo(t);
    await other.lock('start', 'another', 60_000);
    const waiting = locksOf(one).hold('start', async () => t.fail(), 20);
    t.type(await waiting.catch((error: unknown) => error), LockBusy);
    const start = inStartTurn(locksOf(one), async () => t.fail(), 20);
    await t.rejects(
      start,
      new StoreError(
        'another server that uses this store has been starting for more than 0.02 seconds. Wait until it is ready, or stop it, and start this one again',
      ),
    );
    await other.unlock('start', 'another');
    t.equal(await inStartTurn(locksOf(one), async () => 'started'), 'started');
  });
});
