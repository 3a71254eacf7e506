/** Something that is stored by its id. */
export interface Item {
  readonly id: string;
}

/** A part of a list, in the order in which the items were first put. */
export interface Page<T> {
  items: T[];
  /** Where the next page starts: pass it as `after`. Absent on the last page. */
  next?: string;
  /** Where the previous page starts, in the same way; an empty string for the first page, absent if there is none. */
  previous?: string;
}

export interface PageOptions<T> {
  /** The `next` of the previous page; without it, the first page. */
  after?: string | undefined;
  limit: number;
  /** The page has only items that pass, as many as fit. */
  where?: (item: T) => boolean;
  /** Only the items with this value in an index; others are not even read. */
  among?: { index: string; value: string };
}

/** A value, besides the id, by which items can be looked up. An item whose value is undefined is not in the index. */
export interface Index<T> {
  name: string;
  of(item: T): string | undefined;
  /** Two items may not share a value. */
  unique?: boolean;
}

/** The most items that may have the same value of an index. */
export interface IndexLimit {
  readonly index: string;
  readonly most: number;
}

/** Thrown by `put` if another item already has the value in a unique index. Nothing has changed then. */
export class UniquenessError extends Error {
  constructor(
    readonly index: string,
    readonly existingId: string,
  ) {
    super(`another item has this ${index}`);
  }
}

/** Called when an item was put, or taken (`item` is undefined), also by an undone change. It must only take note, not act on it. */
export type ChangeListener<T extends Item> = (id: string, item: T | undefined) => void;

/**
 * Things that stay: configuration, users. The promise of a write settles when the write is safe: on disk if there is a data
 * folder, in the shared store if there is one. Never change an item in place: `put` a changed copy.
 */
export interface Collection<T extends Item> {
  get(id: string): Promise<T | undefined>;
  /**
   * Adds the item, or replaces the one with its id, which keeps its position. Rejects with UniquenessError;
   * if two callers put the same unique value at the same time, one succeeds.
   */
  put(item: T): Promise<void>;
  /** Removes and returns the item atomically: of two simultaneous callers, one gets it. */
  take(id: string): Promise<T | undefined>;
  /** All items with this value in an index, in order, without a scan. */
  find(index: string, value: string): Promise<T[]>;
  /** How many items there are. This and the next are cheap. */
  count(): Promise<number>;
  /** How many items have this value in an index. */
  count(index: string, value: string): Promise<number>;
  /** All items, in order. */
  list(): Promise<T[]>;
  /**
   * A part of the list; its cost does not grow with the collection. `next` stays valid while items are added and removed, and
   * after a restart as long as one of the last five items returned still exists. Rejects with RangeError if `after` was never
   * a `next`, or `limit` is not a positive whole number.
   */
  page(options: PageOptions<T>): Promise<Page<T>>;
  /** Calls the listener after each change of an item, for as long as the collection lives. */
  onChange(listener: ChangeListener<T>): void;
}

/**
 * Things with a lifetime: codes, flows, sessions, tokens. An item is removed at `expiresAt` (milliseconds, by the environment's
 * clock). Their number is limited: when there is no room for another, the one that would expire first is removed.
 * An item that was found expired stays gone, even if the clock is set back. Indexes work as in a collection.
 */
export interface Expiring<T extends Item> {
  get(id: string): Promise<T | undefined>;
  put(item: T, expiresAt: number): Promise<void>;
  /**
   * The same, but of the items with its value of an index, only so many stay: those that were first put go. Returns their ids, all
   * in one step.
   */
  putWithin(item: T, expiresAt: number, limit: IndexLimit): Promise<string[]>;
  /** Removes and returns the item atomically: of two simultaneous callers, one gets it. */
  take(id: string): Promise<T | undefined>;
  /** The same for all items with this value of an index, in the order in which they were first put. */
  takeAll(index: string, value: string): Promise<T[]>;
  find(index: string, value: string): Promise<T[]>;
  list(): Promise<T[]>;
  /** How many items there are. */
  count(): Promise<number>;
}
