import t from 'tap';
import { connectRedis } from '../../../src/environment/shared/redis/connect.js';
import { createRedisBackend } from '../../../src/environment/shared/redis/redis-backend.js';
import { createExpiring } from '../../../src/lib/collections/expiring.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';
import { conformExpiring } from '../store/expiring-conformance.js';
import { conformBackend } from './backend-conformance.js';

/** These tests are not about a server that is late: on a busy machine it may be. */
const patience = 60_000;

conformExpiring(t, 'lifetimes in memory', async (_t, options) => createExpiring(options));

t.test('Redis is a backend', { skip: withoutRedis }, async (t) => {
  const { url } = await startRedis(t);
  let last = 0;
  conformBackend(t, 'Redis', async (t, count) => {
    last += 1;
    const prefix = `test${last}`;
    const open = async () => {
      const backend = await createRedisBackend(await connectRedis(url, prefix, patience), prefix);
      t.teardown(() => backend.close());
      return backend;
    };
    return Promise.all(Array.from({ length: count }, open));
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
