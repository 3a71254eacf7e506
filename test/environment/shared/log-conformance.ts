import type { Test } from 'tap';
import type { Backend } from '../../../src/environment/shared/backend.js';
import { until } from '../../helpers/until.js';

/** Two replicas that share one place. */
type Open = (t: Test) => Promise<readonly [Backend, Backend]>;

/** What every backend does with the logs of environments. */
export function conformLogs(t: Test, name: string, open: Open): void {
  const cap = { entries: 1000, bytes: 100_000 };
  const textsOf = async (backend: Backend, environmentId: string, after = 0) =>
    (await backend.entries(environmentId, after, 1000)).map(({ text }) => text);

  t.test(name, async (t) => {
    await t.test('entries are read anywhere, in the order in which they were appended', async (t) => {
      const [one, other] = await open(t);
      t.same(await other.entries('red', 0, 10), []);
      t.equal(await other.lastEntry(), 0);
      const first = await one.append('red', ['a\tb\nc'], { cap });
      const last = await other.append('red', ['', '{"ü":1}'], { cap });
      t.same(await textsOf(one, 'red'), ['a\tb\nc', '', '{"ü":1}']);
      t.same(await textsOf(one, 'red', first), ['', '{"ü":1}']);
      t.same(
        (await one.entries('red', 0, 2)).map(({ text }) => text),
        ['a\tb\nc', ''],
      );
      t.same(await one.entries('red', last, 10), []);
      t.equal(await one.lastEntry(), last);
    });

    await t.test('numbers grow over the logs of all environments', async (t) => {
      const [one, other] = await open(t);
      const numbers = [
        await one.append('red', ['1', '2'], { cap }),
        await other.append('blue', ['3'], { cap }),
        await one.append('red', ['4'], { cap }),
      ];
      t.same(
        numbers,
        [...numbers].sort((a, b) => a - b),
      );
      t.equal(new Set(numbers).size, 3);
      t.same(await textsOf(other, 'red'), ['1', '2', '4']);
      t.same(await textsOf(other, 'blue'), ['3']);
      t.equal((await other.entries('red', 0, 10)).at(-1)?.number, numbers[2]);
    });

    await t.test('entries that two replicas append at once are all there', async (t) => {
      const replicas = await open(t);
      await Promise.all(Array.from({ length: 100 }, (_, at) => replicas[at % 2]?.append('red', [`${at}`], { cap })));
      const entries = await replicas[0].entries('red', 0, 1000);
      t.equal(new Set(entries.map(({ text }) => text)).size, 100);
      t.same(
        entries,
        [...entries].sort((a, b) => a.number - b.number),
      );
    });

    await t.test('the oldest make room where there are too many entries or bytes', async (t) => {
      const [one] = await open(t);
      for (let at = 0; at < 10; at += 1) await one.append('red', [`${at}`], { cap: { entries: 3, bytes: 1000 } });
      t.same(await textsOf(one, 'red'), ['7', '8', '9']);
      const bytes = { entries: 100, bytes: 25 };
      for (const letter of ['a', 'b', 'c']) await one.append('blue', [letter.repeat(10)], { cap: bytes });
      t.same(await textsOf(one, 'blue'), ['b'.repeat(10), 'c'.repeat(10)]);
      await one.append('blue', ['d'.repeat(5)], { cap: bytes });
      t.same(await textsOf(one, 'blue'), ['b'.repeat(10), 'c'.repeat(10), 'd'.repeat(5)], 'just as much as fits');
      await one.append('blue', ['e'.repeat(50)], { cap: bytes });
      t.same(await textsOf(one, 'blue'), ['e'.repeat(50)], 'the newest stays');
    });

    await t.test('a log starts over in one step, and goes with its environment', async (t) => {
      const [one, other] = await open(t);
      await one.append('red', ['1', '2'], { cap });
      await one.append('blue', ['3'], { cap });
      await other.append('red', ['4'], { cap, startsOver: true });
      t.same(await textsOf(one, 'red'), ['4']);
      await one.removeEnvironment('red');
      t.same(await textsOf(other, 'red'), []);
      t.same(await textsOf(other, 'blue'), ['3']);
      const number = await one.append('red', ['5'], { cap: { entries: 10, bytes: 1 } });
      t.same(await other.entries('red', 0, 10), [{ number, text: '5' }]);
    });

    await t.test('a watcher hears which log has grown, until it stops', async (t) => {
      const [one, other] = await open(t);
      const heard: (string | undefined)[] = [];
      const also: (string | undefined)[] = [];
      const stop = await other.watch((environmentId) => heard.push(environmentId));
      const stopAlso = await other.watch((environmentId) => also.push(environmentId));
      await one.append('red', ['1'], { cap });
      await until(() => heard.length === 1 && also.length === 1);
      stop();
      await other.append('blue', ['2'], { cap });
      await until(() => also.length === 2);
      t.same(heard, ['red']);
      t.same(also, ['red', 'blue'], 'also what it has appended itself');
      stopAlso();
      const again = await other.watch((environmentId) => heard.push(environmentId));
      await one.append('green', ['3'], { cap });
      await until(() => heard.length === 2);
      t.same(heard, ['red', 'green']);
      again();
    });
  });
}
