/** The number of edits between two texts: insert, delete, replace, or swap two neighbours. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1])
        least = Math.min(least, at(beforeLast, column - 2) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

const at = (row: readonly number[], column: number): number => row[column] as number;

// The work grows with the length and the number of names, and names may come from clients.
const longest = 200;
const mostCompared = 1000;

/** The known name closest to a misspelt one, ignoring case, among the first 1000; undefined if there are no known names. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.slice(0, longest).toLowerCase();
  let found: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  let compared = 0;
  for (const candidate of known) {
    compared += 1;
    if (compared > mostCompared) break;
    const spelt = candidate.slice(0, longest).toLowerCase();
    const contained = Math.min(wanted.length, spelt.length) > 2 && (wanted.includes(spelt) || spelt.includes(wanted));
    // At least as many edits as one is longer than the other.
    if (!contained && Math.abs(wanted.length - spelt.length) >= least) continue;
    // "DATA_DIR" means "DATA", however many letters follow.
    const cost = contained ? Math.min(distance(wanted, spelt), 2) : distance(wanted, spelt);
    if (cost < least) {
      least = cost;
      found = candidate;
    }
  }
  return found;
}
