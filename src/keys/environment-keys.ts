import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import type { Random } from '../core/random.js';
import { makeCertificate } from './certificate.js';
import { makePrivateKey } from './configured-key.js';
import { encodeName } from './distinguished-name.js';
import { createKeyRing, type KeyRing, type KeyRingOptions, type KeyUse, type ReadyKey } from './key-ring.js';

/** What keys are made and rotated by: a key rotation policy. */
export interface KeyPolicy {
  readonly id: string;
  readonly keyLength: number;
  /** Whom the certificates speak of. */
  readonly dn: string;
  /** Days. */
  readonly validityPeriod: number;
  readonly rotationPeriod: number;
}

/** The keys of an environment: those of its default key rotation policy, and those of the others, each its own. */
export interface EnvironmentKeys extends KeyRing {
  /** The keys of a policy: the default one's where it is not one of the others. */
  ofPolicy(id: string | undefined): KeyRing;
  /** Makes the keys of the policies beside the default one, and drops those of policies that are gone. */
  setPolicies(policies: readonly KeyPolicy[]): Promise<void>;
}

interface Ring {
  readonly keys: KeyRing;
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
  async function source({ keyLength }: KeyPolicy): Promise<(use: KeyUse) => ReadyKey> {
    if (keyLength === readyLength) return options.take;
    const made = await Promise.all([1, 2].map(() => makePrivateKey({ algorithm: 'RSA', keyLength })));
    let given = 0;
    return () => {
      const key = made[given % made.length]?.export({ format: 'jwk' });
      given += 1;
      return { ...key, x5c: [] } as ReadyKey;
    };
  }

  async function makeRing(policy: KeyPolicy): Promise<Ring> {
    const take = await source(policy);
    const held = { policy };
    const keys = createKeyRing({
      ...options,
      own: main.default,
      take: (use) => certified(take(use), held.policy),
      rotationDays: () => held.policy.rotationPeriod,
    });
    return Object.assign(held, { keys });
  }

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
    async setPolicies(policies) {
      for (const policy of policies) {
        const known = rings.get(policy.id);
        if (known?.policy.keyLength === policy.keyLength) known.policy = policy;
        else rings.set(policy.id, await makeRing(policy));
      }
      for (const id of rings.keys()) if (!policies.some((policy) => policy.id === id)) rings.delete(id);
    },
  };
}
