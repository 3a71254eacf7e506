import type { Environment } from '../../environment/context.js';
import type { Translation } from '../../environment/model/branding.js';
import { serialize } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint } from '../../pingone/pingone-error.js';
import { newMembers } from '../items.js';
import type { TranslationBody } from './schema.js';

/** More than every key in every language. */
const mostTranslations = 20_000;

/** The texts of the interface in a language: those that are known, then those that were added. */
export async function translationsOf({ id, store }: Environment, locale: string) {
  const { interfaceKeys, interfaceText } = await import('../../pingone/interface-texts/index.js');
  const stored = new Map((await store.translations.find('locale', locale.toLowerCase())).map((item) => [item.key, item]));
  const keys = new Set([...interfaceKeys, ...stored.keys()]);
  return [...keys].map((key) => {
    const reference = interfaceText('en', key);
    return {
      id: derivedId('translation', id, locale.toLowerCase(), key),
      key,
      shortKey: key.slice(key.indexOf('.') + 1),
      ...(reference !== undefined && { referenceText: reference }),
      translatedText: stored.get(key)?.translatedText ?? interfaceText(locale, key) ?? '',
    };
  });
}

/** Changes texts of the interface in a language. One without a text is PingOne's own again (docs/fidelity.md, management 7.19). */
export const changeTranslations = (environment: Environment, locale: string, bodies: readonly TranslationBody[]): Promise<void> =>
  serialize(environment, 'translations', async () => {
    const { translations } = environment.store;
    for (const { key, translatedText = '' } of bodies) {
      const [known] = await translations.find('locale and key', `${locale.toLowerCase()} ${key}`);
      if (translatedText === '') {
        if (known) await translations.take(known.id);
        continue;
      }
      if (!known && (await translations.count()) >= mostTranslations) throw constraint(texts.translationsLimit.text);
      const { createdAt, updatedAt, ...members } = newMembers(environment);
      const translation: Translation = { ...members, ...known, locale: known?.locale ?? locale, key, translatedText, createdAt, updatedAt };
      await translations.put(translation);
    }
  });
