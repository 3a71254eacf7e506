import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Digest, makeCertificate } from '../../lib/x509/certificate.js';
import { explicit, integer, objectIdentifier, sequence, set } from '../../lib/x509/der.js';
import type { KeyMaker } from './key-maker.js';

/** The curves by key length. */
const curves: Readonly<Record<number, string>> = { 224: 'secp224r1', 256: 'prime256v1', 384: 'secp384r1', 521: 'secp521r1' };

export interface ConfiguredKeyInput {
  readonly algorithm: 'RSA' | 'EC';
  readonly keyLength: number;
  readonly digest: Digest;
  /** DER. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly serialNumber: Uint8Array;
  readonly notBeforeAt: number;
  readonly notAfterAt: number;
}

/** Generates a key with a self-signed certificate, in base64. Throws what the maker throws. */
export async function makeConfiguredKey(
  maker: KeyMaker,
  { algorithm, keyLength, ...input }: ConfiguredKeyInput,
): Promise<{ privateKey: object; certificate: string }> {
  const made = algorithm === 'RSA' ? await maker.rsa(keyLength) : [await maker.ec(curves[keyLength] ?? 'prime256v1')];
  const privateKey = made[0] as KeyObject;
  const certificate = makeCertificate({ ...input, publicKey: createPublicKey(privateKey), signingKey: privateKey });
  // PKCS #8 and not JWK, which does not support the 224-bit curve (RFC 7518 §6.2.1.1).
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  return { privateKey: { pkcs8 }, certificate: certificate.toString('base64') };
}

/** DER as PEM (RFC 7468 §2). */
const inPem = (label: string, base64: string): string =>
  `-----BEGIN ${label}-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;

/** A certificate as PEM (RFC 7468 §5). */
export const certificatePem = (base64: string): string => inPem('CERTIFICATE', base64);

const data = objectIdentifier('1.2.840.113549.1.7.1');
const signedData = objectIdentifier('1.2.840.113549.1.7.2');

/** A request for a certificate as PEM (RFC 7468 §7). */
export const signingRequestPem = (request: Buffer): string => inPem('CERTIFICATE REQUEST', request.toString('base64'));

/** A certificate in a PKCS #7 message without signatures, as DER (RFC 2315 §9.1). */
export const certificatePkcs7 = (base64: string): Buffer => {
  const content = sequence(integer(Buffer.from([1])), set(), sequence(data), explicit(0, Buffer.from(base64, 'base64')), set());
  return sequence(signedData, explicit(0, content));
};
