import { checkPassword, setPassword } from '../configuration/directory/passwords.js';
import type { Environment } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';
import type { Flow, Session } from '../environment/model/lifetimes.js';
import { findActiveUser } from '../environment/sessions.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { invalidData, type PingOneError } from '../pingone/pingone-error.js';
import type { SignedOn } from './complete.js';
import { advance, withPassword } from './engine.js';

export interface ChangePasswordInput {
  /** A flow that is tied to a user. */
  readonly flow: Flow;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The session that the browser has already. */
  readonly session?: Session | undefined;
  readonly exchange?: Exchange | undefined;
}

const refused = (code: string, message: string, reason: string, more: object = {}): PingOneError =>
  invalidData({ code, message, ...more }, { reason });

/** Changes a password in a flow that may not go on without, and signs its user on (the action `password.reset`; docs/fidelity.md, 4.3 and 4.4). */
export async function changePassword(environment: Environment, input: ChangePasswordInput): Promise<SignedOn> {
  const { flow, currentPassword, newPassword, session, exchange } = input;
  const user = flow.userId === undefined ? undefined : await findActiveUser(environment, flow.userId);
  if (!user) throw refused('INVALID_CREDENTIALS', flowTexts.credentials.text, 'the user is disabled, locked or gone');
  const verdict = await checkPassword(environment, user.id, currentPassword);
  if (verdict.kind === 'locked')
    throw refused('PASSWORD_LOCKED_OUT', flowTexts.lockedOut.text, `the password of ${user.username} is locked`, {
      innerError: { secondsUntilUnlock: verdict.secondsUntilUnlock },
    });
  if (verdict.kind !== 'right')
    throw refused('INVALID_VALUE', flowTexts.currentPassword.text, `wrong current password for ${user.username}`, {
      target: 'currentPassword',
    });
  await setPassword(environment, user.id, newPassword);
  return advance(environment, await withPassword(environment, flow, user), { session, exchange });
}
