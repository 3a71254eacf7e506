import { predefinedLocales } from '../../pingone/predefined.js';
import { withDefaultBut } from '../seed/collected.js';
import { itemOf } from '../seed/items.js';
import { seedKind } from '../seed/kind.js';
import { answered, seedObject } from '../seed/schema-parts.js';
import { languagesOf, nameOf, putLanguage } from './languages.js';
import { languageBody } from './schema.js';

const { locale, enabled, name } = languageBody.properties;

/** Languages in a seed: those that were added, and those that are not as every environment has them. */
export const languageSeeds = seedKind('languages', {
  schema: seedObject({ locale, enabled, default: languageBody.properties.default, name, customerAdded: answered }, ['locale']),
  async put({ environment }, seed) {
    const known = (await languagesOf(environment)).find((one) => one.locale.toLowerCase() === seed.locale.toLowerCase());
    const language = {
      ...itemOf(environment, { ...seed, id: seed.id ?? known?.id }),
      locale: known?.locale ?? seed.locale,
      name: seed.name ?? nameOf(seed.locale),
      enabled: seed.default === true || (seed.enabled ?? known?.enabled ?? true),
      default: seed.default ?? known?.default ?? false,
      customerAdded: known?.customerAdded ?? true,
    };
    if (known && known.id !== language.id) await environment.store.languages.take(known.id);
    await putLanguage(environment, language);
  },
  async collect({ list }) {
    const isUnchanged = (language: Readonly<Record<string, unknown>>) => {
      const usual = language.locale === 'en';
      return (
        predefinedLocales.includes(String(language.locale)) &&
        language.enabled === usual &&
        language.default === usual &&
        language.name === nameOf(String(language.locale))
      );
    };
    const languages = await list('/languages');
    return languages.filter((language) => !isUnchanged(language)).map((language) => withDefaultBut(language, 'customerAdded'));
  },
});
