// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import fc from 'fast-check';
import t from 'tap';
import { ExpressionError } from '../../../src/pingone/expressions/error.js';
import { parseBare, parseTemplate } from '../../../src/pingone/expressions/expression.js';

const user = {
  id: 'u',
  username: 'alice',
  name: { given: 'Alice', family: "O'Neil" },
  updatedAt: '2026-11-22T12:00:00.900Z',
  failures: 0,
  height: 1.75,
  enabled: false,
  nickname: null,
  empty: '',
  memberOfGroupNames: ['a', 'b'],
};
const facts = { user };
const outcome = (explained: { error?: ExpressionError; value?: unknown }): unknown => explained.error?.message ?? explained.value;

t.test('a template keeps the type of one expression, and joins several to a text', async (t) => {
  const cases: [name: string, text: string, value: unknown][] = [
    ['a constant', 'Gold', 'Gold'],
    ['nothing', '', ''],
    ['a dollar sign', '$5 {off} $', '$5 {off} $'],
    ['a member', '${user.username}', 'alice'],
    ['with blanks', '${ user . name\n.given }', 'Alice'],
    ['an absent one', '${user.address.locality}', null],
    ['what every object has', '${user.constructor.name}', null],
    ['__proto__', '${user.__proto__}', null],
    ['a prototype by index', "${user['__proto__']['toString']}", null],
    ['a number keeps its type', '${user.failures}', 0],
    ['so does a boolean', '${user.enabled}', false],
    ['and a list', '${user.memberOfGroupNames}', ['a', 'b']],
    ['and an object', '${user.name}', user.name],
    ['null', '${user.nickname}', null],
    ['two in a text', '${user.name.given} ${user.name.family}', "Alice O'Neil"],
    ['text around', 'urn:example:${user.id}!', 'urn:example:u!'],
    ['text around nothing', 'urn:example:${user.nothing}', undefined],
    ['one of two is absent', '${user.nothing}-${user.id}', '-u'],
    ['a list in a text', 'groups: ${user.memberOfGroupNames}', 'groups: ["a","b"]'],
    ['a text with brackets', "${'a}b{'}", 'a}b{'],
    ['a map', "${{'sub': user.id, kind: 'x', none: user.nothing}}", { sub: 'u', kind: 'x', none: null }],
  ];
  for (const [name, text, value] of cases) t.strictSame(outcome(parseTemplate(text).explain(facts, 0)), value, name);
});

t.test('an expression without a meaning is refused at its place', async (t) => {
  const cases: [text: string, message: string, at: number][] = [
    ['${user.id', '} is missing', 9],
    ['${}', 'a value is missing before }', 2],
    ['${+}', 'a value is missing before }', 3],
    ['${#string.trim(1,)}', 'a value is missing before )', 17],
    ['${user.}', 'a name is missing after the dot', 7],
    ["${'a}", "the text that begins with ' does not end", 2],
    ['${{a: 1 b: 2}}', '} is missing', 8],
    ['${user.id ü}', 'ü has no meaning here', 10],
    ['${user id}', 'an operator is missing before id', 7],
    ['${#&& 1}', 'a name is missing after #', 2],
    ['${and(1)}', 'and has no meaning here', 2],
    ['${#nothing}', 'there is no variable #nothing; there are #root, #this, #string, #data, #datetime, #regex, #crypto, #core', 2],
    ['${#string.reverse(user.id)}', '#string has no function reverse', 2],
    ['${#string}', '#string is a library: a dot and the name of a function are missing after it', 2],
    ['${trim(user.id)}', 'there is no function trim(); functions are called as #string.trim(…)', 2],
    ['${lt}', 'lt has no meaning here', 2],
    ['${user.names[0}', '] is missing', 14],
    ['${2147483648}', '2147483648 is too large; a long ends with L', 2],
    ['${9223372036854775808L}', '9223372036854775808L is too large', 2],
    ['${1e999}', '1e999 is too large', 2],
    ['${a.?[true}', '] is missing', 10],
    ['${new int[]}', '{ is missing', 11],
    [`\${${'('.repeat(10_000)}`, 'it nests more than 64 deep', 66],
    [`\${${'{a:'.repeat(1000)}`, 'it nests more than 64 deep', 192],
    [`\${${'!'.repeat(10_000)}true}`, 'it nests more than 64 deep', 66],
    [`\${'${'x'.repeat(100_000)}'}`, 'it is longer than 16384 characters', 16_384],
  ];
  for (const [text, message, at] of cases) t.throws(() => parseTemplate(text), { name: 'ExpressionError', message, at }, text.slice(0, 60));
});

