import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { readCertificates } from '../../lib/x509/certificate-file.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidValue } from '../../pingone/pingone-error.js';
import type { DomainCertificateBody } from './schema.js';

const certificatesIn = (target: string, text: string): X509Certificate[] => {
  try {
    return readCertificates(Buffer.from(text));
  } catch {
    throw invalidValue(target, texts.keyCertificate.text);
  }
};

function privateKeyIn(text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw invalidValue('privateKey', texts.domainPrivateKey.text);
  }
}

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/** The certificates in their order: each is issued by the next. Others are left out. */
function chainOf(first: X509Certificate, others: readonly X509Certificate[]): X509Certificate[] {
  const chain = [first];
  for (let last = first; ; ) {
    const next = others.find((other) => !chain.includes(other) && isIssuedBy(last, other));
    if (!next) return chain;
    chain.push(next);
    last = next;
  }
}

const toMoment = (date: string): string => new Date(date).toISOString();

/**
 * Reads the certificate of a custom domain, or refuses it: it must be valid now, for this name, by an authority, and of
 * this private key (docs/fidelity.md, management 7.9).
 */
export function readDomainCertificate(
  { certificate, intermediateCertificates, privateKey }: DomainCertificateBody,
  domainName: string,
  now: number,
): { readonly expiresAt: string; readonly chain: string; readonly privateKey: string } {
  const [first, ...more] = certificatesIn('certificate', certificate) as [X509Certificate, ...X509Certificate[]];
  const given = intermediateCertificates === undefined ? [] : certificatesIn('intermediateCertificates', intermediateCertificates);
  const key = privateKeyIn(privateKey);
  const { validFrom, validTo } = first;
  if (!(now >= Date.parse(validFrom) && now < Date.parse(validTo))) throw invalidValue('certificate', texts.keyFileExpired.text);
  if (isIssuedBy(first, first)) throw invalidValue('certificate', texts.domainSelfSigned.text);
  if (first.checkHost(domainName, { subject: 'never' }) === undefined) throw invalidValue('certificate', texts.domainCertificateName.text);
  if (!first.checkPrivateKey(key)) throw invalidValue('privateKey', texts.domainPrivateKeyOther.text);
  const chain = chainOf(first, [...more, ...given]);
  if (given.length > 0 && chain.length === 1) throw invalidValue('intermediateCertificates', texts.domainChain.text);
  const read = {
    expiresAt: toMoment(validTo),
    chain: chain.map(String).join(''),
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  try {
    // Keys that TLS refuses, such as those that are too short.
    process.getBuiltinModule('node:tls').createSecureContext({ cert: read.chain, key: read.privateKey });
  } catch {
    throw invalidValue('certificate', texts.keyFileKind.text);
  }
  return read;
}
