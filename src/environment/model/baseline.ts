import type { Item } from '../../lib/collections/types.js';
import type { EnvironmentRecord } from './configuration.js';

/** The state of an environment after it was created and seeded, which a reset restores. */
export interface Baseline {
  readonly record: EnvironmentRecord;
  /** The items of each collection, in order. Items are never changed in place, so no copies are needed. */
  readonly items: ReadonlyMap<string, readonly Item[]>;
}

/** What resets restore, by environment. It outlives the environment. */
export interface Baselines {
  save(environmentId: string, baseline: Baseline): void | Promise<void>;
  of(environmentId: string): (Baseline | undefined) | Promise<Baseline | undefined>;
  drop(environmentId: string): void | Promise<void>;
}

export function createBaselines(): Baselines {
  const baselines = new Map<string, Baseline>();
  return {
    save: (environmentId, baseline) => void baselines.set(environmentId, baseline),
    of: (environmentId) => baselines.get(environmentId),
    drop: (environmentId) => void baselines.delete(environmentId),
  };
}
