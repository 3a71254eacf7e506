import { createHmac } from 'node:crypto';
import { environmentId, ids } from '../helpers/server.js';

/** Texts of about so many characters, each of which could be the worst for something that reads it. */
export type Text = (length: number) => string;

/** A base before a run, and one character after it that ends no pattern, so that a pattern that can go back has to. */
const run =
  (piece: string, before = '', after = '^'): Text =>
  (length) =>
    before + piece.repeat(Math.max(1, Math.floor(length / piece.length))) + after;

/** So many different words. */
const words =
  (word: (at: number) => string, between = ' '): Text =>
  (length) => {
    const size = word(100_000).length + between.length;
    return Array.from({ length: Math.max(1, Math.floor(length / size)) }, (_, at) => word(100_000 + at)).join(between);
  };

const characters = Array.from(`a0 \t./-_%+=&;,:@([{"\\<>?#*~!$'|é`);
const pieces = [
  'a.',
  'a/',
  'a ',
  'a  ',
  '%41',
  '%zz',
  'a@',
  '../',
  'a,',
  'a;',
  'a=b&',
  'a=b; ',
  '$ {a}',
  '&lt;',
  '😀',
  '*.',
  '"a",',
  'A1',
  '\r\n',
];

const base64url = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Like a token, or one that the web application's secret signs. */
const jwt = (header: object, claims: unknown, signature?: string): string => {
  const signed = `${base64url({ alg: 'HS256', ...header })}.${base64url(claims)}`;
  return `${signed}.${signature ?? createHmac('sha256', 'web-secret').update(signed).digest('base64url')}`;
};

const list = (length: number, item: (at: number) => unknown): unknown[] =>
  Array.from({ length: Math.max(1, Math.floor(length / (JSON.stringify(item(1000)).length + 1))) }, (_, at) => item(at));

const issuer = `http://localhost:9400/${environmentId}/as`;
const common = { iss: ids.web, sub: ids.web, client_id: ids.web, aud: issuer, exp: 4e9, jti: 'x', response_type: 'code' };
const third = (length: number): number => Math.floor((length * 3) / 4) - 300;

/** As deep as is read, again and again. */
const deepJson = (length: number): string =>
  Array.from({ length: Math.max(1, Math.floor(length / 101)) }, () => `${'['.repeat(50)}${']'.repeat(50)}`).join(',');

const tokens: Record<string, Text> = {
  'token, long header': (length) => jwt({ kid: 'a'.repeat(Math.max(1, third(length))) }, common),
  'token, long claim': (length) => jwt({}, { ...common, scope: 'a '.repeat(Math.max(1, third(length) / 2)) }),
  'token, long signature': (length) => jwt({}, common, 'a'.repeat(Math.max(1, length - 300))),
  'token, many claims': (length) =>
    jwt({}, { ...common, ...Object.fromEntries(list(third(length), (at) => [`c${at}`, at]).map((pair) => pair as [string, number])) }),
  'token, many audiences': (length) =>
    jwt({}, { ...common, aud: list(third(length), (at) => `http://h${at}.example/${'a/'.repeat(20)}as`) }),
  'token, deep': (length) => jwt({}, `{"a":${'['.repeat(Math.max(1, third(length)))}`),
  'token, many header members': (length) =>
    jwt(Object.fromEntries(list(third(length), (at) => [`h${at}`, at]).map((pair) => pair as [string, number])), common),
  'token, many extensions': (length) => jwt({ crit: list(third(length), (at) => `c${at}`) }, common),
  'token, many certificates': (length) => jwt({ x5c: list(third(length), () => 'MIIB') }, common),
  'token, deep claims': (length) => jwt({}, `{"iss":"${ids.web}","a":[${deepJson(third(length))}]}`),
  'token, deep header': (length) => jwt({ a: JSON.parse(`[${deepJson(third(length))}]`) as unknown }, common),
  'token, different scopes': (length) => jwt({}, { ...common, scope: list(third(length), (at) => `s${at}`).join(' ') }),
  'token, wide claims': (length) =>
    jwt({}, { ...common, claims: { userinfo: Object.fromEntries(list(third(length), (at) => [`c${at}`, null]) as [string, null][]) } }),
  'token, claims in claims': (length) => jwt({}, { ...common, act: JSON.parse(`{"a":[${deepJson(third(length))}]}`) as unknown }),
  'token, many dots': (length) => `${jwt({}, common)}${'.'.repeat(Math.max(1, length - 500))}`,
};

