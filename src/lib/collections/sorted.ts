/** Compares two entries as Array.prototype.sort expects. */
export type Compare<E> = (one: E, other: E) => number;

/** The position of the first entry that passes. All entries after it must pass too. */
export function firstPosition<E>(entries: readonly E[], passes: (entry: E) => boolean): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(entries[middle] as E)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Puts an entry where it belongs; at the end, where most come, without a search. */
export function insertSorted<E>(entries: E[], entry: E, compare: Compare<E>): void {
  const last = entries.at(-1);
  if (last === undefined || compare(last, entry) < 0) entries.push(entry);
  else
    entries.splice(
      firstPosition(entries, (other) => compare(other, entry) > 0),
      0,
      entry,
    );
}

/** Removes this very entry; does nothing if it is not there. */
export function removeSorted<E>(entries: E[], entry: E, compare: Compare<E>): void {
  const position = firstPosition(entries, (other) => compare(other, entry) >= 0);
  if (entries[position] !== entry) return;
  // The first, as what ends first is, goes without moving all others.
  if (position === 0) entries.shift();
  else entries.splice(position, 1);
}
