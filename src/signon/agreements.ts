import { acceptAgreement, consentStateOf } from '../configuration/agreements/consents.js';
import { policyOfFlow } from '../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../environment/context.js';
import type { SignOnPolicyAction } from '../environment/model/configuration.js';
import type { Flow } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { acceptedAgreements, agreementOf } from './policy-actions.js';

/** The agreements of these actions that a user need not be asked for: accepted ones, and those that are not enabled. */
export async function agreedBy(
  environment: Environment,
  actions: readonly SignOnPolicyAction[],
  user: User | undefined,
): Promise<string[]> {
  const asked = actions.filter(({ type }) => type === 'AGREEMENT').map(agreementOf);
  if (!user || asked.length === 0) return [];
  const without = acceptedAgreements(user);
  const agreed = await Promise.all(
    asked.map(async (id) => {
      const agreement = await environment.store.agreements.get(id.toLowerCase());
      // A seed may name an agreement that is not in it.
      if (!agreement) return without.includes(id);
      return ['ACCEPTED', 'AGREEMENT_DISABLED'].includes((await consentStateOf(environment, user, agreement)).status);
    }),
  );
  return asked.filter((_, at) => agreed[at]);
}

/** Records that a user accepts the agreement of an action, in the text that it has now, and in the first of these languages. */
export async function recordConsent(
  environment: Environment,
  action: SignOnPolicyAction,
  user: User,
  ranges: readonly string[],
): Promise<void> {
  const id = agreementOf(action);
  const agreement = await environment.store.agreements.get(id.toLowerCase());
  const { language, revision } = agreement ? await consentStateOf(environment, user, agreement, ranges) : {};
  if (agreement && language && revision) return acceptAgreement(environment, user, agreement, { language, revision });
  await environment.store.users.put({ ...user, acceptedAgreements: [...new Set([...acceptedAgreements(user), id])] });
}

/** The text that a person is asked to accept; undefined for an agreement that only a seed names. */
export interface AgreementText {
  readonly title: string;
  /** The language that it is in. */
  readonly locale: string;
  /** Without markup. */
  readonly paragraphs: readonly string[];
  readonly accept?: string | undefined;
  readonly decline?: string | undefined;
}

/** The agreement that a flow waits for, as a page shows it. Markup is left out: it is the administrators', not the mock's. */
export async function agreementTextOf(
  environment: Environment,
  flow: Flow,
  user: User,
  ranges: readonly string[],
): Promise<AgreementText | undefined> {
  const { actions } = await policyOfFlow(environment, flow);
  const action = actions.find(({ id }) => id === flow.actionId);
  const agreement = action && (await environment.store.agreements.get(agreementOf(action).toLowerCase()));
  const { language, revision } = agreement ? await consentStateOf(environment, user, agreement, ranges) : {};
  if (!language || !revision) return undefined;
  const text = revision.contentType === 'text/html' ? revision.text.replace(/<[^<>]*>/g, '\n') : revision.text;
  const { continueButtonText: accept, declineButtonText: decline } = language.userExperience ?? {};
  return {
    title: language.displayName,
    locale: language.locale,
    paragraphs: text.split(/\n+/).filter((line) => line.trim() !== ''),
    accept,
    decline,
  };
}
