import type { Environment } from '../../environment/context.js';
import type { AgreementRevision } from '../../environment/model/agreements.js';

/** The revisions of a language, the newest first. */
export const revisionsOf = async ({ store }: Environment, languageId: string): Promise<AgreementRevision[]> =>
  (await store.agreementRevisions.find('language.id', languageId)).sort((a, b) => Date.parse(b.effectiveAt) - Date.parse(a.effectiveAt));

/** Whether users see a revision already. */
export const isEffective = ({ clock }: Environment, { effectiveAt }: AgreementRevision): boolean => Date.parse(effectiveAt) <= clock.now();

/** The revision that users see: the newest of those that are effective. */
export const currentRevisionOf = async (environment: Environment, languageId: string): Promise<AgreementRevision | undefined> =>
  (await revisionsOf(environment, languageId)).find((revision) => isEffective(environment, revision));

/** Until when a revision counts: until a later effective one asks for consent again. */
export async function notValidAfterOf(environment: Environment, revision: AgreementRevision): Promise<string | undefined> {
  const later = (await revisionsOf(environment, revision.language.id))
    .filter(({ effectiveAt }) => Date.parse(effectiveAt) > Date.parse(revision.effectiveAt))
    .filter((other) => other.requireReconsent && isEffective(environment, other));
  return later.at(-1)?.effectiveAt;
}

/** Whether an agreement has a text for users in this language. */
export async function hasContentIn(environment: Environment, agreementId: string, locale: string): Promise<boolean> {
  const [language] = await environment.store.agreementLanguages.find('agreement and locale', `${agreementId} ${locale.toLowerCase()}`);
  return language?.enabled === true && (await currentRevisionOf(environment, language.id)) !== undefined;
}
