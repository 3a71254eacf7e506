/** What a refused pair of verifier and challenge can be explained by, and the transformations that the rows share. */
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

/** A mistake that may have made a pair. */
export interface Candidate {
  readonly code: string;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  /** If another mistake would lead to the same values. */
  readonly confidence?: 'possible';
  /** Whether it accounts for the pair; a text says how exactly, for `why`. */
  fits(evidence: PkceEvidence): boolean | string;
}

export type Bytes = string | Buffer;

export const hash = (algorithm: string, text: Bytes): Buffer => createHash(algorithm).update(text).digest();
export const sha256 = (text: Bytes): Buffer => hash('sha256', text);
export const url = (bytes: Buffer): string => bytes.toString('base64url');
export const hex = (bytes: Buffer): string => bytes.toString('hex');
export const unpadded = (text: string): string => text.replace(/=+$/, '');
/** base64 in either alphabet, padded or not, in the alphabet of base64url. */
export const normal = (text: string): string => unpadded(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll(' ', '-');
/** Hex as libraries print it, as plain small digits: `13-D3-1E`, `13:d3:1e`, `0x13d31e`. */
export const plainHex = (text: string): string => text.replace(/^0x/i, '').replaceAll(/[-: ]/g, '').toLowerCase();

/** A row that makes challenges from the verifier in wrong ways; one of them must be the recorded one. */
export const makes =
  (wrong: (verifier: string) => readonly string[]) =>
  ({ challenge, verifier }: PkceEvidence): boolean =>
    wrong(verifier).includes(challenge);

/** The ways in which the hash of a verifier is written in hex. */
export const hexTexts = (verifier: string): Buffer[] => {
  const small = hex(sha256(verifier));
  const pairs = small.match(/../g) ?? [];
  return [small, small.toUpperCase(), pairs.join('-').toUpperCase(), pairs.join(':'), pairs.join(' ')].map((text) => Buffer.from(text));
};

/** Whether a value has the form of a SHA-256 in base64url: 43 characters, of which the last carries four bits. */
export const isDigest = (text: string): boolean => /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(text);

/** A text without the white space and the quotes around it. */
export const unwrapped = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/s, '$2');

/** The bytes that a verifier encodes, if it encodes any. */
export const decoded = (verifier: string): Buffer[] => [
  Buffer.from(verifier, 'base64url'),
  ...(/^([0-9a-f]{2})+$/i.test(verifier) ? [Buffer.from(verifier, 'hex')] : []),
  ...(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(verifier) ? [Buffer.from(verifier.replaceAll('-', ''), 'hex')] : []),
];

export const percentDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export const percentEncoded = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

export const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
export const byteOrderMark = (bytes: Buffer, mark: readonly number[]): Buffer => Buffer.concat([Buffer.from(mark), bytes]);

/** Whether the verifier without something that was added later is the right one. */
export const isRight = (verifier: string, { challenge, method, verifier: sent }: PkceEvidence): boolean =>
  verifier !== sent && transform(verifier, method) === challenge;

/** A row for a verifier that should have been hashed as it is, while another text was hashed; or the reverse. */
export const eitherWay =
  (hashed: (verifier: string) => readonly string[], sent: (verifier: string) => readonly string[] = () => []) =>
  (evidence: PkceEvidence): boolean =>
    makes((verifier) => hashed(verifier).map(s256))(evidence) || sent(evidence.verifier).some((text) => isRight(text, evidence));
