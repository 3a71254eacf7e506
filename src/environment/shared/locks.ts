import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '../../lib/random.js';
import type { Backend } from './backend.js';
import type { Changes } from './changes.js';
import { StoreUnavailable } from './errors.js';

/** One holder among all replicas at a time. What a holder has changed of the configuration, the next one reads. */
export interface Locks {
  /** @param patience how long to wait for the lock, in milliseconds */
  hold<T>(name: string, work: () => Promise<T>, patience?: number): Promise<T>;
}

/** How long a lock outlives a replica that was killed, in milliseconds. */
const lifetime = 5000;
/** How long a request waits for its turn: longer than a lock outlives its holder. */
const usualPatience = 8000;
const [shortestPause, longestPause] = [1, 25];

export function createLocks(backend: Backend, changes: Pick<Changes, 'reached'>): Locks {
  const owner = createRandom().uuid();
  let last = 0;

  async function acquire(name: string, token: string, patience: number): Promise<number> {
    let waited = 0;
    for (let pause = shortestPause; ; pause = Math.min(2 * pause, longestPause)) {
      const version = await backend.lock(name, token, lifetime);
      if (version !== undefined) return version;
      if (waited > patience) throw new StoreUnavailable(`another request held ${name} for more than ${patience / 1000} seconds`);
      waited += pause;
      await wait(pause);
    }
  }

  return {
    async hold(name, work, patience = usualPatience) {
      last += 1;
      const token = `${owner} ${last}`;
      const version = await acquire(name, token, patience);
      const renewal = setInterval(() => void backend.keepLock(name, token, lifetime).catch(() => {}), lifetime / 3);
      renewal.unref();
      try {
        await changes.reached(version);
        return await work();
      } finally {
        clearInterval(renewal);
        // A lock that cannot be given back ends by itself.
        await backend.unlock(name, token).catch(() => {});
      }
    },
  };
}
