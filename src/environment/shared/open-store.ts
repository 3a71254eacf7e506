import type { CollectionFactory } from '../store/factory.js';
import { followChanges } from './changes.js';
import { connectRedis } from './redis/connect.js';
import { createRedisBackend } from './redis/redis-backend.js';
import { createSharedFactory } from './shared-factory.js';
import { followStoreTime } from './store-time.js';

interface SharedStoreOptions {
  readonly prefix: string;
  /** Whether a collection belongs to single users: it is never held in memory. */
  readonly isOfUsers: (name: string) => boolean;
  readonly onError: (error: unknown) => void;
}

/** Opens the shared store at an address. Throws a StoreError where it cannot be used. */
export async function openSharedStore(address: string, { prefix, isOfUsers, onError }: SharedStoreOptions): Promise<CollectionFactory> {
  const connections = await connectRedis(address, prefix);
  try {
    const backend = await createRedisBackend(connections, prefix);
    const [changes, time] = await Promise.all([followChanges(backend, onError), followStoreTime(backend)]);
    // It has no effect: whether the user may run scripts shows before the server is ready.
    await backend.unlock('start', '');
    await connections.claim();
    return createSharedFactory({ backend, changes, isOfUsers, time });
  } catch (error) {
    await connections.close();
    throw connections.explain(error as Error);
  }
}
