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
  const backend = await createRedisBackend(await connectRedis(address, prefix), prefix);
  const [changes, time] = await Promise.all([followChanges(backend, onError), followStoreTime(backend)]);
  return createSharedFactory({ backend, changes, isOfUsers, time });
}
