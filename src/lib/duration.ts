const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const form = /^(-?)((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)$/;

/** Reads a duration as people write it (61s, 500ms, 1h30m, -5m) into milliseconds; undefined if malformed. */
export function parseDuration(text: string): number | undefined {
  const [, sign, parts] = form.exec(text.trim()) ?? [];
  if (parts === undefined) return undefined;
  let milliseconds = 0;
  for (const [, count, unit] of parts.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    milliseconds += Number(count) * (units[unit as string] as number);
  return Number.isSafeInteger(Math.round(milliseconds)) ? Math.round(sign === '-' ? -milliseconds : milliseconds) : undefined;
}
