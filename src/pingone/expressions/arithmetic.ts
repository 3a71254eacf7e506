import type { Budget } from './limits.js';
import { matchWhole, parsePattern } from './pattern.js';
import type { BinaryOperator } from './syntax.js';
import {
  areEqual,
  compareNumbers,
  Decimal,
  isDecimal,
  isList,
  isNumber,
  kindOf,
  numberOf,
  readValue,
  textOf,
  type Value,
} from './values.js';

type Numeric = number | bigint | Decimal;

const largest = 10n ** 300n;

const decimal = (value: number, budget: Budget): Decimal => {
  if (!Number.isFinite(value)) throw budget.error('the result of the calculation is not a number');
  return new Decimal(value);
};

/** An integer, as a JavaScript number while that is exact. */
function integer(value: bigint, budget: Budget): number | bigint {
  if (value > largest || value < -largest) throw budget.error('the result of the calculation is too large');
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Calculates as Java does: integers stay integers, so 7 / 2 is 3. */
function calculate(operator: '+' | '-' | '*' | '/' | '%' | '^', left: Numeric, right: Numeric, budget: Budget): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (operator === '^') {
    const power = a ** b;
    return isDecimal(left) || isDecimal(right) || !Number.isSafeInteger(power) ? decimal(power, budget) : power;
  }
  if (isDecimal(left) || isDecimal(right)) {
    if (operator === '+') return decimal(a + b, budget);
    if (operator === '-') return decimal(a - b, budget);
    if (operator === '*') return decimal(a * b, budget);
    return decimal(operator === '/' ? a / b : a % b, budget);
  }
  const [x, y] = [BigInt(left as number | bigint), BigInt(right as number | bigint)];
  if (operator === '+') return integer(x + y, budget);
  if (operator === '-') return integer(x - y, budget);
  if (operator === '*') return integer(x * y, budget);
  if (y === 0n) throw budget.error('it divides by 0');
  return integer(operator === '/' ? x / y : x % y, budget);
}

/** Less than, equal to or greater than 0. Null comes before everything, as in Spring. */
function compare(left: Value, right: Value, budget: Budget): number {
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right);
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  throw budget.error(`${kindOf(left)} and ${kindOf(right)} cannot be compared`);
}

function matches(left: Value, right: Value, budget: Budget): boolean {
  if (left === null || (typeof left === 'object' && !isNumber(left))) throw budget.error(`matches needs a text, not ${kindOf(left)}`);
  if (typeof right !== 'string') throw budget.error(`matches needs a regular expression, not ${kindOf(right)}`);
  return matchWhole(parsePattern(right, budget), textOf(left, budget), budget);
}

function isBetween(left: Value, right: Value, budget: Budget): boolean {
  if (!isList(right) || right.length !== 2) throw budget.error('between needs a list of two values');
  return compare(left, readValue(right[0]), budget) >= 0 && compare(left, readValue(right[1]), budget) <= 0;
}

/**
 * Applies an operator to two values.
 * @throws {ExpressionError} if they do not fit
 */
export function applyOperator(operator: BinaryOperator, left: Value, right: Value, budget: Budget): Value {
  switch (operator) {
    case '==':
      return areEqual(left, right, budget);
    case '!=':
      return !areEqual(left, right, budget);
    case '<':
      return compare(left, right, budget) < 0;
    case '<=':
      return compare(left, right, budget) <= 0;
    case '>':
      return compare(left, right, budget) > 0;
    case '>=':
      return compare(left, right, budget) >= 0;
    case 'matches':
      return matches(left, right, budget);
    case 'between':
      return isBetween(left, right, budget);
  }
  if (isNumber(left) && isNumber(right)) return calculate(operator, left, right, budget);
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string'))
    return budget.text(textOf(left, budget) + textOf(right, budget));
  if (operator === '*' && typeof left === 'string' && typeof right === 'number') return repeat(left, right, budget);
  throw budget.error(`${operator} cannot be applied to ${kindOf(left)} and ${kindOf(right)}`);
}

function repeat(text: string, count: number, budget: Budget): string {
  if (!Number.isInteger(count) || count < 0) throw budget.error('a text can be repeated only 0 times or more');
  // Longer than any text may be, and refused as such.
  return budget.text(text.repeat(Math.min(count, text === '' ? 0 : Math.ceil(70_000 / text.length))));
}

/** The opposite of a number. */
export function negate(value: Value, budget: Budget): Value {
  if (!isNumber(value)) throw budget.error(`- cannot be applied to ${kindOf(value)}`);
  return calculate('-', 0, value, budget);
}
