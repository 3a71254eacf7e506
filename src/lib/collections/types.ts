/** Something that is kept under its id. */
export interface Item {
  readonly id: string;
}

/** A part of a list, in the order in which the items were first put. */
export interface Page<T> {
  items: T[];
  /** Where the next page starts: pass it as `after`. Absent on the last page. */
  next?: string;
  /** Where the page before starts, in the same way; an empty text for the first page, absent where nothing is before. */
  previous?: string;
}

export interface PageOptions<T> {
  /** The `next` of the page before; without it, the first page. */
  after?: string | undefined;
  limit: number;
  /** Reads on until the page is full of items that pass. */
  where?: (item: T) => boolean;
  /** Only the items with this value of an index: the others are skipped. */
  among?: { index: string; value: string };
}

/** What a collection is looked up by, beside the id. A text is indexed as it is; undefined leaves the item out. */
export interface Index<T> {
  name: string;
  of(item: T): string | undefined;
  /** Two items may not share a value. */
  unique?: boolean;
}

/** Thrown by `put` when another item already has the value of a unique index. Nothing was changed then. */
export class UniquenessError extends Error {
  constructor(
    readonly index: string,
    readonly existingId: string,
  ) {
    super(`another item has this ${index}`);
  }
}

/** Learns that an item was put, or taken where `item` is undefined, also by an undone change. It must do no more than note that. */
export type ChangeListener<T extends Item> = (id: string, item: T | undefined) => void;

/**
 * Things that stay: configuration, users. A write's promise settles when it is safe: on disk where there is a disk, in the
 * shared store where there is one. An item is never changed in place: a changed one is `put`.
 */
export interface Collection<T extends Item> {
  get(id: string): Promise<T | undefined>;
  /**
   * Adds the item, or replaces the one with its id (which keeps its place in the order). Rejects with UniquenessError;
   * of two callers at once with the same unique value, one wins.
   */
  put(item: T): Promise<void>;
  /** Removes and returns in one step: of two callers at once, one gets the item. */
  take(id: string): Promise<T | undefined>;
  /** All items with this value of an index, in order; does not scan. */
  find(index: string, value: string): Promise<T[]>;
  /** How many items there are. Costs next to nothing, as does the next. */
  count(): Promise<number>;
  /** How many items have this value of an index. */
  count(index: string, value: string): Promise<number>;
  /** All items, in order. */
  list(): Promise<T[]>;
  /**
   * A part of the list; its cost does not grow with the collection. `next` stays valid while items come and go, and over
   * a restart as long as one of the last five items that were given is there. Rejects with RangeError where `after` was never a `next`, or `limit`
   * is not a positive whole number.
   */
  page(options: PageOptions<T>): Promise<Page<T>>;
  /** Calls the listener after each change of an item, for as long as the collection lives. */
  onChange(listener: ChangeListener<T>): void;
}

/**
 * Things with a lifetime: codes, flows, sessions, tokens. Gone when `expiresAt` (milliseconds, by the environment's
 * clock) has come, capped: where there is no room for another, the one that would end first makes it.
 * What was seen to be over stays gone, also when the clock is moved back. Indexes work as in a collection.
 */
export interface Expiring<T extends Item> {
  get(id: string): Promise<T | undefined>;
  put(item: T, expiresAt: number): Promise<void>;
  /** Removes and returns in one step: of two callers at once, one gets the item. */
  take(id: string): Promise<T | undefined>;
  find(index: string, value: string): Promise<T[]>;
  list(): Promise<T[]>;
  /** How many items there are. */
  count(): Promise<number>;
}
