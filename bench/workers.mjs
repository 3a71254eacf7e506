// node bench/workers.mjs [--rounds N] [--flows N] [--workers N] [--connections N]: one process, and several workers that share their state through the
// primary process or through Redis, in one interleaved run. Ratios are to the one process.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { createClient, quantile, repeat } from './client.mjs';
import { flow } from './jobs.mjs';
import { distCli, nanosecondsOf, start } from './server.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    flows: { type: 'string', default: '600' },
    connections: { type: 'string', default: '16' },
    workers: { type: 'string', default: String(Math.max(2, availableParallelism())) },
  },
});
const [rounds, flows, connections] = [values.rounds, values.flows, values.connections].map(Number);
const load = () => loadavg()[0].toFixed(1);

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts a Redis of its own, without a file on disk; undefined where none is installed. */
async function startRedis() {
  const folder = mkdtempSync(`${tmpdir()}/bench-redis-`);
  const port = await freePort();
  const given = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn('redis-server', given, { stdio: ['ignore', 'pipe', 'inherit'] });
  const isReady = new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.stdout.on('data', (text) => /Ready to accept/.test(String(text)) && resolve(true));
  });
  if (!(await isReady)) return undefined;
  const stop = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  };
  return { url: `redis://127.0.0.1:${port}`, pid: child.pid, stop };
}

const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/** A way to serve: what it is called, its processes, and what serves beside them. */
async function startWay(name, args, beside) {
  const server = await start(
    process.execPath,
    [process.env.BENCH_CLI ?? distCli, '--port', '0', '--json', '--auto-login', 'alice', ...args],
    {
      PINGONE_MOCK_LOG_LEVEL: 'error',
    },
  );
  const send = createClient(server.url, connections);
  const workers = childrenOf(server.pid);
  const milliseconds = (pids) => pids.reduce((sum, pid) => sum + nanosecondsOf(pid) / 1e6, 0);
  /** CPU of those that serve, and of what keeps their state. */
  const cpu = () => ({
    serving: milliseconds(workers.length > 0 ? workers : [server.pid]),
    keeping: milliseconds([...(workers.length > 0 ? [server.pid] : []), ...(beside ? [beside] : [])]),
  });
  async function measure(times) {
    const before = cpu();
    const seconds = await repeat(times, connections, () => flow(send));
    const after = cpu();
    return {
      rate: times / seconds,
      serving: (after.serving - before.serving) / times,
      keeping: (after.keeping - before.keeping) / times,
    };
  }
  await measure(Math.ceil(flows / 2));
  return { name, measure, results: [], stop: server.stop };
}

const redis = await startRedis();
const count = values.workers;
const loadBefore = load();
const ways = [
  await startWay('one process', []),
  await startWay(`${count} workers, state in the primary process`, ['--workers', count]),
  ...(redis ? [await startWay(`${count} workers, state in Redis`, ['--workers', count, '--store', redis.url], redis.pid)] : []),
];
for (let round = 0; round < rounds; round += 1) for (const way of ways) way.results.push(await way.measure(flows));

const [one] = ways;
const shown = (numbers) => [0.5, 0.25, 0.75].map((part) => quantile(numbers, part).toFixed(2)).join(' / ');
console.log('median / quartiles | flows a second over one process | CPU of a flow over one process | of it, what keeps the state');
for (const { name, results } of ways) {
  const ratios = (of) => results.map((result, round) => of(result) / of(one.results[round]));
  const share = results.map(({ serving, keeping }) => keeping / (serving + keeping));
  console.log(
    [name, shown(ratios(({ rate }) => rate)), shown(ratios(({ serving, keeping }) => serving + keeping)), shown(share)].join(' | '),
  );
}
console.log(
  `one process: ${quantile(
    one.results.map(({ rate }) => rate),
    0.5,
  ).toFixed(0)} flows a second, with the client on the same cores`,
);
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${availableParallelism()} cores, load ${loadBefore} to ${load()}`,
);
for (const { stop } of ways) await stop();
redis?.stop();
process.exit(0);
