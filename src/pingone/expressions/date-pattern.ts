import { type DateFields, fieldsOf, localOf, months, weekdays, weekOf } from './date-fields.js';
import { momentOfLocal, offsetText, utc, type Zone, zoneOf } from './zone.js';

/** A part of a pattern of Java's DateTimeFormatter: a field, repeated as often as its letter, or plain text. */
type Part = { readonly letter: string; readonly count: number } | { readonly text: string };

/** Reads a pattern; undefined if Java would refuse it. Brackets of optional parts are dropped. */
function partsOf(pattern: string): Part[] | undefined {
  const parts: Part[] = [];
  const piece = /([A-Za-z])\1*|'((?:[^']|'')*)'|[^A-Za-z']/gy;
  let at = 0;
  for (const found of pattern.matchAll(piece)) {
    const [whole, letter, quoted] = found;
    at += whole.length;
    if (letter !== undefined) parts.push({ letter, count: whole.length });
    else if (quoted !== undefined) parts.push({ text: quoted === '' ? "'" : quoted.replaceAll("''", "'") });
    else if (/[{}#]/.test(whole)) return undefined;
    else if (whole !== '[' && whole !== ']') parts.push({ text: whole });
  }
  return at === pattern.length && parts.length > 0 ? parts : undefined;
}

const padded = (value: number, count: number): string => String(value).padStart(count, '0');
const named = (name: string, count: number): string => (count === 5 ? name.slice(0, 1) : count === 4 ? name : name.slice(0, 3));
const ordinals = ['1st', '2nd', '3rd', '4th'];

function quarterText({ month }: DateFields, count: number): string {
  const quarter = Math.ceil(month / 3);
  return count <= 2
    ? padded(quarter, count)
    : count === 3
      ? `Q${quarter}`
      : count === 4
        ? `${ordinals[quarter - 1]} quarter`
        : `${quarter}`;
}

function zoneText(letter: string, count: number, zone: Zone, moment: number): string | undefined {
  const minutes = zone.offsetAt(moment);
  switch (letter) {
    case 'V':
      return count === 2 ? zone.id : undefined;
    case 'z':
      return count > 4 ? undefined : zone.nameAt(moment, count === 4 ? 'long' : 'short');
    case 'O':
      if (count !== 1 && count !== 4) return undefined;
      return minutes === 0 ? 'GMT' : `GMT${offsetText(minutes, ':').replace(count === 1 ? /(?<=[+-])0|:00$/g : /$^/, '')}`;
    case 'Z':
      if (count > 5) return undefined;
      if (count === 4) return minutes === 0 ? 'GMT' : `GMT${offsetText(minutes, ':')}`;
      return count === 5 && minutes === 0 ? 'Z' : offsetText(minutes, count === 5 ? ':' : '');
    default:
      if (count > 5) return undefined;
      if (letter === 'X' && minutes === 0) return 'Z';
      return count === 1 ? offsetText(minutes, '').replace(/00$/, '') : offsetText(minutes, count % 2 === 1 ? ':' : '');
  }
}

function fieldText(letter: string, count: number, fields: DateFields): string | undefined {
  const { year, month, day, hour, minute, second, millisecond, weekday, dayOfYear } = fields;
  switch (letter) {
    case 'y':
    case 'u':
      return count === 2 ? padded(year % 100, 2) : padded(year, count);
    case 'Y': {
      const { weekYear } = weekOf(fields);
      return count === 2 ? padded(weekYear % 100, 2) : padded(weekYear, count);
    }
    case 'G':
      return count === 4 ? 'Anno Domini' : count === 5 ? 'A' : 'AD';
    case 'M':
    case 'L':
      return count <= 2 ? padded(month, count) : named(months[month - 1] ?? '', count);
    case 'Q':
    case 'q':
      return quarterText(fields, count);
    case 'w':
      return padded(weekOf(fields).week, count);
    case 'W':
      return padded(Math.floor((day + fieldsOf(localOf(year, month, 1) ?? 0).weekday - 1) / 7) + 1, count);
    case 'd':
      return count <= 2 ? padded(day, count) : undefined;
    case 'D':
      return count <= 3 ? padded(dayOfYear, count) : undefined;
    case 'E':
      return named(weekdays[weekday] ?? '', count);
    case 'e':
    case 'c':
      return count <= 2 ? padded(weekday + 1, count) : named(weekdays[weekday] ?? '', count);
    case 'a':
      return count === 1 ? (hour < 12 ? 'AM' : 'PM') : undefined;
    case 'h':
      return count <= 2 ? padded(hour % 12 === 0 ? 12 : hour % 12, count) : undefined;
    case 'K':
      return count <= 2 ? padded(hour % 12, count) : undefined;
    case 'k':
      return count <= 2 ? padded(hour === 0 ? 24 : hour, count) : undefined;
    case 'H':
      return count <= 2 ? padded(hour, count) : undefined;
    case 'm':
      return count <= 2 ? padded(minute, count) : undefined;
    case 's':
      return count <= 2 ? padded(second, count) : undefined;
    case 'S':
      return count <= 9 ? padded(millisecond, 3).padEnd(9, '0').slice(0, count) : undefined;
    case 'A':
      return padded(((hour * 60 + minute) * 60 + second) * 1000 + millisecond, count);
    case 'n':
      return padded(millisecond * 1_000_000, count);
    default:
      return undefined;
  }
}

/** A moment in a zone, as the pattern says (java.time.format.DateTimeFormatter, English); undefined if Java would refuse it. */
export function formatMoment(moment: number, zone: Zone, pattern: string): string | undefined {
  const parts = partsOf(pattern);
  if (!parts) return undefined;
  const fields = fieldsOf(moment + zone.offsetAt(moment) * 60_000);
  let made = '';
  for (const part of parts) {
    if ('text' in part) {
      made += part.text;
      continue;
    }
    const { letter, count } = part;
    const text = 'VzOZXx'.includes(letter)
      ? zoneText(letter, count, zone, moment)
      : count > 19
        ? undefined
        : fieldText(letter, count, fields);
    if (text === undefined) return undefined;
    made += text;
  }
  return made;
}

/** Whether Java would read a pattern, as far as its letters are known here. */
export function isDatePattern(pattern: string): boolean {
  const parts = partsOf(pattern);
  const isUnknown = (part: Part) => 'letter' in part && /[BNgpv]/.test(part.letter);
  return parts?.some(isUnknown) === true || formatMoment(0, utc, pattern) !== undefined;
}

const zonePattern = /Z|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)*/y;

