import type { Owned } from './configuration.js';

/** A host name of a customer that serves an environment without its id in the paths. */
export interface CustomDomain extends Owned {
  /** In lower case. */
  readonly domainName: string;
  readonly status: 'VERIFICATION_REQUIRED' | 'SSL_CERTIFICATE_REQUIRED' | 'ACTIVE';
  /** What a CNAME record of the domain name has to point to. */
  readonly canonicalName: string;
  readonly certificate?: { readonly expiresAt: string };
  /** The imported certificate with its chain and its private key, in PEM. A seed has none. */
  readonly imported?: { readonly chain: string; readonly privateKey: string };
}
