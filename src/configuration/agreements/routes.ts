import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { AgreementRevision } from '../../environment/model/agreements.js';
import { toLinks } from '../../pingone/hal.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { addressOf, idOf, idsIn } from '../http/paths.js';
import { resource } from '../http/resource.js';
import {
  agreementOf,
  createAgreement,
  createAgreementLanguage,
  createRevision,
  deleteAgreement,
  deleteAgreementLanguage,
  deleteRevision,
  replaceAgreement,
  replaceAgreementLanguage,
} from './agreements.js';
import { consentTotalsOf } from './consents.js';
import { currentRevisionOf, notValidAfterOf, revisionsOf } from './revisions.js';
import { agreementBody, agreementLanguageBody, revisionBody } from './schema.js';

const path = '/environments/:environmentId/agreements/:agreementId';

/** Agreements (docs/fidelity.md, management 7.5). */
export const agreements: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path,
    items: ({ environment }) => environment.store.agreements.list(),
    find: agreementOf,
    show: async (agreement, { self, environment }, { environment: own }) => ({
      ...showItem(agreement, { self, environment, languages: `${self}/languages` }, moments),
      ...(await consentTotalsOf(own, agreement)),
    }),
  });
  list();
  create(agreementBody, ({ environment }, body) => createAgreement(environment, body));
  read();
  replace(agreementBody, ({ environment }, existing, body) => replaceAgreement(environment, existing, body));
  remove(({ environment }, agreement) => deleteAgreement(environment, agreement));
};

const languagePath = `${path}/languages/:languageId`;

/** The languages of an agreement (docs/fidelity.md, management 7.5). */
export const agreementLanguages: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: languagePath,
    parent: agreementOf,
    items: ({ environment: { store }, parent }) => store.agreementLanguages.find('agreement.id', parent.id),
    show: async (language, { self, environment, parent }, { environment: own }) => {
      const current = await currentRevisionOf(own, language.id);
      return {
        ...showItem(language, { self, environment, agreement: parent, revisions: `${self}/revisions` }, moments),
        ...(current && { currentRevision: { id: current.id } }),
      };
    },
  });
  list();
  create(agreementLanguageBody, ({ environment, parent }, body) => createAgreementLanguage(environment, parent, body));
  read();
  replace(agreementLanguageBody, ({ environment }, existing, body) => replaceAgreementLanguage(environment, existing, body));
  remove(({ environment }, language) => deleteAgreementLanguage(environment, language));
};

const revisionPath = `${languagePath}/revisions/:itemId`;

/** The texts of an agreement in one language, which are never changed (docs/fidelity.md, management 7.5). */
export const agreementRevisions: Endpoint = (app, context) => {
  const languageOf = async ({ store }: Environment, id: string, agreementId: string) => {
    const language = await store.agreementLanguages.get(id);
    if (language?.agreement.id !== agreementId) throw notFound();
    return language;
  };
  const { list, create, read, remove } = resource(app, context, {
    path: revisionPath,
    parent: (environment, id, request) => languageOf(environment, id, idOf(request, 'agreementId')),
    items: ({ environment, parent }) => revisionsOf(environment, parent.id),
    show: async ({ text: _, ...revision }: AgreementRevision, { self, environment, parent }, { environment: own }) => ({
      ...showItem(revision, { self, environment, language: parent, text: `${self}/text` }, moments),
      notValidAfter: await notValidAfterOf(own, { ...revision, text: _ }),
    }),
  });
  list();
  create(revisionBody, ({ environment, parent }, body) => createRevision(environment, parent, body));
  read();
  remove(({ environment }, revision) => deleteRevision(environment, revision));

  const textPath = `${revisionPath}/text`;
  app.get(textPath, { schema: { params: idsIn(textPath) } }, async (request) => {
    const environment = environmentOf(context, request);
    const language = await languageOf(environment, idOf(request, 'languageId'), idOf(request, 'agreementId'));
    const revision = (await revisionsOf(environment, language.id)).find(({ id }) => id === idOf(request, 'itemId'));
    if (!revision) throw notFound();
    const self = addressOf(context, request, textPath);
    return { _links: toLinks({ self, revision: self.replace(/\/text$/, '') }), data: revision.text, dataType: revision.contentType };
  });
};