t.test('values are calculated, compared and converted as in Java', async (t) => {
  const cases: [expression: string, value: unknown][] = [
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['7 / 2.0', 3.5],
    ['1.5 + 2', 3.5],
    ['2.5d * 2f', 5],
    ['5.5 % 2', 1.5],
    ['1 - 0.5', 0.5],
    ['2 ^ 0.5 > 1.4', true],
    ["'' + 4 / 2.0", '2.0'],
    ['0x1F', 31],
    ["'' + 9007199254740993L", '9007199254740993'],
    ["'' + (9007199254740993L - 9007199254740990L)", '3'],
    ['9007199254740993L == 9007199254740993L', true],
    ['9007199254740993L > 1', true],
    ["'ab' * 3", 'ababab'],
    ["'ab' * -1", ''],
    ["'ab' * 2L", '* cannot be applied to a text and a number'],
    ['7 div 2 + 7 MOD 2', 4],
    ['+5 - -3', 8],
    ['1 / 0', 'it divides by 0'],
    ['1.0 / 0', 'the result of the calculation is not a number'],
    ['-user.name', '- cannot be applied to an object'],
    ['user.name - 1', '- cannot be applied to an object and a number'],
    ['null < 1', true],
    ['1 > null', true],
    ['null <= null', true],
    ["'a' < 'b'", true],
    ["'b' >= 'b'", true],
    ["'a' < 1", 'a text and a number cannot be compared'],
    ["1 == '1'", false],
    ['1 == 1.0', true],
    ['{1,{2}} == {1,{2}}', true],
    ['{1,2} == {1}', false],
    ["{'a': 1} == {a: 1}", true],
    ["user.name == {given: 'Alice', family: 'O''Neil'}", true],
    ['user.name == user.id', false],
    ['true == null', false],
    ['5 between {1, 5}', true],
    ['6 between {1, 5}', false],
    ['6 between 5', 'between needs a list of two values'],
    ["'true' ? 1 : 2", 1],
    ["'off' || true", true],
    ['false && user.nothing', false],
    ['true AND NOT false', true],
    ["'x' ? 1 : 2", 'a condition has to be a boolean, not a text'],
    ["'' ?: 'default'", 'default'],
    ['TRUE', true],
    ['NULL', null],
    ["'abc'[1]", 'b'],
    ['user.memberOfGroupNames[2]', 'there is no element 2: there are 2'],
    ["user.memberOfGroupNames['a']", 'the position in a list has to be an integer, not a text'],
    ['user.id.length', 'a text has no member length'],
    ['user.memberOfGroupNames.size', 'a list has no member size'],
    ['user.failures[0]', 'a number has no elements'],
    ['user.name[given]', 'Alice'],
    ["user.name['gi' + 'ven']", 'Alice'],
    ['user.name[user.nothing]', null],
    ["{'a': 1}['b']", null],
    ['user.nothing.?[true]', null],
    ['user.id.![#this]', 'a text has no elements'],
    ["user.name.?[key == 'given'].![value]", ['Alice']],
    ["{'a': 1, 'b': 2}.$[value > 0].key", 'b'],
    ['{1,2}.^[#this > 5]', null],
    ['{1,2}.?[#this]', 'a condition has to be a boolean, not a number'],
    ['{{n: 1}, {n: 2}}.?[n > 1].![#root.user.id + n]', ['u2']],
    ['new boolean[1]', [false]],
    ['new char[1]', ['\0']],
    ['new int[-1]', 'an array has from 0 to 10000 elements'],
    ["'5' matches 5", 'matches needs a regular expression, not a number'],
    ['5 matches "[0-9]"', true],
    ['null matches "x"', 'matches needs a text, not null'],
    ['user.height', 1.75],
    ["'' + user.height + true + null", '1.75truenull'],
  ];
  for (const [expression, value] of cases) t.strictSame(outcome(parseBare(expression).explain(facts, 0)), value, expression);
});

