import { predefinedLocales } from '../../pingone/predefined.js';
import type { CollectedItem } from '../seed/collected.js';
import { seedKind } from '../seed/kind.js';
import { answered, seedObject } from '../seed/schema-parts.js';
import { seedTranslation } from './schema.js';
import { changeTranslations } from './translations.js';

type InterfaceText = typeof import('../../pingone/interface-texts/index.js').interfaceText;

/**
 * Whether a text was changed, which PingOne does not say: it differs from PingOne's own text where that is known, and from the
 * English one in English and in languages that were added.
 */
function isChanged(
  interfaceText: InterfaceText,
  locale: string,
  { key, referenceText, translatedText }: Readonly<Record<string, unknown>>,
): boolean {
  const own = interfaceText(locale, String(key));
  if (own !== undefined) return translatedText !== own;
  const hasWords = locale !== 'en' && predefinedLocales.includes(locale);
  return referenceText === undefined || (!hasWords && translatedText !== referenceText);
}

/** Changed texts of PingOne's interface in a seed. */
export const translationSeeds = seedKind('translations', {
  schema: seedObject({ ...seedTranslation.properties, shortKey: answered, referenceText: answered }, seedTranslation.required),
  put: ({ environment }, { locale, key, translatedText }) => changeTranslations(environment, locale, [{ key, translatedText }]),
  async collect({ list }) {
    const { interfaceText } = await import('../../pingone/interface-texts/index.js');
    const changed: CollectedItem[] = [];
    for (const { locale } of await list('/languages')) {
      const texts = await list(`/translations/${locale}`);
      for (const text of texts)
        if (isChanged(interfaceText, String(locale), text))
          changed.push({ locale, key: text.key, translatedText: text.translatedText } as unknown as CollectedItem);
    }
    return changed;
  },
});
