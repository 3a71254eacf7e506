import type { Budget } from './limits.js';
import { BigInteger, isDecimal, isNumber, type Numeric, numberOf, numberType, textOf, type Value } from './values.js';

const directive = /%(?:(?<index>\d{1,3})\$)?(?<flags>[-#+ 0,(]*)(?<width>\d{1,4})?(?:\.(?<precision>\d{1,3}))?(?<conversion>[a-zA-Z%])/y;

interface Directive {
  readonly flags: string;
  readonly precision: number | undefined;
}

const grouped = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+(?!\d))/g, ',');

/** Sign and group separators, as the flags say. */
function signed(value: number, digits: string, { flags }: Directive): string {
  const [whole = '', fraction] = digits.split('.');
  const text = (flags.includes(',') ? grouped(whole) : whole) + (fraction === undefined ? '' : `.${fraction}`);
  if (value < 0) return flags.includes('(') ? `(${text})` : `-${text}`;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

/** An int or a long as Java writes it in another base: a negative one as its two's complement. */
function twosComplement(value: Numeric): bigint {
  if (value instanceof BigInteger) return value.value;
  const isLong = numberType(value) === 'long';
  return BigInt.asUintN(isLong ? 64 : 32, typeof value === 'bigint' ? value : BigInt(numberOf(value)));
}

/** One argument in the form of a conversion of java.util.Formatter; undefined where Java refuses. */
function convert(conversion: string, value: Value, how: Directive, budget: Budget): string | undefined {
  const { precision } = how;
  if (conversion === 's') return textOf(value, budget).slice(0, precision);
  if (conversion === 'b') return value === null ? 'false' : typeof value === 'boolean' ? String(value) : 'true';
  if (value === null) return 'null';
  if (conversion === 'c') return typeof value === 'string' && value.length === 1 ? value : undefined;
  if (!isNumber(value)) return undefined;
  const number = numberOf(value);
  if (conversion === 'f')
    return isDecimal(value) ? signed(number, Math.abs(number).toFixed(Math.min(precision ?? 6, 100)), how) : undefined;
  if (conversion === 'e')
    return isDecimal(value)
      ? signed(number, Math.abs(number).toExponential(Math.min(precision ?? 6, 100)), how).replace(/e([+-])(\d)$/, 'e$10$2')
      : undefined;
  if (isDecimal(value) || precision !== undefined) return undefined;
  if (conversion === 'd') return signed(number, textOf(value, budget).replace('-', ''), how);
  if (conversion === 'x' || conversion === 'o') return twosComplement(value).toString(conversion === 'x' ? 16 : 8);
  return undefined;
}

/** `#string.format`: null where java.util.Formatter refuses the pattern or its arguments. */
export function formatText(pattern: string, values: readonly Value[], budget: Budget): string | null {
  let made = '';
  let at = 0;
  let next = 0;
  for (let percent = pattern.indexOf('%'); percent >= 0; percent = pattern.indexOf('%', at)) {
    directive.lastIndex = percent;
    const groups = directive.exec(pattern)?.groups;
    if (!groups) return null;
    made += pattern.slice(at, percent);
    at = directive.lastIndex;
    const { index, flags = '', width, precision, conversion = '' } = groups;
    const lower = conversion.toLowerCase();
    if (lower === '%' || conversion === 'n') {
      made = budget.text(made + (lower === '%' ? '%' : '\n'));
      continue;
    }
    const place = index === undefined ? next++ : Number(index) - 1;
    const value = values[place];
    if (value === undefined) return null;
    const how = { flags, precision: precision === undefined ? undefined : Number(precision) };
    const text = convert(lower, value, how, budget);
    if (text === undefined || (conversion !== lower && !'SXEBC'.includes(conversion))) return null;
    const cased = conversion === lower ? text : text.toUpperCase();
    const size = Number(width ?? 0);
    const filled = flags.includes('0') ? cased.padStart(size, '0') : cased.padStart(size);
    made = budget.text(made + (flags.includes('-') ? cased.padEnd(size) : filled));
  }
  return budget.text(made + pattern.slice(at));
}
