import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  hash,
  type KeyObject,
  pbkdf2Sync,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto';
import { bytesOf, DerError, type DerLimit, type DerNode, derLimit, identifierOf, numberOf, readDer } from './der-reader.js';

/** Why a file could not be read. */
export type Pkcs12Problem = 'unreadable' | 'password' | 'key';

export class Pkcs12Error extends Error {
  constructor(
    readonly problem: Pkcs12Problem,
    /** What the problem is and what to do, if known. */
    readonly reason?: string,
  ) {
    super(reason ?? problem);
  }
}

/** A key with its certificate. */
export interface Pkcs12Key {
  readonly privateKey: KeyObject;
  readonly certificate: X509Certificate;
  /** The name that the file gives it. */
  readonly name: string | undefined;
}

/** The most work for one file, all parts together: more than any program uses by default. More could only keep the server busy. */
export const mostRounds = 100_000;

/** More than any chain has. */
const mostCertificates = 100;

/** The least that each part counts for, because its salt, password and cipher take time too. */
const leastRounds = 250;

/** Reads how many rounds a part asks for, of `hashes` hashes each. */
type ReadRounds = (found: DerNode, hashes: number) => number;

function countRounds(): ReadRounds {
  let asked = 0;
  return (found, hashes) => {
    const rounds = numberOf(found);
    if (rounds < 1) throw new DerError('no rounds');
    asked += Math.max(rounds, leastRounds) * hashes;
    if (asked > mostRounds)
      throw new Pkcs12Error(
        'unreadable',
        `the file asks for ${asked} rounds or more; at most ${mostRounds} are allowed: export it again with fewer (-iter)`,
      );
    return rounds;
  };
}

/** How to open the parts of a file. */
interface Opening {
  readonly password: string;
  readonly readRounds: ReadRounds;
}

const digests: Readonly<Record<string, { readonly name: string; readonly block: number }>> = {
  '1.3.14.3.2.26': { name: 'sha1', block: 64 },
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', block: 64 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', block: 128 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', block: 128 },
};
const hmacs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const ciphers: Readonly<Record<string, { readonly name: string; readonly key: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', key: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', key: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', key: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', key: 24 },
};
const types = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  friendlyName: '1.2.840.113549.1.9.20',
  pbes2: '1.2.840.113549.1.5.13',
  sha1And3Des: '1.2.840.113549.1.12.1.3',
} as const;

/** A password in PKCS #12's encoding: two bytes a character, two zeros at the end (RFC 7292, appendix B.1). */
const spread = (password: string): Buffer => Buffer.from(`${password}\0`, 'utf16le').swap16();

/** Derives key material (RFC 7292, appendix B.2). `purpose`: 1 a key, 2 an initial vector, 3 a key for a MAC. */
function derive(
  { name, block }: { name: string; block: number },
  password: Uint8Array,
  salt: Uint8Array,
  purpose: number,
  rounds: number,
  size: number,
) {
  const filled = (bytes: Uint8Array) =>
    bytes.length === 0 ? Buffer.alloc(0) : Buffer.alloc(block * Math.ceil(bytes.length / block), Buffer.from(bytes));
  const input = Buffer.concat([filled(salt), filled(password)]);
  const made: Buffer[] = [];
  for (let length = 0; length < size; ) {
    let digest = hash(name, Buffer.concat([Buffer.alloc(block, purpose), input]), 'buffer');
    for (let round = 1; round < rounds; round += 1) digest = hash(name, digest, 'buffer');
    made.push(digest);
    length += digest.length;
    const added = Buffer.alloc(block, digest);
    for (let start = 0; start < input.length; start += block) {
      let carry = 1;
      for (let at = block - 1; at >= 0; at -= 1) {
        carry += (input[start + at] ?? 0) + (added[at] ?? 0);
        input[start + at] = carry & 0xff;
        carry >>= 8;
      }
    }
  }
  return Buffer.concat(made).subarray(0, size);
}

function decipher(cipher: string, key: Uint8Array, vector: Uint8Array, content: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv(cipher, key, vector);
    return Buffer.concat([decipher.update(content), decipher.final()]);
  } catch {
    throw new Pkcs12Error('password');
  }
}

/** Decrypts with the algorithm named before the content: PBES2 (RFC 8018 §6.2), or SHA-1 with Triple DES (RFC 7292, appendix C). */
function decrypt(algorithm: DerNode, content: Uint8Array, { password, readRounds }: Opening): Buffer {
  const parameters = algorithm.at(1);
  const kind = identifierOf(algorithm.at(0));
  if (kind === types.sha1And3Des) {
    // Two hashes for the key, one for the vector.
    const [salt, rounds] = [bytesOf(parameters.at(0)), readRounds(parameters.at(1), 3)];
    const sha1 = { name: 'sha1', block: 64 };
    const part = (purpose: number, size: number) => derive(sha1, spread(password), salt, purpose, rounds, size);
    return decipher('des-ede3-cbc', part(1, 24), part(2, 8), content);
  }
  const cipher = kind === types.pbes2 ? ciphers[identifierOf(parameters.at(1).at(0))] : undefined;
  if (!cipher)
    throw new Pkcs12Error(
      'unreadable',
      'the file is encrypted with RC2 or another unsupported cipher: export it again with AES (openssl pkcs12 -export without -legacy)',
    );
  const derivation = parameters.at(0).at(1);
  const pseudorandom = derivation.children().find(({ tag }) => tag === 0x30);
  const hmac = pseudorandom ? hmacs[identifierOf(pseudorandom.at(0))] : 'sha1';
  if (hmac === undefined) throw new DerError('an unknown key derivation');
  const key = pbkdf2Sync(password, bytesOf(derivation.at(0)), readRounds(derivation.at(1), 1), cipher.key, hmac);
  return decipher(cipher.name, key, bytesOf(parameters.at(1).at(1)), content);
}

