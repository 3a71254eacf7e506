import { applyOperator, negate } from './arithmetic.js';
import { booleanOf, Call } from './call.js';
import { functionOf } from './libraries.js';
import { type Budget, longestList } from './limits.js';
import type { Node, PathStep } from './syntax.js';
import {
  Decimal,
  entriesOf,
  isDecimal,
  isList,
  isMap,
  isMembers,
  isNumber,
  kindOf,
  numberOf,
  ownMember,
  readValue,
  textOf,
  type Value,
} from './values.js';

/** What an evaluation works with. */
export interface Evaluation {
  /** `#root`. */
  readonly root: Value;
  readonly budget: Budget;
  /** The time, in milliseconds since 1970. */
  readonly now: number;
  /** Called with each part of the expression and its value. */
  readonly seen?: ((node: Node, value: Value) => void) | undefined;
}

const isNothing = (value: Value): boolean => value === null || value === '';

/**
 * The value of a node.
 * @param current `#this`: the root, or within `[…]` the element
 * @throws {ExpressionError} if it has none
 */
export function evaluateNode(node: Node, evaluation: Evaluation, current: Value = evaluation.root): Value {
  const { budget } = evaluation;
  budget.spend();
  budget.at = node.from;
  const value = compute(node, evaluation, current);
  if (node.kind !== 'literal') evaluation.seen?.(node, value);
  return value;
}

function compute(node: Node, evaluation: Evaluation, current: Value): Value {
  const { budget } = evaluation;
  const valueAt = (inner: Node): Value => evaluateNode(inner, evaluation, current);
  const condition = (inner: Node): boolean => toBoolean(valueAt(inner), inner, budget);
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return member(current, node.name, budget);
    case 'root':
      return evaluation.root;
    case 'this':
      return current;
    case 'list':
      return budget.list(node.items.map(valueAt));
    case 'map':
      return makeMap(node.entries, valueAt, budget);
    case 'array':
      return makeArray(node, valueAt, budget);
    case 'call': {
      const args = node.args.map(valueAt);
      budget.at = node.from;
      return functionOf(node.name)?.(new Call(node.name, args, budget, evaluation.now)) ?? null;
    }
    case 'path':
      return followPath(node, evaluation, current);
    case 'unary': {
      if (node.operator === '!') return !condition(node.operand);
      const operand = valueAt(node.operand);
      budget.at = node.from;
      return node.operator === '-' ? negate(operand, budget) : operand;
    }
    case 'chain': {
      let left = valueAt(node.first);
      for (const { operator, operand } of node.rest) {
        const right = valueAt(operand);
        budget.at = node.from;
        left = applyOperator(operator, left, right, budget);
      }
      return left;
    }
    case 'logic':
      return node.operator === 'and' ? node.operands.every(condition) : node.operands.some(condition);
    case 'choice':
      return valueAt(condition(node.condition) ? node.yes : node.no);
    case 'default': {
      const value = valueAt(node.value);
      return isNothing(value) ? valueAt(node.otherwise) : value;
    }
  }
}

function toBoolean(value: Value, { from }: Node, budget: Budget): boolean {
  const known = booleanOf(value);
  budget.at = from;
  if (known === undefined) throw budget.error(`a condition has to be a boolean, not ${kindOf(value)}`);
  return known;
}

/** `a.b`: null if `a` is. In a map that the expression made itself, the member has to exist. */
function member(value: Value, name: string, budget: Budget): Value {
  if (value === null) return null;
  if (isMap(value)) {
    if (!value.has(name)) throw budget.error(`the map has no ${name}`);
    return readValue(value.get(name));
  }
  if (!isMembers(value)) throw budget.error(`${kindOf(value)} has no member ${name}`);
  return ownMember(value, name);
}

