import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { makeCertificate } from '../../src/lib/x509/certificate.js';
import { readDer } from '../../src/lib/x509/der-reader.js';

/** The parts of a request for a certificate in PKCS #10 (RFC 2986 §4.2). */
export function readRequest(der: Uint8Array) {
  const [information, , signature] = readDer(der).children();
  if (!information || !signature) throw new Error('it has not three parts');
  const [, subject, key] = information.children();
  if (!subject || !key) throw new Error('its information has not three parts');
  const publicKey = createPublicKey({ key: Buffer.from(key.whole), format: 'der', type: 'spki' });
  return { information: information.whole, signature: signature.content.subarray(1), subject: subject.whole, publicKey };
}

const day = 86_400_000;

/** A certificate authority, which signs requests for so many days. */
export function certificateAuthority() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const sign = ({ subject, publicKey }: { subject: Uint8Array; publicKey: KeyObject }, now: number, days = 100) =>
    new X509Certificate(
      makeCertificate({
        subject,
        issuer: { commonName: 'Authority', organization: 'Example' },
        publicKey,
        signingKey: privateKey,
        serialNumber: Buffer.from([9]),
        notBeforeAt: now - day,
        notAfterAt: now + days * day,
      }),
    );
  return { privateKey, sign };
}

/** The bytes in a PEM file. */
export const pemContent = (pem: string): Uint8Array => Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
