import { createRandom } from '../../src/lib/random.js';
import { createIssuer, makeAuthority, toPem } from '../../src/server/tls/authority.js';

/** What the import of a custom domain's certificate needs: one by an authority of its own, for these names, valid for a year. */
export function domainCertificate(names: readonly string[], now: number) {
  const random = createRandom();
  const authority = makeAuthority({ names, addresses: [] }, now, random);
  const { key, issue } = createIssuer(authority, now, random);
  const ca = toPem(authority.certificate);
  return { certificate: issue({ names, addresses: [] }).replace(ca, ''), intermediateCertificates: ca, privateKey: key };
}
