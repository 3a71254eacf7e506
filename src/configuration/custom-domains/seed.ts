import { without } from '../seed/collected.js';
import { itemOf } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { seedObject, text } from '../seed/schema-parts.js';
import { refusedAt } from '../seed/seed-error.js';
import { newCanonicalName, requireFreeName } from './custom-domains.js';
import { customDomainBody } from './schema.js';

/** Custom domains in a seed, without certificate and private key, which the management API never shows. */
export const customDomainSeeds = seedKind('customDomains', {
  schema: seedObject(
    {
      ...customDomainBody.properties,
      status: { type: 'string', enum: ['VERIFICATION_REQUIRED', 'SSL_CERTIFICATE_REQUIRED', 'ACTIVE'] },
      canonicalName: text,
      certificate: { type: 'object', required: ['expiresAt'], properties: { expiresAt: text } },
    },
    customDomainBody.required,
  ),
  async put({ environment, context }, { status = 'ACTIVE', canonicalName = newCanonicalName(environment), certificate, ...seed }, place) {
    const { customDomains } = environment.store;
    const domainName = seed.domainName.toLowerCase();
    await refusedAt(place, () => requireFreeName(context, environment, domainName));
    const [named] = await customDomains.find('domainName', domainName);
    const { createdAt, updatedAt, ...owned } = itemOf(environment, { id: seed.id ?? named?.id });
    if (named && named.id !== owned.id) await customDomains.take(named.id);
    const shown = certificate && { certificate: { expiresAt: certificate.expiresAt } };
    await customDomains.put({ ...owned, domainName, status, canonicalName, ...shown, createdAt, updatedAt });
  },
  collect: async ({ list }) => (await list('/customDomains')).map((domain) => without(domain, 'migrated')),
});
