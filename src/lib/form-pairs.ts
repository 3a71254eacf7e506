const [percent, plus, space] = [0x25, 0x2b, 0x20] as const;

/** The value of a hexadecimal digit by its character code; undefined for anything else. */
const digitOf = (code: number | undefined): number | undefined => {
  if (code === undefined) return undefined;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
};

/** Longer texts are decoded byte by byte, which keeps no intermediate strings. */
const longestPart = 512;

/** A name or a value as it was before it was encoded. Surrogates go through UTF-8, which replaces lone ones. */
export function decodeFormText(text: string): string {
  if (!/[%+\ud800-\udfff]/.test(text)) return text;
  if (text.length <= longestPart && !/[\ud800-\udfff]/.test(text)) {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      // Not UTF-8: what cannot be read is replaced below.
    }
  }
  const bytes = Buffer.from(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let byte = bytes[at] as number;
    if (byte === plus) byte = space;
    else if (byte === percent) {
      const [high, low] = [digitOf(bytes[at + 1]), digitOf(bytes[at + 2])];
      if (high !== undefined && low !== undefined) {
        byte = high * 16 + low;
        at += 2;
      }
    }
    bytes[length] = byte;
    length += 1;
  }
  return bytes.toString('utf8', 0, length);
}

/** Far more pairs than any request has: more could only keep the server busy. */
export const mostPairs = 1000;

/** How many pairs a form or query has, without reading them. */
export function countPairs(text: string): number {
  let count = 0;
  for (let from = 0; from < text.length; ) {
    const next = text.indexOf('&', from);
    if (next !== from) count += 1;
    from = next < 0 ? text.length : next + 1;
  }
  return count;
}

/**
 * The first names and values of application/x-www-form-urlencoded (URL Standard §5.1), in order: what URLSearchParams reads as
 * well, but without joining each value from single characters, which for a megabyte keeps the collector busy for 60 ms.
 */
export function pairsOf(text: string, most = mostPairs): (readonly [name: string, value: string])[] {
  const pairs: (readonly [name: string, value: string])[] = [];
  for (let from = 0; from <= text.length && pairs.length < most; ) {
    const next = text.indexOf('&', from);
    const to = next < 0 ? text.length : next;
    if (to > from) {
      // Searched for within the pair only: otherwise a form without an equals sign would be scanned to its end for each pair.
      const pair = text.slice(from, to);
      const equals = pair.indexOf('=');
      const end = equals < 0 ? pair.length : equals;
      pairs.push([decodeFormText(pair.slice(0, end)), decodeFormText(pair.slice(end + 1))]);
    }
    from = to + 1;
  }
  return pairs;
}
