import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import type { Random } from '../../lib/random.js';
import { makeCertificate } from '../../lib/x509/certificate.js';
import { encodeName } from '../../lib/x509/distinguished-name.js';
import { type ApplicationKeys, createApplicationKeys } from './application-keys.js';
import type { KeyMaker } from './key-maker.js';
import { createKeyRing, type KeyRingOptions } from './key-ring.js';
import type { KeyRing, KeyUse, NamedKey, ReadyKey, SigningKey } from './types.js';

/** A key rotation policy: how its keys are made and rotated. */
export interface KeyPolicy {
  readonly id: string;
  readonly keyLength: number;
  /** The subject of its certificates. */
  readonly dn: string;
  /** In days. */
  readonly validityPeriod: number;
  /** In days. */
  readonly rotationPeriod: number;
  /** Its stored initial keys; new ones are made if it has none. */
  readonly keys?: InitialKeys | undefined;
  /** Keys that were made for it beforehand, for a ring that needs new ones. */
  readonly made?: readonly JsonWebKey[] | undefined;
}

/** The keys that a policy starts with. */
export interface InitialKeys {
  readonly current: NamedKey;
  readonly next: NamedKey;
}

/** The signing keys of an environment. The members of KeyRing are those of its default key rotation policy. */
export interface EnvironmentKeys extends KeyRing {
  /** The keys of a policy; those of the default one if the id is undefined or unknown. */
  ofPolicy(id: string | undefined): KeyRing;
  /** The key that signs the tokens of an application: that of its policy, unless it got one of its own. */
  ofApplication(applicationId: string, policyId: string | undefined): SigningKey;
  /** A new key signs the tokens of this application alone, and is in the JWKS beside the others. */
  rotateFor(applicationId: string): SigningKey | Promise<SigningKey>;
  /** Takes the keys of single applications back. */
  restoreApplications(): void | Promise<void>;
  /** The initial keys of a policy besides the default one, to store for the next start. */
  initialKeysOf(id: string): InitialKeys | undefined;
  /** Makes keys for the policies besides the default one, and drops those of other policies. */
  setPolicies(policies: readonly KeyPolicy[]): Promise<void>;
}

interface Ring {
  readonly keys: KeyRing;
  readonly initial: InitialKeys;
  policy: KeyPolicy;
}

/** The length of ready-made keys; longer ones are generated for their policy. */
const readyLength = 2048;

/**
 * Makes what a policy's keys alternate between: generating one at each rotation would block a request for seconds.
 * @returns undefined for the length of ready-made keys
 */
export async function makeLongKeys(maker: KeyMaker, { keyLength }: Pick<KeyPolicy, 'keyLength'>): Promise<JsonWebKey[] | undefined> {
  if (keyLength === readyLength) return undefined;
  return (await maker.rsa(keyLength, 2)).map((key) => key.export({ format: 'jwk' }));
}
const day = 86_400_000;

interface EnvironmentKeysOptions extends KeyRingOptions {
  /** Makes the rings; by default rings of this process alone. */
  readonly makeRing?: ((id: string, options: KeyRingOptions) => KeyRing) | undefined;
  /** Those of single applications; by default keys of this process alone. */
  readonly applicationKeys?: ApplicationKeys | undefined;
  readonly keyMaker: KeyMaker;
  readonly random: Random;
}

export function createEnvironmentKeys({
  random,
  keyMaker,
  applicationKeys: ofApplications = createApplicationKeys(),
  makeRing: newRing = (_id, ringOptions) => createKeyRing(ringOptions),
  ...options
}: EnvironmentKeysOptions): EnvironmentKeys {
  const main = newRing('main', options);
  const rings = new Map<string, Ring>();

  /** A key with a certificate by its policy. */
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

  /** A source of keys. */
  async function keySource(policy: KeyPolicy): Promise<(use: KeyUse) => ReadyKey> {
    const { keys } = policy;
    if (policy.keyLength === readyLength) return options.take;
    const made = keys ? [keys.current.privateJwk, keys.next.privateJwk] : (policy.made ?? (await makeLongKeys(keyMaker, policy)) ?? []);
    let given = 0;
    return () => {
      const key = made[given % made.length];
      given += 1;
      return { ...key, x5c: [] } as ReadyKey;
    };
  }

  async function makeRing(policy: KeyPolicy): Promise<Ring> {
    const takeAny = await keySource(policy);
    const take = (use: KeyUse) => certified(takeAny(use), held.policy);
    const held = { policy };
    const named = (use: KeyUse): NamedKey => ({ privateJwk: take(use), kid: options.newKid() });
    const initial = policy.keys ?? { current: named('current'), next: named('next') };
    const rotationDays = () => held.policy.rotationPeriod;
    const keys = newRing(policy.id, { ...options, defaultKey: main.default, initial, take, rotationDays });
    return Object.assign(held, { keys, initial });
  }

  /** Whether a ring still has the keys that a policy wants. */
  const fits = ({ policy, initial }: Ring, { keyLength, keys = initial }: KeyPolicy): boolean =>
    policy.keyLength === keyLength && keys.current.kid === initial.current.kid;

  const ofPolicy = (id: string | undefined): KeyRing => (id === undefined ? main : (rings.get(id)?.keys ?? main));
  const others = () => [...rings.values()].map(({ keys }) => keys);
  const each = async (act: (ring: KeyRing) => void | Promise<void>): Promise<void> => {
    await Promise.all([main, ...others()].map(act));
  };
  const all = () => [
    ...main.all(),
    ...others().flatMap((ring) => ring.all().filter((key) => key !== main.default)),
    ...ofApplications.list(),
  ];
  const isAlone = () => rings.size === 0 && ofApplications.list().length === 0;
  let written: { readonly keys: readonly SigningKey[]; readonly set: string } | undefined;
  /** The JWK set of all rings, written again once it has another key. */
  const writeSet = (): string => {
    const keys = all();
    const isSame = written?.keys.length === keys.length && keys.every((key, at) => key === written?.keys[at]);
    if (!written || !isSame) written = { keys, set: JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }) };
    return written.set;
  };

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
    find: (kid) => (isAlone() ? main.find(kid) : all().find((key) => key.kid === kid)),
    jwks: () => (isAlone() ? main.jwks() : writeSet()),
    rotate: () => each((ring) => ring.rotate()),
    dropPrevious: () => each((ring) => ring.dropPrevious()),
    async restore() {
      await ofApplications.clear();
      await each((ring) => ring.restore());
    },
    ofPolicy,
    ofApplication: (id, policyId) => ofApplications.get(id) ?? ofPolicy(policyId).current,
    rotateFor: (applicationId) => ofApplications.put(applicationId, options.take('current'), options.newKid()),
    restoreApplications: ofApplications.clear,
    initialKeysOf: (id) => rings.get(id)?.initial,
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
