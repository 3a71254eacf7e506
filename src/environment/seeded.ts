import type { EnvironmentRecord } from './model/configuration.js';
import type { CachedCollection } from './shared/cached-collection.js';

/** The environments that the server started with, in their order. A reset restores them. */
export interface Seeded {
  list(): EnvironmentRecord[];
  mark(records: readonly EnvironmentRecord[]): void | Promise<void>;
  /** Whether a start was killed while it filled the server. */
  isUnfinished(): boolean;
  /** Notes that the server is being filled, until `mark`. */
  begin(): void | Promise<void>;
}

export function createSeeded(): Seeded {
  let records: readonly EnvironmentRecord[] = [];
  return {
    list: () => [...records],
    mark(given) {
      records = [...given];
    },
    isUnfinished: () => false,
    begin() {},
  };
}

/** The list as it is stored, in one item. */
export interface StoredSeeded {
  readonly id: 'seeded';
  /** Undefined while the server is being filled. */
  readonly records?: readonly EnvironmentRecord[] | undefined;
}

/** The same for all replicas. */
export function createSharedSeeded(stored: CachedCollection<StoredSeeded>): Seeded {
  return {
    list: () => [...(stored.peek('seeded')?.records ?? [])],
    mark: (records) => stored.put({ id: 'seeded', records }),
    isUnfinished() {
      const found = stored.peek('seeded');
      return found !== undefined && found.records === undefined;
    },
    begin: () => stored.put({ id: 'seeded' }),
  };
}
