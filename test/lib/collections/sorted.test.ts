import fc from 'fast-check';
import t from 'tap';
import { firstPosition, insertSorted, removeSorted } from '../../../src/lib/collections/sorted.js';

const compare = (one: { key: number }, other: { key: number }) => one.key - other.key;

t.test('entries stay in order as they come and go', async (t) => {
  const step = fc.record({ adds: fc.boolean(), key: fc.nat(100) });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const entries: { key: number }[] = [];
        const model = new Map<number, { key: number }>();
        for (const { adds, key } of steps) {
          const existing = model.get(key);
          if (adds && !existing) {
            const entry = { key };
            model.set(key, entry);
            insertSorted(entries, entry, compare);
          } else if (!adds && existing) {
            model.delete(key);
            removeSorted(entries, existing, compare);
          }
        }
        const sorted = [...model.values()].sort(compare);
        if (entries.length !== sorted.length || entries.some((entry, at) => entry !== sorted[at])) throw new Error('not in order');
        const middle = 50;
        if (firstPosition(entries, ({ key }) => key > middle) !== sorted.filter(({ key }) => key <= middle).length)
          throw new Error('a wrong position');
      }),
    ),
  );
});

t.test('only the very entry is removed, not an equal one', async (t) => {
  const entries = [{ key: 1 }, { key: 2 }];
  removeSorted(entries, { key: 2 }, compare);
  removeSorted(entries, { key: 3 }, compare);
  t.same(entries, [{ key: 1 }, { key: 2 }]);
  removeSorted([], { key: 1 }, compare);
});
