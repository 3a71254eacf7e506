// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import type { Evidence } from '../../protocol/rules/index.js';

/** An expression that the run tries, and the row in section 6.6 of tools/fidelity/ that it is about. */
interface Tried {
  readonly name: string;
  readonly expression: string;
  readonly fact: string;
  readonly begins: string;
  readonly evidence: Evidence;
}

const overflow = { begins: 'Integers overflow as in SpEL', evidence: 'inferred' } as const;
const java = { begins: '`&&` and `||`, `between`', evidence: 'inferred' } as const;
const times = { begins: '`#datetime.toTime` and', evidence: 'inferred' } as const;
const dropped = { begins: 'An expression that fails', evidence: 'recorded' } as const;

/** Evaluated for a token of the application itself, each as a claim `verify-{name}`: its value as JSON. */
export const evaluated: readonly (Tried & { readonly value: string })[] = [
  { name: 'int', expression: "${'' + (2147483647 + 1)}", value: '"-2147483648"', fact: 'an int that overflows', ...overflow },
  { name: 'long', expression: "${'' + (2147483647 + 1L)}", value: '"2147483648"', fact: 'an int and a long', ...overflow },
  { name: 'power', expression: "${'' + 2 ^ 31}", value: '"2147483648"', fact: 'a power too large for an int', ...overflow },
  {
    name: 'moment',
    expression: "${'' + #datetime.toUnixTimestamp('2026-11-29T00:00:00Z') * 1000}",
    value: '"1795910400000"',
    fact: 'a time in seconds, multiplied by 1000',
    ...overflow,
  },
  { name: 'division', expression: '${{7 / 2, -7 % 3, 7 div 2, 7 mod 4}}', value: '[3,-1,3,3]', fact: 'integers divided', ...java },
  {
    name: 'signs',
    expression: '${(true && !false) and (false || (5 between {1, 5}))}',
    value: 'true',
    fact: '&&, || and between',
    ...java,
  },
  { name: 'time', expression: "${#datetime.toTime('2021-01-31T23:59:59Z')}", value: '"23:59:59Z"', fact: '#datetime.toTime', ...times },
  {
    name: 'zone',
    expression: "${#datetime.toDateTimeInTimezone('2023-01-01T04:30:30Z', '+0100', null)}",
    value: '"2023-01-01T05:30:30+0100"',
    fact: '#datetime.toDateTimeInTimezone',
    ...times,
  },
  {
    name: 'empty-text',
    expression: 'x${context.requestData.actorTokenType}',
    value: 'none',
    fact: 'text around nothing',
    begins: 'Text around expressions',
    evidence: 'inferred',
  },
  {
    name: 'no-user',
    expression: '${#root.user.id}',
    value: 'none',
    fact: 'a user where there is none',
    begins: '`#root.user.id` is null',
    evidence: 'inferred',
  },
  {
    name: 'error',
    expression: '${3 + context.requestData.actorTokenType}',
    value: 'none',
    fact: 'an expression that fails',
    ...dropped,
  },
  {
    name: 'nested-null',
    expression: "${{'sub': 'x', 'act': context.requestData.actorToken}}",
    value: '{"sub":"x","act":null}',
    fact: 'a null within an object',
    ...dropped,
  },
  {
    name: 'request',
    expression: '${{context.requestData.grantType, #root.context.appConfig.tokenEndpointAuthMethod}}',
    value: '["client_credentials",null]',
    fact: 'the request and the application',
    begins: '`#root.context.requestData` is the token request',
    evidence: 'documented',
  },
];

const unsavable = { begins: 'An expression that cannot be parsed', evidence: 'inferred' } as const;
const unknown = { begins: 'An expression cannot be saved if it has a', evidence: 'inferred' } as const;
const off = { begins: 'Switched off: `?.`', evidence: 'documented' } as const;

/** Refused when they are saved. */
export const refused: readonly Tried[] = [
  { name: 'unfinished', expression: '${user.id', fact: 'an unfinished expression', ...unsavable },
  { name: 'unknown-first', expression: '${actor.client_id}', fact: 'a first name that does not exist', ...unsavable },
  { name: 'unknown-part', expression: '${user.name.first}', fact: 'a part of a name that does not exist', ...unknown },
  { name: 'unknown-attribute', expression: '${user.verifyUnknown}', fact: 'an attribute that the schema lacks', ...unknown },
  { name: 'unknown-request', expression: '${#root.context.requestData.nothing}', fact: 'a member that requests lack', ...unknown },
  { name: 'no-argument', expression: '${#string.trim()}', fact: 'a call without its argument', ...unknown },
  { name: 'bad-pattern', expression: "${user.id matches '('}", fact: 'a regular expression that cannot be read', ...unknown },
  { name: 'bad-date', expression: "${#datetime.format(user.createdAt, 'bb')}", fact: 'a date format that cannot be read', ...unknown },
  { name: 'safe-navigation', expression: '${user?.id}', fact: 'the operator ?.', ...off },
  { name: 'method', expression: '${user.email.trim()}', fact: 'a Java method', ...off },
  { name: 'no-blank', expression: '${1+1}', fact: 'an operator without spaces', ...off },
];
