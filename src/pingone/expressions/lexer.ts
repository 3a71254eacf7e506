import { ExpressionError } from './error.js';
import { Decimal } from './values.js';

/** A token, with its place in the text. */
export type Token = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'word' | 'mark' | 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number | bigint | Decimal }
  | { readonly kind: 'end'; readonly value: '' }
);

const blanks = /\s*/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const text = /'(?:[^']|'')*'|"(?:[^"]|"")*"/y;
const number = /0[xX][0-9A-Fa-f]+[lL]?|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[lLfFdD]?/y;
// Longer marks come first.
const mark = /\.\?\[|\.!\[|\.\^\[|\.\$\[|\?\.|\?:|==|!=|<=|>=|&&|\|\||\+\+|--|[-+*/%^<>=!?:.,()[\]{}#@&|\\]/y;

const intMax = 2_147_483_647n;
const longMax = 9_223_372_036_854_775_807n;

/** A number as Java reads it: an int, a long with `L`, a double, or a float with `f`. */
function readNumber(written: string, at: number): number | bigint | Decimal {
  const isHex = /^0x/i.test(written);
  if (!isHex && /[.eEfFdD]/.test(written)) {
    const value = Number(written.replace(/[fFdD]$/, ''));
    if (!Number.isFinite(value)) throw new ExpressionError(`${written.slice(0, 40)} is too large`, at);
    return new Decimal(value, /f$/i.test(written) ? 'float' : 'double');
  }
  const isLong = /l$/i.test(written);
  const value = BigInt(written.replace(/l$/i, ''));
  if (value > (isLong ? longMax : intMax))
    throw new ExpressionError(`${written.slice(0, 40)} is too large${isLong ? '' : '; a long ends with L'}`, at);
  return isLong ? value : Number(value);
}

const unquoted = (quoted: string): string => quoted.slice(1, -1).replaceAll(quoted.charAt(0).repeat(2), quoted.charAt(0));

/** Reads tokens from a position on, one at a time: where an expression ends, only its parser knows. */
export class Lexer {
  #at: number;
  #ahead: Token | undefined;

  constructor(
    readonly source: string,
    from: number,
  ) {
    this.#at = from;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.source)?.[0];
  }

  #read(): Token {
    this.#at += this.#match(blanks)?.length ?? 0;
    const from = this.#at;
    if (from >= this.source.length) return { kind: 'end', value: '', from, to: from };
    const found = (kind: 'word' | 'mark', value: string): Token => ({ kind, value, from, to: from + value.length });
    const name = this.#match(word);
    if (name !== undefined) return found('word', name);
    const quoted = this.#match(text);
    if (quoted !== undefined) return { kind: 'text', value: unquoted(quoted), from, to: from + quoted.length };
    const digits = this.#match(number);
    if (digits !== undefined) return { kind: 'number', value: readNumber(digits, from), from, to: from + digits.length };
    const sign = this.#match(mark);
    if (sign !== undefined) return found('mark', sign);
    const character = String.fromCodePoint(this.source.codePointAt(from) ?? 0);
    throw new ExpressionError(
      /['"]/.test(character) ? `the text that begins with ${character} does not end` : `${character} has no meaning here`,
      from,
    );
  }

  /** The next token, without taking it. */
  peek(): Token {
    this.#ahead ??= this.#read();
    return this.#ahead;
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    this.#at = token.to;
    return token;
  }

  /** Whether the next token is this mark. */
  is(value: string): boolean {
    const token = this.peek();
    return token.kind === 'mark' && token.value === value;
  }

  /** Takes the next token if it is this mark. */
  skip(value: string): boolean {
    const there = this.is(value);
    if (there) this.next();
    return there;
  }

  /** Takes this mark. */
  expect(value: string): Token {
    const token = this.peek();
    if (!this.is(value)) throw new ExpressionError(`${value} is missing`, token.from);
    return this.next();
  }
}
