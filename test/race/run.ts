// Uses what may be used once by 2 to 20 requests at once, and demands one winner each:
//   npm run test:race -- [--codes N] [--seed N] [--replicas N]
// N authorization codes, and a fifth as many of each other kind. With --replicas, codes alone, over so many processes that share a
// Redis server.
import { parseArgs } from 'node:util';
import type { Test } from 'tap';
import { createSeededRandom } from '../../src/lib/random.js';
import { startFleet } from '../helpers/fleet.js';
import { startRedis } from '../helpers/redis.js';
import { buildTestServer } from '../helpers/server.js';
import { contestsOf } from './contests.js';
import { raceOverFleet } from './fleet.js';

const { values } = parseArgs({
  options: {
    codes: { type: 'string', default: '200' },
    replicas: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const random = createSeededRandom(values.seed);
const codes = Number(values.codes);

/** From 2 to 20. */
const contenders = (): number => 2 + ((random.bytes(1)[0] as number) % 19);

const ends: (() => unknown)[] = [];
// No test of a runner: nothing of one but its end is asked for.
const t = { teardown: (end: () => unknown) => void ends.push(end) } as unknown as Test;
process.stdout.write(`seed ${values.seed}\n`);

/** Races over replicas as processes. Returns how many codes had not exactly one winner. */
async function raceReplicas(count: number): Promise<number> {
  const { url } = await startRedis(t);
  const urls = (await startFleet(t, url, count)).map((replica) => replica.url);
  const began = Date.now();
  const { requests, wrong } = await raceOverFleet(urls, codes, values.seed);
  const took = ((Date.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${codes} codes over ${count} replicas, ${requests} requests, ${codes - wrong.length} with one winner, ${took} s\n`);
  for (const each of wrong.slice(0, 10)) process.stdout.write(`  ${each}\n`);
  return wrong.length;
}

/** Races of all kinds within this process. Returns how many had not exactly one winner. */
async function raceInProcess(): Promise<number> {
  const server = await buildTestServer(t);
  let failed = 0;
  for (const { name, begin } of await contestsOf(server)) {
    const began = Date.now();
    const count = name === 'authorization codes' ? codes : Math.max(1, Math.round(codes / 5));
    let requests = 0;
    const wrong: string[] = [];
    for (let round = 0; round < count; round += 1) {
      const use = await begin();
      const many = contenders();
      requests += many;
      const used = (await Promise.all(Array.from({ length: many }, use))).filter(Boolean).length;
      if (used !== 1) wrong.push(`number ${round + 1}: ${used} of ${many} won`);
      // Codes that nobody has redeemed, and sessions, would end much later.
      if (round % 100 === 0) await server.clock.advance(1000);
    }
    const took = ((Date.now() - began) / 1000).toFixed(1);
    process.stdout.write(`${name}: ${count}, ${requests} requests, ${count - wrong.length} with one winner, ${took} s\n`);
    for (const each of wrong.slice(0, 10)) process.stdout.write(`  ${each}\n`);
    failed += wrong.length;
  }
  return failed;
}

const failed = values.replicas === '0' ? await raceInProcess() : await raceReplicas(Number(values.replicas));
for (const end of ends) await end();
process.exitCode = failed === 0 ? 0 : 1;
