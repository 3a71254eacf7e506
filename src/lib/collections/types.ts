export interface Item {
  readonly id: string;
}

/** Part of a list, in the order in which the items were first put. */
export interface Page<T> {
  items: T[];
  /** The cursor of the next page, to pass as `after`. Absent on the last page. */
  next?: string;
  /** The cursor of the previous page; empty for the first page, absent if there is no previous page. */
  previous?: string;
}

export interface PageOptions<T> {
  /** The `next` of the previous page; without it, the first page. */
  after?: string | undefined;
  limit: number;
  /** Skips items that do not pass, until the page is full. */
  where?: (item: T) => boolean;
  /** Reads only the items with this value of an index. */
  among?: { index: string; value: string };
}

/** A key for lookups, beside the id. Items whose key is undefined are not indexed. */
export interface Index<T> {
  name: string;
  of(item: T): string | undefined;
  /** No two items may share a value. */
  unique?: boolean;
}

/** Thrown by `put`, before any change, when another item has the value of a unique index. */
export class UniquenessError extends Error {
  constructor(
    readonly index: string,
    readonly existingId: string,
  ) {
    super(`another item has this ${index}`);
  }
}

/**
 * Lasting items: configuration, users. Reads see every write at once; a write's promise settles once the change is
 * safe (on disk, if there is one). Never change an item in place: `put` a changed copy.
 */
export interface Collection<T extends Item> {
  readonly size: number;
  get(id: string): Promise<T | undefined>;
  /**
   * Adds the item, or replaces the one with its id, in the same place. Rejects with UniquenessError: of two concurrent
   * callers with the same unique value, one wins.
   */
  put(item: T): Promise<void>;
  /** Removes and returns in one step: of two concurrent callers, one gets the item. */
  take(id: string): Promise<T | undefined>;
  /** All items with this value of an index, in order, without a scan. */
  find(index: string, value: string): Promise<T[]>;
  /** How many items have this value of an index, without reading them. */
  count(index: string, value: string): Promise<number>;
  /** All items, in order. */
  list(): Promise<T[]>;
  /**
   * Part of the list, at a cost that does not grow with the collection. `next` stays valid while items come and go, and
   * after a restart as long as one of the last five items before it exists. Rejects with RangeError if `after` was never
   * a `next`, or `limit` is not a positive whole number.
   */
  page(options: PageOptions<T>): Promise<Page<T>>;
}

/**
 * Items with a lifetime: codes, flows, sessions, tokens. In memory only, and gone at `expiresAt` (milliseconds, by the
 * environment's clock). At the cap, the item that would expire first makes room for a new one. An item that was seen to
 * have expired stays gone when the clock is moved back. Indexes work as in a collection.
 */
export interface Expiring<T extends Item> {
  readonly size: number;
  get(id: string): Promise<T | undefined>;
  put(item: T, expiresAt: number): Promise<void>;
  /** Removes and returns in one step: of two concurrent callers, one gets the item. */
  take(id: string): Promise<T | undefined>;
  find(index: string, value: string): Promise<T[]>;
  list(): Promise<T[]>;
}
