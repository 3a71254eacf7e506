import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { awaitReturn } from '../../src/checkup/await-return.js';
import { holdTimers } from '../helpers/hold-timers.js';

t.test('an application that hangs is given up after the time that it has, however long an attempt takes', async (t) => {
  const pass = holdTimers(t, 30_000);
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const silent = createServer(() => asked());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.teardown(() => silent.closeAllConnections());
  t.teardown(() => silent.close());
  const start = new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
  const isBack = awaitReturn(start, 30_000);
  await isAsked;
  pass(30_000);
  t.equal(await isBack, false);

  const stop = new AbortController();
  const stopped = awaitReturn(start, 30_000, stop.signal);
  stop.abort(new Error('enough'));
  await t.rejects(stopped, { message: 'enough' });

  silent.removeAllListeners('request').on('request', (_request, response) => response.writeHead(500).end());
  t.equal(await awaitReturn(start, 30_000), true, 'any answer will do');
});
