import t from 'tap';
import { runCommand } from '../../../src/cli/run.js';
import { type Mock, startMock } from '../../../src/index.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';
import { until } from '../../helpers/until.js';

/** Runs a command of the command line in this process, and returns what it writes. */
async function outputOf(...argv: string[]): Promise<string> {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const code = await runCommand({ argv, env: {}, output: { write }, errors: { write }, stop: new AbortController().signal });
  if (code !== 0) throw new Error(output);
  return output;
}

t.test('a fleet looks the same from outside, whichever replica is asked', { skip: withoutRedis }, async (t) => {
  const { url: store } = await startRedis(t);
  const start = async (): Promise<Mock> => {
    const mock = await startMock({ store });
    t.teardown(() => mock.close());
    return mock;
  };
  const one = await start();
  const other = await start();

  await t.test('export prints what was created at another one', async (t) => {
    await one.users.create({ username: 'carol', email: 'carol@example.com' });
    const exports: string[] = [];
    for (const { url } of [one, other]) {
      // The command waits ten seconds at most, and the first request loads the control API.
      await fetch(`${url}/__mock/v1/environments/default/seed`);
      exports.push(await outputOf('export', '--url', url));
    }
    t.match(exports[0], /carol@example\.com/);
    t.equal(exports[0], exports[1]);
  });

  await t.test('the inspector shows a sign-on at another one, and hears of it while it is open', async (t) => {
    const page = await fetch(`${other.url}/__mock/`);
    t.equal(page.status, 200);
    t.match(await page.text(), /<script/);
    const stop = new AbortController();
    t.teardown(() => stop.abort());
    const events = await fetch(`${other.url}/__mock/v1/events`, { signal: stop.signal });
    let heard = '';
    const reading = (async () => {
      for await (const text of (events.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) heard += text;
    })().catch(() => {});
    const flow = await one.authorize();
    await flow.redeem();
    await until(() => /"state":"succeeded"/.test(heard));

    const { transactions } = (await (await fetch(`${other.url}/__mock/v1/transactions`)).json()) as { transactions: { id: string }[] };
    const [transaction] = transactions;
    t.match(heard, new RegExp(transaction?.id ?? 'none'));
    const [shownHere, shownThere] = await Promise.all(
      [one, other].map(async ({ url }) => (await fetch(`${url}/__mock/v1/transactions/${transaction?.id}`)).json()),
    );
    t.same(shownHere, shownThere, 'with all its steps');

    await fetch(`${one.url}/99999999-9999-4999-8999-999999999999/as/authorize`);
    await until(() => /99999999-9999-4999-8999-999999999999/.test(heard));
    stop.abort();
    await reading;
    t.pass('also of a request to an environment that does not exist');
  });
});
