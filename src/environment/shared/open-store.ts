import type { CollectionFactory } from '../store/factory.js';
import type { Backend } from './backend.js';
import { followChanges } from './changes.js';
import { connectRedis } from './redis/connect.js';
import { createRedisBackend } from './redis/redis-backend.js';
import { createSharedFactory } from './shared-factory.js';
import { followStoreTime } from './store-time.js';

interface SharingOptions {
  /** Whether a collection belongs to single users: it is never held in memory. */
  readonly isOfUsers: (name: string) => boolean;
  readonly onError: (error: unknown) => void;
}

/** What this replica shares with all others that have the same backend. */
export async function shareThrough(backend: Backend, { isOfUsers, onError }: SharingOptions): Promise<CollectionFactory> {
  const [changes, time] = await Promise.all([followChanges(backend, onError), followStoreTime(backend)]);
  return createSharedFactory({ backend, changes, isOfUsers, time });
}

/** Opens the shared store at an address. Throws a StoreError where it cannot be used. */
export async function openSharedStore(address: string, options: SharingOptions & { readonly prefix: string }): Promise<CollectionFactory> {
  const { prefix } = options;
  const connections = await connectRedis(address, prefix);
  try {
    const backend = await createRedisBackend(connections, prefix);
    const factory = await shareThrough(backend, options);
    // It has no effect: whether the user may run scripts shows before the server is ready.
    await backend.unlock('start', '');
    await connections.claim();
    return factory;
  } catch (error) {
    await connections.close();
    throw connections.explain(error as Error);
  }
}
