import type { ApplicationKeys } from '../keys/application-keys.js';
import { toSigningKey } from '../keys/key-ring.js';
import type { ReadyKey, SigningKey } from '../keys/types.js';
import type { CachedCollection } from './cached-collection.js';

/** The key that signs the tokens of one application; its id is that of the application. */
export interface StoredApplicationKey {
  readonly id: string;
  readonly kid: string;
  readonly privateJwk: ReadyKey;
}

/** The keys of single applications, the same ones in all replicas. */
export function createSharedApplicationKeys(stored: CachedCollection<StoredApplicationKey>): ApplicationKeys {
  const keys = new Map<string, SigningKey>();
  const follow = (id: string, key: StoredApplicationKey | undefined) => {
    if (key) keys.set(id, toSigningKey(key.privateJwk, key.kid));
    else keys.delete(id);
  };
  for (const key of stored.peekAll()) follow(key.id, key);
  stored.onChange(follow);
  return {
    get: (id) => keys.get(id),
    list: () => [...keys.values()],
    async put(id, privateJwk, kid) {
      await stored.put({ id, kid, privateJwk });
      return keys.get(id) ?? toSigningKey(privateJwk, kid);
    },
    async clear() {
      await Promise.all(stored.peekAll().map(({ id }) => stored.take(id)));
    },
  };
}
