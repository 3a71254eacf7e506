/** Keeps the newest items up to a capacity, at a constant cost. */
export interface Ring<T> {
  readonly size: number;
  /** Returns the item that it replaces. */
  add(item: T): T | undefined;
  /** Oldest first. */
  list(): T[];
  /** Newest first, without copying. */
  newestFirst(): IterableIterator<T>;
  clear(): void;
}

export function createRing<T>(capacity: number): Ring<T> {
  let items: T[] = [];
  let start = 0;
  const at = (index: number): T => items[(start + index) % items.length] as T;
  return {
    get size() {
      return items.length;
    },
    add(item) {
      if (items.length < capacity) {
        items.push(item);
        return undefined;
      }
      const replaced = items[start];
      items[start] = item;
      start = (start + 1) % capacity;
      return replaced;
    },
    list: () => [...items.slice(start), ...items.slice(0, start)],
    *newestFirst() {
      for (let index = items.length - 1; index >= 0; index -= 1) yield at(index);
    },
    clear() {
      items = [];
      start = 0;
    },
  };
}
