// A redis-server of the harness's own, on a Unix socket and on TCP, with nothing on disk; and what it counts.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'iovalkey';
import { processFigures } from './server.mjs';

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The numbers of `INFO`, by their names; those of a command as `cmdstat_NAME:calls`. */
function numbersOf(info) {
  const numbers = {};
  for (const line of info.split('\r\n')) {
    const [name, value] = line.split(':');
    if (value === undefined) continue;
    for (const part of value.split(',')) {
      const [member, number = member] = part.split('=');
      numbers[part.includes('=') ? `${name}:${member}` : name] = Number(number);
    }
  }
  return numbers;
}

export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  const [socket, port] = [join(folder, 'redis.sock'), await freePort()];
  const given = ['--port', String(port), '--bind', '127.0.0.1', '--unixsocket', socket, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', given, { stdio: ['ignore', 'pipe', 'inherit'], cwd: folder });
  for await (const line of createInterface({ input: child.stdout })) if (/Ready to accept connections/i.test(line)) break;
  child.stdout.resume();
  const admin = new Redis(port, '127.0.0.1');
  return {
    tcp: `redis://127.0.0.1:${port}`,
    addresses: {
      TCP: `redis://127.0.0.1:${port}`,
      'Unix socket': `redis+unix://${socket}`,
    },
    port,
    admin,
    ...processFigures(child.pid),
    numbers: async () => numbersOf(await admin.info('all')),
    async stop() {
      admin.disconnect();
      await new Promise((resolve) => child.once('exit', resolve) && child.kill('SIGKILL'));
      rmSync(folder, { recursive: true });
    },
  };
}
