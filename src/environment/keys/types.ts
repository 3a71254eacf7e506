import type { KeyObject } from 'node:crypto';
import type { JWK } from 'jose';

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
  rotate(): void | Promise<void>;
  /** Removes PREVIOUS, which invalidates the tokens that it signed. */
  dropPrevious(): void | Promise<void>;
  /** Restores the initial keys, as after a start. */
  restore(): void | Promise<void>;
}