/** Whether the file is unchanged since someone with the password wrote it (RFC 7292 §5.1). */
function isGenuine(mac: DerNode, safe: Uint8Array, password: Uint8Array, readRounds: ReadRounds): boolean {
  const digest = digests[identifierOf(mac.at(0).at(0).at(0))];
  if (!digest) throw new DerError('an unknown MAC');
  const rounds = mac.children()[2];
  const expected = bytesOf(mac.at(0).at(1));
  const size = createHash(digest.name).digest().length;
  const key = derive(digest, password, bytesOf(mac.at(1)), 3, rounds ? readRounds(rounds, 1) : 1, size);
  const actual = createHmac(digest.name, key).update(safe).digest();
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

interface Bag {
  readonly kind: string;
  readonly value: DerNode;
  readonly name: string | undefined;
}

function readBag(bag: DerNode): Bag {
  const named = bag
    .children()[2]
    ?.children()
    .find((attribute) => identifierOf(attribute.at(0)) === types.friendlyName);
  const name = named && Buffer.from(bytesOf(named.at(1).at(0)));
  return {
    kind: identifierOf(bag.at(0)),
    value: bag.at(1).at(0),
    name: name && name.length % 2 === 0 ? name.swap16().toString('utf16le') : undefined,
  };
}

/** Everything in the file, decrypted. */
function readBags(safe: Uint8Array, opening: Opening, limit: DerLimit): Bag[] {
  return readDer(safe, limit)
    .children()
    .flatMap((part) => {
      const kind = identifierOf(part.at(0));
      const content = part.at(1).at(0);
      if (kind === types.data) return readDer(bytesOf(content), limit).children();
      if (kind !== types.encryptedData) throw new DerError('an unknown part');
      const encrypted = content.at(1);
      return readDer(decrypt(encrypted.at(1), bytesOf(encrypted.at(2)), opening), limit).children();
    })
    .map(readBag);
}

function privateKeyOf({ kind, value }: Bag, opening: Opening): KeyObject {
  const pkcs8 = kind === types.key ? value.whole : decrypt(value.at(0), bytesOf(value.at(1)), opening);
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch {
    throw new Pkcs12Error('key');
  }
}

function readFile(file: Uint8Array, password: string): Pkcs12Key {
  const limit = derLimit();
  const pfx = readDer(file, limit);
  if (numberOf(pfx.at(0)) !== 3 || identifierOf(pfx.at(1).at(0)) !== types.data) throw new DerError('not PKCS #12');
  const safe = bytesOf(pfx.at(1).at(1).at(0));
  const mac = pfx.children()[2];
  const opening: Opening = { password, readRounds: countRounds() };
  // For no password, some programs use an empty one, others none at all.
  const passwords = password === '' ? [spread(''), Buffer.alloc(0)] : [spread(password)];
  if (mac && !passwords.some((each) => isGenuine(mac, safe, each, opening.readRounds))) throw new Pkcs12Error('password');
  const bags = readBags(safe, opening, limit);
  const keyBag = bags.find(({ kind }) => kind === types.key || kind === types.shroudedKey);
  if (!keyBag) throw new Pkcs12Error('key');
  const privateKey = privateKeyOf(keyBag, opening);
  const certificate = bags
    .filter(({ kind }) => kind === types.certificate)
    .slice(0, mostCertificates)
    .map(({ value }) => new X509Certificate(bytesOf(value.at(1).at(0))))
    .find((each) => each.checkPrivateKey(privateKey));
  if (!certificate) throw new Pkcs12Error('key');
  return { privateKey, certificate, name: keyBag.name };
}

/**
 * Reads a key and its certificate from a PKCS #12 file (RFC 7292). Node accepts such files only for TLS. Files of old
 * programs, whose certificate is encrypted with RC2, cannot be read.
 */
export function readPkcs12(file: Uint8Array, password = ''): Pkcs12Key {
  try {
    return readFile(file, password);
  } catch (error) {
    throw error instanceof Pkcs12Error ? error : new Pkcs12Error('unreadable');
  }
}

const signatures: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'SHA256withRSA',
  '1.2.840.113549.1.1.12': 'SHA384withRSA',
  '1.2.840.113549.1.1.13': 'SHA512withRSA',
  '1.2.840.10045.4.3.2': 'SHA256withECDSA',
  '1.2.840.10045.4.3.3': 'SHA384withECDSA',
  '1.2.840.10045.4.3.4': 'SHA512withECDSA',
};

/** A certificate's signature algorithm by PingOne's name for it (RFC 5280 §4.1.1.2); undefined if PingOne has none. */
export const signatureAlgorithmOf = ({ raw }: X509Certificate): string | undefined => signatures[identifierOf(readDer(raw).at(1).at(0))];
