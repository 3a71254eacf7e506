import { without } from '../seed/collected.js';
import { idFromNames, itemOf } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { seedObject } from '../seed/schema-parts.js';
import { refusedAt } from '../seed/seed-error.js';
import { trustedIssuerBody } from './schema.js';
import { putTrustedIssuer } from './trusted-issuers.js';

/** Trusted issuers in a seed. One replaces the issuer of its name; applications name those that are assigned to them. */
export const trustedIssuerSeeds = seedKind('trustedIssuers', {
  schema: seedObject(trustedIssuerBody.properties, trustedIssuerBody.required),
  async put({ environment }, seed, place) {
    const { trustedIssuers } = environment.store;
    const [named] = await trustedIssuers.find('name', seed.name);
    const {
      id,
      environment: owner,
      createdAt,
      updatedAt,
      ...body
    } = itemOf(environment, {
      ...seed,
      id: seed.id ?? named?.id ?? (await idFromNames(environment, environment.store.trustedIssuers, 'trusted issuer', seed.name)),
    });
    if (named && named.id !== id) await trustedIssuers.take(named.id);
    await refusedAt(place, () => putTrustedIssuer(environment, { id, environment: owner, createdAt, updatedAt }, body));
  },
  collect: async ({ list }) => (await list('/trustedIssuers')).map((issuer) => without(issuer)),
});
