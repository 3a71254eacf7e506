import t from 'tap';
import { startFleet } from '../../helpers/fleet.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';
import { raceOverFleet } from '../../race/fleet.js';

t.test('codes that 2 to 20 requests redeem at once on three replicas are redeemed once', { skip: withoutRedis }, async (t) => {
  const { url } = await startRedis(t);
  const urls = (await startFleet(t, url)).map((replica) => replica.url);
  t.same((await raceOverFleet(urls, 60, 'fleet')).wrong, []);
});
