import type { Call, Library, Returned } from './call.js';
import { addMonths, type DateFields, daysOfMonth, fieldsOf, isInRange, localOf, monthsBetween } from './date-fields.js';
import { formatMoment, readMoment } from './date-pattern.js';
import { isDecimal, isMap, isMembers, isNumber, numberOf, ownMember, readValue, type Value } from './values.js';
import { readOffset, utc, zoneOf } from './zone.js';

const iso =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:T(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})(?:\.(?<fraction>\d{1,9}))?)?(?<zone>Z|[+-]\d{2}:?\d{2}|[+-]\d{2,3})$/;

/** The work of asking the runtime for a time zone. */
const zoneSteps = 200;

/** A moment from text in ISO 8601 with a zone; undefined for what PingOne does not take. */
function momentOf(text: string | null): number | undefined {
  const groups = iso.exec(text?.trim() ?? '')?.groups;
  if (!groups) return undefined;
  const [year, month, day, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map((name) =>
    Number(groups[name] ?? 0),
  );
  const millisecond = Math.floor(Number(`0.${groups.fraction ?? '0'}`) * 1000);
  const local = localOf(year ?? 0, month ?? 0, day ?? 0, hour, minute, second, millisecond);
  const offset = groups.zone === 'Z' ? 0 : readOffset(groups.zone ?? '');
  return local === undefined || offset === undefined ? undefined : local - offset * 60_000;
}

/** PingOne's default form: UTC, with milliseconds. */
const isoText = (moment: number | undefined): Returned =>
  moment === undefined || !isInRange(moment) ? null : formatMoment(moment, utc, "yyyy-MM-dd'T'HH:mm:ss.SSSX");

const add =
  (change: (moment: number, count: number) => number | undefined) =>
  (call: Call): Returned => {
    call.count(2);
    const moment = momentOf(call.text(0));
    const count = call.integer(1);
    return moment === undefined ? null : isoText(change(moment, count));
  };

const addUnits = (milliseconds: number) => add((moment, count) => moment + count * milliseconds);

const field =
  (name: keyof DateFields) =>
  (call: Call): Returned => {
    call.count(1);
    const moment = momentOf(call.text(0));
    return moment === undefined ? -1 : fieldsOf(moment)[name];
  };

const shown =
  (pattern: (moment: number) => string) =>
  (call: Call): Returned => {
    call.count(1);
    const moment = momentOf(call.text(0));
    return moment === undefined ? null : formatMoment(moment, utc, pattern(moment));
  };

const hasFraction = (moment: number): boolean => fieldsOf(moment).millisecond !== 0;

/** Compares two dates, or returns the third argument if one of them is not a date. */
const between =
  (compare: (from: DateFields, to: DateFields) => Value) =>
  (call: Call): Returned => {
    call.count(3);
    const [from, to] = [momentOf(call.text(0)), momentOf(call.text(1))];
    return from === undefined || to === undefined ? call.value(2) : compare(fieldsOf(from), fieldsOf(to));
  };

/** Days between two dates: times do not count, as a sample shows. */
const days = (from: DateFields, to: DateFields): number =>
  Math.round(((localOf(to.year, to.month, to.day) ?? 0) - (localOf(from.year, from.month, from.day) ?? 0)) / 86_400_000);

/** `P1Y1M10D`, as java.time.Period counts: whole months first, then the days that are left, of the same sign. */
function period(from: DateFields, to: DateFields): string {
  const months = monthsBetween(from, to);
  let rest = to.day - from.day;
  if (months >= 0 && rest < 0) rest = days(fieldsOf(addMonths(localOf(from.year, from.month, from.day) ?? 0, months) ?? 0), to);
  else if (months <= 0 && to.month !== from.month && rest > 0) rest -= daysOfMonth(to.year, to.month);
  const parts = [
    [Math.trunc(months / 12), 'Y'],
    [months % 12, 'M'],
    [rest, 'D'],
  ] as const;
  const text = parts.map(([count, letter]) => (count === 0 ? '' : `${count}${letter}`)).join('');
  return text === '' ? 'P0D' : `P${text}`;
}

function compare(call: Call): Returned {
  call.count(2);
  const [first, second] = [momentOf(call.text(0)), momentOf(call.text(1))];
  return Math.sign((first ?? Number.MIN_SAFE_INTEGER) - (second ?? Number.MIN_SAFE_INTEGER));
}

function toDateTime(call: Call): Returned {
  call.count(6);
  const [year = 0, month = 0, day = 0, hour, minute, second] = call.args.map((_, at) => call.integer(at));
  return isoText(localOf(year, month, day, hour, minute, second));
}

function format(call: Call): Returned {
  call.count(2);
  const [moment, pattern] = [momentOf(call.text(0)), call.text(1)];
  const made = moment === undefined || pattern === null ? undefined : formatMoment(moment, utc, pattern);
  return made === undefined ? null : call.budget.text(made);
}

function fromUnixTimestamp(call: Call): Returned {
  call.count(1);
  const value = call.value(0);
  return value === null ? null : isoText(call.integer(0) * 1000);
}

/** The member `zoneid` of the options, if there are any. */
function zoneIdOf(options: Value): Value {
  if (isMap(options)) return readValue(options.get('zoneid'));
  return isMembers(options) ? ownMember(options, 'zoneid') : null;
}

function parse(call: Call): Returned {
  call.count(2, 3);
  const [text, pattern] = [call.text(0), call.text(1)];
  const id = zoneIdOf(call.value(2)) ?? 'Z';
  call.budget.spend(zoneSteps);
  const zone = typeof id === 'string' ? zoneOf(id) : undefined;
  return text === null || pattern === null || !zone ? null : isoText(readMoment(text, pattern, zone));
}

function toDateTimeInTimezone(call: Call): Returned {
  call.count(3);
  call.budget.spend(zoneSteps);
  const [moment, id, pattern] = [momentOf(call.text(0)), call.text(1), call.text(2)];
  const zone = id === null ? undefined : zoneOf(id);
  if (moment === undefined || !zone) return null;
  const usual = `yyyy-MM-dd'T'HH:mm:ss${hasFraction(moment) ? '.SSS' : ''}Z`;
  const made = formatMoment(moment, zone, pattern ?? usual);
  return made === undefined ? null : call.budget.text(made);
}

function toUnixTimestamp(call: Call): Returned {
  call.count(1);
  const value = call.value(0);
  // The facts have times as text; a number counts as milliseconds.
  const moment = isNumber(value) && !isDecimal(value) ? numberOf(value) : momentOf(call.text(0));
  // A long, which has room for milliseconds.
  return moment === undefined ? null : BigInt(Math.floor(moment / 1000));
}

const hour = 3_600_000;

/** `#datetime` (docs/fidelity.md, 6.6). */
export const datetimeLibrary: Library = {
  addDays: addUnits(24 * hour),
  addMonths: add(addMonths),
  addYears: add((moment, count) => addMonths(moment, count * 12)),
  addHours: addUnits(hour),
  addMinutes: addUnits(60_000),
  addSeconds: addUnits(1000),
  getDayOfMonth: field('day'),
  getMonth: field('month'),
  getYear: field('year'),
  getHour: field('hour'),
  getMinute: field('minute'),
  getSecond: field('second'),
  now: (call) => {
    call.count(0);
    return isoText(call.now);
  },
  toDateTime,
  toDate: shown(() => 'yyyy-MM-ddX'),
  toTime: shown((moment) => `HH:mm:ss${hasFraction(moment) ? '.SSS' : ''}X`),
  format,
  compare,
  daysBetween: between(days),
  weeksBetween: between((from, to) => Math.trunc(days(from, to) / 7)),
  monthsBetween: between(monthsBetween),
  yearsBetween: between((from, to) => Math.trunc(monthsBetween(from, to) / 12)),
  periodBetween: between(period),
  toUnixTimestamp,
  fromUnixTimestamp,
  parse,
  toDateTimeInTimezone,
};
