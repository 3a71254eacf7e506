import { boolean, type Infer, object, oneOf } from '../../lib/schema/types.js';

/** The bodies of agreements, their languages and revisions (docs/fidelity.md, management 7.5). */

/** The longest text of an agreement, in characters. */
export const longestText = 32_000;

const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const button = { type: 'string', minLength: 1, maxLength: 256, pattern: '^[\\p{L}\\p{M}\\p{N}\\p{Zs}\\p{P}]+$' } as const;

export const agreementBody = object(
  { name, enabled: boolean },
  {
    description: { type: 'string', maxLength: 1024 } as const,
    reconsentPeriodDays: { type: 'integer', minimum: 1, maximum: 36_500 } as const,
  },
);
export type AgreementBody = Infer<typeof agreementBody>;

export const agreementLanguageBody = object(
  { displayName: name, enabled: boolean, locale: { type: 'string', minLength: 2, maxLength: 35 } as const },
  { userExperience: object({}, { acceptCheckboxText: button, continueButtonText: button, declineButtonText: button }) },
);
export type AgreementLanguageBody = Infer<typeof agreementLanguageBody>;

export const revisionBody = object({
  contentType: oneOf('text/html', 'text/plain'),
  effectiveAt: { type: 'string', minLength: 1, maxLength: 40 } as const,
  requireReconsent: boolean,
  text: { type: 'string', minLength: 1, maxLength: longestText } as const,
});
export type RevisionBody = Infer<typeof revisionBody>;

type WithId<T> = T & { readonly id?: string };
export type SeedAgreement = WithId<AgreementBody> & {
  readonly languages?: readonly (WithId<AgreementLanguageBody> & { readonly revisions?: readonly WithId<RevisionBody>[] })[];
};
