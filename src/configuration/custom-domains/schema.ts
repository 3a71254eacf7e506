import { type Infer, object, secret } from '../../lib/schema/types.js';

/** The bodies of custom domains (docs/fidelity.md, management 7.9). */

/** A host name with a dot, whose last part has a letter: no address can have it. */
const domainName = {
  type: 'string',
  minLength: 3,
  maxLength: 253,
  pattern: '^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$',
} as const;

/** Chains of certificates are a few kB. */
const pem = { type: 'string', minLength: 1, maxLength: 65_536 } as const;

export const customDomainBody = object({ domainName });

export const domainCertificateBody = object({ certificate: pem, privateKey: secret(pem) }, { intermediateCertificates: pem });
export type DomainCertificateBody = Infer<typeof domainCertificateBody>;

export interface SeedCustomDomain {
  readonly id?: string;
  readonly domainName: string;
  readonly status?: 'VERIFICATION_REQUIRED' | 'SSL_CERTIFICATE_REQUIRED' | 'ACTIVE';
  readonly canonicalName?: string;
  readonly certificate?: { readonly expiresAt: string };
}
