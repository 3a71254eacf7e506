import { toSigningKey } from './key-ring.js';
import type { ReadyKey, SigningKey } from './types.js';

/** Keys that each sign the tokens of one application. */
export interface ApplicationKeys {
  get(applicationId: string): SigningKey | undefined;
  list(): SigningKey[];
  put(applicationId: string, key: ReadyKey, kid: string): SigningKey | Promise<SigningKey>;
  clear(): void | Promise<void>;
}

export function createApplicationKeys(): ApplicationKeys {
  const keys = new Map<string, SigningKey>();
  return {
    get: (id) => keys.get(id),
    list: () => [...keys.values()],
    put(id, ready, kid) {
      const key = toSigningKey(ready, kid);
      keys.set(id, key);
      return key;
    },
    clear: () => keys.clear(),
  };
}
