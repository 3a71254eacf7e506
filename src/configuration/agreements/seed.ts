import { without } from '../seed/collected.js';
import { idFromNames, itemOf } from '../seed/items.js';
import { each, seedKind } from '../seed/kind.js';
import { answered, list, seedObject } from '../seed/schema-parts.js';
import { refusal, within } from '../seed/seed-error.js';
import { agreementBody, agreementLanguageBody, revisionBody } from './schema.js';

const revision = seedObject(
  { ...revisionBody.properties, agreement: answered, language: answered, notValidAfter: answered },
  revisionBody.required,
);
const language = seedObject(
  { ...agreementLanguageBody.properties, revisions: list(revision), agreement: answered, currentRevision: answered },
  agreementLanguageBody.required,
);

/** Agreements in a seed, with their languages and texts. One replaces the agreement of its name. */
export const agreementSeeds = seedKind('agreements', {
  schema: seedObject(
    {
      ...agreementBody.properties,
      languages: list(language),
      totalConsents: answered,
      totalExpiredConsents: answered,
      consentsAggregatedAt: answered,
    },
    agreementBody.required,
  ),
  async put({ environment }, { languages = [], ...seed }, place) {
    const { agreements, agreementLanguages, agreementRevisions } = environment.store;
    const [named] = await agreements.find('name', seed.name.toLowerCase());
    const agreement = itemOf(environment, {
      ...seed,
      id: seed.id ?? named?.id ?? (await idFromNames(environment, environment.store.agreements, 'agreement', seed.name)),
    });
    if (named && named.id !== agreement.id) await agreements.take(named.id);
    await agreements.put(agreement);
    await each(languages, place, 'languages', async ({ revisions = [], ...members }, at) => {
      const [known] = await agreementLanguages.find('agreement and locale', `${agreement.id} ${members.locale.toLowerCase()}`);
      const own = { ...itemOf(environment, { ...members, id: members.id ?? known?.id }), agreement: { id: agreement.id } };
      if (known && known.id !== own.id) await agreementLanguages.take(known.id);
      await agreementLanguages.put(own);
      await each(revisions, at, 'revisions', async (text, here) => {
        if (Number.isNaN(Date.parse(text.effectiveAt))) throw refusal(within(here, 'effectiveAt'), 'expected a time in ISO 8601 format');
        const moment = new Date(text.effectiveAt).toISOString();
        const [same] = await agreementRevisions.find('language and moment', `${own.id} ${Date.parse(moment)}`);
        if (same && same.id !== text.id) await agreementRevisions.take(same.id);
        await agreementRevisions.put({
          ...itemOf(environment, { ...text, effectiveAt: moment }),
          agreement: { id: agreement.id },
          language: { id: own.id },
        });
      });
    });
  },
  async collect(reader) {
    const agreements = [];
    for (const agreement of await reader.list('/agreements')) {
      const path = `/agreements/${agreement.id}/languages`;
      const languages = [];
      for (const { displayName, ...own } of await reader.list(path)) {
        const revisions = [];
        for (const text of await reader.list(`${path}/${own.id}/revisions`)) {
          const data = (await reader.read(`${path}/${own.id}/revisions/${text.id}/text`))?.data;
          if (typeof data === 'string') revisions.push({ ...without(text, 'agreement', 'language', 'notValidAfter'), text: data });
        }
        languages.push({ ...without(own, 'agreement', 'currentRevision'), displayName, ...(revisions.length > 0 && { revisions }) });
      }
      agreements.push({
        ...without(agreement, 'totalConsents', 'totalExpiredConsents', 'consentsAggregatedAt'),
        ...(languages.length > 0 && { languages }),
      });
    }
    return agreements;
  },
});
