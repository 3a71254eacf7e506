import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import type { Random } from '../../lib/random.js';
import { type DistinguishedName, makeCertificate } from '../../lib/x509/certificate.js';
import {
  alternativeNames,
  authorityConstraints,
  authorityKey,
  authorityUsage,
  keyIdentifier,
  noAuthority,
  permitOnly,
  type Subjects,
  serverUsage,
  subjectKey,
} from '../../lib/x509/extensions.js';

/** A certificate authority of our own, which clients must trust. */
export interface Authority {
  readonly name: DistinguishedName;
  readonly certificate: Buffer;
  readonly privateKey: KeyObject;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

const organization = 'pingone-mock (for tests only)';
const day = 24 * 60 * 60 * 1000;
const lifetime = 365 * day;
/** The clocks of containers and virtual machines differ a little. */
const leeway = day;

export const toPem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;

export const privateKeyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** At most 20 bytes, positive and unique (RFC 5280 §4.1.2.2). */
const serialNumber = (random: Random): Buffer => {
  const bytes = random.bytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes;
};

/** Makes an authority for these names and addresses only, valid for a year. */
export function makeAuthority(permitted: Subjects, now: number, random: Random): Authority {
  const { publicKey, privateKey } = newKeys();
  // A unique name, since trust stores look up issuers by name.
  const name = { organization, commonName: `pingone-mock test CA ${keyIdentifier(publicKey).toString('hex', 0, 4)}` };
  const endsAt = now + lifetime;
  const certificate = makeCertificate({
    subject: name,
    publicKey,
    signingKey: privateKey,
    serialNumber: serialNumber(random),
    notBeforeAt: now - leeway,
    notAfterAt: endsAt,
    extensions: [authorityConstraints(), authorityUsage(), permitOnly(permitted), subjectKey(publicKey)],
  });
  return { name, certificate, privateKey, endsAt };
}

/** Reads an authority from one PEM text with its certificate and key. */
export function readAuthority(pem: string): Authority {
  const certificate = new X509Certificate(pem);
  const privateKey = createPrivateKey(pem);
  if (!certificate.checkPrivateKey(privateKey)) throw new Error('the key does not belong to the certificate');
  const [, name = ''] = /^CN=(.*)$/m.exec(certificate.subject) ?? [];
  return { name: { organization, commonName: name }, certificate: certificate.raw, privateKey, endsAt: Date.parse(certificate.validTo) };
}

/** Issues certificates for one server key, signed by the authority. */
export function createIssuer(authority: Authority, now: number, random: Random) {
  const { publicKey, privateKey } = newKeys();
  return {
    key: privateKeyPem(privateKey),
    /** A chain for these names and addresses: the server's certificate and the authority's. */
    issue: (subjects: Subjects): string => {
      const certificate = makeCertificate({
        subject: { organization, commonName: 'pingone-mock server' },
        issuer: authority.name,
        publicKey,
        signingKey: authority.privateKey,
        serialNumber: serialNumber(random),
        notBeforeAt: now - leeway,
        // A year is below the 397 days that browsers allow.
        notAfterAt: Math.min(now + lifetime, authority.endsAt),
        extensions: [
          noAuthority(),
          ...serverUsage(),
          alternativeNames(subjects),
          subjectKey(publicKey),
          authorityKey(createPublicKey(authority.privateKey)),
        ],
      });
      return toPem(certificate) + toPem(authority.certificate);
    },
  };
}
