import { requireConstants } from './constants.js';
import { ExpressionError } from './error.js';
import { evaluateNode } from './evaluator.js';
import { Budget, longestSource, longestText } from './limits.js';
import { leftOver, parse, parseWhole } from './parser.js';
import { type Reference, referencesOf } from './references.js';
import type { Node } from './syntax.js';
import { textOf, toJson, type Value } from './values.js';

/** The values that an expression can refer to, by their first name, such as `user` (`#root`). */
export type Facts = Readonly<Record<string, unknown>>;

/** A part of an expression, as it is written, with its value. */
export interface PartValue {
  readonly part: string;
  readonly value: unknown;
}

/** The result of an evaluation, with everything that a person may want to see of it. */
export interface Explained {
  /** Absent if there is an error. */
  readonly value?: unknown;
  readonly error?: ExpressionError;
  /** In the order of evaluation; the innermost first. */
  readonly parts: readonly PartValue[];
}

/** A parsed value of an attribute: constant text, `${…}`, or both. */
export interface Expression {
  readonly source: string;
  /** What it refers to, such as `user.name.given`. */
  readonly references: readonly Reference[];
  /**
   * Checks what can be known without facts: numbers of arguments, constant regular expressions and date patterns.
   * @throws {ExpressionError} with the place
   */
  requireConstants(): void;
  /** Whether the text contains a word, so that costly facts are only looked up if needed. */
  mentions(word: string): boolean;
  /**
   * Its value as JSON; undefined if it is text around expressions that are all empty.
   * @param now the time, in milliseconds since 1970
   * @throws {ExpressionError} and nothing else
   */
  evaluate(facts: Facts, now: number): unknown;
  /** The same, with the value of each part. Never throws. */
  explain(facts: Facts, now: number): Explained;
}

type Piece = { readonly text: string } | { readonly node: Node };

/** How many parts, and how much of each, an explanation holds. */
const mostParts = 100;
const longestPart = 2000;

const isEmpty = (value: Value): boolean => value === null || value === '';

/** A part's value, shortened for people. */
function shown(value: Value): unknown {
  try {
    const json = toJson(value, new Budget());
    const text = JSON.stringify(json);
    return text.length > longestPart ? `${text.slice(0, longestPart)}…` : json;
  } catch {
    return '…';
  }
}

/** The names of a path of members from the root, such as `user.name.given`; undefined for any other expression. */
function plainPath(node: Node): readonly string[] | undefined {
  if (node.kind === 'name') return [node.name];
  if (node.kind !== 'path' || (node.start.kind !== 'name' && node.start.kind !== 'root')) return undefined;
  const path = node.start.kind === 'name' ? [node.start.name] : [];
  for (const step of node.steps) {
    if (step.kind !== 'member') return undefined;
    path.push(step.name);
  }
  return path;
}

/** The simple value at a path; undefined if it takes the evaluator to find it, or to say why there is none. */
function readPath(path: readonly string[], facts: Facts): string | number | boolean | null | undefined {
  let value: unknown = facts;
  for (const name of path) {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'object' || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, name) ? (value as Facts)[name] : null;
  }
  if (typeof value === 'string') return value.length <= longestText ? value : undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : undefined;
}

/** The path of a time that is shown in seconds, as PingOne's own mapping of `updated_at` does; undefined for any other expression. */
function secondsPath(node: Node): readonly string[] | undefined {
  if (node.kind !== 'call' || node.name !== 'datetime.toUnixTimestamp' || node.args.length !== 1) return undefined;
  const [time] = node.args;
  return time && plainPath(time);
}

/** A time in the form of PingOne's own, in seconds; undefined for any other text, which the evaluator judges. */
function readSeconds(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length !== 24) return undefined;
  const moment = new Date(text);
  const isOwnForm = !Number.isNaN(moment.getTime()) && moment.toISOString() === text;
  return isOwnForm ? Math.floor(moment.getTime() / 1000) : undefined;
}

function make(source: string, pieces: readonly Piece[]): Expression {
  const nodes = pieces.flatMap((piece) => ('node' in piece ? [piece.node] : []));
  const [only] = pieces;
  // Most mappings are only a path.
  const alone = pieces.length === 1 && only && 'node' in only ? only.node : undefined;
  const path = alone && plainPath(alone);
  const timePath = alone && secondsPath(alone);

  const run = (root: Facts, now: number, seen?: (node: Node, value: Value) => void): unknown => {
    const budget = new Budget();
    const valueAt = (node: Node): Value => evaluateNode(node, { root, budget, now, seen });
    // A single expression keeps the type of its value; several pieces become a text.
    if (pieces.length === 1 && only) return 'text' in only ? only.text : toJson(valueAt(only.node), budget);
    let text = '';
    let hasValue = false;
    for (const piece of pieces) {
      const value = 'text' in piece ? piece.text : valueAt(piece.node);
      if ('node' in piece) hasValue ||= !isEmpty(value);
      text = budget.text(text + (value === null ? '' : textOf(value, budget)));
    }
    return hasValue || !pieces.some((piece) => 'node' in piece) ? text : undefined;
  };

  return {
    source,
    get references() {
      return nodes.flatMap((node) => referencesOf(node));
    },
    requireConstants: () => nodes.forEach(requireConstants),
    mentions: (word) => source.includes(word),
    evaluate(facts, now) {
      if (pieces.length === 1 && only && 'text' in only) return only.text;
      const simple = path ? readPath(path, facts) : timePath && readSeconds(readPath(timePath, facts));
      return simple === undefined ? run(facts, now) : simple;
    },
    explain: (facts, now) => {
      const parts: PartValue[] = [];
      const seen = ({ from, to }: Node, value: Value): void => {
        if (parts.length < mostParts) parts.push({ part: source.slice(from, to), value: shown(value) });
      };
      try {
        return { value: run(facts, now, seen), parts };
      } catch (error) {
        if (error instanceof ExpressionError) return { error, parts };
        throw error;
      }
    },
  };
}

function requireLength(source: string): void {
  if (source.length > longestSource) throw new ExpressionError(`it is longer than ${longestSource} characters`, longestSource);
}

/**
 * Parses the value of an attribute: text, in which `${…}` is an expression. Text without `${` is a constant.
 * @throws {ExpressionError} with its place
 */
export function parseTemplate(source: string): Expression {
  requireLength(source);
  const pieces: Piece[] = [];
  let at = 0;
  for (let open = source.indexOf('${'); open >= 0; open = source.indexOf('${', at)) {
    if (open > at) pieces.push({ text: source.slice(at, open) });
    const { node, end } = parse(source, open + 2);
    if (source[end] !== '}') throw end < source.length ? leftOver(source, end) : new ExpressionError('} is missing', end);
    pieces.push({ node });
    at = end + 1;
  }
  if (at < source.length || pieces.length === 0) pieces.push({ text: source.slice(at) });
  return make(source, pieces);
}

/**
 * Parses a bare expression, without `${` around it, as the console's expression builder takes it.
 * @throws {ExpressionError} with its place
 */
export function parseBare(source: string): Expression {
  requireLength(source);
  return make(source, [{ node: parseWhole(source) }]);
}
