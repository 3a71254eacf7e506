import { array, boolean, type Infer, object } from '../../lib/schema/types.js';

/** An ISO code, such as `fr-CA`. */
export const locale = { type: 'string', minLength: 2, maxLength: 35, pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$' } as const;

/** The body of a language (docs/fidelity.md, management 7.4). */
export const languageBody = object(
  {
    locale,
    enabled: boolean,
    default: boolean,
  },
  { name: { type: 'string', minLength: 1, maxLength: 256 } as const },
);
export type LanguageBody = Infer<typeof languageBody>;
export type SeedLanguage = LanguageBody & { readonly id?: string };

/** A text of PingOne's interface: its key begins with the module that it belongs to. */
const translationBody = object(
  { key: { type: 'string', minLength: 1, maxLength: 256, pattern: '^(flow-ui|my-account|portal|forms)\\.[A-Za-z0-9_.-]+$' } as const },
  { translatedText: { type: 'string', maxLength: 4096 } as const },
);
export type TranslationBody = Infer<typeof translationBody>;
export const translationsBody = array(translationBody);
export const seedTranslation = object({
  locale,
  ...translationBody.properties,
  translatedText: { type: 'string', minLength: 1, maxLength: 4096 } as const,
});
export type SeedTranslation = Infer<typeof seedTranslation>;