t.test('PingOne’s own mapping of updated_at gives without the evaluator what the evaluator gives', async (t) => {
  const expression = parseTemplate('${#datetime.toUnixTimestamp(user.updatedAt)}');
  const same = (updatedAt: unknown) => {
    const root = { user: { updatedAt } };
    const { error, value } = expression.explain(root, 0);
    if (error) t.throws(() => expression.evaluate(root, 0), error.message);
    else t.strictSame(expression.evaluate(root, 0), value, String(updatedAt));
  };
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }), (date) =>
      same(date.toISOString()),
    ),
    { numRuns: 200 },
  );
  const others = [
    '2026-02-30T00:00:00.000Z',
    '2026-11-29T24:00:00.000Z',
    '2026-11-29T10:00:00Z',
    ' 2026-11-29T10:00:00.00Z',
    '',
    'x'.repeat(24),
  ];
  for (const text of [...others, null, undefined, 5, 1e12, true, {}, []]) same(text);
});

t.test('integers overflow as in Java: ints wrap at 32 bits, longs at 64, those without bounds never', async (t) => {
  const cases: [expression: string, value: string][] = [
    ['2147483647 + 1', '-2147483648'],
    ['-2147483647 - 2', '2147483647'],
    ['-(-2147483647 - 1)', '-2147483648'],
    ['65536 * 65536', '0'],
    ['1000000 * 1000000', '-727379968'],
    ['(-2147483647 - 1) / -1', '-2147483648'],
    ['2147483647 + 1L', '2147483648'],
    ['1000000L * 1000000', '1000000000000'],
    ['2147483647 + 1 + 1L', '-2147483647'],
    ['9223372036854775807L + 1', '-9223372036854775808'],
    ['-9223372036854775807L - 2', '9223372036854775807'],
    ['0x7FFFFFFF + 1', '-2147483648'],
    ['9223372036854775807L + 1.0', '9223372036854776000'],
    ['2147483647 * 2.0', '4294967294'],
    ['-7 % 3', '-1'],
    ['-7L / 2', '-3'],
    ['7L % 0', 'it divides by 0'],
    ["#string.asInt('2147483647', 0) + 1", '-2147483648'],
    ["#string.asLong('2147483647', 0) + 1", '2147483648'],
    ["#string.asBigInt('9223372036854775807', 0) + 1L", '9223372036854775808'],
    ["#string.asBigInt('-7', 0) / 2", '-3'],
    ["#string.asBigInt('2', 0) ^ 64", '18446744073709551616'],
    ["#string.asBigInt('2', 0) ^ -1", 'an integer has no power of a negative number'],
    ["#datetime.toUnixTimestamp('2026-11-29Z') * 1000", '1795910400000'],
    ['2 ^ 31', '2147483648'],
    ['2 ^ 31 + 1', '2147483649'],
    ['(2 ^ 30) * 2', '-2147483648'],
    ['(2L ^ 30) * 2', '2147483648'],
    ['2 ^ -1', '0'],
    ['-3 ^ 33', '-2147483648'],
    ['2 ^ 5000', '9223372036854775807'],
    ['-2L ^ 5000', '9223372036854775807'],
    ['user.small + 1', '-2147483648'],
    ['user.large + 1', '2147483649'],
    ["#string.format('%d %x %o', 9223372036854775807L, -1L, -1)", '9223372036854775807 ffffffffffffffff 37777777777'],
    ["#string.format('%x', #string.asBigInt('18446744073709551616', 0))", '10000000000000000'],
    ['#data.containsAll(new long[] {1}, {1})', 'false'],
    ['#data.containsAll(new long[] {1}, {1L})', 'true'],
    ['1 == 1L', 'true'],
    ['new int[2L]', '[0,0]'],
  ];
  const root = { user: { small: 2_147_483_647, large: 2_147_483_648 } };
  for (const [expression, value] of cases) {
    const { error, value: got } = parseTemplate(`\${${expression}} `).explain(root, 0);
    t.equal(error?.message ?? got, error ? value : `${value} `, expression);
  }
});

