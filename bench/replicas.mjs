// node bench/replicas.mjs [--quick | --smoke] [--markdown] [ROW…]: several replicas with one Redis, over one process that keeps its
// state in memory. It needs redis-server.
import { availableParallelism, loadavg } from 'node:os';
import { readArguments } from './arguments.mjs';
import { stopFleets } from './fleet.mjs';
import { startRedis } from './redis.mjs';
import { codes, counts, flows, staleness, users } from './replica-rows.mjs';
import { createTable } from './table.mjs';

/** How much is done: rounds and flows in one, codes, users of the large environment, changes whose staleness is measured. */
const scales = {
  full: { rounds: 9, warm: 2000, flows: 400, replicas: [1, 2, 3, 4], codes: 10_000, users: 1_000_000, few: 1000, reads: 300, changes: 100 },
  quick: { rounds: 7, warm: 800, flows: 250, replicas: [1, 2], codes: 2000, users: 100_000, few: 1000, reads: 200, changes: 30 },
  smoke: { rounds: 1, warm: 3, flows: 5, replicas: [2], codes: 10, users: 200, few: 130, reads: 3, changes: 2 },
};

const rows = { flows, counts, codes, users, staleness };

function argumentsOrExit() {
  try {
    return readArguments(process.argv.slice(2), Object.keys(rows));
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

const { scale, markdown, only } = argumentsOrExit();
const load = () => loadavg()[0].toFixed(1);
const loadBefore = load();
const add = createTable({ markdown, sides: 'replicas with Redis to one process in memory' });
const redis = await startRedis();
try {
  for (const [name, measure] of Object.entries(rows))
    if (only.length === 0 || only.includes(name)) for await (const line of measure(redis, scales[scale])) add(line);
} finally {
  await stopFleets();
  await redis.stop();
}
console.log(
  `\n${new Date().toISOString().slice(0, 10)}, ${scale}, Node.js ${process.version}, ${availableParallelism()} cores, load ${loadBefore} to ${load()}`,
);
