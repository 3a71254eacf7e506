/**
 * The mistakes that clients make with PKCE, one row each. A row that fits accounts for the recorded challenge to the
 * character, so its diagnosis is exact unless the row says otherwise. Rows are tried only after the real check has failed.
 */
import { createHash } from 'node:crypto';
import { type CodeChallengeMethod, s256, transform } from '../pkce.js';

/** Another authorization request of the same application. */
export interface OtherTransaction {
  readonly id: string;
  readonly challenge?: string | undefined;
  readonly method?: CodeChallengeMethod | undefined;
}

/** What is known when a verifier was refused. */
export interface PkceEvidence {
  /** The recorded challenge. */
  readonly challenge: string;
  /** The recorded method; `plain` if the request named none. */
  readonly method: CodeChallengeMethod;
  readonly verifier: string;
  readonly otherTransactions?: readonly OtherTransaction[] | undefined;
}

export interface Candidate {
  readonly code: string;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  /** If another mistake would lead to the same values. */
  readonly confidence?: 'likely';
  fits(evidence: PkceEvidence): boolean;
}

type Bytes = string | Buffer;

const hash = (algorithm: string, text: Bytes): Buffer => createHash(algorithm).update(text).digest();
const sha256 = (text: Bytes): Buffer => hash('sha256', text);
const url = (bytes: Buffer): string => bytes.toString('base64url');
const hex = (bytes: Buffer): string => bytes.toString('hex');
const unpadded = (text: string): string => text.replace(/=+$/, '');
/** base64 in either alphabet, padded or not, in the alphabet of base64url. */
const normal = (text: string): string => unpadded(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll(' ', '-');

/** A row that makes challenges from the verifier in a wrong way; one of them must be the recorded one. */
const makes =
  (wrong: (verifier: string) => readonly string[]) =>
  ({ challenge, verifier }: PkceEvidence): boolean =>
    wrong(verifier).includes(challenge);

const hexTexts = (verifier: string): Buffer[] =>
  [hex(sha256(verifier)), hex(sha256(verifier)).toUpperCase()].map((text) => Buffer.from(text));

/** Whether a value has the form of a SHA-256 in base64url: 43 characters, of which the last carries four bits. */
export const isDigest = (text: string): boolean => /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(text);

/** A text without the white space and the quotes around it. */
export const unwrapped = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/s, '$2');

/** The bytes that a verifier encodes, if it encodes any. */
const decoded = (verifier: string): Buffer[] => [
  Buffer.from(verifier, 'base64url'),
  ...(/^([0-9a-f]{2})+$/i.test(verifier) ? [Buffer.from(verifier, 'hex')] : []),
  ...(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(verifier) ? [Buffer.from(verifier.replaceAll('-', ''), 'hex')] : []),
];

const percentDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const byteOrderMark = (bytes: Buffer, mark: readonly number[]): Buffer => Buffer.concat([Buffer.from(mark), bytes]);

/** Whether the verifier without something that was added later is the right one. */
const isRight = (verifier: string, { challenge, method, verifier: sent }: PkceEvidence): boolean =>
  verifier !== sent && transform(verifier, method) === challenge;