function followPath(node: Node & { kind: 'path' }, evaluation: Evaluation, current: Value): Value {
  // Of a.b.c, the value of the whole says enough.
  const isName = node.start.kind === 'name' || node.start.kind === 'root' || node.start.kind === 'this';
  let value = isName ? compute(node.start, evaluation, current) : evaluateNode(node.start, evaluation, current);
  for (const step of node.steps) {
    evaluation.budget.spend();
    evaluation.budget.at = step.from;
    value = follow(step, value, evaluation, current);
  }
  return value;
}

function follow(step: PathStep, value: Value, evaluation: Evaluation, current: Value): Value {
  const { budget } = evaluation;
  if (step.kind === 'member') return member(value, step.name, budget);
  if (value === null) return null;
  if (step.kind === 'index') return indexed(step.index, value, evaluation, current);
  const elements = elementsOf(value, budget);
  if (step.kind === 'project') return budget.list(elements.map((element) => evaluateNode(step.result, evaluation, element)));
  const fits = (element: Value): boolean => toBoolean(evaluateNode(step.condition, evaluation, element), step.condition, budget);
  if (step.which === 'first') return elements.find(fits) ?? null;
  if (step.which === 'last') return elements.findLast(fits) ?? null;
  return budget.list(elements.filter(fits));
}

/** What a selection goes through: the elements of a list, or the entries of an object, each with `key` and `value`. */
function elementsOf(value: Value, budget: Budget): readonly Value[] {
  if (isList(value)) return budget.list(value).map(readValue);
  if (!isMap(value) && !isMembers(value)) throw budget.error(`${kindOf(value)} has no elements`);
  return budget.list(entriesOf(value)).map(
    ([key, entry]) =>
      new Map<string, Value>([
        ['key', key],
        ['value', readValue(entry)],
      ]),
  );
}

/** `a[index]`: of an object by name, where a bare name stands for itself; of a list or text by position. */
function indexed(index: Node, value: Value, evaluation: Evaluation, current: Value): Value {
  const { budget } = evaluation;
  const at = budget.at;
  const isObject = isMap(value) || isMembers(value);
  const key = isObject && index.kind === 'name' ? index.name : evaluateNode(index, evaluation, current);
  budget.at = at;
  if (isObject) {
    const name = key === null ? '' : textOf(key, budget);
    return isMap(value) ? readValue(value.get(name)) : ownMember(value, name);
  }
  if (!isList(value) && typeof value !== 'string') throw budget.error(`${kindOf(value)} has no elements`);
  if (!isNumber(key) || isDecimal(key)) throw budget.error(`the position in a list has to be an integer, not ${kindOf(key)}`);
  const place = numberOf(key);
  if (place < 0 || place >= value.length) throw budget.error(`there is no element ${place}: there are ${value.length}`);
  return readValue(value[place]);
}

/** Entries whose key is null are left out. */
function makeMap(entries: (Node & { kind: 'map' })['entries'], valueAt: (node: Node) => Value, budget: Budget): Value {
  const made = new Map<string, Value>();
  for (const [key, value] of entries) {
    const name = valueAt(key);
    const held = valueAt(value);
    if (name !== null) made.set(textOf(name, budget), held);
  }
  return made;
}

function makeArray({ type, sizes, items }: Node & { kind: 'array' }, valueAt: (node: Node) => Value, budget: Budget): Value {
  const kept = (value: Value): Value => {
    if (!isNumber(value)) return value;
    if (type === 'float' || type === 'double') return new Decimal(numberOf(value), type);
    return type === 'long' && typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
  };
  if (items) return budget.list(items.map((item) => kept(valueAt(item))));
  const lengths = sizes.map((size) => {
    const value = valueAt(size);
    const length = isNumber(value) ? numberOf(value) : Number.NaN;
    if (!Number.isInteger(length) || length < 0 || length > longestList)
      throw budget.error(`an array has from 0 to ${longestList} elements`);
    return length;
  });
  const zero = type === 'boolean' ? false : type === 'char' ? '\0' : kept(0);
  const fill = (depth: number): Value => {
    const length = lengths[depth];
    return length === undefined ? zero : budget.list(Array.from({ length }, () => fill(depth + 1)));
  };
  return fill(0);
}
