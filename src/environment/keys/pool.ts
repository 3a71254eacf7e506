import { signingKeysJson } from '../../embedded.js';
import type { KeyUse, ReadyKey } from './key-ring.js';
import type { SpareKeys } from './spare-keys.js';

/**
 * Ready-made keys, in order, and new ones once they are given out. What signs is what environments must not share: the
 * second half of the ready keys is for CURRENT keys alone, and the other keys of an environment are shared by then. Once
 * all are given out, and no new one is there yet, CURRENT keys are shared too; always under key ids of their own.
 */
export interface KeyPool {
  take(use: KeyUse): ReadyKey;
  close(): void;
}

/** The pool that ships with the program: making an RSA key costs 60 to 345 ms, a start has no time for that. */
export function createKeyPool(
  keys: readonly ReadyKey[] = (JSON.parse(signingKeysJson) as { keys: ReadyKey[] }).keys,
  spare?: SpareKeys,
): KeyPool {
  // The first environment has three of its own, however few there are.
  const forAllUses = Math.max(3, keys.length / 2);
  const given: Record<KeyUse, ReadyKey[]> = { default: [], current: [], next: [] };
  let count = 0;
  const rounds: Record<KeyUse, number> = { default: 0, current: 0, next: 0 };

  const ready = (use: KeyUse): ReadyKey | undefined => {
    if (count >= (use === 'current' ? keys.length : Math.min(forAllUses, keys.length))) return undefined;
    const key = keys[count] as ReadyKey;
    count += 1;
    given[use].push(key);
    return key;
  };
  const shared = (use: KeyUse): ReadyKey => {
    const among = given[use].length > 0 ? given[use] : keys;
    rounds[use] += 1;
    return among[(rounds[use] - 1) % among.length] as ReadyKey;
  };
  return {
    take: (use) => ready(use) ?? (use === 'current' || spare?.plenty ? spare?.take() : undefined) ?? shared(use),
    close: () => spare?.close(),
  };
}
