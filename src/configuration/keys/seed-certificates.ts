import { X509Certificate } from 'node:crypto';
import { itemOf } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { answered, name, seedObject } from '../seed/schema-parts.js';
import { refusedAt } from '../seed/seed-error.js';
import { membersOf, readCertificate } from './certificates.js';
import { certificateImport } from './schema.js';

const shown = [
  'algorithm',
  'default',
  'expiresAt',
  'issuerDN',
  'keyLength',
  'name',
  'organization',
  'serialNumber',
  'signatureAlgorithm',
  'startsAt',
  'status',
  'subjectDN',
  'validityPeriod',
];

/** Certificates in a seed: the DER in base64, which contains the rest. */
export const certificateSeeds = seedKind('certificates', {
  schema: seedObject(
    {
      ...Object.fromEntries(shown.map((member) => [member, answered])),
      usageType: certificateImport.properties.usageType,
      certificate: name,
    },
    ['usageType', 'certificate'],
  ),
  async put({ environment }, { id, usageType, certificate }, place) {
    const members = await refusedAt(place, async () => membersOf(readCertificate(certificate)));
    const { updatedAt: _, ...item } = itemOf(environment, { id, usageType, default: false, ...members });
    await environment.store.certificates.put(item);
  },
  async collect({ list, text }) {
    const certificates = [];
    for (const { id, usageType } of await list('/certificates')) {
      const pem = await text(`/certificates/${id}`, 'application/x-x509-ca-cert');
      if (pem !== undefined) certificates.push({ id, usageType, certificate: new X509Certificate(pem).raw.toString('base64') });
    }
    return certificates;
  },
});