t.test('functions of the libraries refuse what does not fit, and stay null-safe', async (t) => {
  const cases: [expression: string, value: unknown][] = [
    ['#string.trim(null)', null],
    ['#string.trim()', '#string.trim takes 1 argument, not 0'],
    ['#string.substring(null, 0, 1)', null],
    ["#string.substring('abc', 2, 1)", ''],
    ["#string.substring('abc', 'x', 1)", 'argument 2 of #string.substring has to be an integer, not a text'],
    ["#string.substring('abc', '1', 2)", 'b'],
    ['#string.upperCase(user.name)', 'argument 1 of #string.upperCase has to be a text, not an object'],
    ['#string.upperCase(true)', 'TRUE'],
    ['#string.startsWith(null, null)', true],
    ["#string.endsWith('a', null)", false],
    ["#string.split('a b  c', null)", ['a', 'b', 'c']],
    ["#string.split(null, ',')", null],
    ["#string.join(null, ',')", null],
    ['#string.join({1, true}, null)', '1true'],
    ["#string.join('a', ',')", 'argument 1 of #string.join has to be a list, not a text'],
    ["#string.indexOf(null, 'a', 0)", -1],
    ["#string.indexOf('abc', '', 9)", 3],
    ["#string.indexOf('abc', 'c', 9)", -1],
    ["#string.lastIndexOf('aba', 'a', -1)", 0],
    ['#string.length(null)', 0],
    ["#string.replace('aaa', 'a', 'b', 2)", 'bba'],
    ["#string.replace('aaa', '', 'b', -1)", 'aaa'],
    ["#string.replace(null, 'a', 'b', -1)", null],
    ["#string.compare(null, 'a', false)", -1],
    ["#string.compare('a', null, false)", 1],
    ["#string.compare('ab', 'abc', false)", -1],
    ["#string.compare('b', 'a', 'yes')", 1],
    ["#string.compare('b', 'a', 5)", 'argument 3 of #string.compare has to be a boolean, not a number'],
    ["'' + #string.asLong('9007199254740993', 0)", '9007199254740993'],
    ["#string.asInt('+7', 0)", 7],
    ["#string.asDouble('1e400', 0)", 0],
    ["#string.asBase64Encoded('')", ''],
    ["#string.asBase64Decoded('*')", null],
    ["#string.asUrlEncoded('a b~')", 'a+b%7E'],
    ["#string.asUrlDecoded('%zz')", null],
    [
      "#string.format('%5.1f|%-5s|%05d|%,d|%+d|%(d|%x|%c|%b|%n|%%|%2$s', 1.25, 'a', 42, 1234567, 5, -5, 255, 'c', true)",
      '  1.3|a    |00042|1,234,567|+5|(5)|ff|c|true|\n|%|a',
    ],
    ["#string.format('% d %e %o %S %s %b', 5, 12.5, 8, 'x', null, null)", ' 5 1.250000e+01 10 X null false'],
    ["#string.format('%d', 'x')", null],
    ["#string.format('%f', 1)", null],
    ["#string.format('%d', 1.5)", null],
    ["#string.format('%c', 'ab')", null],
    ["#string.format('%e', 1)", null],
    ["#string.format('%q', 1)", null],
    ["#string.format('%D', 1)", null],
    ["#string.format('%', 1)", null],
    ["#string.format('%s')", null],
    ["#string.format('%x', -1)", 'ffffffff'],
    ["#string.format('%d', null)", 'null'],
    ['#string.format(null)', null],
    ['#string.uuidAsBase64Guid(null, 5)', 5],
    ['#string.firstNonEmpty()', '#string.firstNonEmpty takes 1 to 10 arguments, not 0'],
    ['#data.size(null)', 0],
    ["#data.indexOf({'1'}, 1)", -1],
    ['#data.equals({1}, {1, 2})', false],
    ['#core.ifelse(1, 2)', 2],
    ['#core.ifelse(0, 2)', null],
    ["#core.ifelse('Y', 2, 3)", 2],
    ["#core.ifelse({1}, 2, 'on', 4)", 4],
    ['#core.switchExpr(1, 2, 3)', null],
    ["#crypto.hmacHexDigest('a', 'b', 'constructor')", '#crypto has no algorithm constructor'],
    ["#crypto.hmacHexDigest(null, 'b', 'HmacSHA256')", 'argument 1 of #crypto.hmacHexDigest has to be a text, not null'],
    ["#regex.replaceFirst(null, 'a', 'b')", null],
    ["#regex.replaceAll(null, 'a', 'b')", null],
    ["#regex.replaceAll('abc', 'b', 'x', 'c')", 'axc'],
    ["#regex.replaceAll('abc', 'b', '$3')", 'the replacement names a group that does not exist: $3'],
    ["#regex.replaceAll('abc', '(?<l>b)', '[${l}\\$]')", 'a[b$]c'],
    ["#regex.replaceAll('ab', 'x*', '-')", '-a-b-'],
    ["#regex.matches(null, 'a')", false],
    ["#regex.findAllMatches(null, 'a')", []],
  ];
  for (const [expression, value] of cases) t.strictSame(outcome(parseBare(expression).explain(facts, 0)), value, expression);
});

