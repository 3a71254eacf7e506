import { attributeOf } from '../configuration/directory/attribute-paths.js';
import type { SignOnPolicyAction } from '../environment/model/configuration.js';
import type { Authentication } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { conditionHolds } from '../pingone/conditions.js';
import type { AuthorizationRequest } from '../protocol/authorization-request.js';

/** What decides which action of a policy comes next. */
export interface SignOnFacts {
  /** The ids of the policy actions that this flow has done. */
  readonly passed: readonly string[];
  /** An earlier sign-on in the same browser that still counts. */
  readonly earlier?: Pick<Authentication, 'authenticatedAt' | 'amr'> | undefined;
  readonly user?: User | undefined;
  /** The agreements that the user need not be asked for. */
  readonly agreed?: readonly string[] | undefined;
  readonly now: number;
}

/** An attribute that a profile is asked for. */
export interface ProfileAttribute {
  readonly name: string;
  readonly required: boolean;
}

const asksForPassword = ['LOGIN', 'IDENTIFIER_FIRST'];

/** Whether a password meets this action of a policy. */
export const isPasswordAction = ({ type }: Pick<SignOnPolicyAction, 'type'>): boolean => asksForPassword.includes(type);

/** The attributes that a PROGRESSIVE_PROFILING action asks this user for: those that the profile lacks. */
export const missingAttributes = ({ attributes }: SignOnPolicyAction, user: User): ProfileAttribute[] =>
  (Array.isArray(attributes) ? (attributes as Partial<ProfileAttribute>[]) : []).flatMap((attribute) =>
    typeof attribute?.name === 'string' && [undefined, null, ''].includes(attributeOf(user, attribute.name) as undefined)
      ? [{ name: attribute.name, required: attribute.required === true }]
      : [],
  );

/** The ids of the agreements that a user has accepted. */
export const acceptedAgreements = (user: User | undefined): readonly string[] =>
  Array.isArray(user?.acceptedAgreements) ? (user.acceptedAgreements as string[]) : [];

export const agreementOf = ({ agreement, id }: SignOnPolicyAction): string => {
  const named = (agreement as { id?: unknown } | undefined)?.id;
  return typeof named === 'string' ? named : id;
};

/** The switch of a setting such as `{ enabled: true }`; undefined if the policy does not say. */
export const isEnabled = (setting: unknown): unknown => (setting as { enabled?: unknown } | undefined)?.enabled;

/** Whether an action has nothing to ask of this user. */
const hasNothingToAsk = (action: SignOnPolicyAction, user: User | undefined, agreed: readonly string[] = []): boolean => {
  if (action.type === 'PROGRESSIVE_PROFILING') return user !== undefined && missingAttributes(action, user).length === 0;
  if (action.type === 'AGREEMENT') return agreed.includes(agreementOf(action));
  return false;
};

/** Whether prompt, max_age and login_hint_token allow a session to be used (OpenID Connect Core §3.1.2.1). */
export const stillCounts = (
  { prompts, maxAgeSeconds, userId }: AuthorizationRequest,
  session: Pick<Authentication, 'userId' | 'authenticatedAt'>,
  now: number,
): boolean =>
  !prompts.includes('login') &&
  (userId === undefined || userId === session.userId) &&
  // max_age=0 asks for a new sign-on, as prompt=login does.
  (maxAgeSeconds === undefined || (maxAgeSeconds > 0 && now - session.authenticatedAt <= maxAgeSeconds * 1000));

/** The next action of a sign-on policy, or undefined if none is left: those that are done, met already or not called for are skipped. */
export function nextPolicyAction(actions: readonly SignOnPolicyAction[], facts: SignOnFacts): SignOnPolicyAction | undefined {
  const { passed, earlier, user, agreed, now } = facts;
  // A sign-on at an external provider takes the place of the password (inferred).
  const conditionFacts = {
    user,
    now,
    secondsSince: (authenticator: string) =>
      earlier?.amr.some((used) => used === authenticator || (used === 'ext' && authenticator === 'pwd'))
        ? Math.floor((now - earlier.authenticatedAt) / 1000)
        : undefined,
  };
  return actions.find(
    (action) => !passed.includes(action.id) && conditionHolds(action.condition, conditionFacts) && !hasNothingToAsk(action, user, agreed),
  );
}
