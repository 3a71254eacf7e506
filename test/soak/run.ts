// Runs flows in one process, with signing and without network, and prints the heap after forced collection:
//   npm run test:soak -- [--flows N] [--minutes N] [--cap N]
// Each flow takes a second of the server's clock, so that lifetimes end as they would in a server that runs as long. With
// --cap the collections hold no more than that, so that a short run reaches their bounds.
// Once the bounds of all collections are reached, the heap must stay within 3 %.
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { openContext } from '../../src/configuration/open-context.js';
import { seedServer } from '../../src/configuration/seed/fill.js';
import { memoryFactory } from '../../src/environment/store/factory.js';
import { createClock } from '../../src/lib/clock.js';
import { buildServer } from '../../src/server/server.js';
import { defaultSettings } from '../../src/settings/read.js';
import { environmentId } from '../helpers/server.js';
import { runFlow } from './flows.js';

const { values } = parseArgs({ options: { flows: { type: 'string' }, minutes: { type: 'string' }, cap: { type: 'string' } } });
const flows = values.flows === undefined ? (values.minutes === undefined ? 100_000 : Number.MAX_SAFE_INTEGER) : Number(values.flows);
const until = values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.minutes) * 60_000;
const caps = values.cap === undefined ? undefined : { cap: Number(values.cap), revocationCap: Number(values.cap) };

/** From here on every bound is reached, or what is below it ends as fast as it comes. Low bounds are reached sooner. */
const full = caps === undefined ? 10_000 : 1500;
const tolerance = 0.03;

const isMeasured = (count: number): boolean =>
  [100, 500, 1500, 3000, 6000].includes(count) || (count > 0 && count % 10_000 === 0) || count === flows;

const { gc } = globalThis as { gc?: () => void };
if (!gc) throw new Error('run it as npm run test:soak, which passes --expose-gc');

async function heap(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    gc?.();
  }
  return process.memoryUsage().heapUsed;
}

const clock = createClock();
clock.freeze(Date.now());
const context = await openContext({ settings: defaultSettings, log: pino({ level: 'silent' }), factory: memoryFactory(), clock, caps });
await seedServer(context);
const app = await buildServer(context);
const environment = context.environments.get(environmentId);
if (!environment) throw new Error('the seed has no environment');

/** How much is in what is bounded. */
const contents = (): string => {
  const { store, transactions, requests, outbox } = environment;
  const stored = Object.entries(store).map(([name, { size }]) => [name, size] as const);
  const journals = [['transactions', transactions.list().length] as const, ['requests', requests.size] as const];
  return [...stored, ...journals, ['messages', outbox.list().length] as const]
    .filter(([, size]) => size > 0)
    .map(([name, size]) => `${name} ${size}`)
    .join(', ');
};

const say = (line: string) => process.stdout.write(`${line}\n`);
const begun = Date.now();
const measured: { readonly count: number; readonly bytes: number }[] = [];
let last = 0;
for (let count = 1; count <= flows; count += 1) {
  await runFlow(app, count);
  clock.advance(1000);
  const isLast = Date.now() >= until;
  if (!isMeasured(count) && !isLast) continue;
  const bytes = await heap();
  measured.push({ count, bytes });
  const before = measured.at(-2);
  const growth = before ? `, ${Math.round((bytes - before.bytes) / (count - before.count))} bytes a flow since` : '';
  say(`${count} flows, ${Math.round((Date.now() - begun) / 1000)} s: heap ${(bytes / 1_048_576).toFixed(1)} MB${growth}`);
  last = count;
  if (isLast) break;
}
say(contents());
await app.close();

const [first, ...later] = measured.filter(({ count }) => count >= full);
const worst = Math.max(0, ...later.map(({ bytes }) => bytes / (first?.bytes ?? bytes) - 1));
if (!first || later.length === 0) say(`${last} flows: the bounds are reached at ${full}, so that growth is not judged`);
else say(`from ${first.count} to ${last} flows the heap grew by at most ${(worst * 100).toFixed(1)} % (allowed: ${tolerance * 100} %)`);
process.exitCode = worst > tolerance ? 1 : 0;
