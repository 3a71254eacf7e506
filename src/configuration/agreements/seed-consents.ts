import type { Environment } from '../../environment/context.js';
import type { User } from '../../environment/model/user.js';
import { follow, type Place, refusal, refusedAt, within } from '../seed/seed-error.js';
import type { SeedUser } from '../seed/types.js';
import { acceptAgreement, languageFor } from './consents.js';
import { currentRevisionOf } from './revisions.js';

type SeedConsent = NonNullable<SeedUser['agreementConsents']>[number];

/** Records that a user of a seed has consented: to the text that is named, or to the one that this user would see now. */
export async function seedConsent(
  environment: Environment,
  user: User,
  { agreement: pointer, language: named, revision: text, consentedAt }: SeedConsent,
  place: Place,
): Promise<void> {
  const agreement = follow(pointer, await environment.store.agreements.list(), 'agreement', within(place, 'agreement'));
  const at = consentedAt === undefined ? undefined : Date.parse(consentedAt);
  if (Number.isNaN(at)) throw refusal(within(place, 'consentedAt'), 'expected a time in ISO 8601 format');
  const language = named ?? (await languageFor(environment, agreement, user));
  const revision = text ?? (language && (await currentRevisionOf(environment, language.id.toLowerCase())));
  if (!language || !revision) throw refusal(within(place, 'agreement'), 'the agreement has no text for this user to consent to');
  const moment = at === undefined ? undefined : new Date(at).toISOString();
  await refusedAt(place, () => acceptAgreement(environment, user, agreement, { language, revision, at: moment }));
}