t.test('dates are read and written in the forms that Java knows, and are null otherwise', async (t) => {
  const at = "'2024-02-29T13:05:09.045Z'";
  const cases: [expression: string, value: unknown][] = [
    ...(
      [
        ['yy uuuu YY G GGGG GGGGG', '24 2024 24 AD Anno Domini A'],
        ['M MM MMM MMMM MMMMM L', '2 02 Feb February F 2'],
        ['q QQ QQQ QQQQQ', '1 01 Q1 1'],
        ['w W d dd D DDD', '9 5 29 29 60 060'],
        ['E EEE EEEE EEEEE e ccc', 'Thu Thu Thursday T 5 Thu'],
        ['a h hh K k H HH m mm s ss', 'PM 1 01 1 13 13 13 5 05 9 09'],
        ['S SSS SSSSSS A n', '0 045 045000 47109045 45000000'],
        ['VV z zzzz O OOOO', 'Z UTC UTC GMT GMT'],
        ['X XX XXX x xx xxx', 'Z Z Z +00 +0000 +00:00'],
        ['Z ZZZZ ZZZZZ', '+0000 GMT Z'],
        ["''o''''clock''", "o'clock"],
        ['[yyyy]', '2024'],
        ['aa', null],
        ['{', null],
        ['V', null],
        ['zzzzz', null],
        ['OO', null],
        ['ZZZZZZ', null],
        ['XXXXXX', null],
        ['ddd', null],
        ['B', null],
        ['', null],
      ] as const
    ).map(([pattern, value]): [string, unknown] => [`#datetime.format(${at}, '${pattern}')`, value]),
    ["#datetime.format('x', 'yyyy')", null],
    [`#datetime.format(${at}, null)`, null],
    [
      `#datetime.toDateTimeInTimezone(${at}, 'Asia/Kolkata', 'HH:mm O OOOO ZZZZ XXX z zzzz VV')`,
      '18:35 GMT+5:30 GMT+05:30 GMT+05:30 +05:30 GMT+5:30 India Standard Time Asia/Kolkata',
    ],
    [`#datetime.toDateTimeInTimezone(${at}, 'GMT-02:00', null)`, '2024-02-29T11:05:09.045-0200'],
    [`#datetime.toDateTimeInTimezone(${at}, 'UTC', 'HH:mm')`, '13:05'],
    [`#datetime.toDateTimeInTimezone(${at}, 'X', null)`, null],
    [`#datetime.toDateTimeInTimezone(${at}, 'Nowhere/City', null)`, null],
    [`#datetime.toDateTimeInTimezone(${at}, null, null)`, null],
    [`#datetime.toDateTimeInTimezone(${at}, 'UTC', '{')`, null],
    ["#datetime.format('2023-01-01Z', 'w YYYY')", '1 2023'],
    ["#datetime.format('2024-12-31Z', 'w YYYY')", '1 2025'],
    ["#datetime.format('2024-01-01T00:30:00Z', 'h k')", '12 24'],
    ["#datetime.toDate('2023-02-29Z')", null],
    ["#datetime.toDate('2024-02-29')", null],
    ["#datetime.toDate('2024-02-29T24:00:00Z')", null],
    ["#datetime.toDate('2024-13-01Z')", null],
    ["#datetime.toDate('2024-02-29T00:30:00+0100')", '2024-02-28Z'],
    ["#datetime.toDate('2024-02-29T00:30:00+9900')", null],
    ['#datetime.toDate(null)', null],
    ["#datetime.getYear('')", -1],
    ["#datetime.addDays('x', 1)", null],
    ["#datetime.addYears('2024-02-29Z', 1)", '2025-02-28T00:00:00.000Z'],
    ["#datetime.addYears('2024-02-29Z', 9000)", null],
    ["#datetime.addDays('2024-02-29Z', 2000000000)", null],
    ['#datetime.toDateTime(2023, 2, 29, 0, 0, 0)', null],
    ["#datetime.compare(null, '2024-02-29Z')", -1],
    ["#datetime.compare(null, '')", 0],
    ["#datetime.daysBetween(null, '2024-02-29Z', 7)", 7],
    ["#datetime.periodBetween('2022-03-31Z', '2021-02-28Z', '')", 'P-1Y-1M-3D'],
    ["#datetime.monthsBetween('2024-01-31Z', '2024-02-29Z', 0)", 0],
    ["#datetime.monthsBetween('2024-03-01Z', '2024-01-31Z', 0)", -1],
    ['#datetime.toUnixTimestamp(null)', null],
    ['#datetime.toUnixTimestamp(2500)', 2],
    ['#datetime.fromUnixTimestamp(null)', null],
    ['#datetime.fromUnixTimestamp(999999999999L)', null],
    ["#datetime.parse('Thu, 29 Feb 2024 1:05 PM +0100', 'EEE, d MMM yyyy h:mm a Z', null)", '2024-02-29T12:05:00.000Z'],
    ["#datetime.parse('20240229120509045', 'yyyyMMddHHmmssSSS', null)", '2024-02-29T12:05:09.045Z'],
    ["#datetime.parse('29 February 24 Europe/Paris', 'dd MMMM yy VV', null)", '2024-02-28T23:00:00.000Z'],
    ["#datetime.parse('2024-02-29 24', 'yyyy-MM-dd k', null)", '2024-02-29T00:00:00.000Z'],
    ["#datetime.parse('2024-02-29 12 AM', 'yyyy-MM-dd h a', null)", '2024-02-29T00:00:00.000Z'],
    ["#datetime.parse('2024-02-29 13 AM', 'yyyy-MM-dd h a', null)", null],
    ["#datetime.parse('2024-02', 'yyyy-MM', null)", null],
    ["#datetime.parse('2024-02-29x', 'yyyy-MM-dd', null)", null],
    ["#datetime.parse('2024/02', 'yyyy-MM', null)", null],
    ["#datetime.parse('x', 'yyyy', null)", null],
    ["#datetime.parse('1', 'D', null)", null],
    ["#datetime.parse('29 Foo 2024', 'dd MMM yyyy', null)", null],
    ["#datetime.parse('2024-02-29 Nowhere/City', 'yyyy-MM-dd VV', null)", null],
    ["#datetime.parse('2024-02-29', 'yyyy-MM-dd', {'zoneid': 'nowhere'})", null],
    ["#datetime.parse('2024-02-29', 'yyyy-MM-dd', user)", '2024-02-29T00:00:00.000Z'],
    ["#datetime.parse(null, 'yyyy', null)", null],
  ];
  for (const [expression, value] of cases) t.strictSame(outcome(parseBare(expression).explain(facts, 0)), value, expression);
});

