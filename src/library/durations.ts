import { parseDuration } from '../lib/duration.js';
import { isWithinTime, parseMoment } from '../lib/moment.js';
import { MockError } from './mock-error.js';
import type { Duration, Moment } from './types.js';

const refused = (what: string, value: unknown, fix: string): MockError =>
  new MockError(`expected ${what}, got ${JSON.stringify(value)}`, { code: 'value_refused', fix });

export function toMilliseconds(duration: Duration): number {
  const milliseconds = typeof duration === 'number' ? duration : parseDuration(duration);
  if (milliseconds !== undefined && Number.isFinite(milliseconds)) return Math.round(milliseconds);
  throw refused('a duration', duration, 'write it as "61s", "5m" or "1h30m"');
}

export function toMoment(moment: Moment): number {
  const at = moment instanceof Date ? moment.getTime() : typeof moment === 'number' ? moment : parseMoment(moment);
  if (at !== undefined && isWithinTime(at)) return at;
  throw refused('a moment from 1970 to 9899', moment, 'write it as "2030-01-01T00:00:00Z"');
}
