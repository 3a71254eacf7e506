const [quote, backslash, comma, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d] as const;

/** How large JSON may be, besides its length. */
export interface JsonLimits {
  /** How deep lists and objects may be nested. */
  readonly levels: number;
  /** How many members one object may have. Different names cost most of all that JSON can hold. */
  readonly members: number;
  /** How many values the whole may have. */
  readonly values: number;
}

/**
 * More than any body needs: deeper could exhaust the stack where it is read, changed or written, and more members or values
 * could only keep the server busy.
 */
export const largestJson = { levels: 100, members: 1000, values: 50_000 } as const satisfies JsonLimits;

/**
 * What exceeds the limits for JSON; undefined if nothing does. It reads only the text, once, so that nothing large or
 * deep is ever built. Text that is not JSON is left to the parser.
 */
export function excessIn(json: string, limits: JsonLimits): keyof JsonLimits | undefined {
  // For each open object, the number of its members so far; for each open list, nothing.
  const open: number[] = [];
  let values = 1;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charCodeAt(at);
    if (inText) {
      if (character === backslash) at += 1;
      else if (character === quote) inText = false;
    } else if (character === quote) inText = true;
    else if (character === openList || character === openObject) {
      values += 1;
      open.push(character === openObject ? 1 : Number.NaN);
      if (open.length > limits.levels) return 'levels';
      if (values > limits.values) return 'values';
    } else if (character === closeList || character === closeObject) open.pop();
    else if (character === comma) {
      values += 1;
      const last = open.length - 1;
      const members = (open[last] ?? 0) + 1;
      open[last] = members;
      if (members > limits.members) return 'members';
      if (values > limits.values) return 'values';
    }
  }
  return undefined;
}
