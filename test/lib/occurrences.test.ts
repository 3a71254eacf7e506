import fc from 'fast-check';
import t from 'tap';
import { occurrencesOf } from '../../src/lib/occurrences.js';

for (const [title, sought, text, expected] of [
  ['once', 'bc', 'abcd', [1]],
  ['twice', 'ab', 'abxab', [0, 3]],
  ['without overlaps', 'aa', 'aaaaa', [0, 2]],
  ['after a false start', 'aab', 'aaaab', [2]],
  ['the whole', 'abc', 'abc', [0]],
  ['nowhere', 'abd', 'abcabc', []],
  ['longer than the text', 'abcd', 'abc', []],
  ['nothing', '', 'abc', []],
] as const)
  t.same([...occurrencesOf(sought, text)], expected, title);

t.test('occurrences are those that replaceAll replaces', async (t) => {
  const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 14 }).map((letters) => letters.join(''));
  fc.assert(
    fc.property(text, text, (within, sought) => {
      if (sought === '') return;
      let shown = within;
      for (const at of [...occurrencesOf(sought, within)].reverse()) shown = `${shown.slice(0, at)}-${shown.slice(at + sought.length)}`;
      t.equal(shown, within.replaceAll(sought, '-'), `${sought} in ${within}`);
    }),
    { numRuns: 500 },
  );
});
