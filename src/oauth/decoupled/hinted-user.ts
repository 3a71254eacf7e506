import { findUserByUsername } from '../../configuration/directory/users.js';
import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { findActiveUser } from '../../environment/sessions.js';
import { type Check, check, type Decision, decideByAll } from '../../protocol/check.js';
import { judgeLoginHintToken } from '../authorize/login-hint-token.js';
import { readIdToken, userOfIdToken } from '../tokens/id-token.js';

export interface UserHints {
  readonly issuer: string;
  readonly loginHint?: string | undefined;
  readonly idTokenHint?: string | undefined;
  readonly loginHintToken?: string | undefined;
}

/** The user of a hint: a username, an e-mail address or an id. */
async function findByHint(environment: Environment, hint: string): Promise<string | undefined> {
  const { store } = environment;
  const byName = await findUserByUsername(environment, hint);
  const [byEmail] = byName ? [] : await store.users.find('email', hint.toLowerCase());
  return (byName ?? byEmail ?? (await store.users.get(hint)))?.id;
}

/** The user that a hint names; an unknown or unusable one is refused. Exactly one hint is present. */
export async function findHintedUser(
  environment: Environment,
  application: Application,
  { issuer, loginHint, idTokenHint, loginHintToken }: UserHints,
): Promise<Decision<string>> {
  const checks: Check[] = [];
  let userId: string | undefined;
  if (loginHintToken !== undefined) {
    const judged = await judgeLoginHintToken(environment, application, { token: loginHintToken, issuer });
    if (judged.refusedBy) return judged;
    checks.push(...judged.checks);
    userId = judged.value;
  } else if (idTokenHint !== undefined) {
    const claims = await readIdToken(environment, idTokenHint);
    const ok = claims?.env === environment.id && userOfIdToken(claims) !== undefined;
    checks.push(check('id_token_hint_signature', ok, { spec: 'OpenID Connect CIBA Core §7.1' }));
    userId = ok ? userOfIdToken(claims) : undefined;
  } else userId = await findByHint(environment, loginHint ?? '');
  const user = userId === undefined ? undefined : await findActiveUser(environment, userId);
  checks.push(check('backchannel_user_known', user !== undefined, { got: loginHint }));
  return decideByAll(checks, user?.id);
}