export const candidates: readonly Candidate[] = [
  {
    code: 'method_missing',
    title: 'The challenge is a SHA-256, but code_challenge_method=S256 was not sent',
    why: 'Without code_challenge_method the method is plain (RFC 7636 §4.3), so the server compared the verifier itself with the challenge. The challenge is the right hash of this verifier.',
    fix: 'Send code_challenge_method=S256 with the authorization request.',
    fits: ({ challenge, method, verifier }) => method === 'plain' && s256(verifier) === challenge,
  },
  {
    code: 'challenge_as_verifier',
    title: 'The challenge was sent as the code_verifier, or the verifier as the challenge',
    why: 'code_verifier has the same value as code_challenge. The server hashes what it gets as the verifier, so with S256 the two are never equal. The value has the form of a SHA-256, but a verifier of 32 random bytes looks the same: the values do not tell whether the challenge went out twice, or the verifier was never hashed (the mistake `plain`).',
    fix: 'Send BASE64URL(SHA256(verifier)) as code_challenge to the authorization endpoint, and the verifier of which it was made as code_verifier to the token endpoint.',
    confidence: 'likely',
    fits: ({ challenge, method, verifier }) => method === 'S256' && verifier === challenge && isDigest(verifier),
  },
  {
    code: 'plain',
    title: 'The verifier itself was sent as the challenge, with method S256',
    why: 'code_challenge equals code_verifier: it was never hashed, although the method says S256.',
    fix: 'Send BASE64URL(SHA256(verifier)) as code_challenge.',
    fits: ({ challenge, method, verifier }) => method === 'S256' && normal(verifier) === normal(challenge) && !isDigest(verifier),
  },
  {
    code: 'swapped',
    title: 'Verifier and challenge were swapped',
    why: 'What was sent as code_verifier is the hash of what was sent as code_challenge: the secret went out first, the hash second.',
    fix: 'Send the hash as code_challenge to /as/authorize, and the text it was made of as code_verifier to /as/token.',
    fits: ({ challenge, verifier }) => s256(challenge) === verifier,
  },
  {
    code: 'base64_standard',
    title: 'The challenge is in base64, not in base64url',
    why: 'The hash is right, but written with + and /, where base64url has - and _ (RFC 7636 appendix A).',
    fix: 'Encode with base64url: replace + by - and / by _, and leave out =.',
    fits: ({ challenge, verifier }) => /[+/ ]/.test(challenge) && normal(challenge) === s256(verifier),
  },
  {
    code: 'padding',
    title: 'The challenge has padding',
    why: 'The hash is right, but ends in =. PKCE uses base64url without padding (RFC 7636 appendix A).',
    fix: 'Cut the = off the challenge.',
    fits: ({ challenge, verifier }) => challenge !== unpadded(challenge) && unpadded(challenge) === s256(verifier),
  },
  {
    code: 'hex_digest',
    title: 'The challenge is the hash in hex',
    why: 'The hash is right, but written in hexadecimal digits. The bytes of the hash must be written in base64url.',
    fix: 'Take the bytes of the hash, not its hex text, and encode them with base64url.',
    fits: ({ challenge, verifier }) => challenge.toLowerCase() === hex(sha256(verifier)),
  },
  {
    code: 'hex_text',
    title: 'The challenge is base64url of the hex text of the hash',
    why: 'The hash was written in hex first, and that text was encoded: base64url of 64 letters instead of 32 bytes. Many libraries return a hash as hex text by default.',
    fix: 'Take the bytes of the hash (in Python digest() for hexdigest(), in Node digest() without "hex") and encode those.',
    fits: ({ challenge, verifier }) => hexTexts(verifier).some((text) => url(text) === normal(challenge)),
  },
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
    code: 'double_hash',
    title: 'The verifier was hashed twice',
    why: 'The challenge is the hash of a hash of the verifier.',
    fix: 'Hash once: some libraries hash in the function that encodes as well.',
    fits: makes((verifier) => [sha256(sha256(verifier)), ...hexTexts(verifier).map(sha256)].map(url)),
  },
  {
    code: 'hash_of_challenge',
    title: 'The challenge was made of a challenge',
    why: 'The right challenge was taken for the verifier, and hashed and encoded once more. A library may make the challenge of what you pass as the verifier.',
    fix: 'Pass the verifier to the library and let it make the challenge, or make it yourself, but not both.',
    fits: makes((verifier) => [s256(s256(verifier))]),
  },
  {
    code: 'trailing_newline',
    title: 'There is a line break or a space around the verifier',
    why: 'What was hashed and what was sent differ by white space: the shell’s echo, or reading a file, adds a line break.',
    fix: 'Trim the verifier once, before the challenge is made of it (printf in place of echo).',
    fits: (evidence) =>
      makes((verifier) => ['\n', '\r\n', ' '].map((end) => s256(verifier + end)))(evidence) || isRight(evidence.verifier.trim(), evidence),
  },
  {
    code: 'challenge_wrapped',
    title: 'There are white space or quotes around the challenge',
    why: 'Without them it would be a right challenge: reading a file, the shell’s echo, or JSON.stringify puts them there.',
    fix: 'Trim the challenge, and send the text alone (printf in place of echo).',
    fits: ({ challenge, method, verifier }) => unwrapped(challenge) !== challenge && unwrapped(challenge) === transform(verifier, method),
  },
  {
    code: 'json_quoted',
    title: 'There are quotes around the verifier',
    why: 'The verifier went through JSON on one of the two ways only: its text was hashed or sent with the quotes.',
    fix: 'Parse what you read from storage (JSON.parse), or store the plain text.',
    fits: (evidence) =>
      makes((verifier) => [s256(JSON.stringify(verifier))])(evidence) || isRight(evidence.verifier.replace(/^"(.*)"$/s, '$1'), evidence),
  },
  {
    code: 'percent_encoded',
    title: 'The verifier was percent-encoded on one of the two ways only',
    why: 'Characters as ~ were written as %7E before the hash was made, or the verifier was encoded twice before it was sent.',
    fix: 'Hash the verifier as it is, and encode the form once, with the function that makes the whole form.',
    fits: (evidence) =>
      makes((verifier) => [/[~]/g, /[-._~]/g].map((characters) => s256(verifier.replace(characters, percentEncoded))))(evidence) ||
      isRight(percentDecoded(evidence.verifier), evidence),
  },
  {
    code: 'case_changed',
    title: 'Upper and lower case got lost',
    why: 'Except for upper and lower case this is the right pair. Base64url has both, and something on the way (a database, a cookie, toLowerCase) keeps only one.',
    fix: 'Keep verifier and challenge exactly as they were made.',
    fits: (evidence) => {
      const { challenge, method, verifier } = evidence;
      const spellings = [verifier.toLowerCase(), verifier.toUpperCase()];
      const right = transform(verifier, method);
      const sameLetters = right !== challenge && right.toLowerCase() === challenge.toLowerCase();
      return sameLetters || spellings.some((spelling) => isRight(spelling, evidence));
    },
  },
  {
    code: 'challenge_cut',
    title: 'The challenge was cut short',
    why: 'The challenge is the beginning of the right one: a column or a cookie is too short for it, or characters were left out.',
    fix: 'Send all 43 characters of the challenge.',
    fits: ({ challenge, method, verifier }) =>
      challenge.length >= 8 && challenge.length < transform(verifier, method).length && transform(verifier, method).startsWith(challenge),
  },
  {
    code: 'verifier_of_other_transaction',
    title: 'The verifier belongs to another sign-on of the same application',
    why: 'This verifier fits the challenge of another authorization request: your application made a second verifier and lost the first. That happens with two tabs, a component that is rendered twice, or one place of storage for all sign-ons.',
    fix: 'Keep one verifier for each authorization request, under its state, and start a sign-on only once.',
    fits: ({ verifier, otherTransactions = [] }) =>
      otherTransactions.some(({ challenge, method = 'S256' }) => challenge !== undefined && transform(verifier, method) === challenge),
  },
];

const percentEncoded = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** `method_missing`, if the request itself named the method plain. */
export const methodPlain = {
  code: 'method_plain',
  title: 'The challenge is a SHA-256, but code_challenge_method=plain was sent',
  why: 'With plain the server compares the verifier itself with the challenge (RFC 7636 §4.6). The challenge is the right hash of this verifier.',
  fix: 'Send code_challenge_method=S256 with the authorization request.',
} as const;

/** If no row fits. */
export const differentVerifier = {
  code: 'different_verifier',
  title: 'The verifier is not the one that the challenge was made of',
  why: 'No usual mistake makes this challenge of this verifier, so the two were most likely made separately: the page was reloaded between the two steps, or another instance of the application answered the callback.',
  fix: 'Keep the verifier where it survives the redirect (session storage, a server session), and read the same one after it.',
} as const;
