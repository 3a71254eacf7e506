import { syncBuiltinESMExports } from 'node:module';
import vm from 'node:vm';
import t, { type Test } from 'tap';
import { judgePatterns } from '../../../src/configuration/directory/client-patterns.js';

/** The milliseconds of all scripts that JavaScript's engine runs with a time limit; what has none would be undefined. */
function scripts(t: Test): unknown[] {
  const limits: unknown[] = [];
  const { runInThisContext } = vm;
  const replace = (run: typeof runInThisContext) => {
    vm.runInThisContext = run;
    syncBuiltinESMExports();
  };
  replace((code, options) => {
    limits.push(typeof options === 'object' ? options?.timeout : undefined);
    return runInThisContext(code, options);
  });
  t.teardown(() => replace(runInThisContext));
  return limits;
}

/** What a script may take, in milliseconds, and how many there may be: each of seven is begun again up to twenty times. */
const longestMilliseconds = 6;
const mostScripts = 7 * 20;
const withoutBound = (limits: readonly unknown[]): unknown[] =>
  limits.filter((limit) => typeof limit !== 'number' || limit > longestMilliseconds);

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
    ['[a-z]+\\d', 'x'.repeat(300), false],
    ['(', 'x', undefined],
    ['a**', 'x', undefined],
  ];
  // On a busy machine a useful pattern may get no answer: it is asked again.
  const judge = (pattern: string, text: string, isAnswered: boolean): boolean | undefined => {
    for (;;) {
      const answer = judgePatterns([{ pattern, texts: [text] }])[0]?.[0];
      if (answer !== undefined || !isAnswered) return answer;
    }
  };
  for (const [pattern, text, expected] of cases) t.equal(judge(pattern, text, expected !== undefined), expected, pattern);
  const asked = cases.slice(0, 5).map(([pattern, text]) => ({ pattern, texts: [text, text] }));
  t.same(
    judgePatterns(asked),
    cases.slice(0, 5).map(([, , expected]) => [expected, expected]),
    'together as alone',
  );
  t.same(judgePatterns([]), []);
  t.end();
});

t.test('only patterns of more than 20,000 steps are left to JavaScript’s engine', (t) => {
  const limits = scripts(t);
  // Searched for from each place to the end: n letters take about n²/2 steps.
  const judge = (letters: number) => judgePatterns([{ pattern: '[a-z]+\\d', texts: ['x'.repeat(letters)] }]);
  judge(60);
  t.same(limits, []);
  judge(300);
  t.ok(limits.length > 0);
  t.end();
});

t.test('patterns that backtrack without end get no answer and little time, and the others are judged all the same', (t) => {
  const slow = ['(?=(a+)+$)b', '^(a+)+$', '^(?:\\p{Script=Latin}+)+$'].map((pattern) => ({ pattern, texts: [`${'a'.repeat(40)}!`] }));
  const limits = scripts(t);
  t.same(judgePatterns([...slow, { pattern: '^[a-z]+$', texts: ['abc', 'ABC'] }]), [undefined, undefined, undefined, [true, false]]);
  t.ok(limits.length > 0);
  t.same(withoutBound(limits), [], 'no script may run for longer than the bound');

  limits.length = 0;
  const many = Array.from({ length: 40 }, (_, at) => ({
    pattern: `^(a+)+${at}$`,
    texts: Array.from({ length: 50 }, () => slow[1]?.texts[0] ?? ''),
  }));
  t.equal(judgePatterns(many).length, 40);
  t.same(withoutBound(limits), []);
  t.ok(limits.length <= mostScripts, `${limits.length} scripts: a bound for all of a body, however many patterns and texts it has`);
  t.end();
});
