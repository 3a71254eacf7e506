import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import t from 'tap';
import { openStream as streamTo } from '../../src/control/events.js';
import type { TransactionBody } from '../../src/control/transaction-body.js';
import { authorize, redeem } from '../helpers/client.js';
import { environmentId, listen, ownMemoryOnly, store } from '../helpers/server.js';

interface ServerSentEvent {
  id?: string;
  event?: string;
  data?: string;
  retry?: string;
  comment?: string;
}

/** Reads a stream of server-sent events until it ends. */
async function openStream(url: string, headers: Record<string, string> = {}) {
  const answer = await fetch(url, { headers });
  const events: ServerSentEvent[] = [];
  let wake: () => void = () => undefined;
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() as string;
      for (const block of blocks)
        events.push(
          Object.fromEntries(
            block.split('\n').map((line) => [line.slice(0, line.indexOf(':')) || 'comment', line.slice(line.indexOf(':') + 1).trim()]),
          ),
        );
      wake();
    }
  };
  const ended = read().catch(() => undefined);
  const until = async (fits: (events: ServerSentEvent[]) => boolean) => {
    while (!fits(events))
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return {
    answer,
    events,
    ended,
    until,
    transactions: () =>
      events
        .filter(({ event }) => event === 'transaction')
        .map(({ id, data = '{}' }) => ({ id: Number(id), body: JSON.parse(data) as TransactionBody })),
  };
}

t.test('every change of a transaction is sent as an event, and bye is the last', async (t) => {
  const { app, url } = await listen(t);
  const stream = await openStream(`${url}/__mock/v1/events`);
  t.equal(stream.answer.status, 200);
  t.match(stream.answer.headers.get('content-type'), /^text\/event-stream/);
  t.equal(stream.answer.headers.get('cache-control'), 'no-store');
  t.notOk(stream.answer.headers.has('access-control-allow-origin'));
  await stream.until((events) => events.some(({ retry }) => retry === '1000'));

  const flow = await authorize(app);
  await redeem(app, flow);
  await stream.until(() => stream.transactions().some(({ body }) => body.state === 'succeeded' && body.steps.at(-1)?.kind === 'tokens'));
  const received = stream.transactions();
  t.ok(received.length >= 2);
  t.ok(
    received.every(({ id }, at) => Number.isInteger(id) && (at === 0 || id > (received[at - 1]?.id ?? 0))),
    'numbers only grow',
  );
  t.equal(new Set(received.map(({ body }) => body.id)).size, 1);
  const last = received.at(-1)?.body as TransactionBody;
  t.same(last, await (await fetch(`${url}/__mock/v1/transactions/${last.id}`)).json(), 'the same JSON as by GET');

  // Who comes back says where it stopped.
  const first = received[0]?.id ?? 0;
  const resumed = await openStream(`${url}/__mock/v1/events`, { 'last-event-id': String(first) });
  await resumed.until(() => resumed.transactions().at(-1)?.id === received.at(-1)?.id);
  t.ok(resumed.transactions().every(({ id }) => id > first));
  const all = await openStream(`${url}/__mock/v1/environments/default/events?lastEventId=0`);
  await all.until(() => all.transactions().length > 0);
  const restarted = await openStream(`${url}/__mock/v1/events`, { 'last-event-id': '999999' });
  await restarted.until(() => restarted.transactions().length > 0);
  t.pass('a number of an earlier server gets all that is remembered');

  const { lastEventId } = (await (await fetch(`${url}/__mock/v1/transactions`)).json()) as { lastEventId: number };
  t.equal(lastEventId, received.at(-1)?.id, 'the list says where a stream goes on');

  await app.close();
  await stream.ended;
  t.match(stream.events.at(-1), { event: 'bye' });
});

t.test('the stream of one environment carries no other environment’s events', async (t) => {
  const { app, url, context } = await listen(t);
  const made = (await (await fetch(`${url}/__mock/v1/environments`, { method: 'POST' })).json()) as { id: string };
  const stream = await openStream(`${url}/__mock/v1/events?environment=${made.id}`);
  await authorize(app);
  const other = context.environments.get(made.id);
  other?.transactions.step(other.transactions.start({ application: undefined }), {
    kind: 'token',
    ok: false,
    title: 'its own',
    checks: [],
  });
  await stream.until(() => stream.transactions().length > 0);
  t.same(
    stream.transactions().map(({ body }) => body.envId),
    [made.id],
  );
  t.equal((await fetch(`${url}/__mock/v1/events?environment=${environmentId.replace('e', 'f')}`)).status, 404);
});

const numbered = ownMemoryOnly('in a shared store, events have the numbers of its log, which is bounded by its entries');
t.test('at most 500 events are remembered', { skip: numbered }, async (t) => {
  const { url, environment } = await listen(t);
  for (let number = 0; number < 600; number += 1)
    environment.transactions.step(environment.transactions.start({ application: undefined }), {
      kind: 'token',
      ok: true,
      title: `${number}`,
      checks: [],
    });
  const stream = await openStream(`${url}/__mock/v1/events?lastEventId=0`);
  await stream.until(() => stream.transactions().at(-1)?.id === 600);
  t.equal(stream.transactions().length, 500);
});

t.test('clearing transactions is announced, and they are not sent again', async (t) => {
  const { app, url, context } = await listen(t);
  await authorize(app);
  const stream = await openStream(`${url}/__mock/v1/events?lastEventId=0`);
  await stream.until(() => stream.transactions().length > 0);
  const forgotten = () =>
    stream.events.flatMap(({ event, data = '{}' }) => (event === 'forgotten' ? [JSON.parse(data).envId as string] : []));

  await fetch(`${url}/__mock/v1/transactions`, { method: 'DELETE' });
  // Where a store is shared, the first one is that of the start.
  const before = store === undefined ? [] : [environmentId];
  await stream.until(() => forgotten().length === before.length + 2);
  t.same(forgotten().sort(), ['', environmentId, ...before], 'of the environment, and of none');
  await fetch(`${url}/__mock/v1/reset`, { method: 'POST' });
  await stream.until(() => forgotten().length >= before.length + 4);
  const { environmentId: own } = (await (await fetch(`${url}/__mock/v1/lab`, { method: 'POST' })).json()) as { environmentId: string };
  await context.environments.remove(own);
  await stream.until(() => forgotten().at(-1) === own);

  const later = await openStream(`${url}/__mock/v1/events?lastEventId=0`);
  await later.until((events) => events.some(({ event }) => event === 'forgotten'));
  t.same(later.transactions(), [], 'who comes later is not told of what is gone');
});

t.test('a listener that does not read has at most 500 events waiting', async (t) => {
  const written: number[] = [];
  let takes = false;
  const raw = Object.assign(new EventEmitter(), {
    destroyed: false,
    writableEnded: false,
    write: (text: string) => {
      written.push(Number(text));
      return takes;
    },
  });
  const stream = streamTo(raw as unknown as ServerResponse, ({ number }) => String(number));
  const push = (number: number) => stream.push({ number, environmentId: `environment ${number}` });
  push(0);
  await new Promise(setImmediate);
  for (let number = 1; number <= 600; number++) push(number);
  await new Promise(setImmediate);
  t.same(written, [0], 'it is full');
  takes = true;
  raw.emit('drain');
  t.equal(written.length, 501);
  t.same([written[1], written.at(-1)], [101, 600], 'the newest are kept');
});
