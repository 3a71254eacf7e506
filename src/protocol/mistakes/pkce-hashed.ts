/** Something other than SHA-256 of the verifier's characters. */
import { createHmac, getHashes } from 'node:crypto';
import { s256 } from '../pkce.js';
import {
  bigEndian,
  byteOrderMark,
  type Candidate,
  decoded,
  hash,
  hex,
  hexTexts,
  makes,
  normal,
  sha256,
  unpadded,
  url,
} from './pkce-evidence.js';

const available = new Set(getHashes());

/** Algorithms that are mistaken for SHA-256, by OpenSSL's names. */
const algorithms: readonly (readonly [name: string, algorithm: string])[] = [
  ['MD5', 'md5'],
  ['SHA-224', 'sha224'],
  ['SHA-384', 'sha384'],
  ['SHA-512/224', 'sha512-224'],
  ['SHA-512/256', 'sha512-256'],
  ['SHA3-224', 'sha3-224'],
  ['SHA3-256', 'sha3-256'],
  ['SHA3-384', 'sha3-384'],
  ['SHA3-512', 'sha3-512'],
  ['BLAKE2s', 'blake2s256'],
  ['BLAKE2b', 'blake2b512'],
  ['RIPEMD-160', 'ripemd160'],
];

const hmac = (key: string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The hashes of a text by the algorithms other than SHA-256, SHA-1 and SHA-512. */
export const otherHashes = (text: string): (readonly [how: string, bytes: Buffer])[] => [
  ...algorithms
    .filter(([, algorithm]) => available.has(algorithm))
    .map(([name, algorithm]) => [`the algorithm was ${name}`, hash(algorithm, text)] as const),
  ['it was an HMAC with an empty key', hmac('', text)],
  ['it was an HMAC with the verifier as the key', hmac(text, text)],
  ['it was an HMAC of nothing, with the verifier as the key', hmac(text, '')],
];

export const wronglyHashed: readonly Candidate[] = [
  {
    code: 'decoded_verifier',
    title: 'The bytes behind the verifier were hashed, not its text',
    why: 'The verifier is an encoding of random bytes, and the challenge is the hash of these bytes. The server knows only the text, and hashes its ASCII characters (RFC 7636 §4.2).',
    fix: 'Hash the verifier as the text that you send.',
    fits: makes((verifier) => decoded(verifier).map((bytes) => url(sha256(bytes)))),
  },
  {
    code: 'utf16',
    title: 'The verifier was hashed as UTF-16',
    why: 'Two bytes were hashed for each character, as strings have them in memory in some languages. PKCE hashes the ASCII characters.',
    fix: 'Turn the verifier into bytes as ASCII or UTF-8 before it is hashed (in C# Encoding.ASCII, not Encoding.Unicode).',
    fits: makes((verifier) => {
      const [little, big] = [Buffer.from(verifier, 'utf16le'), bigEndian(verifier)];
      return [little, big, byteOrderMark(little, [0xff, 0xfe]), byteOrderMark(big, [0xfe, 0xff])].map((bytes) => url(sha256(bytes)));
    }),
  },
  {
    code: 'unhashed_base64url',
    title: 'The verifier was encoded, but not hashed',
    why: 'The challenge is base64url of the verifier itself: the step SHA-256 is missing.',
    fix: 'Hash the verifier with SHA-256 first, then encode the hash.',
    fits: ({ challenge, verifier }) => normal(challenge) === url(Buffer.from(verifier)),
  },
  {
    code: 'sha1',
    title: 'The verifier was hashed with SHA-1',
    why: 'The method S256 is SHA-256; the challenge is a SHA-1 of this verifier.',
    fix: 'Hash with SHA-256.',
    fits: ({ challenge, verifier }) =>
      normal(challenge) === url(hash('sha1', verifier)) || challenge.toLowerCase() === hex(hash('sha1', verifier)),
  },
  {
    code: 'sha512',
    title: 'The verifier was hashed with SHA-512',
    why: 'The method S256 is SHA-256; the challenge is a SHA-512 of this verifier.',
    fix: 'Hash with SHA-256.',
    fits: ({ challenge, verifier }) =>
      normal(challenge) === url(hash('sha512', verifier)) || challenge.toLowerCase() === hex(hash('sha512', verifier)),
  },
  {
    code: 'other_hash',
    title: 'The verifier was hashed with an algorithm other than SHA-256',
    why: 'The method S256 is SHA-256.',
    fix: 'Hash with SHA-256, without a key.',
    fits: ({ challenge, verifier }) =>
      otherHashes(verifier).find(([, bytes]) => normal(challenge) === url(bytes) || challenge.toLowerCase() === hex(bytes))?.[0] ?? false,
  },
  {
    code: 'double_hash',
    title: 'The verifier was hashed twice',
    why: 'The challenge is the hash of a hash of the verifier.',
    fix: 'Hash once: some libraries hash in the function that encodes as well.',
    fits: makes((verifier) => [sha256(verifier), ...hexTexts(verifier)].map((text) => url(sha256(text)))),
  },
  {
    code: 'hash_of_challenge',
    title: 'The challenge was made from a challenge',
    why: 'The correct challenge was used as the verifier, and hashed and encoded once more. A library may compute the challenge from what you pass as the verifier.',
    fix: 'Pass the verifier to the library and let it compute the challenge, or compute it yourself, but not both.',
    fits: makes((verifier) => {
      const base64 = sha256(verifier).toString('base64');
      return [s256(verifier), base64, unpadded(base64)].map(s256);
    }),
  },
];
