import { signingKeysJson } from '../../embedded.js';
import { parseOwn } from '../../lib/unknown.js';
import type { SpareKeys } from './spare-keys.js';
import type { KeyUse, ReadyKey } from './types.js';

/**
 * Hands out ready-made keys, then newly generated ones. Above all, environments should not share CURRENT keys, so the
 * second half of the ready-made keys is reserved for them, and other keys are shared from then on. CURRENT keys are
 * shared only when all are handed out and no new one is ready. Shared keys have different key ids.
 */
export interface KeyPool {
  take(use: KeyUse): ReadyKey;
  close(): void;
}

/** Creates a pool, by default of the keys that ship with the program: generating an RSA key takes 60 to 345 ms, too long for a start. */
export function createKeyPool(
  keys: readonly ReadyKey[] = parseOwn<{ keys: ReadyKey[] }>(signingKeysJson).keys,
  spare?: SpareKeys,
): KeyPool {
  // At least three, so that the first environment shares none.
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
