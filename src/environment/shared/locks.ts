import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '../../lib/random.js';
import type { Backend } from './backend.js';
import type { Changes } from './changes.js';
import { StoreUnavailable } from './errors.js';
import { inTurnOf } from './fences.js';

/** One holder among all replicas at a time. What a holder has changed of the configuration, the next one reads. */
export interface Locks {
  /**
   * @param patience how long to wait for the lock, in milliseconds
   * @throws LockBusy after that; StoreUnavailable from a write of the work, once the lock is another's
   */
  hold<T>(name: string, work: () => Promise<T>, patience?: number): Promise<T>;
  /** Holds a lock for work on what is read once the lock is taken: both with one round trip. */
  holdFor<R, T>(name: string, read: () => Promise<R>, work: (found: R) => Promise<T>): Promise<T>;
}

/** Another holder has not given the lock back. */
export class LockBusy extends StoreUnavailable {}

/** How long a lock outlives a replica that was killed, in milliseconds. */
const lifetime = 5000;
/** How long a request waits for its turn: longer than a lock outlives its holder. */
const usualPatience = 8000;
const [shortestPause, longestPause] = [1, 25];

export function createLocks(backend: Backend, changes: Pick<Changes, 'reached'>): Locks {
  const owner = createRandom().bytes(12).toString('base64url');
  let last = 0;

  /** It goes out with what comes next. A lock that cannot be given back ends by itself. */
  const release = (name: string, token: string): void => void backend.unlock(name, token).catch(() => {});

  /** Asks for the lock until it is there; what is read counts only if it was read with the lock. */
  async function acquire<R>(name: string, token: string, read: () => Promise<R>, patience: number) {
    let waited = 0;
    for (let pause = shortestPause; ; pause = Math.min(2 * pause, longestPause)) {
      const taking = backend.lock(name, token, lifetime);
      // A store that answers too late may take it: on the same connection, this follows.
      taking.catch(() => release(name, token));
      const found = read();
      // Reported where it is awaited.
      found.catch(() => {});
      const version = await taking;
      if (version !== undefined) return { version, found };
      if (waited > patience) throw new LockBusy(`another request held ${name} for more than ${patience / 1000} seconds`);
      waited += pause;
      await wait(pause);
    }
  }

  async function hold<R, T>(name: string, first: () => Promise<R>, work: (found: R) => Promise<T>, patience: number): Promise<T> {
    last += 1;
    const token = `${owner} ${last}`;
    const { version, found } = await acquire(name, token, first, patience);
    const renewal = setInterval(() => void backend.keepLock(name, token, lifetime).catch(() => {}), lifetime / 3);
    renewal.unref();
    try {
      await changes.reached(version);
      const read = await found;
      return await inTurnOf({ name, owner: token }, () => work(read));
    } finally {
      clearInterval(renewal);
      release(name, token);
    }
  }

  const nothing = async () => {};
  return {
    hold: (name, work, patience = usualPatience) => hold(name, nothing, work, patience),
    holdFor: (name, read, work) => hold(name, read, work, usualPatience),
  };
}
