/** Browsers list fewer languages than this; any more are ignored. */
const most = 20;
const longest = 1024;

/** The language ranges of a header such as `fr-CA, fr;q=0.8, *;q=0.1` (RFC 9110 §12.5.4), the preferred first. Without `*`, and without those of weight 0. */
export function languageRanges(header: string | undefined): string[] {
  const ranges = (header ?? '')
    .slice(0, longest)
    .split(',', most)
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((word) => word.trim());
      const weight = parameters.find((parameter) => /^q=/i.test(parameter));
      return { range, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    });
  return ranges
    .filter(({ range, weight }) => /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i.test(range) && weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ range }) => range);
}

/** The first of some locales that the first range has, exactly or with less at its end (RFC 4647 §3.4, lookup); undefined if no range has one. */
export function lookUpLocale(ranges: readonly string[], locales: readonly string[]): string | undefined {
  for (const range of ranges)
    for (let tag = range.toLowerCase(); tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
      const found = locales.find((locale) => locale.toLowerCase() === tag);
      if (found !== undefined) return found;
    }
  return undefined;
}
