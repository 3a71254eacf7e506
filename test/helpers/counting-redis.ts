import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';

/** What went over the wire. */
export interface Counts {
  commands: number;
  bytes: number;
}

/** Where a value of the protocol ends that begins at this place; undefined where it is not there yet. */
function endOf(text: string, from: number): number | undefined {
  const line = text.indexOf('\r\n', from);
  if (line < 0) return undefined;
  const length = Number(text.slice(from + 1, line));
  const kind = text[from];
  if (kind === '$') return length < 0 ? line + 2 : text.length >= line + 4 + length ? line + 4 + length : undefined;
  let end: number | undefined = line + 2;
  if (kind === '*') for (let left = length; left > 0 && end !== undefined; left -= 1) end = endOf(text, end);
  return end;
}

/** Calls a listener with each whole value that comes over a connection. */
function eachValue(socket: Socket, listener: (value: string) => void): void {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (let end = endOf(text, 0); end !== undefined; end = endOf(text, 0)) {
      listener(text.slice(0, end));
      text = text.slice(end);
    }
  });
}

/**
 * Stands before a Redis server, and counts the scripts that it is asked for, with their answers. Entries of the journal are apart;
 * locks that are kept because a request takes long do not count.
 */
export async function countRedis(t: Pick<Test, 'teardown'>, port: number) {
  const counts = { steps: { commands: 0, bytes: 0 }, entries: { commands: 0, bytes: 0 } };
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    client.pipe(redis).pipe(client);
    const asked: (Counts | undefined)[] = [];
    eachValue(client, (command) => {
      const isScript = /^\*\d+\r\n\$7\r\nevalsha\r\n/i.test(command) && !/\r\nkeep\r\n/.test(command);
      const kind = isScript ? (/\r\nappend\r\n/.test(command) ? counts.entries : counts.steps) : undefined;
      asked.push(kind);
      if (!kind) return;
      kind.commands += 1;
      kind.bytes += command.length;
    });
    eachValue(redis, (reply) => {
      const kind = asked.shift();
      if (kind) kind.bytes += reply.length;
    });
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, counts };
}
