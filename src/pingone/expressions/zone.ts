/** A time zone: its id, and how far local time is ahead of UTC at a moment, in minutes. */
export interface Zone {
  readonly id: string;
  offsetAt(moment: number): number;
  /** The name of the zone at a moment: `PST`, `Pacific Standard Time`. */
  nameAt(moment: number, length: 'short' | 'long'): string;
}

const fixed = (id: string, minutes: number, name = id): Zone => ({ id, offsetAt: () => minutes, nameAt: () => name });

export const utc: Zone = fixed('Z', 0, 'UTC');

/** Abbreviations that Java reads, as offsets in hours. */
const abbreviations: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
  BST: 1,
  IST: 5.5,
  JST: 9,
};

/** `+0100`, `+01:00`, `+01` or, as one of PingOne's samples has it, `+800`: minutes; undefined for anything else. */
export function readOffset(text: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{1,2}?)(?::?(\d{2}))?$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 18 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** An offset as text: `+0100`, or `+01:00` with a colon. */
export function offsetText(minutes: number, colon: string): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const whole = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(whole / 60))}${colon}${pad(whole % 60)}`;
}

/** A region of the time zone database, as the runtime knows it. */
function region(id: string): Zone | undefined {
  const local = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-US', { timeZone: id, ...options });
  let clock: Intl.DateTimeFormat;
  try {
    clock = local({
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  const part = (format: Intl.DateTimeFormat, moment: number, type: Intl.DateTimeFormatPartTypes): string =>
    format.formatToParts(moment).find((one) => one.type === type)?.value ?? '';
  return {
    id,
    offsetAt: (moment) => {
      const [year, month, day, hour, minute, second] = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map((type) =>
        Number(part(clock, moment, type)),
      );
      const seen = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
      return Math.round((seen - Math.floor(moment / 1000) * 1000) / 60_000);
    },
    nameAt: (moment, length) => part(local({ timeZoneName: length }), moment, 'timeZoneName'),
  };
}

/** The zone of this id, as Java reads it; undefined if there is none. */
export function zoneOf(id: string): Zone | undefined {
  if (id === 'Z') return utc;
  if (['GMT', 'UTC', 'UT'].includes(id)) return fixed(id, 0);
  const offset = readOffset(id.replace(/^(?:GMT|UTC|UT)(?=[+-])/, ''));
  if (offset !== undefined) return fixed(offsetText(offset, ':'), offset);
  const hours = Object.hasOwn(abbreviations, id) ? abbreviations[id] : undefined;
  if (hours !== undefined) return fixed(id, hours * 60);
  return id.length <= 64 && /^[A-Za-z][A-Za-z0-9~/._+-]+$/.test(id) ? region(id) : undefined;
}

/** The moment of a local time in a zone; both in milliseconds. */
export function momentOfLocal(local: number, zone: Zone): number {
  const guess = local - zone.offsetAt(local) * 60_000;
  return local - zone.offsetAt(guess) * 60_000;
}
