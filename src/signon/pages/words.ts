import { languagesOf } from '../../configuration/languages/languages.js';
import type { Environment } from '../../environment/context.js';
import { type Html, type HtmlPart, html } from '../../lib/html.js';
import { lookUpLocale } from '../../lib/languages.js';
import { interfaceText, keyOf, type PageText } from '../../pingone/interface-texts/index.js';

/** The texts of a page in one language. */
export interface Words {
  /** As `fr-CA`. */
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  /** A text as such: for titles and labels. */
  text(name: PageText, values?: Readonly<Record<string, string>>): string;
  /** A text with markup in place of its words in braces. */
  html(name: PageText, values?: Readonly<Record<string, HtmlPart>>): Html;
}

/** Languages that are written from right to left. */
const rightToLeft = ['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'ur', 'yi'];

const placeholder = /\{(\w+)\}/;

/** The texts of a language: those that the environment has changed, or else the usual ones. */
async function wordsIn({ store }: Environment, locale: string): Promise<Words> {
  const changed = new Map((await store.translations.find('locale', locale.toLowerCase())).map((item) => [item.key, item.translatedText]));
  const find = (name: PageText): string => changed.get(keyOf(name)) ?? interfaceText(locale, keyOf(name)) ?? name;
  return {
    locale,
    direction: rightToLeft.includes(locale.toLowerCase().split('-', 1)[0] ?? '') ? 'rtl' : 'ltr',
    text: (name, values = {}) =>
      find(name)
        .split(placeholder)
        .map((part, at) => (at % 2 === 0 ? part : (values[part] ?? '')))
        .join('')
        .trim(),
    html: (name, values = {}) =>
      html`${find(name)
        .split(placeholder)
        .map((part, at) => (at % 2 === 0 ? part : values[part]))}`,
  };
}

/** The texts in the language that a person prefers, out of those that the environment has enabled; or else in its default one. */
export async function wordsFor(environment: Environment, ranges: readonly string[]): Promise<Words> {
  const enabled = (await languagesOf(environment)).filter((language) => language.enabled || language.default);
  const usual = enabled.find((language) => language.default)?.locale ?? 'en';
  return wordsIn(
    environment,
    lookUpLocale(
      ranges,
      enabled.map(({ locale }) => locale),
    ) ?? usual,
  );
}

/** The mock's own texts on a page: always in English, whatever the page's language. */
export const ownWords = ({ locale }: Words): Html | undefined => (/^en(-|$)/i.test(locale) ? undefined : html` lang="en" dir="ltr"`);
