import { isWithinTime } from '../../lib/moment.js';
import type { Diagnosis } from './diagnosis.js';

export interface Times {
  /** Seconds since the epoch, as JWTs have them. */
  readonly iat?: number | undefined;
  readonly nbf?: number | undefined;
  readonly exp?: number | undefined;
}

/** A span of time, for people. */
export function span(seconds: number): string {
  const size = Math.abs(Math.round(seconds));
  if (size < 120) return `${size} s`;
  return size < 7200 ? `${Math.round(size / 60)} min` : `${Math.round(size / 3600)} h`;
}

/** Whether a JWT was refused because of a wrong clock; undefined if its times are right. `what` is the token's name. */
export function diagnoseTimes(what: string, { iat, nbf, exp }: Times, nowSeconds: number): Diagnosis | undefined {
  const begins = Math.max(iat ?? Number.NEGATIVE_INFINITY, nbf ?? Number.NEGATIVE_INFINITY);
  if (begins > nowSeconds)
    return {
      code: 'clock_skew',
      title: `${what} is ${span(begins - nowSeconds)} in the future`,
      why: `It begins at ${at(begins)}, but the server’s clock says ${at(nowSeconds)}: the clocks of client and server differ.`,
      fix: 'Synchronize both clocks. In tests, check whether another test moved the mock’s clock.',
      confidence: 'exact',
    };
  if (exp === undefined || exp > nowSeconds) return undefined;
  if (iat !== undefined && exp <= iat)
    return {
      code: 'lifetime_negative',
      title: `${what} ends before it begins`,
      why: `exp is ${exp}, iat is ${iat}. Both are seconds since the epoch.`,
      fix: 'Add the lifetime to the current time in seconds.',
      confidence: 'exact',
    };
  return {
    code: 'token_expired',
    title: `${what} expired ${span(nowSeconds - exp)} ago`,
    why: `It was valid until ${at(exp)}; the server’s clock says ${at(nowSeconds)}.`,
    fix: 'Get a new one before the old one expires. If it is brand new, the clocks of client and server differ.',
    confidence: 'exact',
  };
}

/**
 * A moment as a person reads it; if no date can hold the number (milliseconds in place of seconds, or worse), the number as
 * it was written.
 */
const at = (seconds: number): string =>
  isWithinTime(seconds * 1000) ? new Date(seconds * 1000).toISOString().slice(0, 19).concat('Z') : `${seconds} seconds since 1970`;
