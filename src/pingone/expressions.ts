/** PingOne's expression language for attribute mappings: constant text, and `${…}`, as far as PingOne documents it. */

/** The values that an expression can refer to, by their first name, as `user`. */
export type Facts = Readonly<Record<string, unknown>>;

export interface Expression {
  /** The value; undefined if everything that it refers to is missing. */
  evaluate(facts: Facts): unknown;
  /** Whether the expression contains a word, so that costly values are only looked up if needed. */
  mentions(word: string): boolean;
}

interface Part {
  readonly of: (facts: Facts) => unknown;
  /** Has the same value for every user. */
  readonly constant?: true;
}

/** Limits the nesting, and so the stack. */
const maxDepth = 32;

/** Thrown on syntax that we do not support; caught by `compileExpression`. */
const unsupported = (): Error => new Error('unsupported expression');

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

const asText = (value: unknown): string =>
  isEmpty(value) ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);

/** Concatenates the parts; undefined if all parts that are not constant are empty. */
const joined = (parts: readonly Part[], facts: Facts): unknown => {
  const values = parts.map(({ of }) => of(facts));
  const hasValue = parts.some(({ constant }, at) => !constant && !isEmpty(values[at]));
  return hasValue || parts.every(({ constant }) => constant) ? values.map(asText).join('') : undefined;
};

const join = (parts: readonly Part[]): Part => {
  const [only] = parts;
  // A single part keeps the type of its value; several become a string.
  return parts.length === 1 && only ? only : { of: (facts) => joined(parts, facts) };
};

const constant = (value: unknown): Part => ({ of: () => value, constant: true });

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;

/** The functions, by name. */
const functions: Readonly<Record<string, (value: unknown) => unknown>> = {
  'datetime.toUnixTimestamp': (value) => {
    const at = typeof value === 'number' ? value : Date.parse(typeof value === 'string' ? value : asText(value));
    return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
  },
};

const token = /\s*(?:(?<word>[A-Za-z_]\w*)|(?<text>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<number>\d+(?:\.\d+)?)|(?<mark>[{}().,:+#-]))/y;
type Token = { kind: 'word' | 'text' | 'number' | 'mark'; value: string };

const unquoted = (text: string): string => text.slice(1, -1).replaceAll(text.charAt(0).repeat(2), text.charAt(0));

/** Parses an expression from after `${` to its `}`. */
function parseExpression(source: string, from: number) {
  let at = from;
  const peek = (): { found: Token; end: number } | undefined => {
    token.lastIndex = at;
    const groups = token.exec(source)?.groups;
    if (!groups) return undefined;
    const [kind, value] = Object.entries(groups).find(([, matched]) => matched !== undefined) as [Token['kind'], string];
    return { found: { kind, value }, end: token.lastIndex };
  };
  const next = (): Token => {
    const seen = peek();
    if (!seen) throw unsupported();
    at = seen.end;
    return seen.found;
  };
  const isNext = (mark: string): boolean => {
    const seen = peek()?.found;
    return seen?.kind === 'mark' && seen.value === mark;
  };
  const skip = (mark: string): boolean => {
    const there = isNext(mark);
    if (there) next();
    return there;
  };
  const expect = (mark: string): void => {
    if (!skip(mark)) throw unsupported();
  };

  const path = (first: string): string[] => {
    const names = [first];
    while (skip('.')) {
      const { kind, value } = next();
      if (kind !== 'word') throw unsupported();
      names.push(value);
    }
    return names;
  };

  const call = (depth: number): Part => {
    const { value } = next();
    const of = functions[path(value).join('.')];
    expect('(');
    const argument = sum(depth + 1);
    expect(')');
    if (!of) throw unsupported();
    return { of: (facts) => of(argument.of(facts)) };
  };

  /** `{'sub': user.id}`: empty members are omitted. */
  const map = (depth: number): Part => {
    const members: [name: string, value: Part][] = [];
    while (!skip('}')) {
      if (members.length > 0) expect(',');
      const { kind, value } = next();
      if (kind !== 'word' && kind !== 'text') throw unsupported();
      expect(':');
      members.push([kind === 'text' ? unquoted(value) : value, sum(depth + 1)]);
    }
    return {
      of: (facts) => {
        const values = members.map(([name, { of }]) => [name, of(facts)] as const).filter(([, value]) => !isEmpty(value));
        return values.length === 0 ? undefined : Object.fromEntries(values);
      },
    };
  };

  const word = (value: string): Part => {
    if (value === 'true' || value === 'false') return constant(value === 'true');
    if (value === 'null') return constant(undefined);
    const [root, ...names] = path(value) as [string, ...string[]];
    if (root !== 'user' || names.length === 0) throw unsupported();
    return { of: (facts) => names.reduce(member, facts.user) };
  };

  const term = (depth: number): Part => {
    if (depth > maxDepth) throw unsupported();
    const { kind, value } = next();
    if (kind === 'word') return word(value);
    if (kind === 'text') return constant(unquoted(value));
    if (kind === 'number') return constant(Number(value));
    if (value === '#') return call(depth);
    if (value === '{') return map(depth);
    if (value !== '(') throw unsupported();
    const inner = sum(depth + 1);
    expect(')');
    return inner;
  };

  const sum = (depth: number): Part => {
    const terms = [term(depth)];
    while (skip('+')) terms.push(term(depth));
    return join(terms);
  };

  const part = sum(0);
  expect('}');
  return { part, end: at };
}

/** Compiles a text with expressions. Returns undefined for syntax that we do not support, though PingOne may. */
export function compileExpression(text: string): Expression | undefined {
  const parts: Part[] = [];
  let at = 0;
  try {
    for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', at)) {
      if (open > at) parts.push(constant(text.slice(at, open)));
      const read = parseExpression(text, open + 2);
      parts.push(read.part);
      at = read.end;
    }
  } catch {
    return undefined;
  }
  if (at < text.length || parts.length === 0) parts.push(constant(text.slice(at)));
  const { of } = join(parts);
  return { evaluate: of, mentions: (word) => text.includes(word) };
}
