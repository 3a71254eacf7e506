import t from 'tap';
import { judgePatterns } from '../../../src/configuration/directory/client-patterns.js';

/** The regular expressions of schema attributes, which clients write. */

t.test('patterns are searched for in the whole text, whichever engine reads them', (t) => {
  const cases: readonly (readonly [string, string, boolean | undefined])[] = [
    ['^[A-Z]{3}$', 'ABC', true],
    ['^[A-Z]{3}$', 'ABCD', false],
    ['b+', 'aabba', true],
    ['', '', true],
    ['^(?!.*--)[a-z-]+$', 'a--b', false],
    ['^.$', '\u{1f600}', true],
    ['[\ude00]', '\u{1f600}', false],
    // Only JavaScript's engine reads these.
    ['^\\p{Script=Greek}+$', 'αβγ', true],
    ['^\\p{Script=Greek}+$', 'abc', false],
    // More steps than our own matcher takes.
    ['[a-z]+\\d', 'x'.repeat(1000), false],
    ['(', 'x', undefined],
    ['a**', 'x', undefined],
  ];
  for (const [pattern, text, expected] of cases) t.equal(judgePatterns([{ pattern, texts: [text] }])[0]?.[0], expected, pattern);
  const asked = cases.slice(0, 5).map(([pattern, text]) => ({ pattern, texts: [text, text] }));
  t.same(
    judgePatterns(asked),
    cases.slice(0, 5).map(([, , expected]) => [expected, expected]),
    'together as alone',
  );
  t.same(judgePatterns([]), []);
  t.end();
});

t.test('patterns that backtrack without end get no answer and little time, and the others are judged all the same', (t) => {
  const slow = ['(?=(a+)+$)b', '^(a+)+$', '^(?:\\p{Script=Latin}+)+$'].map((pattern) => ({ pattern, texts: [`${'a'.repeat(40)}!`] }));
  const rounds = 10;
  const began = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1)
    t.same(judgePatterns([...slow, { pattern: '^[a-z]+$', texts: ['abc', 'ABC'] }]), [undefined, undefined, undefined, [true, false]]);
  t.ok(process.cpuUsage(began).user < rounds * 100_000, 'a bound for all of a body');
  t.end();
});
