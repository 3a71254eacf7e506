/** Caches results by names that clients choose, such as Host headers, up to a limit. */
export interface Recent<V> {
  readonly size: number;
  get(name: string): V | undefined;
  set(name: string, value: V): void;
}

/**
 * A cache by name. When it is full, it is emptied: frequent names are soon back, and ever-changing names never take
 * more memory than the limit.
 * @param most how many names
 */
export function createRecent<V>(most: number): Recent<V> {
  const values = new Map<string, V>();
  return {
    get size() {
      return values.size;
    },
    get: (name) => values.get(name),
    set(name, value) {
      if (values.size >= most && !values.has(name)) values.clear();
      values.set(name, value);
    },
  };
}
