import type { Collection, Index, Item } from '../../lib/collections/types.js';
import type { Backend } from './backend.js';
import type { CachedCollection } from './cached-collection.js';
import type { SharedLog } from './journal/shared-log.js';
import type { Locks } from './locks.js';

/** What the replicas of a fleet have in common beside collections. Absent where there is a single server. */
export interface Sharing {
  readonly locks: Locks;
  /** A collection that each replica holds too: for small state that is read at once. Always the same one for a name. */
  held<T extends Item>(environmentId: string, name: string): CachedCollection<T>;
  /** A collection in the store alone: for what is seldom read. */
  kept<T extends Item>(environmentId: string, name: string, indexes: readonly Index<T>[]): Collection<T>;
  /** What the replicas record in an environment. Always the same one for an environment. */
  logOf(environmentId: string): SharedLog;
  readonly watch: Backend['watch'];
  /** The store's time, the same in all replicas whatever the clocks of their hosts say. */
  now(): number;
  /** Calls one listener after the store has lost data: it was emptied, or went back to an earlier state. */
  onLoss(listener: () => void): void;
  /** Lets go of what this replica holds of an environment that another one has removed. */
  forget(environmentId: string): void;
}
