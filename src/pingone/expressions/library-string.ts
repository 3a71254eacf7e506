import type { Call, Library, Returned } from './call.js';
import { formatText } from './format-text.js';
import { BigInteger, Decimal, textOf, type Value } from './values.js';

const isBlank = (text: string): boolean => text.trim() === '';

/** Applies a function to the first argument; null stays null. */
const onText =
  (change: (text: string, call: Call) => Returned) =>
  (call: Call): Returned => {
    call.count(1);
    const text = call.text(0);
    return text === null ? null : change(text, call);
  };

/** Encodes or decodes; an empty text stays as it is. */
const code = (change: (text: string) => string | undefined) =>
  onText((text, { budget }) => {
    const made = text === '' ? '' : change(text);
    return made === undefined ? null : budget.text(made);
  });

/** Positions count from the end if they are negative. */
function substring(call: Call): Returned {
  call.count(3);
  const text = call.text(0);
  if (text === null) return null;
  return text.slice(call.integer(1), call.integer(2));
}

const edge =
  (has: (text: string, part: string) => boolean) =>
  (call: Call): Returned => {
    call.count(2);
    const [text, part] = [call.text(0), call.text(1)];
    return text === null || part === null ? text === part : has(text, part);
  };

const position =
  (find: (text: string, part: string, from: number) => number) =>
  (call: Call): Returned => {
    call.count(3);
    const [text, part] = [call.text(0), call.text(1)];
    return text === null || part === null ? -1 : find(text, part, Math.max(0, call.integer(2)));
  };

function split(call: Call): Returned {
  call.count(2);
  const [text, separators] = [call.text(0), call.text(1)];
  if (text === null) return null;
  const separates = (character: string): boolean => (separators === null ? isBlank(character) : separators.includes(character));
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    call.budget.spend();
    if (!separates(character)) {
      part += character;
      continue;
    }
    if (part !== '') parts.push(part);
    part = '';
  }
  if (part !== '') parts.push(part);
  return call.budget.list(parts);
}

/** Null elements are left out. */
function join(call: Call): Returned {
  call.count(2);
  const [values, separator] = [call.list(0), call.text(1) ?? ''];
  if (values === null) return null;
  let joined = '';
  let first = true;
  for (const value of values) {
    if (value === null) continue;
    joined = call.budget.text(`${joined}${first ? '' : separator}${textOf(value, call.budget)}`);
    first = false;
  }
  return joined;
}

function replace(call: Call): Returned {
  call.count(4);
  const [text, part, replacement] = [call.text(0), call.text(1), call.text(2)];
  const most = call.integer(3);
  if (text === null || part === null || part === '' || replacement === null || most === 0) return text;
  let made = '';
  let from = 0;
  for (let count = 0; most < 0 || count < most; count += 1) {
    const at = text.indexOf(part, from);
    if (at < 0) break;
    made = call.budget.text(`${made}${text.slice(from, at)}${replacement}`);
    from = at + part.length;
  }
  return call.budget.text(made + text.slice(from));
}

function compare(call: Call): Returned {
  call.count(3);
  const fold = (text: string | null) => (call.boolean(2) ? (text?.toLowerCase() ?? null) : text);
  const [left, right] = [fold(call.text(0)), fold(call.text(1))];
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  let at = 0;
  while (at < left.length && at < right.length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  return at < left.length && at < right.length ? left.charCodeAt(at) - right.charCodeAt(at) : left.length - right.length;
}

/** Reads a number; the second argument is the result for anything else. */
const numeric =
  (read: (text: string) => Value | undefined) =>
  (call: Call): Returned => {
    call.count(2);
    const text = call.text(0);
    return (text === null || text.length > 1000 ? undefined : read(text)) ?? call.value(1);
  };

function integerText(text: string, least: bigint, most: bigint): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return value < least || value > most ? undefined : value;
}

function asInt(text: string): number | undefined {
  const value = integerText(text, -(2n ** 31n), 2n ** 31n - 1n);
  return value === undefined ? undefined : Number(value);
}

function asBigInt(text: string): BigInteger | undefined {
  const value = integerText(text, -(10n ** 1000n), 10n ** 1000n);
  return value === undefined ? undefined : new BigInteger(value);
}

const isDecimalText = (text: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?$/.test(text);

const decimalWithin = (most: number, kind: 'float' | 'double') => (text: string) => {
  const value = Number(text.trim());
  return isDecimalText(text.trim()) && Math.abs(value) <= most ? new Decimal(value, kind) : undefined;
};

const floatMax = 3.402_823_5e38;

/** application/x-www-form-urlencoded, as Java writes it. */
const urlEncode = (text: string): string =>
  encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'))
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

function urlDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

const base64Decode = (text: string): string | undefined =>
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : undefined;

const isUuid = (text: string): boolean => /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(text);

/** A UUID as Microsoft orders its bytes. */
function uuidAsGuid(call: Call): Returned {
  call.count(2);
  const text = call.text(0);
  if (text === null || !isUuid(text)) return call.value(1);
  const [a = '', b = '', c = '', ...rest] = text.split('-');
  const turned = [a, b, c].map((part) => Buffer.from(part, 'hex').reverse().toString('hex'));
  return Buffer.from([...turned, ...rest].join(''), 'hex').toString('base64');
}

const firstThat = (fits: (text: string) => boolean) => (call: Call) => {
  call.count(1, 10);
  return call.args.map((_, at) => call.text(at)).find((text) => text !== null && fits(text));
};

function format(call: Call): Returned {
  call.count(1, 100);
  const pattern = call.text(0);
  return pattern === null ? null : formatText(pattern, call.args.slice(1), call.budget);
}

const test = (holds: (text: string) => boolean) => (call: Call) => {
  call.count(1);
  const text = call.text(0);
  return text !== null && holds(text);
};

/** `#string` (docs/fidelity.md, 6.6). */
export const stringLibrary: Library = {
  isNotEmpty: test((text) => text !== ''),
  isNotBlank: test((text) => !isBlank(text)),
  upperCase: onText((text, { budget }) => budget.text(text.toUpperCase())),
  lowerCase: onText((text, { budget }) => budget.text(text.toLowerCase())),
  trim: onText((text) => text.trim()),
  substring,
  startsWith: edge((text, part) => text.startsWith(part)),
  endsWith: edge((text, part) => text.endsWith(part)),
  split,
  join,
  indexOf: position((text, part, from) => (from > text.length ? (part === '' ? text.length : -1) : text.indexOf(part, from))),
  lastIndexOf: position((text, part, from) => text.lastIndexOf(part, from)),
  length: (call) => {
    call.count(1);
    return call.text(0)?.length ?? 0;
  },
  replace,
  compare,
  asInt: numeric(asInt),
  asLong: numeric((text) => integerText(text, -(2n ** 63n), 2n ** 63n - 1n)),
  asBigInt: numeric(asBigInt),
  asFloat: numeric(decimalWithin(floatMax, 'float')),
  asDouble: numeric(decimalWithin(Number.MAX_VALUE, 'double')),
  asBigDecimal: numeric((text) => (isDecimalText(text) ? new Decimal(Number(text), 'double', text) : undefined)),
  asBase64Encoded: code((text) => Buffer.from(text, 'utf8').toString('base64')),
  asBase64Decoded: code(base64Decode),
  asUrlEncoded: code(urlEncode),
  asUrlDecoded: code(urlDecode),
  format,
  uuidAsBase64Guid: uuidAsGuid,
  firstNonEmpty: firstThat((text) => text !== ''),
  firstNonBlank: firstThat((text) => !isBlank(text)),
};
