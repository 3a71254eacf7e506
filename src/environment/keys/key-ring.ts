import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { signCompact } from './jws.js';

/** One of an environment's keys, ready to sign. */
export interface SigningKey {
  readonly kid: string;
  /** Base64url of the SHA-1 of the DER certificate (RFC 7517 §4.8). */
  readonly x5t: string;
  /** Returns a JWS in compact form. */
  sign(header: object, payload: object): Promise<string>;
  /** The public key, for verifying. */
  publicKey(): KeyObject;
  /** Its entry in the JWKS, with members in PingOne's order (docs/fidelity.md, 6.5). */
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

/** A private key with its certificate, as in fixtures/signing-keys.json. */
export interface ReadyKey extends JWK {
  x5c: string[];
}

/** A key with its id. */
export interface NamedKey {
  readonly kid: string;
  readonly privateJwk: ReadyKey;
}

/** The role of a key in a ring, which has one of each. NEXT signs only after a rotation. */
export type KeyUse = 'default' | 'current' | 'next';

/** The default key, and the keys of one key rotation policy. */
export interface KeyRing {
  /** `kid` "default". It signs worker tokens, tokens for the PingOne API, and JWT refresh tokens. */
  readonly default: SigningKey;
  /** The policy's CURRENT key. It signs ID tokens and access tokens. */
  readonly current: SigningKey;
  /** The policy's NEXT key, which becomes CURRENT at the next rotation. */
  readonly next: SigningKey;
  /** When the last rotation was. */
  readonly rotatedAt: number;
  /** All keys, including NEXT and PREVIOUS. */
  all(): SigningKey[];
  find(kid: string | undefined): SigningKey | undefined;
  /** The JWK set as JSON. */
  jwks(): string;
  /** NEXT becomes CURRENT, CURRENT becomes PREVIOUS, and there is a new NEXT. */
  rotate(): void;
  /** Removes PREVIOUS, which invalidates the tokens that it signed. */
  dropPrevious(): void;
  /** Restores the initial keys, as after a start. */
  restore(): void;
}

function toSigningKey(ready: ReadyKey, kid: string): SigningKey {
  let privateHalf: KeyObject | undefined;
  let publicHalf: KeyObject | undefined;
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
