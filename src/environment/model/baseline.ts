import type { Item } from '../../lib/collections/types.js';
import type { EnvironmentRecord } from './configuration.js';

/** What an environment was when it had been made and seeded: what a reset goes back to. */
export interface Baseline {
  readonly record: EnvironmentRecord;
  /** The items of each collection, in order. They are never changed in place, so that keeping them is enough. */
  readonly items: ReadonlyMap<string, readonly Item[]>;
}
