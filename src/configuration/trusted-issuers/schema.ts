import { array, boolean, type Infer, object, string, uuid } from '../../lib/schema/types.js';

/** The bodies of trusted issuers and their assignments (docs/fidelity.md, management 5.6). */

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;

export const trustedIssuerBody = object(
  { name: text(256), issuer: text(2048) },
  {
    description: string,
    /** A JWK set, as an object or as text. */
    jwks: { type: ['string', 'object'] } as const,
    jwksUrl: text(2048),
    audiences: array(text(2048)),
    clockSkew: { type: 'integer', multipleOf: 1, minimum: 0, maximum: 60 },
    expRequired: boolean,
    iatRequired: boolean,
    nbfRequired: boolean,
    maxFutureValidity: { type: 'integer', minimum: 0, maximum: 2_147_483_647 },
  },
);
export type TrustedIssuerBody = Infer<typeof trustedIssuerBody>;
export type SeedTrustedIssuer = TrustedIssuerBody & { readonly id?: string };

export const trustedIssuerAssignmentBody = object({ trustedIssuer: object({ id: uuid }) });
