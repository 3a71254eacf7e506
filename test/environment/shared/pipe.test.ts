import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import t from 'tap';
import type { Backend } from '../../../src/environment/shared/backend.js';
import { createMemoryStore } from '../../../src/environment/shared/memory/memory-store.js';
import { createBatches } from '../../../src/environment/shared/pipe/batches.js';
import { createPipeBackend } from '../../../src/environment/shared/pipe/pipe-backend.js';
import { servePipe } from '../../../src/environment/shared/pipe/serve-pipe.js';
import { createClock } from '../../../src/lib/clock.js';
import { conformBackend } from './backend-conformance.js';

const { now } = createClock();

interface Ends {
  readonly worker: Socket;
  readonly primary: Socket;
}

/** Makes pairs of connected sockets. */
async function startSockets(t: { teardown: (end: () => unknown) => void }): Promise<() => Promise<Ends>> {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  return async () => {
    const accepted = once(server, 'connection');
    const worker = createConnection({ port, host: '127.0.0.1', noDelay: true });
    const [[primary]] = await Promise.all([accepted as Promise<[Socket]>, once(worker, 'connect')]);
    t.teardown(() => worker.destroy());
    return { worker, primary };
  };
}

conformBackend(t, 'over a pipe', async (t, count) => {
  const connect = await startSockets(t as never);
  const store = createMemoryStore(now);
  const backends: Backend[] = [];
  for (let at = 0; at < count; at += 1) {
    const { worker, primary } = await connect();
    await servePipe(primary, store.open());
    backends.push(createPipeBackend(worker, now));
  }
  return backends;
});

t.test('messages arrive whole and in order, however the bytes were cut', async (t) => {
  const received: unknown[] = [];
  let written = Buffer.alloc(0);
  const source = new Duplex({
    read() {},
    write(bytes, _encoding, done) {
      written = Buffer.concat([written, bytes]);
      done();
    },
  });
  const sender = createBatches<never, unknown>(source, { onMessage() {}, onEnd() {} });
  const messages = [1, 'two', undefined, { three: Number.POSITIVE_INFINITY }, 'é🙂'.repeat(1000)];
  for (const message of messages) {
    sender.send(message);
    await new Promise(setImmediate);
  }
  for (const length of [1, 3, 5, 4096, 1_000_000]) {
    received.length = 0;
    const target = new Duplex({ read() {}, write: (_bytes, _encoding, done) => done() });
    createBatches(target, { onMessage: (message) => received.push(message), onEnd() {} });
    for (let at = 0; at < written.length; at += length) target.emit('data', written.subarray(at, at + length));
    t.same(received, messages, `pieces of ${length} bytes`);
  }
});

t.test('requests of one turn of the event loop go in one write', async (t) => {
  let writes = 0;
  const socket = new Duplex({
    read() {},
    writev(_chunks, done) {
      writes += 1;
      done();
    },
  });
  const backend = createPipeBackend(socket, now);
  const place = { environmentId: 'one', name: 'people', indexes: [] };
  for (let at = 0; at < 100; at += 1) backend.get(place, String(at)).catch(() => {});
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  t.equal(writes, 1);
});

t.test('a primary process that does not answer refuses requests, and one that has ended refuses them at once', async (t) => {
  const connect = await startSockets(t);
  const { worker, primary } = await connect();
  const backend = createPipeBackend(worker, now, 50);
  await t.rejects(backend.version(), { name: 'StoreUnavailable', message: 'the primary process does not answer' });
  t.equal(backend.failure, undefined, 'the next one may be answered');
  const open = backend.version();
  primary.destroy();
  await t.rejects(open, { name: 'StoreUnavailable', message: 'the primary process has ended' });
  t.match(backend.failure, { name: 'StoreUnavailable' });
  await t.rejects(backend.version(), { name: 'StoreUnavailable' });
});

t.test('the locks of a worker that has ended are free', async (t) => {
  const connect = await startSockets(t);
  const store = createMemoryStore(now);
  const { worker, primary } = await connect();
  await servePipe(primary, store.open());
  const backend = createPipeBackend(worker, now);
  await backend.lock('work', 'one', 60_000);
  const other = store.open();
  t.equal(await other.lock('work', 'other', 60_000), undefined);
  worker.destroy();
  await once(primary, 'close');
  t.equal(await other.lock('work', 'other', 60_000), 0);
});
