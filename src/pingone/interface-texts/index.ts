import { cs } from './cs.js';
import { de } from './de.js';
import { en, type PageText, type PageTexts } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { hu } from './hu.js';
import { it } from './it.js';
import { ja } from './ja.js';
import { ko } from './ko.js';
import { nl } from './nl.js';
import { pl } from './pl.js';
import { pt } from './pt.js';
import { ru } from './ru.js';
import { th } from './th.js';
import { tr } from './tr.js';
import { zh } from './zh.js';

export type { PageText, PageTexts } from './en.js';

/** The texts of the sign-on pages by the language that they are in. */
const languages: Readonly<Record<string, PageTexts>> = { cs, de, en, es, fr, hu, it, ja, ko, nl, pl, pt, ru, th, tr, zh };

const modulePrefix = 'flow-ui.';

const isPageText = (name: string): name is PageText => Object.hasOwn(en, name);

/** The key of a text of the sign-on pages in the management API. */
export const keyOf = (text: PageText): string => `${modulePrefix}${text}`;

/** The keys of all texts that are known. */
export const interfaceKeys: readonly string[] = Object.keys(en).map((text) => `${modulePrefix}${text}`);

/** The text of a key, in a language or else in English; undefined for a key that is not known. */
export function interfaceText(locale: string, key: string): string | undefined {
  const name = key.startsWith(modulePrefix) ? key.slice(modulePrefix.length) : '';
  if (!isPageText(name)) return undefined;
  const [language = ''] = locale.toLowerCase().split('-');
  return (Object.hasOwn(languages, language) ? languages[language] : undefined)?.[name] ?? en[name];
}

/** The parts of PingOne's interface that texts belong to. */
export const interfaceModules = ['flow-ui', 'my-account', 'portal', 'forms'] as const;
