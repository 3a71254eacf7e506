import type { Environment } from '../../environment/context.js';
import type { Agreement } from '../../environment/model/agreements.js';
import type { Language } from '../../environment/model/branding.js';
import { serialize } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notFound, notUnique } from '../../pingone/pingone-error.js';
import { predefinedLocales } from '../../pingone/predefined.js';
import { hasContentIn } from '../agreements/revisions.js';
import { keptMembers, newMembers, requireUnused, withStored } from '../items.js';
import type { LanguageBody } from './schema.js';

/** More than there are codes of languages. */
export const mostLanguages = 500;

// Made when it is needed: it takes as long as a tenth of a start.
let names: Intl.DisplayNames | undefined;

/** The name of a locale, such as French (Canada). */
export const nameOf = (locale: string): string => {
  names ??= new Intl.DisplayNames(['en'], { type: 'language', languageDisplay: 'standard' });
  try {
    return names.of(locale) ?? locale;
  } catch {
    return locale;
  }
};

/** The languages that every environment has. They are not stored before they are changed. */
const broughtAlong = ({ id, record: { createdAt } }: Environment): Language[] =>
  predefinedLocales.map((locale) => ({
    id: derivedId('language', id, locale),
    environment: { id },
    locale,
    name: nameOf(locale),
    enabled: locale === 'en',
    default: locale === 'en',
    customerAdded: false,
    createdAt,
    updatedAt: createdAt,
  }));

/** Every language of an environment, the predefined ones first. */
export const languagesOf = async (environment: Environment): Promise<Language[]> =>
  withStored(broughtAlong(environment), await environment.store.languages.list(), ({ locale }) => locale.toLowerCase());

/** The language of this id, or a 404. */
export async function languageOf(environment: Environment, id: string): Promise<Language> {
  const language = (await languagesOf(environment)).find((one) => one.id === id);
  if (!language) throw notFound({ text: texts.languageUnknown.text(id, environment.id) });
  return language;
}

/** The environment's default language: there is always one. */
export const defaultLanguageOf = async (environment: Environment): Promise<Language> =>
  (await languagesOf(environment)).find((language) => language.default) as Language;

/** Stores a language; if it is the default, no other is. */
export async function putLanguage(environment: Environment, language: Language): Promise<Language> {
  const { languages } = environment.store;
  const before = language.default ? await defaultLanguageOf(environment) : undefined;
  if (before && before.locale !== language.locale) await languages.put({ ...before, default: false });
  await languages.put(language);
  return language;
}

/** A new language is neither enabled nor the default (docs/fidelity.md, management 7.4). */
export const createLanguage = (environment: Environment, body: LanguageBody): Promise<Language> =>
  serialize(environment, 'languages', async () => {
    if (body.default) throw invalidValue('default', texts.languageNew.text);
    if (body.enabled) throw invalidValue('enabled', texts.languageNew.text);
    const present = await languagesOf(environment);
    if (present.some(({ locale }) => locale.toLowerCase() === body.locale.toLowerCase())) throw notUnique('locale');
    if (present.length >= mostLanguages) throw constraint(texts.languagesLimit.text);
    const { createdAt, updatedAt, ...members } = newMembers(environment);
    return putLanguage(environment, {
      ...members,
      ...body,
      name: body.name ?? nameOf(body.locale),
      customerAdded: true,
      createdAt,
      updatedAt,
    });
  });

/** Requires that every enabled agreement has a text in a language. */
async function requireLocalizedAgreements(environment: Environment, locale: string): Promise<void> {
  const without: Agreement[] = [];
  for (const agreement of await environment.store.agreements.list())
    if (agreement.enabled && !(await hasContentIn(environment, agreement.id, locale))) without.push(agreement);
  requireUnused(without, texts.languageAgreements.text);
}

/** Replaces a language. Only one that is enabled already, and that every enabled agreement has, becomes the default, and the default remains it until another is. */
export const replaceLanguage = (environment: Environment, { id }: Language, body: LanguageBody): Promise<Language> =>
  serialize(environment, 'languages', async () => {
    const existing = await languageOf(environment, id);
    const { locale, customerAdded } = existing;
    if (body.locale.toLowerCase() !== locale.toLowerCase()) throw invalidValue('locale', texts.immutable.text);
    const notEnabled = body.default && !(body.enabled && existing.enabled);
    if (notEnabled) throw constraint(texts.languageDefault.text, { text: texts.languageDefault.text });
    if (body.default && !existing.default) await requireLocalizedAgreements(environment, locale);
    if (existing.default && !body.enabled) throw constraint(texts.languageDisabled.text);
    return putLanguage(environment, {
      ...existing,
      ...keptMembers(environment, existing),
      name: body.name ?? existing.name,
      enabled: body.enabled,
      default: body.default || existing.default,
      customerAdded,
    });
  });

/** Deletes a language that an administrator added, unless it is the default. */
export const deleteLanguage = (environment: Environment, { id }: Language): Promise<void> =>
  serialize(environment, 'languages', async () => {
    const language = await languageOf(environment, id);
    if (!language.customerAdded) throw constraint(texts.languagePredefined.text);
    if (language.default) throw constraint(texts.languageDisabled.text);
    await environment.store.languages.take(id);
  });
