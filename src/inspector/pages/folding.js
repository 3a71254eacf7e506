/** Folds abandoned sign-ons in the list. Pure functions: nothing here touches the page. */

const lastMoment = ({ steps, began }) => steps.at(-1)?.at ?? began;

/**
 * The ids of abandoned sign-ons: expired ones, and those in which nothing has happened since the same application began a
 * newer one. It goes by the transactions' own times, because a test may have stopped the clock.
 *
 * @param transactions newest first
 */
export function leftBehind(transactions) {
  const left = new Set();
  const newest = new Map();
  for (const each of transactions) {
    const { id, state, app, envId, began } = each;
    const key = `${envId} ${app?.id}`;
    const newer = newest.get(key);
    if (state === 'expired' || (state === 'waiting' && app && newer !== undefined && lastMoment(each) < newer)) left.add(id);
    if (newer === undefined) newest.set(key, began);
  }
  return left;
}

/** The rows of the list: transactions, and groups of two or more adjacent abandoned ones. `kept` is never folded. */
export function foldedRows(transactions, kept) {
  const left = leftBehind(transactions);
  const rows = [];
  for (const each of transactions) {
    const isLeft = left.has(each.id) && each.id !== kept;
    const last = rows.at(-1);
    if (!isLeft) rows.push(each);
    else if (last?.folded) last.folded.push(each);
    else rows.push({ folded: [each] });
  }
  return rows.flatMap((row) => (row.folded?.length === 1 ? row.folded : [row.folded ? { ...row, id: row.folded.at(-1).id } : row]));
}
