import { X509Certificate } from 'node:crypto';
import { DerError, type DerNode, identifierOf, readDer } from './der-reader.js';

/** More than any chain has. */
const mostCertificates = 20;

const signedData = '1.2.840.113549.1.7.2';
/** `[0]`, constructed: the certificates of a message (RFC 2315 §9.1). */
const certificatesTag = 0xa0;

/** The certificates in a PKCS #7 message. */
function ofMessage(message: DerNode): Uint8Array[] {
  const parts = message.at(1).at(0).children();
  return (parts.find(({ tag }) => tag === certificatesTag)?.children() ?? []).map(({ whole }) => whole);
}

/** The certificates in DER: one, or those of a PKCS #7 message, which begins with an identifier. */
function ofDer(bytes: Uint8Array): Uint8Array[] {
  const read = readDer(bytes);
  const [first] = read.children();
  return first?.tag === 0x06 && identifierOf(first) === signedData ? ofMessage(read) : [read.whole];
}

/** The DER in the sections of a PEM file (RFC 7468 §2). */
const ofPem = (text: string): Buffer[] =>
  [...text.matchAll(/-----BEGIN (CERTIFICATE|PKCS7|CMS)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g)]
    .slice(0, mostCertificates)
    .map(([, , base64 = '']) => Buffer.from(base64, 'base64'));

/**
 * The certificates in a file: X.509 or PKCS #7, in PEM or DER. Throws a `DerError`, or an error of `node:crypto`, if it
 * cannot be read.
 */
export function readCertificates(file: Uint8Array): X509Certificate[] {
  const sections = ofPem(Buffer.from(file).toString('latin1'));
  const found = (sections.length > 0 ? sections : [file]).flatMap(ofDer).slice(0, mostCertificates);
  if (found.length === 0) throw new DerError('there is no certificate');
  return found.map((bytes) => new X509Certificate(bytes));
}

/** DER of the name of a certificate's subject (RFC 5280 §4.1.2.6). */
export function subjectOf({ raw }: X509Certificate): Uint8Array {
  const parts = readDer(raw).at(0).children();
  // Only the first version has no version.
  const subject = parts[parts[0]?.tag === 0xa0 ? 5 : 4];
  if (!subject) throw new DerError('a certificate without a subject');
  return subject.whole;
}
