import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';

/** A way to a server that can be cut off: nothing is forwarded any more, and no connection is closed. */
export interface CutOff {
  readonly port: number;
  /** Stops forwarding, in both directions. New connections are accepted, and nobody answers there. */
  stop(): void;
  /** Goes on. What was sent meanwhile arrives late. */
  heal(): void;
}

export async function startCutOff(t: Pick<Test, 'teardown'>, target: number): Promise<CutOff> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isStopped = false;
  const server = createServer((near) => {
    const pair = [near, connect(target, '127.0.0.1')] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [...pair].reverse() as [Socket, Socket]]) {
      one.on('data', (data) => other.write(data));
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
      if (isStopped) one.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of [...pairs].flat()) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as { port: number }).port,
    stop() {
      isStopped = true;
      for (const socket of [...pairs].flat()) socket.pause();
    },
    heal() {
      isStopped = false;
      for (const socket of [...pairs].flat()) socket.resume();
    },
  };
}
