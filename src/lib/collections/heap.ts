/** Something that ends. `position` belongs to the heap that holds it. */
export interface Ending {
  readonly endsAt: number;
  /** Decides between two that end at the same moment: the lower ends first. */
  readonly order: number;
  position: number;
}

/** Gives what ends first, and lets go of any at once, so that nothing stays that was taken early. */
export interface Heap<E extends Ending> {
  first(): E | undefined;
  add(entry: E): void;
  remove(entry: E): void;
}

export function createHeap<E extends Ending>(): Heap<E> {
  const entries: E[] = [];

  const isBefore = (one: E, other: E) => one.endsAt < other.endsAt || (one.endsAt === other.endsAt && one.order < other.order);
  const place = (entry: E, position: number) => {
    entries[position] = entry;
    entry.position = position;
  };
  const rise = (entry: E, from: number) => {
    let position = from;
    while (position > 0) {
      const above = entries[(position - 1) >>> 1] as E;
      if (!isBefore(entry, above)) break;
      const next = above.position;
      place(above, position);
      position = next;
    }
    place(entry, position);
  };
  const sink = (entry: E, from: number) => {
    let position = from;
    for (;;) {
      const left = entries[2 * position + 1];
      const right = entries[2 * position + 2];
      const below = left && right && isBefore(right, left) ? right : left;
      if (!below || !isBefore(below, entry)) break;
      const next = below.position;
      place(below, position);
      position = next;
    }
    place(entry, position);
  };

  return {
    first: () => entries[0],
    add: (entry) => rise(entry, entries.length),
    remove(entry) {
      const { position } = entry;
      if (entries[position] !== entry) return;
      const last = entries.pop() as E;
      if (last === entry) return;
      rise(last, position);
      sink(last, last.position);
    },
  };
}
