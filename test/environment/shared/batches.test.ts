import t from 'tap';
import { createBatches } from '../../../src/environment/shared/redis/batches.js';
import { until } from '../../helpers/until.js';

/** Batches as they were sent, and what answers the one that was sent first and waits. */
function recording(options: { most?: number; atOnce?: number } = {}) {
  const sent: (readonly number[])[] = [];
  const answers: ((work: (steps: readonly number[]) => readonly (string | Error)[]) => void)[] = [];
  const run = createBatches<number, string>({
    ...options,
    send: (steps) => {
      sent.push(steps);
      return new Promise((resolve, reject) => {
        answers.push((work) => {
          try {
            resolve(work(steps));
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  });
  return { run, sent, answer: (work: (steps: readonly number[]) => readonly (string | Error)[]) => answers.shift()?.(work) };
}

const echo = (steps: readonly number[]) => steps.map((step) => `${step}`);

t.test('steps of one turn go out together, and each gets its own reply', async (t) => {
  const { run, sent, answer } = recording();
  const replies = Promise.all([1, 2, 3].map(run));
  await until(() => sent.length === 1);
  answer(echo);
  t.same(await replies, ['1', '2', '3']);
  t.same(sent, [[1, 2, 3]]);
});

t.test('a step that fails does not fail the others of its batch', async (t) => {
  const { run, sent, answer } = recording();
  const replies = Promise.allSettled([1, 2].map(run));
  await until(() => sent.length === 1);
  answer(([one]) => [`${one}`, new Error('refused')]);
  t.same(
    (await replies).map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
});

t.test('only so many batches are under way; the others follow in their order', async (t) => {
  const { run, sent, answer } = recording({ most: 2, atOnce: 2 });
  const replies = Promise.all([1, 2, 3, 4, 5].map(run));
  await until(() => sent.length === 2);
  t.same(sent, [
    [1, 2],
    [3, 4],
  ]);
  answer(echo);
  await until(() => sent.length === 3);
  answer(echo);
  answer(echo);
  t.same(await replies, ['1', '2', '3', '4', '5']);
});

t.test('where a batch fails as a whole, so does what waits, and what comes later is sent again', async (t) => {
  const { run, sent, answer } = recording({ most: 1, atOnce: 1 });
  const replies = Promise.allSettled([1, 2].map(run));
  await until(() => sent.length === 1);
  answer(() => {
    throw new Error('gone');
  });
  t.same(
    (await replies).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  const later = run(3);
  await until(() => sent.length === 2);
  answer(echo);
  t.equal(await later, '3');
  t.same(sent, [[1], [3]]);
});
