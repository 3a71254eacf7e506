// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import t from 'tap';
import { omitEmpty, placeClaim } from '../../src/pingone/claims.js';
import { compileExpression } from '../../src/pingone/expressions.js';

const user = {
  id: 'u',
  username: 'alice',
  name: { given: 'Alice', family: "O'Neil" },
  updatedAt: '2026-11-22T12:00:00.900Z',
  failures: 0,
  enabled: false,
  nickname: null,
  empty: '',
  memberOfGroupNames: ['a', 'b'],
};

t.test('an expression evaluates to its value, or is unsupported', async (t) => {
  const cases: [name: string, text: string, value: unknown][] = [
    ['a constant', 'Gold', 'Gold'],
    ['nothing', '', ''],
    ['a dollar sign', '$5 {off} $', '$5 {off} $'],
    ['a member', '${user.username}', 'alice'],
    ['a member of a member', '${user.name.given}', 'Alice'],
    ['with blanks', '${ user . name\n.given }', 'Alice'],
    ['an absent one', '${user.address.locality}', undefined],
    ['one of a text', '${user.username.length}', undefined],
    ['what every object has', '${user.constructor.name}', undefined],
    ['__proto__', '${user.__proto__}', undefined],
    ['a number keeps its type', '${user.failures}', 0],
    ['so does a boolean', '${user.enabled}', false],
    ['and a list', '${user.memberOfGroupNames}', ['a', 'b']],
    ['and an object', '${user.name}', user.name],
    ['null', '${user.nickname}', null],
    ['two in a text', '${user.name.given} ${user.name.family}', "Alice O'Neil"],
    ['text around', 'urn:example:${user.id}!', 'urn:example:u!'],
    ['text around nothing', 'urn:example:${user.nothing}', undefined],
    ['one of two is absent', '${user.nothing}-${user.id}', '-u'],
    ['a sum', "${user.name.given + ' ' + user.name.family}", "Alice O'Neil"],
    ['a sum of constants', "${'a' + 1 + true + null}", 'a1true'],
    ['a sum of what is absent', "${user.nothing + ' ' + user.nickname}", undefined],
    ['a sum with an object', '${user.id + user.name}', `u${JSON.stringify(user.name)}`],
    ['a text in quotes', "${'it''s'}", "it's"],
    ['a text in double quotes', '${"say ""no"" }"}', 'say "no" }'],
    ['a number', '${12.5}', 12.5],
    ['brackets', '${(user.id)}', 'u'],
    ['seconds', '${#datetime.toUnixTimestamp(user.updatedAt)}', 1795348800],
    ['seconds of milliseconds', '${#datetime.toUnixTimestamp(2000)}', 2],
    ['seconds of nothing', '${#datetime.toUnixTimestamp(user.nothing)}', undefined],
    ['a map', "${{'sub': user.id, kind: 'x', none: user.nothing}}", { sub: 'u', kind: 'x' }],
    ['a map of nothing', '${{a: user.nothing}}', undefined],
    ['an empty map', '${{}}', undefined],
    ['an unknown function', '${#string.reverse(user.id)}', 'unsupported'],
    ['another root', '${app.id}', 'unsupported'],
    ['the user as a whole', '${user}', 'unsupported'],
    ['a choice', "${user.enabled ? 'a' : 'b'}", 'unsupported'],
    ['an index', '${user.emails[0]}', 'unsupported'],
    ['a method', '${user.id.concat("x")}', 'unsupported'],
    ['never closed', '${user.id', 'unsupported'],
    ['nothing between', '${}', 'unsupported'],
    ['only a sign', '${+}', 'unsupported'],
    ['a dot at the end', '${user.}', 'unsupported'],
    ['a text that never ends', "${'a}", 'unsupported'],
    ['a map without colon', '${{a}}', 'unsupported'],
    ['a map without comma', '${{a: 1 b: 2}}', 'unsupported'],
    ['a map with a number for a name', '${{1: 2}}', 'unsupported'],
    ['ten thousand brackets', `\${${'('.repeat(10_000)}`, 'unsupported'],
    ['ten thousand maps', `\${${'{a:'.repeat(10_000)}`, 'unsupported'],
  ];
  for (const [name, text, value] of cases) {
    const expression = compileExpression(text);
    t.strictSame(expression ? expression.evaluate({ user }) : 'unsupported', value, name);
  }
  t.equal(compileExpression('${user.id}')?.evaluate({}), undefined, 'no user');
  t.equal(compileExpression('${user.memberOfGroupIDs}')?.mentions('memberOfGroup'), true);
  t.equal(compileExpression('${user.id}')?.mentions('memberOfGroup'), false);
});

t.test('a dotted claim is nested, and empty claims are left out', async (t) => {
  const claims = {};
  placeClaim(claims, 'address.locality', 'Bath');
  placeClaim(claims, 'address.region', '');
  placeClaim(claims, 'address.country', 'GB');
  placeClaim(claims, 'email', 'a@example.com');
  t.strictSame(claims, { address: { locality: 'Bath', country: 'GB' }, email: 'a@example.com' });
  t.strictSame(omitEmpty({ a: 0, b: false, c: '', d: null, e: undefined, f: [] }), { a: 0, b: false, f: [] });
});
