import { createDerivedRing, type Rotation } from '../keys/derived-ring.js';
import { type KeyRingOptions, toSigningKey } from '../keys/key-ring.js';
import type { KeyRing, KeyUse, NamedKey, ReadyKey } from '../keys/types.js';
import type { Sharing } from './sharing.js';

/** The keys that an environment started with. */
interface StoredKeys {
  readonly id: 'keys';
  readonly startedAt: number;
  readonly default: ReadyKey;
  readonly material: readonly NamedKey[];
}

/** How many keys the default policy alternates between: three rotations replace all that are published. */
const materialKeys = 4;

interface SharedKeysOptions {
  readonly sharing: Sharing;
  readonly environmentId: string;
  readonly take: (use: KeyUse) => ReadyKey;
  readonly newKid: () => string;
  readonly now: () => number;
}

/** Makes key rings. The id is `main`, or that of a key rotation policy. */
export type MakeRing = (id: string, options: KeyRingOptions) => KeyRing;

/** The source of an environment's key rings: the same keys in all replicas. The first one that asks makes them. */
export async function openSharedKeys({ sharing, environmentId, take, newKid, now }: SharedKeysOptions): Promise<MakeRing> {
  const stored = sharing.held<StoredKeys>(environmentId, 'signingKeys');
  const rotations = sharing.held<Rotation>(environmentId, 'keyRotations');
  await Promise.all([stored.loaded, rotations.loaded]);
  const named = (use: KeyUse): NamedKey => ({ kid: newKid(), privateJwk: take(use) });
  const make = (): StoredKeys => ({
    id: 'keys',
    startedAt: now(),
    default: take('default'),
    material: [named('current'), ...Array.from({ length: materialKeys - 1 }, () => named('next'))],
  });
  const keys =
    stored.peek('keys') ??
    (await sharing.locks.hold(`${environmentId}:keys`, async () => {
      const found = stored.peek('keys') ?? make();
      await stored.put(found);
      return found;
    }));
  const defaultKey = toSigningKey(keys.default, 'default');
  return (id, { initial, rotationDays = () => undefined }) =>
    createDerivedRing({
      id,
      defaultKey,
      material: initial ? [initial.current, initial.next] : keys.material,
      startedAt: keys.startedAt,
      rotation: () => rotations.peek(id),
      save: rotations.put,
      now,
      rotationDays,
    });
}
