import { isDatePattern } from './date-pattern.js';
import { ExpressionError, PatternError } from './error.js';
import { countsOf } from './libraries.js';
import { Budget } from './limits.js';
import { parsePattern } from './pattern.js';
import { type Node, partsOf } from './syntax.js';

/** Which arguments of a function are regular expressions, by position from 0. */
const patterns: Readonly<Record<string, (at: number) => boolean>> = {
  'regex.matches': (at) => at === 1,
  'regex.findAllMatches': (at) => at === 1,
  'regex.replaceFirst': (at) => at === 1,
  'regex.replaceAll': (at) => at % 2 === 1,
};

/** Which argument of a function is a date pattern. */
const dateForms: Readonly<Record<string, number>> = {
  'datetime.format': 1,
  'datetime.parse': 1,
  'datetime.toDateTimeInTimezone': 2,
};

/** The text that a node is, if it is nothing else. */
const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'literal' && typeof node.value === 'string' ? node.value : undefined;

function requirePattern(node: Node | undefined): void {
  const text = textOf(node);
  if (node === undefined || text === undefined) return;
  const budget = new Budget();
  budget.at = node.from;
  try {
    parsePattern(text, budget);
  } catch (error) {
    // Too many parts, or unsupported ones, are not mistakes.
    if (error instanceof PatternError || !(error instanceof ExpressionError)) throw error;
  }
}

function requireArguments({ name, args, from }: Node & { kind: 'call' }): void {
  const refused = countsOf(name)?.refuses(args.length);
  if (refused !== undefined) throw new ExpressionError(refused, from);
  const isPattern = Object.hasOwn(patterns, name) ? patterns[name] : undefined;
  for (const [at, arg] of args.entries()) if (isPattern?.(at)) requirePattern(arg);
  const form = Object.hasOwn(dateForms, name) ? args[dateForms[name] ?? 0] : undefined;
  const text = textOf(form);
  if (form && text !== undefined && !isDatePattern(text))
    throw new ExpressionError(`'${text.slice(0, 40)}' is not the form of a date, such as yyyy-MM-dd`, form.from);
}

/**
 * Checks what can be known about a node without its facts: that functions get as many arguments as they take, and that
 * constant regular expressions and date patterns are valid.
 * @throws {ExpressionError} with the place
 */
export function requireConstants(node: Node): void {
  if (node.kind === 'call') requireArguments(node);
  if (node.kind === 'chain') for (const { operator, operand } of node.rest) if (operator === 'matches') requirePattern(operand);
  for (const part of partsOf(node)) requireConstants(part.node);
}
