import { type Budget, deepest, longestText } from './limits.js';

/** A number with a fraction, or one that Java would keep apart from an integer: `2.0`, `2.1f`. */
export class Decimal {
  /** @param digits the digits of a number that a double cannot hold */
  constructor(
    readonly value: number,
    readonly kind: 'float' | 'double' = 'double',
    readonly digits?: string,
  ) {}
}

/** An integer without bounds, as `#string.asBigInt` makes it. */
export class BigInteger {
  constructor(readonly value: bigint) {}
}

/**
 * A number of the language: an integer that Java would hold in an int, or a fraction, as a JavaScript number; a long as a bigint.
 * An integer of the facts that no int can hold counts as a long.
 */
export type Numeric = number | bigint | BigInteger | Decimal;

/** A map that an expression made: `{'a': 1}`. */
export type MadeMap = ReadonlyMap<string, unknown>;

/** What the facts hold: JSON. */
export type Members = Readonly<Record<string, unknown>>;

/** A value of the language. The elements of lists and maps are read with `readValue`. */
export type Value = null | boolean | string | Numeric | readonly unknown[] | MadeMap | Members;

/** A value from the facts. What is not data, such as a function, counts as absent. */
export function readValue(raw: unknown): Value {
  switch (typeof raw) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'bigint':
      return raw;
    case 'object':
      return raw as Value;
    default:
      return null;
  }
}

export const isList = (value: Value): value is readonly unknown[] => Array.isArray(value);
export const isMap = (value: Value): value is MadeMap => value instanceof Map;
export const isNumber = (value: Value): value is Numeric =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal || value instanceof BigInteger;

/** An object of the facts, whose own members may be read. */
export const isMembers = (value: Value): value is Members =>
  typeof value === 'object' && value !== null && !isList(value) && !isMap(value) && !isNumber(value);

/** The own member of this name, or null. Prototypes are ignored. */
export const ownMember = (members: Members, name: string): Value => (Object.hasOwn(members, name) ? readValue(members[name]) : null);

/** Names a kind of value in errors. */
export function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'a boolean';
  if (isNumber(value)) return 'a number';
  return isList(value) ? 'a list' : 'an object';
}

/** A number as a JavaScript number. */
export const numberOf = (value: Numeric): number =>
  typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : Number(value.value);

/** The type that Java would give a number. */
export function numberType(value: Numeric): 'int' | 'long' | 'big' | 'float' | 'double' {
  if (value instanceof Decimal) return value.kind;
  if (value instanceof BigInteger) return 'big';
  if (typeof value === 'bigint') return 'long';
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 63) return 'double';
  return value >= -(2 ** 31) && value < 2 ** 31 ? 'int' : 'long';
}

/** Whether Java would calculate with fractions. */
export const isDecimal = (value: Numeric): boolean => ['float', 'double'].includes(numberType(value));

/** A double as Java writes it: `4.0`. */
const decimalText = (value: number): string => (Number.isInteger(value) && Math.abs(value) < 1e7 ? `${value}.0` : String(value));

/** A value as a part of a text. Null is written as `null`, as documented. */
export function textOf(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (value instanceof Decimal) return value.digits ?? decimalText(value.value);
  if (value instanceof BigInteger) return String(value.value);
  if (typeof value === 'object' && value !== null) return JSON.stringify(toJson(value, budget));
  return String(value);
}

/**
 * A value as JSON, for a claim. Integers beyond 2^53 lose their last digits.
 * @throws {ExpressionError} if it is too large or too deep
 */
export function toJson(value: Value, budget: Budget): unknown {
  let size = 0;
  const grow = (by: number): void => {
    size += by;
    budget.spend();
    if (size > longestText) throw budget.error(`its value has more than ${longestText} characters`);
  };
  const convert = (raw: unknown, depth: number): unknown => {
    const one = readValue(raw);
    if (depth > deepest) throw budget.error(`its value nests more than ${deepest} deep`);
    grow(typeof one === 'string' ? one.length : 1);
    if (isNumber(one)) return numberOf(one);
    if (typeof one !== 'object' || one === null) return one;
    if (isList(one)) return one.map((element) => convert(element, depth + 1));
    const entries = isMap(one) ? [...one] : Object.entries(one);
    return Object.fromEntries(
      entries.map(([name, member]) => {
        grow(name.length);
        return [name, convert(member, depth + 1)];
      }),
    );
  };
  return convert(value, 0);
}

const plain = (value: Numeric): number | bigint => (typeof value === 'object' ? value.value : value);

/** Less than, equal to or greater than 0. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  const [a, b] = [plain(left), plain(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `==`: numbers by value whatever their type; lists and maps by their elements. */
export function areEqual(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  budget.spend();
  if (depth > deepest) throw budget.error(`it compares values that nest more than ${deepest} deep`);
  if (left === right) return true;
  if (left === null || right === null || typeof left === 'boolean' || typeof right === 'boolean') return false;
  if (isNumber(left) || isNumber(right)) return isNumber(left) && isNumber(right) && compareNumbers(left, right) === 0;
  if (typeof left === 'string' || typeof right === 'string') return false;
  const same = (a: unknown, b: unknown): boolean => areEqual(readValue(a), readValue(b), budget, depth + 1);
  if (isList(left) || isList(right))
    return isList(left) && isList(right) && left.length === right.length && left.every((element, at) => same(element, right[at]));
  const members = entriesOf(left);
  const others = new Map(entriesOf(right));
  return members.length === others.size && members.every(([name, member]) => others.has(name) && same(member, others.get(name)));
}

/** The entries of an object of the facts, or of a map. */
export const entriesOf = (value: MadeMap | Members): readonly (readonly [string, unknown])[] =>
  isMap(value) ? [...value] : Object.entries(value);

/** Java's `equals`, which keeps types of numbers apart: a float is never a double, an int never a long. */
export function areSame(left: Value, right: Value, budget: Budget): boolean {
  const typeOf = (value: Value) => (isNumber(value) ? numberType(value) : '');
  return typeOf(left) === typeOf(right) && areEqual(left, right, budget);
}
