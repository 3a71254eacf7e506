import fc from 'fast-check';
import t from 'tap';
import { createEndings } from '../../../src/lib/collections/endings.js';

t.test('the first to end comes first, and of two that end together the one that was added first', async (t) => {
  const endings = createEndings<string>();
  t.equal(endings.first(), undefined);
  const late = endings.add('late', 30);
  endings.add('one of two', 20);
  endings.add('the other', 20);
  const early = endings.add('early', 10);
  t.equal(endings.first(), 'early');
  t.equal(endings.first(9), undefined, 'not yet');
  t.equal(endings.first(10), 'early', 'at its very moment');
  endings.cancel(early);
  t.equal(endings.first(), 'one of two');
  endings.cancel(late);
  endings.cancel(late);
  t.equal(endings.first(Number.POSITIVE_INFINITY), 'one of two', 'cancelled twice is cancelled once');
});

t.test('the order stays right while many are cancelled before their time', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(200)), { minLength: 100, maxLength: 300 }), (steps) => {
        const endings = createEndings<number>();
        const model: { at: number; number: number; ending: ReturnType<typeof endings.add> }[] = [];
        for (const [number, [at, victim]] of steps.entries()) {
          model.push({ at, number, ending: endings.add(number, at) });
          // Two of three go, mostly not the first of all.
          if (number % 3 !== 0) for (const { ending } of model.splice(victim % model.length, 1)) endings.cancel(ending);
        }
        model.sort((one, other) => one.at - other.at || one.number - other.number);
        for (const { number, ending } of model) {
          if (endings.first() !== number) throw new Error('another is first');
          endings.cancel(ending);
        }
        if (endings.first() !== undefined) throw new Error('something is left');
      }),
      { numRuns: 200 },
    ),
  );
});
