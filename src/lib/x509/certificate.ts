import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { bitString, explicit, integer, objectIdentifier, sequence, set, time, utf8String } from './der.js';

export type Digest = 'sha256' | 'sha384' | 'sha512';

const rsa: Readonly<Record<Digest, string>> = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};
const ecdsa: Readonly<Record<Digest, string>> = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
const commonName = objectIdentifier('2.5.4.3');
const organization = objectIdentifier('2.5.4.10');

/** The subject or issuer of a certificate. */
export interface DistinguishedName {
  commonName: string;
  organization: string;
}

export interface CertificateInput {
  subject: DistinguishedName | Uint8Array;
  /** Defaults to the subject: a self-signed certificate. */
  issuer?: DistinguishedName | Uint8Array;
  publicKey: KeyObject;
  /** The issuer's private key, RSA or of an elliptic curve. */
  signingKey: KeyObject;
  /** Defaults to SHA-256. */
  digest?: Digest;
  serialNumber: Uint8Array;
  /** Milliseconds since the epoch. */
  notBeforeAt: number;
  notAfterAt: number;
  /** The extensions as DER. */
  extensions?: Uint8Array[];
}

/** DER of a name; a name that is DER already stays as it is. */
const name = (subject: DistinguishedName | Uint8Array): Uint8Array =>
  subject instanceof Uint8Array
    ? subject
    : sequence(set(sequence(organization, utf8String(subject.organization))), set(sequence(commonName, utf8String(subject.commonName))));

/** The identifier of the algorithm that a key signs with (RFC 5280 §4.1.1.2). */
const algorithmOf = ({ asymmetricKeyType: type }: KeyObject, digest: Digest): Buffer =>
  type === 'rsa' ? sequence(objectIdentifier(rsa[digest]), Buffer.from([0x05, 0x00])) : sequence(objectIdentifier(ecdsa[digest]));

interface SigningRequestInput {
  /** DER of a name. */
  subject: Uint8Array;
  /** The private key of the subject, RSA or of an elliptic curve. */
  privateKey: KeyObject;
  digest: Digest;
}

/** Makes and signs a request for a certificate, without attributes, as DER (PKCS #10, RFC 2986 §4). */
export function makeSigningRequest({ subject, privateKey, digest }: SigningRequestInput): Buffer {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const information = sequence(integer(Buffer.from([0])), subject, publicKey, explicit(0));
  return sequence(information, algorithmOf(privateKey, digest), bitString(sign(digest, information, privateKey)));
}

/** Makes and signs an X.509 version 3 certificate, as DER (RFC 5280 §4.1). */
export function makeCertificate(input: CertificateInput): Buffer {
  const { digest = 'sha256' } = input;
  const algorithm = algorithmOf(input.signingKey, digest);
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(input.serialNumber),
    algorithm,
    name(input.issuer ?? input.subject),
    sequence(time(input.notBeforeAt), time(input.notAfterAt)),
    name(input.subject),
    input.publicKey.export({ type: 'spki', format: 'der' }),
    ...(input.extensions?.length ? [explicit(3, sequence(...input.extensions))] : []),
  );
  return sequence(toBeSigned, algorithm, bitString(sign(digest, toBeSigned, input.signingKey)));
}
