import { ExpressionError } from './error.js';
import { Lexer, type Token } from './lexer.js';
import { isFunction, isLibrary, libraryNames } from './libraries.js';
import { deepest } from './limits.js';
import type { BinaryOperator, Node, PathStep } from './syntax.js';

/** Words that stand for a mark, in any case. */
const words: Readonly<Record<string, string>> = {
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  eq: '==',
  ne: '!=',
  div: '/',
  mod: '%',
  not: '!',
  and: '&&',
  or: '||',
  matches: 'matches',
  between: 'between',
  instanceof: 'instanceof',
};

const levels: readonly (readonly BinaryOperator[])[] = [['+', '-'], ['*', '/', '%'], ['^']];
const relations: readonly BinaryOperator[] = ['<', '<=', '>', '>=', '==', '!=', 'matches', 'between'];
const primitives = ['byte', 'short', 'int', 'long', 'float', 'double', 'char', 'boolean'];
const selections = { '.?[': 'all', '.^[': 'first', '.$[': 'last' } as const;

/** What is switched off at PingOne, with the reason. */
const switchedOff: Readonly<Record<string, string>> = {
  '?.': 'the operator ?. is switched off; a.b is null anyway if a is null',
  '=': 'assignment is switched off; == compares',
  '++': '++ is switched off',
  '--': '-- is switched off',
  '@': 'references to beans are switched off',
  '&': 'references to beans are switched off',
  instanceof: 'instanceof is switched off',
};

/** The meaning of a token as an operator: `LT` is `<`. */
const operatorOf = ({ kind, value }: Token): string | undefined => {
  if (kind === 'mark') return value;
  const name = kind === 'word' ? value.toLowerCase() : '';
  return Object.hasOwn(words, name) ? words[name] : undefined;
};

/** An expression, and the position after it. */
export interface Parsed {
  readonly node: Node;
  readonly end: number;
}

/**
 * Parses one expression, which ends before a `}` or at the end of the text. The caller judges what follows.
 * @throws {ExpressionError} with its place
 */
