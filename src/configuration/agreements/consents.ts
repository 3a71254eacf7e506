import type { Environment } from '../../environment/context.js';
import type { Agreement, AgreementConsent, AgreementLanguage, AgreementRevision } from '../../environment/model/agreements.js';
import type { User } from '../../environment/model/user.js';
import { serialize } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { languageRanges, lookUpLocale } from '../../lib/languages.js';
import { unknownReference } from '../../pingone/pingone-error.js';
import { nowOf } from '../items.js';
import { defaultLanguageOf } from '../languages/languages.js';
import { currentRevisionOf, notValidAfterOf } from './revisions.js';

/** What a user is to consent to, or has consented to. */
export interface ConsentState {
  readonly id: string;
  readonly agreement: Agreement;
  readonly language?: AgreementLanguage | undefined;
  readonly revision?: AgreementRevision | undefined;
  readonly consent?: AgreementConsent | undefined;
  readonly expiresAt?: string | undefined;
  readonly status: 'PENDING' | 'ACCEPTED' | 'EXPIRED' | 'AGREEMENT_DISABLED';
}

const dayMilliseconds = 86_400_000;

const expiryOf = ({ reconsentPeriodDays: days }: Agreement, { at }: AgreementConsent): number | undefined =>
  days ? Date.parse(at) + days * dayMilliseconds : undefined;

/** The latest consent of a user to an agreement. */
const consentOf = async ({ store }: Environment, userId: string, agreementId: string): Promise<AgreementConsent | undefined> =>
  (await store.agreementConsents.find('user and agreement', `${userId} ${agreementId}`))[0];

/**
 * The language in which a user reads an agreement: the first that is wanted, exactly or without its region, or else the environment's
 * default one. `ranges` are what the user prefers, unless a sign-on knows more.
 */
export async function languageFor(
  environment: Environment,
  { id }: Agreement,
  user: User,
  ranges: readonly string[] = languageRanges(user.preferredLanguage),
): Promise<AgreementLanguage | undefined> {
  const { locale: usual } = await defaultLanguageOf(environment);
  const languages = (await environment.store.agreementLanguages.find('agreement.id', id)).filter(({ enabled }) => enabled);
  const locale = lookUpLocale(
    [...ranges, usual],
    languages.map((language) => language.locale),
  );
  return languages.find((language) => language.locale === locale);
}

/** The state of a user's consent to an agreement (docs/fidelity.md, management 7.5). */
export async function consentStateOf(
  environment: Environment,
  user: User,
  agreement: Agreement,
  ranges?: readonly string[],
): Promise<ConsentState> {
  const { store, clock } = environment;
  const consent = await consentOf(environment, user.id, agreement.id);
  const given = consent && (await store.agreementRevisions.get(consent.revision.id));
  const until = consent && expiryOf(agreement, consent);
  const isExpired = until !== undefined && until <= clock.now();
  const isOutdated = given === undefined || (await notValidAfterOf(environment, given)) !== undefined;
  const status = !agreement.enabled ? 'AGREEMENT_DISABLED' : isOutdated ? 'PENDING' : isExpired ? 'EXPIRED' : 'ACCEPTED';
  const language =
    status === 'ACCEPTED' && consent
      ? await store.agreementLanguages.get(consent.language.id)
      : await languageFor(environment, agreement, user, ranges);
  const revision = status === 'ACCEPTED' ? given : language && (await currentRevisionOf(environment, language.id));
  return {
    id: derivedId('consent', user.id, agreement.id),
    agreement,
    language,
    revision,
    consent,
    expiresAt: until === undefined ? undefined : new Date(until).toISOString(),
    status,
  };
}

/** How many users have consented to an agreement, and how many of these consents have expired. They are counted at once (inferred). */
export async function consentTotalsOf(environment: Environment, agreement: Agreement) {
  const consents = await environment.store.agreementConsents.find('agreement.id', agreement.id);
  const now = environment.clock.now();
  const expired = consents.filter((consent) => (expiryOf(agreement, consent) ?? Number.POSITIVE_INFINITY) <= now);
  return { totalConsents: consents.length, totalExpiredConsents: expired.length, consentsAggregatedAt: nowOf(environment) };
}

/** Every agreement that a user has ever consented to. */
export async function consentStatesOf(environment: Environment, user: User): Promise<ConsentState[]> {
  const { store } = environment;
  const consents = await store.agreementConsents.find('user.id', user.id);
  const agreements = await Promise.all(consents.map(({ agreement }) => store.agreements.get(agreement.id)));
  return Promise.all(agreements.flatMap((agreement) => (agreement ? [consentStateOf(environment, user, agreement)] : [])));
}

interface Accepted {
  readonly language: { readonly id: string };
  readonly revision: { readonly id: string };
  readonly at?: string | undefined;
}

/** Records a consent; it replaces an earlier one. Throws if the text is not one of this agreement. */
export const acceptAgreement = (
  environment: Environment,
  user: User,
  { id }: Agreement,
  { language, revision, at }: Accepted,
): Promise<void> =>
  serialize(environment, `consents of ${user.id}`, async () => {
    const { store } = environment;
    const text = await store.agreementRevisions.get(revision.id.toLowerCase());
    if (text?.agreement.id !== id) throw unknownReference('revision');
    if (text.language.id !== language.id.toLowerCase()) throw unknownReference('language');
    await store.agreementConsents.put({
      id: derivedId('consent', user.id, id),
      user: { id: user.id },
      agreement: { id },
      language: text.language,
      revision: { id: text.id },
      at: at ?? nowOf(environment),
    });
  });

/** Forgets a consent: the agreement is asked for again. */
export const revokeConsent = async ({ store }: Environment, user: User, { id }: Agreement): Promise<void> => {
  await store.agreementConsents.take(derivedId('consent', user.id, id));
};
