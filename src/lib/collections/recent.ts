/** What was found out about names that clients choose, such as Host headers, up to a bound. */
export interface Recent<V> {
  readonly size: number;
  get(name: string): V | undefined;
  set(name: string, value: V): void;
}

/**
 * Remembers values by name. When it is full, it begins anew: what is asked for often is there again at once, and what
 * ever-changing names leave behind costs no more than the bound.
 * @param most names
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
