/** A local date and time, taken apart. */
export interface DateFields {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** From 0, a Sunday, to 6. */
  readonly weekday: number;
  /** From 1. */
  readonly dayOfYear: number;
}

export const months = 'January February March April May June July August September October November December'.split(' ');
export const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const day = 86_400_000;

/** The first and the last moment of four-digit years. */
const [first, last] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')];

export const isInRange = (moment: number): boolean => moment >= first && moment <= last;

/** The fields of a local time, in milliseconds as if it were UTC. */
export function fieldsOf(local: number): DateFields {
  const date = new Date(local);
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
    dayOfYear: Math.floor((local - startOfYear(year)) / day) + 1,
  };
}

const startOfYear = (year: number): number => new Date(0).setUTCFullYear(year, 0, 1);

/** The local time of these fields, or undefined if there is no such date or time. */
export function localOf(year: number, month: number, date: number, hour = 0, minute = 0, second = 0, millisecond = 0): number | undefined {
  const inTime = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
  if (!inTime || month < 1 || month > 12 || date < 1 || date > daysOfMonth(year, month)) return undefined;
  const local = new Date(0).setUTCFullYear(year, month - 1, date) + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
  return isInRange(local) ? local : undefined;
}

export const daysOfMonth = (year: number, month: number): number => new Date(new Date(0).setUTCFullYear(year, month, 0)).getUTCDate();

/** Adds months; the day is at most the last one of its month, as in Java. */
export function addMonths(local: number, count: number): number | undefined {
  const { year, month, day: date, hour, minute, second, millisecond } = fieldsOf(local);
  const total = year * 12 + month - 1 + count;
  const [newYear, newMonth] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  if (!Number.isSafeInteger(total) || newYear < 1 || newYear > 9999) return undefined;
  return localOf(newYear, newMonth, Math.min(date, daysOfMonth(newYear, newMonth)), hour, minute, second, millisecond);
}

/** Week and year of a date as Americans count: weeks begin on Sunday, and the first holds 1 January. */
export function weekOf({ year, dayOfYear, weekday }: DateFields): { week: number; weekYear: number } {
  const daysOfYear = Math.round((startOfYear(year + 1) - startOfYear(year)) / day);
  // The last days belong to the week of the next 1 January.
  if (dayOfYear + (6 - weekday) > daysOfYear) return { week: 1, weekYear: year + 1 };
  const start = fieldsOf(startOfYear(year)).weekday;
  return { week: Math.floor((dayOfYear + start - 1) / 7) + 1, weekYear: year };
}

/** Whole months between two dates, without their times; negative if the second is earlier. */
export function monthsBetween(from: DateFields, to: DateFields): number {
  const count = (to.year - from.year) * 12 + to.month - from.month;
  if (count > 0 && to.day < from.day) return count - 1;
  return count < 0 && to.day > from.day ? count + 1 : count;
}