/** How a field is written, for reading it. */
function writtenAs({ letter, count }: { letter: string; count: number }): RegExp | undefined {
  if ('VzOZXx'.includes(letter)) return zonePattern;
  if (letter === 'a') return /AM|PM/iy;
  if (letter === 'E' || (letter === 'M' && count > 2) || (letter === 'L' && count > 2))
    return count === 4 ? /[A-Za-z]{3,9}/y : /[A-Za-z]{3}/y;
  if ('yu'.includes(letter)) return count === 2 ? /\d{2}/y : count === 1 ? /\d{1,4}/y : /\d{4}/y;
  if (letter === 'S') return count <= 9 ? new RegExp(`\\d{${count}}`, 'y') : undefined;
  if (!'MLdHhKkms'.includes(letter) || count > 2) return undefined;
  return count === 2 ? /\d{2}/y : /\d{1,2}/y;
}

/** Reads the fields of a text by a pattern: each letter with its text. */
function readFields(input: string, pattern: string): Map<string, string> | undefined {
  const read = new Map<string, string>();
  let at = 0;
  for (const part of partsOf(pattern) ?? []) {
    if ('text' in part) {
      if (!input.startsWith(part.text, at)) return undefined;
      at += part.text.length;
      continue;
    }
    const form = writtenAs(part);
    if (!form) return undefined;
    form.lastIndex = at;
    const text = form.exec(input)?.[0];
    if (text === undefined) return undefined;
    read.set('VzOZXx'.includes(part.letter) ? 'zone' : part.letter, text);
    at += text.length;
  }
  return at === input.length ? read : undefined;
}

function monthOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d/.test(text)) return Number(text);
  const at = months.findIndex((name) => name === text || name.slice(0, 3) === text);
  return at < 0 ? undefined : at + 1;
}

/** The hour from the fields that the pattern has; undefined if it is out of range. */
function hourOf(fields: ReadonlyMap<string, string>): number | undefined {
  const number = (letter: string): number | undefined => (fields.has(letter) ? Number(fields.get(letter)) : undefined);
  const whole = number('H') ?? (number('k') === 24 ? 0 : number('k'));
  if (whole !== undefined) return whole;
  const half = number('h') === 12 ? 0 : (number('h') ?? number('K'));
  if (half === undefined) return 0;
  return half > 11 ? undefined : half + (fields.get('a')?.toUpperCase() === 'PM' ? 12 : 0);
}

/** The moment that a text says in a pattern; undefined if it does not fit, or lacks year, month or day. */
export function readMoment(input: string, pattern: string, zoneIfNone: Zone): number | undefined {
  const fields = readFields(input, pattern);
  if (!fields) return undefined;
  const written = fields.get('y') ?? fields.get('u');
  const year = written?.length === 2 ? 2000 + Number(written) : Number(written ?? Number.NaN);
  const month = monthOf(fields.get('M') ?? fields.get('L'));
  const [day, hour] = [fields.get('d'), hourOf(fields)];
  if (Number.isNaN(year) || month === undefined || day === undefined || hour === undefined) return undefined;
  const fraction = Math.floor(Number(`0.${fields.get('S') ?? '0'}`) * 1000);
  const local = localOf(year, month, Number(day), hour, Number(fields.get('m') ?? 0), Number(fields.get('s') ?? 0), fraction);
  const zone = fields.has('zone') ? zoneOf(fields.get('zone') ?? '') : zoneIfNone;
  return local === undefined || !zone ? undefined : momentOfLocal(local, zone);
}
