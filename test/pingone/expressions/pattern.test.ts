import fc from 'fast-check';
import t from 'tap';
import { ExpressionError } from '../../../src/pingone/expressions/error.js';
import { Budget } from '../../../src/pingone/expressions/limits.js';
import { matchAt, matchWhole, parsePattern } from '../../../src/pingone/expressions/pattern.js';

const found = (pattern: string, input: string): string | undefined => {
  const parsed = parsePattern(pattern, new Budget());
  for (let from = 0; from <= input.length; from += 1) {
    const match = matchAt(parsed, input, from, new Budget());
    if (match) return match.groups.map((group) => group ?? '-').join('|');
  }
  return undefined;
};

t.test('a regular expression finds what Java would find', async (t) => {
  const cases: [pattern: string, input: string, groups: string | undefined][] = [
    ['a.c', 'xabc', 'abc'],
    ['a.c', 'a\nc', undefined],
    ['(?s)a.c', 'a\nc', 'a\nc'],
    ['^b', 'a\nb', undefined],
    ['(?m)^b$', 'a\nb\nc', 'b'],
    ['b$', 'ab\n', 'b'],
    ['b\\z', 'ab\n', undefined],
    ['\\Aa', 'aa', 'a'],
    ['b\\Z', 'ab\n', 'b'],
    ['a*?b', 'aab', 'aab'],
    ['(a|ab)(c|bcd)(d*)', 'abcd', 'abcd|a|bcd|'],
    ['(a*)*', 'aa', 'aa|aa'],
    ['(a|b)*c', 'abac', 'abac|a'],
    ['a{2}', 'aaa', 'aa'],
    ['a{2,}', 'aaaa', 'aaaa'],
    ['a{1,2}?', 'aaa', 'a'],
    ['a?+a', 'a', undefined],
    ['(?>a*)a', 'aaa', undefined],
    ['(?:ab)+', 'ababx', 'abab'],
    ['(x)?a', 'a', 'a|-'],
    ['(?<year>\\d{4})-\\k<year>', '2024-2024', '2024-2024|2024'],
    ['(.)\\1', 'abba', 'bb|b'],
    ['(?i)(a)\\1', 'aA', 'aA|a'],
    ['(x)?\\1b', 'b', undefined],
    ['(?<=@)[^.]+', 'user@test.com', 'test'],
    ['(?<!a)b', 'abb', 'b'],
    ['a(?=b)', 'acab', 'a'],
    ['a(?!b)', 'abac', 'a'],
    ['a(?=(b))', 'ab', 'a|b'],
    ['\\bcat\\b', 'concat cat', 'cat'],
    ['\\Bat', 'at cat', 'at'],
    ['[a-c&]+', 'xab&c', 'ab&c'],
    ['[^a-c]+', 'abxyc', 'xy'],
    ['[a[x-z]]+', 'baxz', 'axz'],
    ['[]a]', ']', ']'],
    ['[a-]+', 'a-', 'a-'],
    ['[\\d\\-.]+', 'x1-2.3', '1-2.3'],
    ['\\w\\W\\s\\S\\D\\h\\H', 'a- bx c', 'a- bx c'],
    ['\\x41\\u0042\\t\\n', 'AB\t\n', 'AB\t\n'],
    ['\\Qa.b\\E+', 'a.bb', 'a.b'],
    ['\\p{L}+', '1äb2', 'äb'],
    ['\\p{IsLu}\\P{Lu}', 'aBc', 'Bc'],
    ['\\pL\\p{Digit}\\p{Punct}\\p{Alnum}', 'a1!b', 'a1!b'],
    ['(?i)STRASSE', 'strasse', 'strasse'],
    ['(?i:A)b', 'ab', 'ab'],
    ['(?i:A)b', 'aB', undefined],
    ['(?i)a(?-i)b', 'AB', undefined],
    ['😀.', 'x😀😀', '😀😀'],
    ['a||b', 'b', ''],
    ['', 'a', ''],
    ['\\.', 'a.b', '.'],
  ];
  for (const [pattern, input, groups] of cases) t.equal(found(pattern, input), groups, `${pattern} in ${JSON.stringify(input)}`);
  t.equal(matchWhole(parsePattern('a|ab', new Budget()), 'ab', new Budget()), true, 'the whole input counts');
  t.equal(matchWhole(parsePattern('a', new Budget()), 'ab', new Budget()), false);
});

t.test('a regular expression that cannot be read is refused with its place', async (t) => {
  for (const [pattern, message] of [
    ['(', /a group is not closed/],
    [')', /closed that was not opened/],
    ['[a', /ends too early/],
    ['*a', /nothing to repeat/],
    ['x{,5}', /position 1: \{ has no meaning here: a repetition is \{2\}/],
    ['a**', /a repetition follows a repetition/],
    ['a{2,1}', /fewer than the least, 2/],
    ['a{5000}', /more than 1000 times/],
    ['\\', /ends too early/],
    ['\\y', /\\y is not known/],
    ['\\1', /no group 1 before it/],
    ['\\k<x>', /no group of this name/],
    ['\\p{Nothing}', /class is not known/],
    ['[a&&b]', /intersections/],
    ['[b-a]', /wrong order/],
    ['[a-\\d]', /ends with a class/],
    ['(?#x)', /kind of group/],
  ] as const)
    t.throws(() => parsePattern(pattern, new Budget()), { name: 'ExpressionError', message }, pattern);
});

t.test('the matcher agrees with JavaScript wherever both mean the same', async (t) => {
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', 'ab'),
      fc.tuple(tie('pattern'), tie('pattern')).map(([x, y]) => x + y),
      fc.tuple(tie('pattern'), tie('pattern')).map(([x, y]) => `(?:${x}|${y})`),
      fc.tuple(tie('pattern'), fc.constantFrom('?', '+', '{2}', '{1,2}', '+?', '??')).map(([x, sign]) => `(?:${x})${sign}`),
      tie('pattern').map((x) => `(${x})`),
      tie('pattern').map((x) => `(?=${x})`),
    ),
  }));
  const input = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, input, (source, text) => {
      let ours: boolean;
      try {
        ours = matchWhole(parsePattern(source, new Budget()), text, new Budget());
      } catch (error) {
        return error instanceof ExpressionError;
      }
      return ours === new RegExp(`^(?:${source})$`).test(text);
    }),
    { numRuns: 2000 },
  );
  t.pass('2000 patterns');
});
