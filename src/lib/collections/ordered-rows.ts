/** A position in an order: the number never changes and is never reused. */
export interface Row<T> {
  readonly sequence: number;
  item: T;
  /** The item's value in each index, as of its last put. */
  values: readonly (string | undefined)[];
}

/**
 * Rows in order, in short pieces: adding, removing and starting in the middle cost about the same for a hundred rows as for
 * a hundred thousand, and a removed row leaves no gap.
 */
export type OrderedRows<T> = Row<T>[][];

const longest = 512;

/** The first position for which `reached` holds; `reached` must not fall back to false. */
function search(length: number, reached: (position: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const sequenceAt = <T>(piece: Row<T>[] | undefined, position: number) => piece?.[position]?.sequence ?? 0;

/** The piece that holds this sequence number, or where it would be inserted. */
const pieceOf = <T>(rows: OrderedRows<T>, sequence: number) =>
  Math.max(0, search(rows.length, (position) => sequenceAt(rows[position], 0) > sequence) - 1);

export function insertRow<T>(rows: OrderedRows<T>, row: Row<T>): void {
  // Usually this is the newest row, which goes to the end.
  const last = rows.at(-1);
  if (last && last.length < longest && (last.at(-1)?.sequence ?? 0) < row.sequence) {
    last.push(row);
    return;
  }
  const at = pieceOf(rows, row.sequence);
  const piece = rows[at];
  if (!piece) {
    rows.push([row]);
    return;
  }
  if (sequenceAt(piece, piece.length - 1) < row.sequence) {
    if (piece.length < longest) piece.push(row);
    else rows.splice(at + 1, 0, [row]);
    return;
  }
  piece.splice(
    search(piece.length, (position) => sequenceAt(piece, position) > row.sequence),
    0,
    row,
  );
  if (piece.length > longest) rows.splice(at + 1, 0, piece.splice(longest / 2));
}

export function removeRow<T>(rows: OrderedRows<T>, row: Row<T>): void {
  // Often the oldest row is removed.
  const isFirst = rows[0]?.[0] === row;
  const at = isFirst ? 0 : pieceOf(rows, row.sequence);
  const piece = rows[at];
  if (!piece) return;
  const position = isFirst ? 0 : search(piece.length, (candidate) => sequenceAt(piece, candidate) >= row.sequence);
  if (piece[position] !== row) return;
  piece.splice(position, 1);
  if (piece.length === 0) rows.splice(at, 1);
}

/** The rows with a greater sequence number, in order. They must not change during the iteration. */
export function* rowsAfter<T>(rows: OrderedRows<T>, sequence: number): Generator<Row<T>, undefined> {
  for (let at = pieceOf(rows, sequence); at < rows.length; at += 1) {
    const piece = rows[at] as Row<T>[];
    for (
      let position = search(piece.length, (candidate) => sequenceAt(piece, candidate) > sequence);
      position < piece.length;
      position += 1
    )
      yield piece[position] as Row<T>;
  }
}

/** The rows up to this sequence number, the last one first. They must not change during the iteration. */
export function* rowsUpTo<T>(rows: OrderedRows<T>, sequence: number): Generator<Row<T>, undefined> {
  for (let at = pieceOf(rows, sequence); at >= 0; at -= 1) {
    const piece = rows[at] ?? [];
    for (let position = search(piece.length, (candidate) => sequenceAt(piece, candidate) > sequence) - 1; position >= 0; position -= 1)
      yield piece[position] as Row<T>;
  }
}
