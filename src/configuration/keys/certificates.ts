import { X509Certificate } from 'node:crypto';
import type { Environment } from '../../environment/context.js';
import type { CertificateRecord } from '../../environment/model/configuration.js';
import { membersOf as membersIn, textMember } from '../../lib/unknown.js';
import { signatureAlgorithmOf } from '../../lib/x509/pkcs12.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { conflict, invalidValue } from '../../pingone/pingone-error.js';
import { finder, newMembers } from '../items.js';
import { commonNameOf, curveLengths } from './key-files.js';
import { membersFromCertificate } from './keys.js';
import { certificatesIn } from './signing-requests.js';

/** Certificates of other parties, without private keys, such as those of SAML identity providers. */

/** The certificate of this id, or a 404. */
export const certificateOf = finder(({ certificates }) => certificates, texts.certificateUnknown.text);

/** A name as PingOne writes it for certificates: in the order of the certificate, without blanks between its parts. */
const nameOf = (text: string): string => text.split('\n').join(',');

/** The members that are read from the certificate itself, or a refusal. */
export function membersOf(certificate: X509Certificate) {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const signatureAlgorithm = signatureAlgorithmOf(certificate);
  const keyLength = type === 'rsa' ? details?.modulusLength : curveLengths[details?.namedCurve ?? ''];
  if (signatureAlgorithm === undefined || keyLength === undefined) throw invalidValue('file', texts.keyFileKind.text);
  const told = membersFromCertificate(certificate);
  return {
    name: commonNameOf(told.subjectDN) ?? told.subjectDN,
    algorithm: type === 'rsa' ? 'RSA' : 'EC',
    keyLength,
    signatureAlgorithm,
    ...told,
    subjectDN: nameOf(certificate.subject),
    issuerDN: nameOf(certificate.issuer),
  } as const;
}

/** Adds the first certificate of a file: X.509 or PKCS #7, in PEM or DER. */
export async function addCertificate(
  environment: Environment,
  { file, usageType }: { readonly file: Uint8Array; readonly usageType: string },
): Promise<CertificateRecord> {
  const [first] = certificatesIn(file);
  if (!first) throw invalidValue('file', texts.keyCertificate.text);
  const { id, environment: own, createdAt } = newMembers(environment);
  const certificate = { id, environment: own, createdAt, usageType, default: false, ...membersOf(first) };
  await environment.store.certificates.put(certificate);
  return certificate;
}

/** Deletes a certificate that no identity provider is verified by. */
export async function deleteCertificate({ store }: Environment, { id }: CertificateRecord): Promise<void> {
  const providers = (await store.identityProviders.list()).filter(({ idpVerification }) => {
    const { certificates } = membersIn(idpVerification);
    return Array.isArray(certificates) && certificates.some((one) => textMember(one, 'id')?.toLowerCase() === id);
  });
  if (providers.length > 0)
    throw conflict(
      texts.certificateInUse.text,
      providers.map((provider) => provider.id),
    );
  await store.certificates.take(id);
}

/** The certificate in base64, as a seed has it. */
export function readCertificate(base64: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    throw invalidValue('certificate', texts.keyCertificate.text);
  }
}
