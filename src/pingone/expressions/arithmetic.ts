import type { Budget } from './limits.js';
import { matchWhole, parsePattern } from './pattern.js';
import type { BinaryOperator } from './syntax.js';
import {
  areEqual,
  BigInteger,
  compareNumbers,
  Decimal,
  isDecimal,
  isList,
  isNumber,
  kindOf,
  type Numeric,
  numberOf,
  numberType,
  readValue,
  textOf,
  type Value,
} from './values.js';

/** Beyond it, an integer without bounds is refused. */
const largest = 10n ** 300n;
const [leastLong, mostLong] = [-(2n ** 63n), 2n ** 63n - 1n];

const decimal = (value: number, budget: Budget): Decimal => {
  if (!Number.isFinite(value)) throw budget.error('the result of the calculation is not a number');
  return new Decimal(value);
};

function unbounded(value: bigint, budget: Budget): BigInteger {
  if (value > largest || value < -largest) throw budget.error('the result of the calculation is too large');
  return new BigInteger(value);
}

/** A number as the integer that Java would convert it to: without its fraction. */
const integerOf = (value: Numeric): bigint =>
  value instanceof BigInteger ? value.value : typeof value === 'bigint' ? value : BigInt(Math.trunc(numberOf(value)));

/** A double as Java converts it to a long or an int: the nearest there is, and 0 for what is not a number. */
const cast = (value: number, least: bigint, most: bigint): bigint => {
  if (Number.isNaN(value)) return 0n;
  return value <= Number(least) ? least : value >= Number(most) ? most : BigInt(Math.trunc(value));
};

/** `^`: of integers an int, or a long where that is too small, and the largest long beyond. */
function power(left: Numeric, right: Numeric, budget: Budget): Value {
  if (left instanceof BigInteger) {
    const exponent = Number(BigInt.asIntN(32, integerOf(right)));
    if (exponent < 0) throw budget.error('an integer has no power of a negative number');
    if (exponent * left.value.toString(2).length > 4000) throw budget.error('the result of the calculation is too large');
    return unbounded(left.value ** BigInt(exponent), budget);
  }
  const made = numberOf(left) ** numberOf(right);
  if (isDecimal(left) || isDecimal(right)) return decimal(made, budget);
  const isLong = made > 2 ** 31 - 1 || numberType(left) === 'long' || numberType(right) === 'long';
  return isLong ? cast(made, leastLong, mostLong) : Number(cast(made, -(2n ** 31n), 2n ** 31n - 1n));
}

/** Calculates as Java does: integers stay integers, so 7 / 2 is 3, and go round where they overflow. The wider type wins. */
function calculate(operator: '+' | '-' | '*' | '/' | '%' | '^', left: Numeric, right: Numeric, budget: Budget): Value {
  if (operator === '^') return power(left, right, budget);
  if (isDecimal(left) || isDecimal(right)) {
    const [a, b] = [numberOf(left), numberOf(right)];
    if (operator === '+') return decimal(a + b, budget);
    if (operator === '-') return decimal(a - b, budget);
    if (operator === '*') return decimal(a * b, budget);
    return decimal(operator === '/' ? a / b : a % b, budget);
  }
  const made = calculateIntegers(operator, integerOf(left), integerOf(right), budget);
  const types = [numberType(left), numberType(right)];
  if (types.includes('big')) return unbounded(made, budget);
  return types.includes('long') ? BigInt.asIntN(64, made) : Number(BigInt.asIntN(32, made));
}

function calculateIntegers(operator: '+' | '-' | '*' | '/' | '%', left: bigint, right: bigint, budget: Budget): bigint {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  if (right === 0n) throw budget.error('it divides by 0');
  return operator === '/' ? left / right : left % right;
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
  if (operator === '*' && typeof left === 'string' && isNumber(right) && numberType(right) === 'int')
    return repeat(left, numberOf(right), budget);
  throw budget.error(`${operator} cannot be applied to ${kindOf(left)} and ${kindOf(right)}`);
}

/** A text repeated; empty for a negative number, as in Spring 5.1. */
function repeat(text: string, count: number, budget: Budget): string {
  // Longer than any text may be, and refused as such.
  return budget.text(text.repeat(Math.min(Math.max(count, 0), text === '' ? 0 : Math.ceil(70_000 / text.length))));
}

/** The opposite of a number. */
export function negate(value: Value, budget: Budget): Value {
  if (!isNumber(value)) throw budget.error(`- cannot be applied to ${kindOf(value)}`);
  return calculate('-', 0, value, budget);
}
