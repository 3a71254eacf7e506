import t from 'tap';
import { createCachedCollection } from '../../../src/environment/shared/cached-collection.js';
import { followChanges } from '../../../src/environment/shared/changes.js';
import { connectRedis } from '../../../src/environment/shared/redis/connect.js';
import { createRedisBackend } from '../../../src/environment/shared/redis/redis-backend.js';
import { createSharedCollection, placeOf } from '../../../src/environment/shared/shared-collection.js';
import { createSharedExpiring } from '../../../src/environment/shared/shared-expiring.js';
import { createExpiring } from '../../../src/lib/collections/expiring.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';
import { conform, type Person, personIndexes } from '../store/conformance.js';
import { conformExpiring } from '../store/expiring-conformance.js';
import { conformLogs } from './log-conformance.js';

/** These tests are not about a server that is late: on a busy machine it may be. */
const patience = 60_000;

conformExpiring(t, 'lifetimes in memory', async (_t, options) => createExpiring(options));

t.test('collections in Redis do what those in memory do', { skip: withoutRedis }, async (t) => {
  const { url } = await startRedis(t);
  let last = 0;
  /** Two replicas, under a prefix of their own. */
  const replicas = async (t: { teardown: (work: () => Promise<void>) => void }) => {
    last += 1;
    const prefix = `test${last}`;
    const open = async () => {
      const backend = await createRedisBackend(await connectRedis(url, prefix, patience), prefix);
      t.teardown(() => backend.close());
      return { backend, changes: await followChanges(backend, (error) => t.teardown(() => Promise.reject(error)), patience) };
    };
    return [await open(), await open()] as const;
  };
  const place = placeOf('one', 'people', personIndexes);

  conform(t, 'read through', async (t) => {
    const [one, other] = await replicas(t);
    const here = createSharedCollection<Person>(one.backend, place, personIndexes);
    return { collection: here, later: async () => createSharedCollection<Person>(other.backend, place, personIndexes) };
  });

  conform(t, 'held in memory', async (t) => {
    const [one] = await replicas(t);
    const here = createCachedCollection<Person>(one, place, personIndexes);
    return { collection: here, later: async () => here };
  });

  conform(t, 'held in memory of another replica that starts later', async (t) => {
    const [one, other] = await replicas(t);
    const here = createCachedCollection<Person>(one, place, personIndexes);
    return { collection: here, later: async () => createCachedCollection<Person>(other, place, personIndexes) };
  });

  conform(t, 'held in memory of another replica that listens', async (t) => {
    const [one, other] = await replicas(t);
    const here = createCachedCollection<Person>(one, place, personIndexes);
    const there = createCachedCollection<Person>(other, place, personIndexes);
    return {
      collection: here,
      async later() {
        await other.changes.reached(await other.backend.version());
        return there;
      },
    };
  });

  conformLogs(t, 'logs of environments', async (t) => {
    const [one, other] = await replicas(t);
    return [one.backend, other.backend];
  });

  conformExpiring(t, 'lifetimes', async (t, options) => {
    const [one] = await replicas(t);
    return createSharedExpiring(one.backend, placeOf('one', 'tickets', options.indexes), options);
  });
});

t.test('an answer counts that came while this process was busy', { skip: withoutRedis }, async (t) => {
  const { url } = await startRedis(t);
  const brief = 300;
  const { commands, close } = await connectRedis(url, 'busy', 60_000);
  t.teardown(close);
  const { Redis } = await import('../../../src/environment/shared/redis/redis-client.js');
  const client = new Redis({ ...commands.options, lazyConnect: true }, brief);
  t.teardown(() => client.disconnect());
  await client.connect();
  const answer = client.ping();
  // Once it is on its way.
  await new Promise(setImmediate);
  for (const until = Date.now() + 4 * brief; Date.now() < until; );
  t.equal(await answer, 'PONG');
  await t.rejects(client.blpop('nothing', 60), { message: 'Command timed out' });
});