export function parse(source: string, from: number): Parsed {
  const lexer = new Lexer(source, from);
  let depth = 0;

  const nested = <T>(inner: () => T): T => {
    depth += 1;
    if (depth > deepest) throw new ExpressionError(`it nests more than ${deepest} deep`, lexer.peek().from);
    const made = inner();
    depth -= 1;
    return made;
  };

  /** PingOne wants a blank on both sides of a binary operator. */
  const takeOperator = (): void => {
    const token = lexer.next();
    const after = source.charAt(token.to);
    if (!/\s/.test(source.charAt(token.from - 1)) || (after !== '' && !/\s/.test(after)))
      throw new ExpressionError(`the operator ${token.value} needs a blank on both sides`, token.from);
  };

  const refuseSwitchedOff = (): void => {
    const token = lexer.peek();
    const operator = operatorOf(token);
    if (operator !== undefined && Object.hasOwn(switchedOff, operator)) throw new ExpressionError(switchedOff[operator] ?? '', token.from);
  };

  const expression = (): Node => nested(choice);

  const choice = (): Node => {
    const first = logic(['or', '||'], () => logic(['and', '&&'], relation));
    refuseSwitchedOff();
    if (lexer.is('?:')) {
      takeOperator();
      const otherwise = expression();
      return { kind: 'default', value: first, otherwise, from: first.from, to: otherwise.to };
    }
    // Ping's own samples write `a ?b:c` without blanks.
    if (!lexer.skip('?')) return first;
    const yes = expression();
    lexer.expect(':');
    const no = expression();
    return { kind: 'choice', condition: first, yes, no, from: first.from, to: no.to };
  };

  const logic = ([operator, sign]: readonly ['and' | 'or', string], inner: () => Node): Node => {
    const first = inner();
    const operands = [first];
    while (operatorOf(lexer.peek()) === sign) {
      takeOperator();
      operands.push(inner());
    }
    const last = operands.at(-1) ?? first;
    return operands.length === 1 ? first : { kind: 'logic', operator, operands, from: first.from, to: last.to };
  };

  const relation = (): Node => {
    const first = chain(0);
    refuseSwitchedOff();
    const operator = relations.find((one) => one === operatorOf(lexer.peek()));
    if (operator === undefined) return first;
    takeOperator();
    const operand = chain(0);
    return { kind: 'chain', first, rest: [{ operator, operand }], from: first.from, to: operand.to };
  };

  const chain = (level: number): Node => {
    const inner = () => (level + 1 < levels.length ? chain(level + 1) : unary());
    const first = inner();
    const rest: { operator: BinaryOperator; operand: Node }[] = [];
    for (;;) {
      const operator = levels[level]?.find((one) => one === operatorOf(lexer.peek()));
      if (operator === undefined) break;
      takeOperator();
      rest.push({ operator, operand: inner() });
    }
    const last = rest.at(-1);
    return last ? { kind: 'chain', first, rest, from: first.from, to: last.operand.to } : first;
  };

  const unary = (): Node => {
    const token = lexer.peek();
    const operator = operatorOf(token);
    if (operator !== '+' && operator !== '-' && operator !== '!') return path();
    lexer.next();
    const operand = nested(unary);
    return { kind: 'unary', operator, operand, from: token.from, to: operand.to };
  };

  const path = (): Node => {
    const start = primary();
    const steps: PathStep[] = [];
    for (let step = pathStep(); step; step = pathStep()) steps.push(step);
    const last = steps.at(-1);
    return last ? { kind: 'path', start, steps, from: start.from, to: last.to } : start;
  };

  const pathStep = (): PathStep | undefined => {
    const { kind, value, from: at } = lexer.peek();
    if (kind !== 'mark') return undefined;
    if (value === '.') return member(at);
    if (value === '[') {
      lexer.next();
      const index = expression();
      return { kind: 'index', index, from: at, to: lexer.expect(']').to };
    }
    if (value === '.![') {
      lexer.next();
      const result = expression();
      return { kind: 'project', result, from: at, to: lexer.expect(']').to };
    }
    if (value !== '.?[' && value !== '.^[' && value !== '.$[') return undefined;
    lexer.next();
    const condition = expression();
    return { kind: 'select', which: selections[value], condition, from: at, to: lexer.expect(']').to };
  };

  const member = (at: number): PathStep => {
    lexer.next();
    const { kind, value, to } = lexer.next();
    if (kind !== 'word') throw new ExpressionError('a name is missing after the dot', at + 1);
    if (lexer.is('(')) throw new ExpressionError(`methods cannot be called: ${value}()`, at);
    return { kind: 'member', name: value, from: at, to };
  };

  const primary = (): Node => {
    refuseSwitchedOff();
    const token = lexer.next();
    const { kind, from: at, to } = token;
    if (kind === 'number' || kind === 'text') return { kind: 'literal', value: token.value, from: at, to };
    if (kind === 'word') return fromWord(token.value, at, to);
    if (token.value === '#') return variable(at);
    if (token.value === '{') return braces(at);
    if (token.value === '(') {
      const inner = expression();
      return { ...inner, from: at, to: lexer.expect(')').to };
    }
    if (kind === 'end') throw new ExpressionError('the expression ends too early', at);
    const closes = ['}', ')', ']', ','].includes(token.value);
    throw new ExpressionError(closes ? `a value is missing before ${token.value}` : `${token.value} has no meaning here`, at);
  };

  const fromWord = (value: string, at: number, to: number): Node => {
    const lower = value.toLowerCase();
    if (lower === 'true' || lower === 'false') return { kind: 'literal', value: lower === 'true', from: at, to };
    if (lower === 'null') return { kind: 'literal', value: null, from: at, to };
    if (value === 'new') return array(at);
    if (value === 'T' && lexer.is('(')) throw new ExpressionError('the operator T() is switched off', at);
    if (Object.hasOwn(words, lower)) throw new ExpressionError(`${value} has no meaning here`, at);
    if (lexer.is('(')) throw new ExpressionError(`there is no function ${value}(); functions are called as #string.trim(…)`, at);
    return { kind: 'name', name: value, from: at, to };
  };

  const list = (close: string): Node[] => {
    const items: Node[] = [];
    if (lexer.is(close)) return items;
    do items.push(expression());
    while (lexer.skip(','));
    return items;
  };

  const variable = (at: number): Node => {
    const { kind, value, to } = lexer.next();
    if (kind === 'word' && (value === 'root' || value === 'this')) return { kind: value, from: at, to };
    if (kind !== 'word') throw new ExpressionError('a name is missing after #', at);
    if (!isLibrary(value)) throw new ExpressionError(`there is no variable #${value}; there are #root, #this, ${libraryNames}`, at);
    const called = lexer.skip('.') ? lexer.next() : undefined;
    if (called?.kind !== 'word')
      throw new ExpressionError(`#${value} is a library: a dot and the name of a function are missing after it`, at);
    if (!isFunction(`${value}.${called.value}`)) throw new ExpressionError(`#${value} has no function ${called.value}`, at);
    lexer.expect('(');
    const args = list(')');
    return { kind: 'call', name: `${value}.${called.value}`, args, from: at, to: lexer.expect(')').to };
  };

  /** `{1, 2}` is a list, `{'a': 1}` and `{:}` are maps. */
  const braces = (at: number): Node => {
    if (lexer.skip(':')) return { kind: 'map', entries: [], from: at, to: lexer.expect('}').to };
    if (lexer.is('}')) return { kind: 'list', items: [], from: at, to: lexer.next().to };
    const first = expression();
    if (!lexer.is(':')) {
      const items = lexer.skip(',') ? [first, ...list('}')] : [first];
      return { kind: 'list', items, from: at, to: lexer.expect('}').to };
    }
    const entries: [Node, Node][] = [];
    for (let key = first; ; key = expression()) {
      lexer.expect(':');
      entries.push([key.kind === 'name' ? { ...key, kind: 'literal', value: key.name } : key, expression()]);
      if (!lexer.skip(',')) break;
    }
    return { kind: 'map', entries, from: at, to: lexer.expect('}').to };
  };

  /** `new int[2][2]`, or `new int[] {1, 2}`. */
  const array = (at: number): Node => {
    const { kind, value, from: place } = lexer.next();
    if (kind !== 'word' || !primitives.includes(value))
      throw new ExpressionError(`objects cannot be made with new, only arrays of ${primitives.join(', ')}`, place);
    lexer.expect('[');
    if (lexer.skip(']')) {
      lexer.expect('{');
      const items = list('}');
      return { kind: 'array', type: value, sizes: [], items, from: at, to: lexer.expect('}').to };
    }
    const sizes = [expression()];
    let { to } = lexer.expect(']');
    while (sizes.length < 4 && lexer.skip('[')) {
      sizes.push(expression());
      ({ to } = lexer.expect(']'));
    }
    return { kind: 'array', type: value, sizes, from: at, to };
  };

  const node = expression();
  return { node, end: lexer.peek().from };
}

/** The error of what follows an expression that has ended: as a word, it most likely lacks an operator. */
export function leftOver(source: string, at: number): ExpressionError {
  const word = /^[\w'"]+/.exec(source.slice(at, at + 40))?.[0];
  return new ExpressionError(word ? `an operator is missing before ${word}` : `${source.charAt(at)} has no meaning here`, at);
}

/**
 * Parses a text that is an expression as a whole.
 * @throws {ExpressionError} with its place
 */
export function parseWhole(source: string): Node {
  const { node, end } = parse(source, 0);
  if (end < source.length) throw leftOver(source, end);
  return node;
}
