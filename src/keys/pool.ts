import { signingKeysJson } from '../embedded.js';
import type { ReadyKey } from './key-ring.js';
import type { SpareKeys } from './spare-keys.js';

/** Ready-made keys in order; once all are given out, new ones where there are any, else the same again, under new key ids. */
export interface KeyPool {
  take(): ReadyKey;
  close(): void;
}

/** The pool that ships with the program: making an RSA key costs 60 to 345 ms, a start has no time for that. */
export function createKeyPool(
  keys: readonly ReadyKey[] = (JSON.parse(signingKeysJson) as { keys: ReadyKey[] }).keys,
  spare?: SpareKeys,
): KeyPool {
  let given = 0;
  return {
    take() {
      const key = (given >= keys.length ? spare?.take() : undefined) ?? (keys[given % keys.length] as ReadyKey);
      given += 1;
      return key;
    },
    close: () => spare?.close(),
  };
}
