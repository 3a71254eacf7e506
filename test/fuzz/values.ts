import { environmentId, ids } from '../helpers/server.js';
import type { Chance } from './chance.js';

/** Values: such as a schema asks for, and such as no one expects. */

/** A part of JSON Schema, as the OpenAPI document has it. */
export interface ValueSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly required?: readonly string[];
  readonly items?: ValueSchema;
  readonly anyOf?: readonly ValueSchema[];
  readonly oneOf?: readonly ValueSchema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The host that no application has registered: a redirect to it would be an open one. */
export const foreignHost = 'attacker.example';

/** Texts that go wrong somewhere. */
export const hostileTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nset-cookie: a=b',
  '\u2028',
  '\ud800',
  '\uffff',
  'ж',
  'é'.repeat(300),
  '😀',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '%',
  '%00',
  '%c0%ae',
  '%2e%2e%2f',
  '%25%32%66',
  '<img src=x onerror=alert(1)>',
  '"\'`;--',
  '\u0024{user.email}',
  '{"a":1}',
  '[',
  'null',
  'undefined',
  'NaN',
  '-1',
  '0',
  '1e400',
  '9007199254740993',
  '8640000000000001',
  '0x10',
  'a'.repeat(300),
  'a'.repeat(5000),
  `https://${foreignHost}/callback`,
  `http://localhost:3000@${foreignHost}/callback`,
  `http://localhost:3000/callback@${foreignHost}`,
  `//${foreignHost}`,
  `\\\\${foreignHost}`,
  `https:${foreignHost}`,
  `javascript://${foreignHost}/%0aalert(1)`,
  'http://[::1]:99999/',
  'https://пример/x',
  'eyJhbGciOiJub25lIn0.e30.',
  'eyJhbGciOiJub25lIn0.bnVsbA.',
  'a.b.c',
  'a.b.c.d.e',
  '2026-02-30T99:99:99Z',
  '(a+)+$',
  'email sw "a" and (',
] as const;

/** JSON that goes wrong somewhere. */
export const hostileValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  -0,
  1e308,
  -1e308,
  8.64e12,
  8.64e15,
  8.64e15 + 1,
  9_007_199_254_740_992,
  2_147_483_648,
  [],
  {},
  [null],
  [[]],
  [{}],
  [{ id: [] }],
  { id: null },
  { id: {} },
  { id: 5 },
  { length: -1 },
  { toString: null },
  Object.fromEntries([['then', 1]]),
  [[[[[[[[[]]]]]]]]],
  Array.from({ length: 200 }, () => null),
  { __proto__: null, constructor: { prototype: { x: 1 } } },
];

const seedIds = [environmentId, ...Object.values(ids), 'f0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001'];
const usual = ['alice', 'openid', 'openid profile', 'https://example.com/callback', 'http://localhost:3000/callback', 'name', 'a', 'CN=a'];

/** A text that is hostile, or an alteration of one that is right. */
export function hostileText(chance: Chance, right = ''): string {
  if (right === '' || chance.oneIn(2)) return chance.pick<string>(hostileTexts);
  const at = chance.below(right.length + 1);
  const inserted = chance.pick<string>(hostileTexts).slice(0, 40);
  return chance.pick<string>([
    `${right.slice(0, at)}${inserted}${right.slice(at)}`,
    right.slice(0, at),
    right.slice(0, at) + right.slice(at + 1),
    right.toUpperCase(),
    `${right}${right}`,
    Array.from(right).reverse().join(''),
  ]);
}

/** What was seen in answers, and can be sent again. */
export class Seen {
  readonly #ids: string[] = [];
  #at = 0;

  note(text: string): void {
    for (const [id] of text.slice(0, 4000).matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)) {
      this.#ids[this.#at % 500] = id;
      this.#at += 1;
    }
  }

  id(chance: Chance): string {
    return chance.oneIn(2) ? chance.pick<string>(seedIds as [string, ...string[]]) : (chance.pick(this.#ids) ?? environmentId);
  }
}

function text(schema: ValueSchema, chance: Chance, seen: Seen): string {
  const { pattern = '', minLength = 0, maxLength = 1000, format } = schema;
  if (pattern.includes('0-9a-fA-F]{8}')) return seen.id(chance);
  if (format === 'email') return `${chance.below(1_000_000)}@example.com`;
  if (chance.oneIn(30)) return 'x'.repeat(Math.min(6000, maxLength + chance.below(2)));
  if (chance.oneIn(30)) return 'x'.repeat(Math.max(0, minLength - chance.below(2)));
  return chance.oneIn(2) ? `n${chance.below(100_000)}` : chance.pick<string>([seen.id(chance), ...usual]);
}

/** Mostly what a schema asks for, and once in `wrongness` places something else. */
export function fromSchema(schema: ValueSchema, chance: Chance, seen: Seen, wrongness: number, depth = 0): unknown {
  if (chance.oneIn(wrongness)) return chance.oneIn(2) ? chance.pick(hostileValues) : hostileText(chance);
  const one = chance.pick(schema.anyOf ?? schema.oneOf ?? []);
  if (one) return fromSchema(one, chance, seen, wrongness, depth);
  if (schema.enum) return chance.pick(schema.enum);
  const { type } = schema;
  const kind = typeof type === 'object' ? chance.pick(type) : type;
  if (kind === 'integer' || kind === 'number') {
    const { minimum = -5, maximum = 100_000 } = schema;
    return chance.pick([minimum, maximum, minimum - 1, maximum + 1, minimum + chance.below(Math.min(maximum - minimum, 1e9) + 1), 300]);
  }
  if (kind === 'boolean') return chance.oneIn(2);
  if (kind === 'array')
    return depth > 6
      ? []
      : Array.from({ length: chance.below(4) }, () => fromSchema(schema.items ?? {}, chance, seen, wrongness, depth + 1));
  if (schema.properties && depth < 7) {
    const { properties, required = [] } = schema;
    const members = Object.entries(properties).filter(([name]) => (required.includes(name) ? !chance.oneIn(40) : chance.oneIn(3)));
    const value = Object.fromEntries(members.map(([name, of]) => [name, fromSchema(of, chance, seen, wrongness, depth + 1)]));
    if (chance.oneIn(25)) value[hostileText(chance).slice(0, 50)] = chance.pick(hostileValues);
    return value;
  }
  if (kind === 'object' || schema.properties)
    return chance.pick<unknown>([{}, { enabled: true }, { a: { b: [1] } }, { id: seen.id(chance) }]);
  if (kind === undefined && schema.pattern === undefined) return chance.pick<unknown>([...hostileValues, ...usual]);
  return text(schema, chance, seen);
}