/** Every text for a value; `base` is what it usually is. */
export function textsFor(base: string): Record<string, Text> {
  return {
    ...Object.fromEntries([...characters, ...pieces].map((piece) => [`run of ${JSON.stringify(piece)}`, run(piece)])),
    ...Object.fromEntries(
      ['a', ' ', '/', '.', '%41', 'a ', '&a=b'].map((piece) => [`${JSON.stringify(piece)} after the usual`, run(piece, base)]),
    ),
    'a run before the usual': (length) => `${' '.repeat(length)}${base}`,
    'the usual again and again': run(`${base || 'a'} `, '', ''),
    'different words': words((at) => `w${at}`),
    'different addresses': words((at) => `https://h${at}.example/`),
    'different ids': words((at) => `00000000-0000-4000-8000-000000${at}`, ' '),
    'list of JSON': (length) => `[${'[],'.repeat(length / 3)}1]`,
    'deep JSON': (length) => '['.repeat(length),
    'object of JSON': (length) => `{${words((at) => `"${at}":1`, ',')(length)}}`,
    ...tokens,
  };
}

/** Filters of one list, by the names of what it can be filtered by. */
export function filtersFor(names: readonly string[]): Record<string, Text> {
  const clauses = (operator: string, between: string): Text =>
    words((at) => `${names[at % Math.max(1, names.length)] ?? 'id'} ${operator} "${at}"`, between);
  const of = names[0] ?? 'id';
  return {
    'filter of or': clauses('eq', ' or '),
    'filter of and': clauses('eq', ' and '),
    'filter of co': clauses('co', ' or '),
    'filter of not': run('not ', '', `(${of} eq "a")`),
    'filter of one or': words((at) => `${of} eq "${at}"`, ' or '),
    'filter of one and': words((at) => `${of} eq "${at}"`, ' and '),
    'filter of ids': words((at) => `id eq "00000000-0000-4000-8000-000000${at}"`, ' or '),
    'filter of groups': words((at) => `memberOfGroups[id eq "00000000-0000-4000-8000-000000${at}"]`, ' or '),
    'filter of one group': (length) => `memberOfGroups[${words((at) => `id eq "${at}"`, ' or ')(length)}]`,
    'filter of parentheses': (length) => `${'('.repeat(length / 2)}${of} eq "a"${')'.repeat(length / 2)}`,
    'filter of shallow parentheses': words((at) => `((((${of} eq "${at}"))))`, ' and '),
    'filter of a long text': (length) => `${of} eq "${'a'.repeat(length)}"`,
    'filter of escapes': (length) => `${of} eq "${'\\"'.repeat(length / 2)}"`,
    'filter without an end': (length) => `${of} eq "${'\\"'.repeat(length / 2)}`,
    'filter of quotes': run('"'),
    'filter of a long name': (length) => `${'a.'.repeat(length / 2)} eq "a"`,
    'filter of spaces': (length) => `${of} eq${' '.repeat(length)}"a"${' '.repeat(3)}^`,
    'filter of unknown names': words((at) => `a${at} eq "a"`, ' or '),
    'filter of brackets': run('a['),
  };
}

const of =
  (before: string, piece: string, after = ''): Text =>
  (length) =>
    `\u0024{${before}${piece.repeat(Math.max(1, Math.floor(length / piece.length)))}${after}}`;

/** Expressions of mappings and conditions. */
export const expressions: Readonly<Record<string, Text>> = {
  'expression, a sum': of('user.email', ' + user.email'),
  'expression, a product': of('1', ' * 9'),
  'expression, conditions': of('', 'true ? 1 : ', '1'),
  'expression, parentheses': (length) => `\u0024{${'('.repeat(length / 2)}1${')'.repeat(length / 2)}}`,
  'expression, not': of('', '!', 'true'),
  'expression, minus': of('', '-', '1'),
  'expression, a list': of('{', '1,', '1}'),
  'expression, lists in lists': (length) => `\u0024{${'{'.repeat(length / 2)}1${'}'.repeat(length / 2)}}`,
  'expression, members': of('user', '.name'),
  'expression, indexes': of('user', "['name']"),
  'expression, calls': of('user.email', '.toUpperCase()'),
  'expression, calls that lengthen': of("'a'", ".replace('a','aa')"),
  'expression, patterns': of('user.email', ".replaceAll('(a|b)*c','x')"),
  'expression, one pattern': of("user.email.matches('", '(a*)*', "b')"),
  'expression, selections': of('{1,2,3}', '.?[#this > 0]'),
  'expression, projections': of('{1,2,3}', '.![#this + 1]'),
  'expression, or': of('true', ' || false'),
  'expression, comparisons': of("'a' == user.email", " and 'b' != user.email"),
  'expression, a text': of("'", 'a', "'"),
  'expression, quotes': of("'", "''", "'"),
  'expression, spaces': of('', ' ', '1'),
  'expression, names': of('#root', '.#a'),
  'expressions, many': (length) => '\u0024{user.email}'.repeat(Math.max(1, length / 13)),
  'expressions, without an end': (length) => '\u0024{'.repeat(length / 2),
};
