import type { Item } from '../../lib/collections/types.js';
import type { EnvironmentRecord } from './configuration.js';

/** The state of an environment after it was created and seeded, which a reset restores. */
export interface Baseline {
  readonly record: EnvironmentRecord;
  /** The items of each collection, in order. Items are never changed in place, so no copies are needed. */
  readonly items: ReadonlyMap<string, readonly Item[]>;
}
