import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Environment } from '../../environment/context.js';
import type { KeyRecord } from '../../environment/model/configuration.js';
import { serialize } from '../../environment/serialize.js';
import { type Digest, makeSigningRequest } from '../../lib/x509/certificate.js';
import { readCertificates, subjectOf } from '../../lib/x509/certificate-file.js';
import { signatureAlgorithmOf } from '../../lib/x509/pkcs12.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue } from '../../pingone/pingone-error.js';
import { commonNameOf } from './key-files.js';
import { keyOf, membersFromCertificate, putKey } from './keys.js';

/** The private key of a configured key; PingOne's own stays in the key ring. */
function privateKeyOf({ privateKey }: KeyRecord): KeyObject {
  if (!privateKey) throw constraint(texts.keyOwnRequest.text);
  return 'pkcs8' in privateKey
    ? createPrivateKey({ key: Buffer.from(String(privateKey.pkcs8), 'base64'), format: 'der', type: 'pkcs8' })
    : createPrivateKey({ key: { ...privateKey }, format: 'jwk' });
}

const certificateOf = ({ certificate }: KeyRecord): X509Certificate => new X509Certificate(Buffer.from(certificate, 'base64'));

/** A request to an authority to sign a key's certificate, as DER (PKCS #10). Its subject is that of the certificate. */
export function signingRequestOf(key: KeyRecord): Buffer {
  const digest = key.signatureAlgorithm.slice(0, 6).toLowerCase() as Digest;
  return makeSigningRequest({ subject: subjectOf(certificateOf(key)), privateKey: privateKeyOf(key), digest });
}

/** The certificates in a file, or a refusal. */
export function certificatesIn(file: Uint8Array): X509Certificate[] {
  try {
    return readCertificates(file);
  } catch {
    throw invalidValue('file', texts.keyCertificate.text);
  }
}

/** The name of a key whose certificate an authority has signed: `subject (authority)`. */
function nameOf({ name }: KeyRecord, { subjectDN, issuerDN }: { subjectDN: string; issuerDN: string }): string {
  const authority = commonNameOf(issuerDN);
  return authority === undefined ? name : `${commonNameOf(subjectDN) ?? name} (${authority})`.slice(0, 256);
}

/** Replaces the certificate of a key by the one that an authority has signed for it (docs/fidelity.md, management 6.8). */
export function importCertificate(environment: Environment, id: string, file: Uint8Array): Promise<KeyRecord> {
  const found = certificatesIn(file);
  return serialize(environment, 'keys', async () => {
    const key = await keyOf(environment, id);
    const before = certificateOf(key);
    const certificate = found.find((each) => each.publicKey.equals(before.publicKey));
    if (!certificate) throw invalidValue('file', texts.keyCertificateOther.text);
    const told = membersFromCertificate(certificate);
    const now = environment.clock.now();
    if (now < Date.parse(told.startsAt) || now >= Date.parse(told.expiresAt)) throw invalidValue('file', texts.keyFileExpired.text);
    const signatureAlgorithm = signatureAlgorithmOf(certificate) ?? key.signatureAlgorithm;
    // The name as it was given, with parts that have no value, if it is still the same.
    const named = Buffer.compare(subjectOf(certificate), subjectOf(before)) === 0 && { subjectDN: key.subjectDN };
    return putKey(environment, { ...key, ...told, ...named, name: nameOf(key, told), signatureAlgorithm });
  });
}
