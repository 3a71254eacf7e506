import type { Budget } from './limits.js';
import { isDecimal, isList, isNumber, kindOf, numberOf, readValue, textOf, type Value } from './values.js';

/** What a function returns; undefined is null. */
export type Returned = Value | undefined;

/** The functions of one library, by name. */
export type Library = Readonly<Record<string, (call: Call) => Returned>>;

/** How many arguments a function takes. */
export class Counts {
  constructor(
    readonly name: string,
    readonly least: number,
    readonly most: number,
  ) {}

  /** Why it does not accept this many; undefined if it does. */
  refuses(count: number): string | undefined {
    if (count >= this.least && count <= this.most) return undefined;
    const wanted = this.least === this.most ? `${this.least}` : `${this.least} to ${this.most}`;
    return `#${this.name} takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${count}`;
  }
}

const trueWords = ['true', 'on', 'yes', '1'];
const falseWords = ['false', 'off', 'no', '0'];

/** A value as a condition, as Spring converts it; undefined if it is neither. */
export function booleanOf(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const word = value.toLowerCase();
  return trueWords.includes(word) ? true : falseWords.includes(word) ? false : undefined;
}

/** One call of a function of a library: its arguments, by position from 0, each converted to what the function takes. */
export class Call {
  constructor(
    readonly name: string,
    readonly args: readonly Value[],
    readonly budget: Budget,
    /** The time, in milliseconds since 1970. */
    readonly now: number,
  ) {}

  /** Requires a number of arguments. Every function calls it first. */
  count(least: number, most = least): void {
    const refused = new Counts(this.name, least, most).refuses(this.args.length);
    if (refused !== undefined) throw this.budget.error(refused);
  }

  #refuse(at: number, wanted: string): never {
    throw this.budget.error(`argument ${at + 1} of #${this.name} has to be ${wanted}, not ${kindOf(this.value(at))}`);
  }

  value(at: number): Value {
    return this.args[at] ?? null;
  }

  /** A text, or null. Numbers and booleans are converted. */
  text(at: number): string | null {
    const value = this.value(at);
    if (value === null) return null;
    if (typeof value === 'object' && !isNumber(value)) return this.#refuse(at, 'a text');
    const text = textOf(value, this.budget);
    this.budget.spend(1 + (text.length >> 6));
    return text;
  }

  /** A text that must not be null. */
  someText(at: number): string {
    return this.text(at) ?? this.#refuse(at, 'a text');
  }

  integer(at: number): number {
    const value = this.value(at);
    if (isNumber(value) && !isDecimal(value)) return numberOf(value);
    return typeof value === 'string' && /^[+-]?\d{1,10}$/.test(value) ? Number(value) : this.#refuse(at, 'an integer');
  }

  boolean(at: number): boolean {
    return booleanOf(this.value(at)) ?? this.#refuse(at, 'a boolean');
  }

  /** A list, or null. */
  list(at: number): readonly Value[] | null {
    const value = this.value(at);
    if (value === null) return null;
    return isList(value) ? this.budget.list(value).map(readValue) : this.#refuse(at, 'a list');
  }

  /** A list; null counts as an empty one. */
  listOrEmpty(at: number): readonly Value[] {
    return this.list(at) ?? [];
  }
}
