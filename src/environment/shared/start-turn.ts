import { StoreError } from './errors.js';
import type { Locks } from './locks.js';
import { LockBusy } from './locks.js';

/** How long a replica waits until others have started, in milliseconds: a large seed takes a while. */
const usualPatience = 120_000;

/** Starts a replica while no other one starts. Throws a StoreError if one of them does not get ready. */
export async function inStartTurn<T>(locks: Locks, start: () => Promise<T>, patience = usualPatience): Promise<T> {
  try {
    return await locks.hold('start', start, patience);
  } catch (error) {
    if (!(error instanceof LockBusy)) throw error;
    throw new StoreError(
      `another server that uses this store has been starting for more than ${patience / 1000} seconds. Wait until it is ready, or stop it, and start this one again`,
      { cause: error },
    );
  }
}
