import { type Endpoint, environmentOf } from '../../environment/context.js';
import { object, oneOf, string, uuid } from '../../lib/schema/types.js';
import { toCollection } from '../../pingone/hal.js';
import { interfaceModules } from '../../pingone/interface-texts/index.js';
import { queryOf } from '../http/paging.js';
import { addressOf } from '../http/paths.js';
import { locale, translationsBody } from './schema.js';
import { changeTranslations, translationsOf } from './translations.js';

const path = '/environments/:environmentId/translations/:localeName';
const ofLocale = object({ environmentId: uuid, localeName: locale });

/** The texts of PingOne's interface in a language (docs/fidelity.md, management 7.19). */
export const translations: Endpoint = (app, context) => {
  const querystring = object({}, { module: oneOf(...interfaceModules), block: string });
  app.get(path, { schema: { params: ofLocale, querystring } }, async (request) => {
    const { localeName } = request.params;
    const { module, block } = request.query;
    const all = await translationsOf(environmentOf(context, request), localeName);
    // Which block a text belongs to is not known.
    const shown = all.filter(({ key }) => block === undefined && (module === undefined || key.startsWith(`${module}.`)));
    return toCollection('translations', shown, { self: `${addressOf(context, request, path)}${queryOf(request)}`, count: shown.length });
  });

  app.put(path, { schema: { params: ofLocale, body: translationsBody } }, async (request, reply) => {
    await changeTranslations(environmentOf(context, request), request.params.localeName, request.body);
    return reply.send();
  });
};
