import type { Endpoint } from '../../environment/context.js';
import { showItem } from '../../pingone/item-view.js';
import { resource } from '../http/resource.js';
import { createLanguage, deleteLanguage, languageOf, languagesOf, replaceLanguage } from './languages.js';
import { languageBody } from './schema.js';

/** The languages of an environment (docs/fidelity.md, management 7.4). */
export const languages: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: '/environments/:environmentId/languages/:itemId',
    items: ({ environment }) => languagesOf(environment),
    find: languageOf,
    show: (language, { self, environment }) => showItem(language, { self, environment }),
  });
  list();
  create(languageBody, ({ environment }, body) => createLanguage(environment, body));
  read();
  replace(languageBody, ({ environment }, existing, body) => replaceLanguage(environment, existing, body));
  remove(({ environment }, language) => deleteLanguage(environment, language));
};
