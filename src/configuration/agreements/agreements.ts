import type { Environment } from '../../environment/context.js';
import type { Agreement, AgreementLanguage, AgreementRevision } from '../../environment/model/agreements.js';
import { serialize } from '../../environment/serialize.js';
import { tidyAgreementHtml } from '../../pingone/agreement-html.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers, putUnique, requireUnused } from '../items.js';
import { defaultLanguageOf, languagesOf } from '../languages/languages.js';
import { currentRevisionOf, hasContentIn, isEffective, revisionsOf } from './revisions.js';
import { type AgreementBody, type AgreementLanguageBody, longestText, type RevisionBody } from './schema.js';

/** A language of an agreement has at most so many revisions. */
export const mostRevisions = 100;

/** How far in the past a new revision may begin: clocks differ. */
const graceMilliseconds = 5 * 60_000;

/** The agreement of this id, or a 404. */
export const agreementOf = finder(({ agreements }) => agreements);

/** The sign-on policy actions that ask for an agreement. */
const actionsFor = async ({ store }: Environment, id: string) =>
  (await store.signOnPolicyActions.list()).filter((action) => (action.agreement as { id?: string } | undefined)?.id?.toLowerCase() === id);

/** Requires content in the environment's default language, which an enabled agreement has. */
async function requireDefaultLanguage(environment: Environment, agreementId: string): Promise<void> {
  const { locale } = await defaultLanguageOf(environment);
  if (!(await hasContentIn(environment, agreementId, locale))) throw constraint(texts.agreementDefaultLanguage.text);
}

async function put(environment: Environment, agreement: Agreement): Promise<Agreement> {
  if (agreement.enabled) await requireDefaultLanguage(environment, agreement.id);
  await putUnique(environment.store.agreements, agreement, 'name');
  return agreement;
}

export const createAgreement = (environment: Environment, body: AgreementBody): Promise<Agreement> =>
  serialize(environment, 'agreements', () => put(environment, { ...newMembers(environment), ...body }));

/** Replaces an agreement. It stays enabled while a sign-on policy asks for it. */
export const replaceAgreement = (environment: Environment, existing: Agreement, body: AgreementBody): Promise<Agreement> =>
  serialize(environment, 'agreements', async () => {
    if (existing.enabled && !body.enabled) requireUnused(await actionsFor(environment, existing.id), texts.agreementInUse.text);
    return put(environment, { ...keptMembers(environment, existing), ...body });
  });

async function removeLanguage({ store }: Environment, id: string): Promise<void> {
  await store.agreementLanguages.take(id);
  for (const revision of await store.agreementRevisions.find('language.id', id)) await store.agreementRevisions.take(revision.id);
}

/** Deletes an agreement that no sign-on policy asks for, with all of its texts. */
export const deleteAgreement = (environment: Environment, { id }: Agreement): Promise<void> =>
  serialize(environment, 'agreements', async () => {
    requireUnused(await actionsFor(environment, id), texts.agreementInUse.text);
    const { agreements, agreementConsents } = environment.store;
    await agreements.take(id);
    for (const consent of await agreementConsents.find('agreement.id', id)) await agreementConsents.take(consent.id);
    for (const language of await environment.store.agreementLanguages.find('agreement.id', id))
      await removeLanguage(environment, language.id);
  });

async function putLanguage(environment: Environment, language: AgreementLanguage): Promise<AgreementLanguage> {
  await putUnique(environment.store.agreementLanguages, language, 'locale');
  return language;
}

/** Adds a language that the environment has. */
export const createAgreementLanguage = (
  environment: Environment,
  { id }: Agreement,
  body: AgreementLanguageBody,
): Promise<AgreementLanguage> =>
  serialize(environment, 'agreements', async () => {
    const known = await languagesOf(environment);
    if (!known.some(({ locale }) => locale.toLowerCase() === body.locale.toLowerCase()))
      throw invalidValue('locale', texts.agreementLocale.text);
    return putLanguage(environment, { ...newMembers(environment), ...body, agreement: { id } });
  });

export const replaceAgreementLanguage = (
  environment: Environment,
  existing: AgreementLanguage,
  body: AgreementLanguageBody,
): Promise<AgreementLanguage> =>
  serialize(environment, 'agreements', async () => {
    if (body.locale.toLowerCase() !== existing.locale.toLowerCase()) throw invalidValue('locale', texts.immutable.text);
    return putLanguage(environment, { ...keptMembers(environment, existing), ...body, agreement: existing.agreement });
  });

/** Deletes a language whose text no user has seen yet. */
export const deleteAgreementLanguage = (environment: Environment, { id }: AgreementLanguage): Promise<void> =>
  serialize(environment, 'agreements', async () => {
    if (await currentRevisionOf(environment, id)) throw constraint(texts.agreementLanguageEffective.text);
    await removeLanguage(environment, id);
  });

/** Adds a text that begins now or later. */
export const createRevision = (
  environment: Environment,
  { id, agreement }: AgreementLanguage,
  body: RevisionBody,
): Promise<AgreementRevision> =>
  serialize(environment, 'agreements', async () => {
    const at = Date.parse(body.effectiveAt);
    if (Number.isNaN(at)) throw invalidValue('effectiveAt', texts.wrongType.text);
    if (at < environment.clock.now() - graceMilliseconds) throw invalidValue('effectiveAt', texts.revisionPast.text);
    if ((await revisionsOf(environment, id)).length >= mostRevisions) throw constraint(texts.revisionsLimit.text);
    const tidy = body.contentType === 'text/html' ? tidyAgreementHtml(body.text) : body.text;
    // The lengths of text that a seed accepts.
    const text = tidy.length > 0 && tidy.length <= longestText ? tidy : body.text;
    const revision = { ...newMembers(environment), ...body, text, effectiveAt: new Date(at).toISOString(), agreement, language: { id } };
    await putUnique(environment.store.agreementRevisions, revision, 'effectiveAt');
    return revision;
  });

/** Deletes a text that is not effective yet. */
export async function deleteRevision(environment: Environment, revision: AgreementRevision): Promise<void> {
  if (isEffective(environment, revision)) throw constraint(texts.revisionEffective.text);
  await environment.store.agreementRevisions.take(revision.id);
}
