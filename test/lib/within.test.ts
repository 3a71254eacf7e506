import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { within } from '../../src/lib/within.js';

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** The error of a work, while the garbage is collected again and again. */
async function errorOf(work: Promise<unknown>): Promise<unknown> {
  const outcome: { error?: unknown; done?: true } = {};
  work.then(
    () => Object.assign(outcome, { done: true }),
    (error: unknown) => Object.assign(outcome, { done: true, error }),
  );
  while (!outcome.done) {
    if (typeof collectGarbage === 'function') collectGarbage();
    await turn();
  }
  return outcome.error;
}

t.test('a request to a server that never answers ends in time, whatever garbage is collected', async (t) => {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const stop = new AbortController();
  const asking = (milliseconds: number) => within(milliseconds, (signal) => fetch(url, { signal }), stop.signal);
  t.match(await errorOf(asking(200)), { name: 'TimeoutError', message: 'no answer within 0.2 seconds' });

  const stopped = asking(60_000);
  stop.abort(new Error('told to stop'));
  t.match(await errorOf(stopped), { message: 'told to stop' }, 'a stop ends it earlier');
  t.match(await errorOf(asking(60_000)), { message: 'told to stop' }, 'after a stop nothing begins');
});

t.test('work that ends in time gives its value, or its own error', async (t) => {
  t.equal(await within(60_000, async (signal) => signal.aborted), false);
  await t.rejects(
    within(60_000, async () => {
      throw new Error('of the work');
    }),
    { message: 'of the work' },
  );
});
