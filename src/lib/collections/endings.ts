/** Something that expires. `cancel` drops the reference to it at once; its place in the heap may remain for a while. */
interface Ending<T> {
  subject: T | undefined;
}

/** Things ordered by when they expire. */
export interface Endings<T> {
  /** If two expire at the same moment, the one that was added first comes first. */
  add(subject: T, at: number): Ending<T>;
  cancel(ending: Ending<T>): void;
  /** The one that expires first; with `by`, only if it expires by then. */
  first(by?: number): T | undefined;
}

/** With fewer empty places than this, removing them is not worth the work. */
const fewPlaces = 32;

/**
 * A heap that keeps its moments in a separate array: most of its items were last used long ago, and moving a place does not
 * touch their memory. A cancelled item leaves an empty place; when more than half are empty, they are all removed together.
 */
export function createEndings<T>(): Endings<T> {
  let moments: number[] = [];
  let orders: number[] = [];
  let endings: Ending<T>[] = [];
  let empty = 0;
  let lastOrder = 0;

  const place = (position: number, moment: number, order: number, ending: Ending<T>) => {
    moments[position] = moment;
    orders[position] = order;
    endings[position] = ending;
  };
  const move = (from: number, to: number) => place(to, moments[from] as number, orders[from] as number, endings[from] as Ending<T>);
  const isBefore = (moment: number, order: number, position: number): boolean => {
    const other = moments[position] as number;
    return moment < other || (moment === other && order < (orders[position] as number));
  };
  const rise = (moment: number, order: number, ending: Ending<T>) => {
    let position = moments.length;
    while (position > 0) {
      const above = (position - 1) >>> 1;
      if (!isBefore(moment, order, above)) break;
      move(above, position);
      position = above;
    }
    place(position, moment, order, ending);
  };
  const removeFirst = () => {
    const moment = moments.pop() as number;
    const order = orders.pop() as number;
    const ending = endings.pop() as Ending<T>;
    const { length } = moments;
    if (length === 0) return;
    let position = 0;
    for (let below = 1; below < length; below = 2 * position + 1) {
      const right = below + 1;
      if (right < length && isBefore(moments[right] as number, orders[right] as number, below)) below = right;
      if (isBefore(moment, order, below)) break;
      move(below, position);
      position = below;
    }
    place(position, moment, order, ending);
  };
  const dropEmptyPlaces = () => {
    const before = { moments, orders, endings };
    [moments, orders, endings, empty] = [[], [], [], 0];
    for (const [position, ending] of before.endings.entries())
      if (ending.subject !== undefined) rise(before.moments[position] as number, before.orders[position] as number, ending);
  };

  return {
    add(subject, at) {
      const ending: Ending<T> = { subject };
      lastOrder += 1;
      rise(at, lastOrder, ending);
      return ending;
    },
    cancel(ending) {
      if (ending.subject === undefined) return;
      ending.subject = undefined;
      empty += 1;
      if (empty > fewPlaces && empty * 2 > endings.length) dropEmptyPlaces();
    },
    first(by = Number.POSITIVE_INFINITY) {
      while (endings.length > 0) {
        const { subject } = endings[0] as Ending<T>;
        if (subject !== undefined) return (moments[0] as number) <= by ? subject : undefined;
        removeFirst();
        empty -= 1;
      }
      return undefined;
    },
  };
}