t.test('an explanation shows each part with its value, and the reason of an error', async (t) => {
  const source = '${(user.id == "u") ? #string.upperCase(user.name.given) : null}';
  t.strictSame(parseTemplate(source).explain(facts, 0), {
    value: 'ALICE',
    parts: [
      { part: 'user.id', value: 'u' },
      { part: '(user.id == "u")', value: true },
      { part: 'user.name.given', value: 'Alice' },
      { part: '#string.upperCase(user.name.given)', value: 'ALICE' },
      { part: '(user.id == "u") ? #string.upperCase(user.name.given) : null', value: 'ALICE' },
    ],
  });
  const failed = parseTemplate('${3 + user.age}').explain(facts, 0);
  t.match(failed, { error: { message: '+ cannot be applied to a number and null', at: 2 }, parts: [{ part: 'user.age', value: null }] });
  t.equal(parseTemplate('${user.memberOfGroupIDs}').mentions('memberOfGroup'), true);
  const long = parseBare('#string.trim(user.text)').explain({ user: { text: 'x'.repeat(5000) } }, 0);
  t.match(long.parts, [{ value: /^"x{1999}…$/ }, {}]);
});

t.test('references of an expression are found without evaluating it, each name with its place', async (t) => {
  const shown = (text: string) => parseTemplate(text).references.map((names) => names.map(({ name, at }) => `${name}@${at}`).join(' '));
  const cases: [text: string, references: string[]][] = [
    ['${user.id} ${#root.context.x}', ['user@2 id@7', 'context@19 x@27']],
    ["${user . name['given']}", ['user@2 name@9 given@14']],
    ['${#this.a[b] + e[f.g]}', ['a@8 b@10', 'e@15', 'f@17 g@19']],
    ['${{user.x}.![y].?[z == user.w]}', ['user@3 x@8']],
    ['${list.?[#root.user.id == #this].c}', ['list@2', 'user@15 id@20']],
    ["${{a: user.b, 'c': {d}}}", ['user@6 b@11', 'd@20']],
    ['${!a ? -b : (c ?: d)}', ['a@3', 'b@8', 'c@13', 'd@18']],
    ['${a and #string.trim(b) matches c}', ['a@2', 'b@21', 'c@32']],
    ['${new int[n] + #root + 1}', ['n@10']],
    ['text', []],
  ];
  for (const [text, references] of cases) t.strictSame(shown(text), references, text);
});

t.test('a call with too few arguments, and a constant that nothing can read, are found without evaluating', async (t) => {
  const cases: [expression: string, message: string, at: number][] = [
    ['1 + #string.trim()', '#string.trim takes 1 argument, not 0', 4],
    ['#string.trim({#string.substring(1, 2)})', '#string.substring takes 3 arguments, not 2', 14],
    ["user.x matches '('", 'the regular expression cannot be read at position 1: a group is not closed', 15],
    ["#regex.matches(a, '[z-a]')", 'the regular expression cannot be read at position 4: a range is in the wrong order', 18],
    ["#regex.replaceFirst(a, 'x**', '')", 'the regular expression cannot be read at position 3: a repetition follows a repetition', 23],
    [
      "#regex.replaceAll(a, 'b', '(', 'x{2,1}', '')",
      'the regular expression cannot be read at position 1: the most repetitions, 1, are fewer than the least, 2',
      31,
    ],
    ["#regex.findAllMatches(a, '[')", 'the regular expression cannot be read at position 1: it ends too early', 25],
    ["#datetime.format(a, 'yyyy-bb')", "'yyyy-bb' is not the form of a date, such as yyyy-MM-dd", 20],
    ["#datetime.parse(a, 'ddd', null)", "'ddd' is not the form of a date, such as yyyy-MM-dd", 19],
    ["#datetime.toDateTimeInTimezone(a, 'UTC', '{')", "'{' is not the form of a date, such as yyyy-MM-dd", 41],
  ];
  for (const [expression, message, at] of cases)
    t.throws(() => parseBare(expression).requireConstants(), { name: 'ExpressionError', message, at }, expression);
  // What is only more than the mock knows, PingOne may take.
  for (const expression of [
    "'a' matches 'x{2000}'",
    "'a' matches '[a-z&&[^b]]'",
    "'a' matches '\\h'",
    "#datetime.format(a, 'pp N')",
    '#datetime.format(a, user.form)',
    "#regex.matches('(', a)",
    "#regex.replaceAll(a, 'b', '(')",
  ])
    t.doesNotThrow(() => parseBare(expression).requireConstants(), expression);
});

t.test('work, depth and size of an evaluation are limited', async (t) => {
  const long = 'x'.repeat(8000);
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const cases: [expression: string, message: RegExp][] = [
    ["'x' * 100000", /a text of more than 65536/],
    ["'x' * 2000000000", /a text of more than 65536/],
    ["#string.format('%9999s', 'x') * 10", /a text of more than 65536/],
    ["#string.replace(user.long, 'x', user.long, -1)", /a text of more than 65536/],
    ['new int[10000].![new int[10000]]', /too many steps/],
    ['new int[100][100][100][100]', /too many steps/],
    ["user.long matches '(x*)*y'", /too many steps/],
    ["user.long matches '(x|x)*(x|x)*(x|x)*y'", /too many steps/],
    ["#regex.findAllMatches(user.long, '(.*)(.*)(.*)z')", /too many steps/],
    ["user.long matches '(((x{1000}){1000}){1000})'", /too large|too many steps/],
    ["user.long matches 'x{99999}'", /repeats more than 1000 times/],
    [`'x' matches '${'('.repeat(100)}x${')'.repeat(100)}'`, /nests more than 64 deep/],
    [`'x' matches '${'['.repeat(100)}x${']'.repeat(100)}'`, /nests more than 64 deep/],
    ['cyclic', /nests more than 64 deep/],
    ['cyclic == other', /nest more than 64 deep/],
    ['{user.long, user.long, user.long, user.long, user.long, user.long, user.long, user.long, user.long}', /more than 65536 characters/],
    ['user.list.![#this]', /list of more than 10000/],
    [Array.from({ length: 60 }, () => "#string.asBigInt('9223372036854775807', 0)").join(' * '), /too large/],
    ["#string.asBigInt('9', 0) ^ 100000", /too large/],
    ["user.long matches 'x{1000000000}'", /position 1: it repeats more than 1000 times/],
    ["user.long matches 'x{1,99999999999999999999}'", /position 1: it repeats more than 1000 times/],
  ];
  const other: Record<string, unknown> = {};
  other.self = other;
  const root = { user: { long, list: Array.from({ length: 10_001 }, () => 0) }, cyclic, other };
  for (const [expression, message] of cases)
    t.match(parseBare(expression).explain(root, 0).error?.message, message, expression.slice(0, 70));
  const sum = Array.from({ length: 4000 }, () => '1').join(' + ');
  t.equal(parseBare(sum).evaluate({}, 0), 4000, 'a long sum does not nest');
});

/** Expressions by the grammar, with facts that exist and facts that do not. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'user',
      'user.name.given',
      '#root',
      '#this',
      'null',
      'true',
      "'a'",
      '1',
      '2.5',
      '3L',
      "''",
      '{:}',
      '{}',
      'user.constructor',
      "user['__proto__']",
    ),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', '%', '^', '==', '<', 'and', 'or', '?:', 'matches'), tie('expression'))
      .map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `{${a}, ${b}}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `{'k': ${a}, (${b}): 1}`),
    fc
      .tuple(tie('expression'), fc.constantFrom('.?', '.!', '.^', '.$', ''), tie('expression'))
      .map(([a, sign, b]) => `(${a})${sign}[${b}]`),
    fc
      .tuple(fc.constantFrom('#string.trim', '#string.length', '#datetime.toUnixTimestamp', '#data.size', '!', '-'), tie('expression'))
      .map(([name, a]) => `${name}(${a})`),
    fc
      .tuple(
        fc.constantFrom('#regex.findAllMatches', '#data.union', '#string.join', '#datetime.format', '#string.format'),
        tie('expression'),
        tie('expression'),
      )
      .map(([name, a, b]) => `${name}(${a}, ${b})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('toString', 'constructor', 'length', 'given', 'prototype'))
      .map(([a, name]) => `(${a}).${name}`),
  ),
}));

const settles = (source: string): unknown => {
  try {
    return parseTemplate(source).evaluate({ user }, 0);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
};

t.test('whatever is written, an evaluation ends with JSON or with its own error', async (t) => {
  const isJson = (value: unknown): boolean => value === undefined || JSON.stringify(value) !== undefined;
  fc.assert(
    fc.property(expression, (source) => isJson(settles(`\${${source}}`))),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (source) => isJson(settles(`\${${source}}`))),
    { numRuns: 1000 },
  );
  const pieces = [
    'user',
    '.',
    '[',
    ']',
    '(',
    ')',
    '{',
    '}',
    "'",
    '"',
    ' ',
    '+',
    '?',
    ':',
    '#',
    'string',
    '.?[',
    '1',
    'matches',
    '$',
    '\\',
    '*',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces)), (source) => isJson(settles(`\${${source.join('')}}`))),
    { numRuns: 2000 },
  );
  t.pass('no other error, and an end');
});

t.test('nothing outside of the facts can be reached', async (t) => {
  const secret = Symbol('reached');
  const prototype = { hidden: secret, toString: () => secret };
  const root = Object.assign(Object.create(prototype), { user: Object.assign(Object.create(prototype), { id: 'u', run: () => secret }) });
  for (const source of [
    'hidden',
    'user.hidden',
    'user.run',
    "user['hidden']",
    'user.toString',
    "#root['__proto__']",
    "user.id['constructor']",
    'user.![hidden]',
  ])
    t.notMatch(JSON.stringify(parseBare(source).explain(root, 0)), 'reached', source);
  t.strictSame(parseBare("{'__proto__': {'x': 1}}").evaluate({}, 0), JSON.parse('{"__proto__":{"x":1}}'));
  t.equal(({} as { x?: unknown }).x, undefined, 'no prototype was changed');
});
