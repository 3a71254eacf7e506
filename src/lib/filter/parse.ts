import { parseJson } from '../unknown.js';
/** Parses PingOne's subset of SCIM's filter language (RFC 7644 §3.4.2.2; docs/fidelity.md, management 1.7) into a tree. */

export type FilterValue = string | number | boolean | null;

/** `attribute operator value`. */
export interface Comparison {
  readonly kind: 'compare';
  readonly attribute: string;
  /** In lower case. */
  readonly operator: string;
  readonly value: FilterValue;
}

/** `attribute[filter]`: at least one member of a list matches the filter. */
export interface MembershipTest {
  readonly kind: 'some';
  readonly attribute: string;
  readonly filter: Filter;
}

export interface Junction {
  readonly kind: 'and' | 'or';
  readonly parts: readonly Filter[];
}

export interface Negation {
  readonly kind: 'not';
  readonly filter: Filter;
}

export type Filter = Comparison | MembershipTest | Junction | Negation;

/** A syntax error: its place, and what was expected there. */
export class FilterError extends Error {
  constructor(
    readonly at: number,
    expected: string,
  ) {
    super(`expected ${expected} at character ${at + 1}`);
  }
}

/** Deeper than any client nests, and far from exhausting the stack. */
const deepest = 100;

interface Token {
  readonly kind: 'word' | 'text' | 'mark' | 'end';
  readonly text: string;
  readonly at: number;
}

const pattern = /\s*(?:([()[\]])|("(?:[^"\\]|\\.)*")|([^\s()[\]"]+))/sy;

function* tokensOf(filter: string): Generator<Token> {
  const end = filter.trimEnd().length;
  let at = 0;
  while (at < end) {
    pattern.lastIndex = at;
    const match = pattern.exec(filter);
    if (!match) throw new FilterError(filter.indexOf('"', at), 'a text that ends with a quotation mark');
    const [whole, mark, text, word] = match;
    at += whole.length;
    const read = mark ?? text ?? (word as string);
    yield { kind: mark ? 'mark' : text ? 'text' : 'word', text: read, at: at - read.length };
  }
  yield { kind: 'end', text: '', at };
}

/** Reads a filter. Throws FilterError. */
export function parseFilter(text: string): Filter {
  const tokens = [...tokensOf(text)];
  let next = 0;
  const peek = (): Token => tokens[next] as Token;
  const is = (word: string): boolean => peek().kind !== 'text' && peek().text.toLowerCase() === word;
  const take = (word: string): void => {
    if (!is(word)) throw new FilterError(peek().at, word);
    next += 1;
  };

  const value = (): FilterValue => {
    const token = peek();
    next += 1;
    try {
      const read: unknown = token.kind === 'end' || token.kind === 'mark' ? undefined : parseJson(token.text);
      if (read === null || typeof read === 'string' || typeof read === 'number' || typeof read === 'boolean') return read;
    } catch {
      // Reported below, like anything else that is not a value.
    }
    throw new FilterError(token.at, 'a value: a text in quotation marks, a number, true or false');
  };

  const primary = (depth: number): Filter => {
    if (depth > deepest) throw new FilterError(peek().at, `at most ${deepest} levels`);
    if (is('(')) {
      next += 1;
      const inner = junction('or', depth + 1);
      take(')');
      return inner;
    }
    if (is('not')) {
      next += 1;
      return { kind: 'not', filter: primary(depth + 1) };
    }
    const { kind, text: attribute, at } = peek();
    if (kind !== 'word') throw new FilterError(at, 'the name of an attribute');
    next += 1;
    if (is('[')) {
      next += 1;
      const filter = junction('or', depth + 1);
      take(']');
      return { kind: 'some', attribute, filter };
    }
    const operator = peek();
    if (operator.kind !== 'word') throw new FilterError(operator.at, 'an operator');
    next += 1;
    return { kind: 'compare', attribute, operator: operator.text.toLowerCase(), value: value() };
  };

  const junction = (kind: 'and' | 'or', depth: number): Filter => {
    const part = () => (kind === 'or' ? junction('and', depth) : primary(depth));
    const parts = [part()];
    while (is(kind)) {
      next += 1;
      parts.push(part());
    }
    return parts.length === 1 ? (parts[0] as Filter) : { kind, parts };
  };

  const filter = junction('or', 0);
  if (peek().kind !== 'end') throw new FilterError(peek().at, 'and, or, or the end');
  return filter;
}
