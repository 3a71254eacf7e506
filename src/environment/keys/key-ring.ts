import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { KeyRing, KeyUse, NamedKey, PublicJwk, ReadyKey, SigningKey } from './types.js';

/** RS256 (RFC 7518 §3.3) on the thread pool. */
const signOnThreadPool = (input: string, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(input, 'latin1'), key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });

const encode = (json: string): string => Buffer.from(json).toString('base64url');

/** A key as its environment uses it. */
export function toSigningKey(ready: ReadyKey, kid: string): SigningKey {
  let privateHalf: KeyObject | undefined;
  let publicHalf: KeyObject | undefined;
  // Mostly the same: caches the last.
  let last = { json: '', part: '' };
  const headerPart = (json: string): string => {
    if (last.json !== json) last = { json, part: encode(json) };
    return last.part;
  };
  // Computed on demand: an environment that issues no tokens does not pay for it.
  let thumbprint: string | undefined;
  let publicJwk: PublicJwk | undefined;
  const x5t = (): string => {
    thumbprint ??= createHash('sha1')
      .update(Buffer.from(ready.x5c[0] ?? '', 'base64'))
      .digest('base64url');
    return thumbprint;
  };
  return {
    kid,
    get x5t() {
      return x5t();
    },
    async sign(header, payload) {
      privateHalf ??= createPrivateKey({ key: { ...ready }, format: 'jwk' });
      // With the members in the given order (RFC 7515 §7.1). This is the most expensive step of a flow.
      const input = `${headerPart(JSON.stringify(header))}.${encode(JSON.stringify(payload))}`;
      const signature = await signOnThreadPool(input, privateHalf);
      return `${input}.${signature.toString('base64url')}`;
    },
    publicKey() {
      publicHalf ??= createPublicKey({ key: { kty: 'RSA', n: ready.n as string, e: ready.e as string }, format: 'jwk' });
      return publicHalf;
    },
    get publicJwk() {
      publicJwk ??= { kty: 'RSA', e: ready.e as string, use: 'sig', kid, x5t: x5t(), x5c: ready.x5c, n: ready.n as string, alg: 'RS256' };
      return publicJwk;
    },
  };
}

/** The period of PingOne's default key rotation policy (docs/fidelity.md, 6.5). */
export const usualRotationDays = 90;
const day = 86_400_000;

export interface KeyRingOptions {
  /** The default key; by default the ring makes its own. */
  defaultKey?: SigningKey;
  /** The initial keys; by default they are taken. */
  initial?: { readonly current: NamedKey; readonly next: NamedKey };
  /** Returns a new key. */
  take: (use: KeyUse) => ReadyKey;
  /** A new key id: a version 1 UUID. */
  newKid: () => string;
  now: () => number;
  /** The period of the key rotation policy, if it was changed. */
  rotationDays?: () => number | undefined;
}

/** Creates a key ring. There are no timers: keys rotate when they are first used after the end of their period. */
export function createKeyRing({
  take,
  newKid,
  now,
  rotationDays = () => undefined,
  defaultKey = toSigningKey(take('default'), 'default'),
  initial,
}: KeyRingOptions): KeyRing {
  let previous: SigningKey | undefined;
  let current = initial ? toSigningKey(initial.current.privateJwk, initial.current.kid) : toSigningKey(take('current'), newKid());
  let next = initial ? toSigningKey(initial.next.privateJwk, initial.next.kid) : toSigningKey(take('next'), newKid());
  const first = [current, next] as const;
  let rotatedAt = now();
  let set: string | undefined;

  const rotate = () => {
    set = undefined;
    [previous, current, next] = [current, next, toSigningKey(take('next'), newKid())];
  };
  const rotateWhenDue = () => {
    const period = (rotationDays() ?? usualRotationDays) * day;
    const periods = Math.floor((now() - rotatedAt) / period);
    if (!(periods > 0)) return;
    rotatedAt += periods * period;
    // Three rotations replace all keys, so more would make no difference.
    for (let round = Math.min(periods, 3); round > 0; round -= 1) rotate();
  };
  const all = () => {
    rotateWhenDue();
    return [defaultKey, current, next, ...(previous ? [previous] : [])];
  };
  return {
    default: defaultKey,
    get current() {
      rotateWhenDue();
      return current;
    },
    get next() {
      rotateWhenDue();
      return next;
    },
    get rotatedAt() {
      rotateWhenDue();
      return rotatedAt;
    },
    all,
    find: (kid) => all().find((key) => key.kid === kid),
    jwks() {
      rotateWhenDue();
      set ??= JSON.stringify({ keys: all().map(({ publicJwk }) => publicJwk) });
      return set;
    },
    rotate() {
      rotatedAt = now();
      rotate();
    },
    dropPrevious() {
      previous = undefined;
      set = undefined;
    },
    restore() {
      [current, next] = first;
      previous = undefined;
      set = undefined;
      rotatedAt = now();
    },
  };
}
