import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { signCompact } from './jws.js';

/** One of an environment's keys, ready to sign. */
export interface SigningKey {
  readonly kid: string;
  /** base64url SHA-1 of the DER certificate (RFC 7517 §4.8). */
  readonly x5t: string;
  /** A token in compact form. The private half is read once, when it is first used. */
  sign(header: object, payload: object): Promise<string>;
  /** Its public half, for verifying; worked out once. */
  publicKey(): KeyObject;
  /** What the JWKS shows of it, in PingOne's order (docs/fidelity.md, 6.5). */
  readonly publicJwk: PublicJwk;
}

export interface PublicJwk {
  kty: string;
  e: string;
  use: string;
  kid: string;
  x5t: string;
  x5c: string[];
  n: string;
  alg: string;
}

/** A ready private key with its certificate, as fixtures/signing-keys.json holds it. */
export interface ReadyKey extends JWK {
  x5c: string[];
}

/** A ready key under its id. */
export interface NamedKey {
  readonly kid: string;
  readonly privateJwk: ReadyKey;
}

/** What a key is for: a ring has one of each, and its NEXT signs only after a rotation. */
export type KeyUse = 'default' | 'current' | 'next';

/** An environment's keys: the default key, and those of its key rotation policy. */
export interface KeyRing {
  /** PingOne's own key, `kid` "default": worker tokens, tokens for the PingOne API, JWT refresh tokens. */
  readonly default: SigningKey;
  /** The key rotation policy's CURRENT key: ID tokens and access tokens. */
  readonly current: SigningKey;
  /** The key that will be CURRENT after the next rotation. */
  readonly next: SigningKey;
  /** When CURRENT became it. */
  readonly rotatedAt: number;
  /** Every key that a token may carry, or soon will. */
  all(): SigningKey[];
  find(kid: string | undefined): SigningKey | undefined;
  /** The JWK set as text: made once, and again after a rotation. */
  jwks(): string;
  /** NEXT becomes CURRENT, CURRENT becomes PREVIOUS, and a new NEXT appears. */
  rotate(): void;
  /** Forgets PREVIOUS at once: what it signed is worth nothing any more. */
  dropPrevious(): void;
  /** The keys that the ring began with, as after a start. */
  restore(): void;
}

function toSigningKey(ready: ReadyKey, kid: string): SigningKey {
  let privateHalf: KeyObject | undefined;
  let publicHalf: KeyObject | undefined;
  // Worked out when somebody asks: an environment that issues nothing pays nothing for it.
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
      return signCompact(header, payload, privateHalf);
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
const usualRotationDays = 90;
const day = 86_400_000;

export interface KeyRingOptions {
  /** The default key, where the ring is not to make its own. */
  own?: SigningKey;
  /** The keys to begin with, where they are not to be taken. */
  begin?: { readonly current: NamedKey; readonly next: NamedKey };
  /** Hands out the next ready key. */
  take: (use: KeyUse) => ReadyKey;
  /** A new key id: a version 1 UUID. */
  newKid: () => string;
  now: () => number;
  /** The period of the key rotation policy, where it is not the usual one. */
  rotationDays?: () => number | undefined;
}

/** The keys of one environment. They rotate when they are first used after their period is over: there are no timers. */
export function createKeyRing({
  take,
  newKid,
  now,
  rotationDays = () => undefined,
  own = toSigningKey(take('default'), 'default'),
  begin,
}: KeyRingOptions): KeyRing {
  let previous: SigningKey | undefined;
  let current = begin ? toSigningKey(begin.current.privateJwk, begin.current.kid) : toSigningKey(take('current'), newKid());
  let next = begin ? toSigningKey(begin.next.privateJwk, begin.next.kid) : toSigningKey(take('next'), newKid());
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
    // After three rotations no key is left that was there before: more change nothing.
    for (let round = Math.min(periods, 3); round > 0; round -= 1) rotate();
  };
  const all = () => {
    rotateWhenDue();
    return [own, current, next, ...(previous ? [previous] : [])];
  };
  return {
    default: own,
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
