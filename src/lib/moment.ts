/** Server time stays within these limits, so that every year has four digits even after a lifetime is added. */
export const earliest = 0;
export const latest = Date.UTC(9900, 0, 1);

/** An ISO 8601 moment as milliseconds since the epoch; undefined if invalid (February 31 is not March 3). */
export function parseMoment(text: string): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)(?:$|[T ])/.exec(text) ?? [];
  const at = year === undefined ? Number.NaN : Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCDate() === Number(day) ? at : undefined;
}

export const isWithinTime = (at: number): boolean => at >= earliest && at <= latest;
