import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** The server of the system's packages; undefined where there is none, and the tests that need it are skipped. */
export const redisServer = ['valkey-server', 'redis-server'].find((command) => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

/** What a test that needs a server says where there is none; false where there is one. */
export const withoutRedis = redisServer === undefined && 'no redis-server or valkey-server is installed';

export interface RunningRedis {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Sends one command of words to a server, and reads its answer up to the end of a line. */
export async function askRedis(port: number, ...words: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`);
  let answer = '';
  for await (const text of socket.setEncoding('utf8')) {
    answer += text;
    if (answer.endsWith('\r\n')) break;
  }
  socket.destroy();
  return answer.trimEnd();
}

/** Starts a server of its own for a test, without a file on disk. */
export async function startRedis(
  t: Pick<Test, 'teardown'>,
  { port, args = [] }: { port?: number; args?: string[] } = {},
): Promise<RunningRedis> {
  const chosen = port ?? (await freePort());
  // Replication leaves a file behind.
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const given = ['--port', String(chosen), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no', ...args];
  const child = spawn(redisServer as string, given, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  t.teardown(stop);
  let log = '';
  for await (const text of child.stdout) {
    log += String(text);
    if (/Ready to accept connections/.test(log)) break;
  }
  child.stdout.resume();
  if (child.exitCode !== null) throw new Error(`no server: ${log}`);
  return { url: `redis://127.0.0.1:${chosen}`, port: chosen, process: child, stop };
}
