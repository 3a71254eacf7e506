import type { Test } from 'tap';
import { openSharedStore } from '../../src/environment/shared/open-store.js';
import { isOfUsers } from '../../src/environment/store/create-store.js';
import type { CollectionFactory } from '../../src/environment/store/factory.js';
import { createRandom } from '../../src/lib/random.js';

/** A prefix that no other server uses. */
export const newPrefix = (): string => `test-${createRandom().uuid()}`;

/** Opens a shared store for a server of this process. Close it after the server. */
export const openTestStore = (t: Pick<Test, 'fail'>, address: string, prefix = newPrefix()): Promise<CollectionFactory> =>
  openSharedStore(address, { prefix, isOfUsers, onError: (error) => t.fail(String(error)) });
