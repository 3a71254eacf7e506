import type { Activity } from './activities.js';

/** What happens to the audit events of all environments. */
export interface ActivityListener {
  added(environmentId: string, activity: Activity): void;
  /** The events of an environment were dropped, as by a reset. */
  cleared(environmentId: string): void;
}

/** Passes on what happens to audit events. Listeners are called at once, so they must not do more than note it. */
export interface ActivityFeed extends ActivityListener {
  /** Returns the function that unsubscribes the listener. */
  subscribe(listener: ActivityListener): () => void;
}

export function createActivityFeed(): ActivityFeed {
  const listeners = new Set<ActivityListener>();
  return {
    added(environmentId, activity) {
      for (const listener of listeners) listener.added(environmentId, activity);
    },
    cleared(environmentId) {
      for (const listener of listeners) listener.cleared(environmentId);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
