import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import type { Random } from '../../lib/random.js';
import { makeCertificate } from '../../lib/x509/certificate.js';
import { encodeName } from '../../lib/x509/distinguished-name.js';
import { makePrivateKey } from './configured-key.js';
import { createKeyRing, type KeyRing, type KeyRingOptions, type KeyUse, type NamedKey, type ReadyKey } from './key-ring.js';

/** What keys are made and rotated by: a key rotation policy. */
export interface KeyPolicy {
  readonly id: string;
  readonly keyLength: number;
  /** Whom the certificates speak of. */
  readonly dn: string;
  /** Days. */
  readonly validityPeriod: number;
  readonly rotationPeriod: number;
  /** The keys that it began with, where it has some from earlier. */
  readonly keys?: FirstKeys | undefined;
}

/** The keys that a policy began with. */
export interface FirstKeys {
  readonly current: NamedKey;
  readonly next: NamedKey;
}

/** The keys of an environment: those of its default key rotation policy, and those of the others, each its own. */
export interface EnvironmentKeys extends KeyRing {
  /** The keys of a policy: the default one's where it is not one of the others. */
  ofPolicy(id: string | undefined): KeyRing;
  /** What to keep, so that a policy has the same keys after a restart; of the others only. */
  firstOf(id: string): FirstKeys | undefined;
  /** Makes the keys of the policies beside the default one, and drops those of policies that are gone. */
  setPolicies(policies: readonly KeyPolicy[]): Promise<void>;
}

interface Ring {
  readonly keys: KeyRing;
  readonly first: FirstKeys;
  policy: KeyPolicy;
}

/** Ready-made keys have this length; longer ones are made for their policy. */
const readyLength = 2048;
const day = 86_400_000;

interface EnvironmentKeysOptions extends KeyRingOptions {
  readonly random: Random;
}

export function createEnvironmentKeys({ random, ...options }: EnvironmentKeysOptions): EnvironmentKeys {
  const main = createKeyRing(options);
  const rings = new Map<string, Ring>();

  /** A key with a certificate that says what its policy says. */
  const certified = (ready: ReadyKey, { dn, validityPeriod }: KeyPolicy): ReadyKey => {
    const signingKey = createPrivateKey({ key: { ...ready } as JsonWebKey, format: 'jwk' });
    const now = options.now();
    const certificate = makeCertificate({
      subject: encodeName(dn) ?? { organization: 'pingone-mock', commonName: 'Test key, not for production' },
      publicKey: createPublicKey(signingKey),
      signingKey,
      serialNumber: random.bytes(8),
      notBeforeAt: now,
      notAfterAt: now + validityPeriod * day,
    });
    return { ...ready, x5c: [certificate.toString('base64')] };
  };

  /** Two longer keys take turns: a new one at each rotation would make whoever asks first wait for seconds. */
  async function source({ keyLength, keys }: KeyPolicy): Promise<(use: KeyUse) => ReadyKey> {
    if (keyLength === readyLength) return options.take;
    const made = keys
      ? [keys.current.privateJwk, keys.next.privateJwk]
      : (await Promise.all([1, 2].map(() => makePrivateKey({ algorithm: 'RSA', keyLength })))).map((key) => key.export({ format: 'jwk' }));
    let given = 0;
    return () => {
      const key = made[given % made.length];
      given += 1;
      return { ...key, x5c: [] } as ReadyKey;
    };
  }

  async function makeRing(policy: KeyPolicy): Promise<Ring> {
    const takeAny = await source(policy);
    const take = (use: KeyUse) => certified(takeAny(use), held.policy);
    const held = { policy };
    const named = (use: KeyUse): NamedKey => ({ privateJwk: take(use), kid: options.newKid() });
    const first = policy.keys ?? { current: named('current'), next: named('next') };
    const keys = createKeyRing({ ...options, own: main.default, begin: first, take, rotationDays: () => held.policy.rotationPeriod });
    return Object.assign(held, { keys, first });
  }

  /** Whether the keys that there are are those that a policy asks for. */
  const fits = ({ policy, first }: Ring, { keyLength, keys = first }: KeyPolicy): boolean =>
    policy.keyLength === keyLength && keys.current.kid === first.current.kid;

  const others = () => [...rings.values()].map(({ keys }) => keys);
  const all = () => [...main.all(), ...others().flatMap((ring) => ring.all().filter((key) => key !== main.default))];

  return {
    default: main.default,
    get current() {
      return main.current;
    },
    get next() {
      return main.next;
    },
    get rotatedAt() {
      return main.rotatedAt;
    },
    all,
    find: (kid) => (rings.size === 0 ? main.find(kid) : all().find((key) => key.kid === kid)),
    jwks: () => (rings.size === 0 ? main.jwks() : JSON.stringify({ keys: all().map(({ publicJwk }) => publicJwk) })),
    rotate() {
      for (const ring of [main, ...others()]) ring.rotate();
    },
    dropPrevious() {
      for (const ring of [main, ...others()]) ring.dropPrevious();
    },
    restore() {
      for (const ring of [main, ...others()]) ring.restore();
    },
    ofPolicy: (id) => (id === undefined ? main : (rings.get(id)?.keys ?? main)),
    firstOf: (id) => rings.get(id)?.first,
    async setPolicies(policies) {
      for (const policy of policies) {
        const known = rings.get(policy.id);
        if (known && fits(known, policy)) known.policy = policy;
        else rings.set(policy.id, await makeRing(policy));
      }
      for (const id of rings.keys()) if (!policies.some((policy) => policy.id === id)) rings.delete(id);
    },
  };
}
