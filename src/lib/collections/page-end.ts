import { parseJson } from '../unknown.js';

/** Where a page ended: the sequence number of its last item, and the ids of the last few items returned, the latest first. */
export interface PageEnd {
  readonly sequence: number;
  readonly ids: readonly string[];
}

/** Enough that at least one is likely to remain if others are removed. */
export const namedIds = 5;

export const writeEnd = ({ sequence, ids }: PageEnd): string => JSON.stringify([...ids, sequence]);

/** Reads the text that `writeEnd` writes; throws a RangeError for anything else. */
export function readEnd(after: string): PageEnd {
  let parts: unknown;
  try {
    parts = parseJson(after);
  } catch {
    // Refused below.
  }
  if (Array.isArray(parts) && JSON.stringify(parts) === after) {
    const ids = parts.slice(0, -1);
    const sequence: unknown = parts.at(-1);
    const isEnd = ids.length > 0 && ids.length <= namedIds && ids.every((id) => typeof id === 'string');
    if (isEnd && Number.isSafeInteger(sequence) && (sequence as number) > 0) return { sequence: sequence as number, ids };
  }
  throw new RangeError('after is not the next of a page');
}
