import { derivedId } from '../../lib/derived-id.js';
import { toSigningKey, usualRotationDays } from './key-ring.js';
import type { KeyRing, NamedKey, SigningKey } from './types.js';

/** How often a ring has been rotated, and when last. */
export interface Rotation {
  readonly id: string;
  readonly count: number;
  readonly rotatedAt: number;
  readonly hasPrevious: boolean;
}

interface DerivedRingOptions {
  readonly id: string;
  readonly defaultKey: SigningKey;
  /** The keys that the ring alternates between; the first is the first CURRENT one. */
  readonly material: readonly NamedKey[];
  readonly startedAt: number;
  readonly rotation: () => Rotation | undefined;
  readonly save: (rotation: Rotation) => Promise<void>;
  readonly now: () => number;
  readonly rotationDays: () => number | undefined;
}

const day = 86_400_000;

/**
 * A ring whose keys follow from the number of rotations: all replicas have the same ones, also when they rotate because
 * their time has come, without asking each other.
 */
export function createDerivedRing(options: DerivedRingOptions): KeyRing {
  const { id, defaultKey, material, startedAt, now, rotationDays, save } = options;
  const known = new Map<number, SigningKey>();
  const keyAt = (number: number): SigningKey => {
    const found = known.get(number);
    if (found) return found;
    const { kid, privateJwk } = material[number % material.length] as NamedKey;
    const key = toSigningKey(privateJwk, number < material.length ? kid : derivedId('signing key', kid, String(number)));
    if (known.size >= 8) known.clear();
    known.set(number, key);
    return key;
  };
  const first: Rotation = { id, count: 0, rotatedAt: startedAt, hasPrevious: false };
  const rotation = (): Rotation => {
    const stored = options.rotation() ?? first;
    const period = (rotationDays() ?? usualRotationDays) * day;
    const periods = Math.floor((now() - stored.rotatedAt) / period);
    if (!(periods > 0)) return stored;
    return { id, count: stored.count + periods, rotatedAt: stored.rotatedAt + periods * period, hasPrevious: true };
  };
  const all = (): SigningKey[] => {
    const { count, hasPrevious } = rotation();
    return [defaultKey, keyAt(count), keyAt(count + 1), ...(hasPrevious && count > 0 ? [keyAt(count - 1)] : [])];
  };
  return {
    default: defaultKey,
    get current() {
      return keyAt(rotation().count);
    },
    get next() {
      return keyAt(rotation().count + 1);
    },
    get rotatedAt() {
      return rotation().rotatedAt;
    },
    all,
    find: (kid) => all().find((key) => key.kid === kid),
    jwks: () => JSON.stringify({ keys: all().map(({ publicJwk }) => publicJwk) }),
    rotate: () => save({ id, count: rotation().count + 1, rotatedAt: now(), hasPrevious: true }),
    dropPrevious: () => save({ ...rotation(), hasPrevious: false }),
    restore: () => save({ ...first, rotatedAt: now() }),
  };
}
