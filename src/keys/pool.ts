import { signingKeysJson } from '../embedded.js';
import type { ReadyKey } from './key-ring.js';

/** Ready-made keys in order; once all are given out they are given out again, under new key ids. */
export interface KeyPool {
  take(): ReadyKey;
}

/** The pool that ships with the program: making an RSA key costs 60 to 345 ms, a start has no time for that. */
export function createKeyPool(keys: readonly ReadyKey[] = (JSON.parse(signingKeysJson) as { keys: ReadyKey[] }).keys): KeyPool {
  let given = 0;
  return {
    take() {
      const key = keys[given % keys.length] as ReadyKey;
      given += 1;
      return key;
    },
  };
}
