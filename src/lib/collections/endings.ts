/** Something that ends. A call of `cancel` lets go of it at once; its place may stay for a while. */
interface Ending<T> {
  subject: T | undefined;
}

/** What ends, the first of it first. */
export interface Endings<T> {
  /** Of two that end at the same moment, the one that was added first ends first. */
  add(subject: T, at: number): Ending<T>;
  cancel(ending: Ending<T>): void;
  /** What ends first; with a moment, only if that has come. */
  first(by?: number): T | undefined;
}

/** With fewer places it is not worth it to look for empty ones. */
const fewPlaces = 32;

/**
 * A heap whose moments are in an array of their own: what they belong to was mostly last used long ago, and is not touched when
 * places change. What is cancelled leaves an empty place, and these go together once there are more of them than of others.
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
