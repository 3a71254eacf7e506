// Starts a server in a process of its own, and asks the kernel what it has used. Linux only.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** CPU nanoseconds of all threads of a process so far. Node keeps its threads, so none is missing. */
export function nanosecondsOf(pid) {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return sum;
}

/** What the kernel says of a process. */
export const processFigures = (pid) => ({
  /** CPU milliseconds of all its threads so far. */
  cpu: () => nanosecondsOf(pid) / 1e6,
  /** Resident memory, MB. */
  memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024,
});

/** A process whose first line says where it listens. */
export async function start(command, argv, env = {}) {
  const child = spawn(command, argv, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ready = await new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (code) => reject(new Error(`${argv.join(' ')} ended with ${code}`)));
  });
  lines.on('line', () => {});
  return {
    ...ready,
    pid: child.pid,
    ...processFigures(child.pid),
    stop: () => new Promise((resolve) => child.once('exit', resolve) && child.kill('SIGTERM')),
  };
}

const limit = new URL('limit.mjs', import.meta.url).pathname;
export const distCli = new URL('../dist/cli.js', import.meta.url).pathname;

/** Starts the mock: of another build with `cli`, on another Node.js with `node`. */
export const startMock = ({ cli = process.env.BENCH_CLI ?? distCli, node = process.execPath, env, autoLogin = 'alice' } = {}) =>
  start(node, [cli, '--port', '0', '--json', ...(autoLogin ? ['--auto-login', autoLogin] : [])], {
    PINGONE_MOCK_LOG_LEVEL: 'error',
    ...env,
  });

/** Starts the limit, on so many cores if told. */
export const startLimit = ({ node = process.execPath, cores } = {}) =>
  cores === undefined ? start(node, [limit]) : start('taskset', ['-c', cores, node, limit]);
