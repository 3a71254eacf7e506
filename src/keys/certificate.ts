import { type KeyObject, sign } from 'node:crypto';
import { bitString, explicit, integer, objectIdentifier, sequence, set, time, utf8String } from './der.js';

const sha256WithRsa = sequence(objectIdentifier('1.2.840.113549.1.1.11'), Buffer.from([0x05, 0x00]));
const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const commonName = objectIdentifier('2.5.4.3');
const organization = objectIdentifier('2.5.4.10');

/** Who a certificate speaks of, or who issued it. */
export interface DistinguishedName {
  commonName: string;
  organization: string;
}

export interface CertificateInput {
  subject: DistinguishedName;
  /** The subject itself where it is left out: a self-signed certificate. */
  issuer?: DistinguishedName;
  publicKey: KeyObject;
  /** The issuer's private key, RSA or P-256. */
  signingKey: KeyObject;
  serialNumber: Uint8Array;
  /** Milliseconds since the epoch. */
  notBeforeAt: number;
  notAfterAt: number;
  /** Ready-made DER of the extensions, if there are any. */
  extensions?: Uint8Array[];
}

const name = (subject: DistinguishedName): Buffer =>
  sequence(set(sequence(organization, utf8String(subject.organization))), set(sequence(commonName, utf8String(subject.commonName))));

/** Makes and signs an X.509 version 3 certificate; answers its DER (RFC 5280 §4.1). */
export function makeCertificate(input: CertificateInput): Buffer {
  const algorithm = input.signingKey.asymmetricKeyType === 'rsa' ? sha256WithRsa : ecdsaWithSha256;
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
  return sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, input.signingKey)));
}
