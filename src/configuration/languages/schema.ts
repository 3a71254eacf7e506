import { boolean, type Infer, object } from '../../lib/schema/types.js';

/** The body of a language (docs/fidelity.md, management 7.4). */
export const languageBody = object(
  {
    locale: { type: 'string', minLength: 2, maxLength: 35, pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$' } as const,
    enabled: boolean,
    default: boolean,
  },
  { name: { type: 'string', minLength: 1, maxLength: 256 } as const },
);
export type LanguageBody = Infer<typeof languageBody>;
export type SeedLanguage = LanguageBody & { readonly id?: string };
