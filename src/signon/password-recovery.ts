import { setPassword } from '../configuration/directory/passwords.js';
import { findUserByUsername } from '../configuration/directory/users.js';
import type { Environment } from '../environment/context.js';
import type { Flow } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { findActiveUser } from '../environment/sessions.js';
import type { SignedOn } from './complete.js';
import { advance, type StepInput, withPassword } from './engine.js';
import { saveFlow } from './flows.js';
import { requireCode, sendCode } from './one-time-codes.js';

const sendTo = (environment: Environment, flow: Flow, user: User | undefined): Flow => ({
  ...flow,
  sentCode: user?.email ? sendCode(environment, flow, user, 'recovery', { channel: 'email', to: user.email }) : flow.sentCode,
});

/**
 * Sends a recovery code to whom says that name (the action `password.forgot`). The answer is the same for an unknown
 * one, so that nobody learns which names exist: the flow is not tied to the user before the code is shown.
 */
export async function forgetPassword(environment: Environment, flow: Flow, username: string): Promise<SignedOn> {
  const found = await findUserByUsername(environment, username);
  const only = flow.request.userId;
  const user = found && (only === undefined || only === found.id) && (await findActiveUser(environment, found.id));
  const waiting: Flow = { ...flow, status: 'RECOVERY_CODE_REQUIRED', userId: undefined, sentCode: undefined };
  return { flow: await saveFlow(environment, sendTo(environment, waiting, user || undefined)) };
}

/** Sends another code in place of the last one (the action `password.sendRecoveryCode`). */
export async function sendRecoveryCode(environment: Environment, flow: Flow): Promise<SignedOn> {
  const user = flow.sentCode && (await findActiveUser(environment, flow.sentCode.userId));
  return { flow: await saveFlow(environment, sendTo(environment, flow, user)) };
}

/** Gives a new password to whom shows the recovery code, and goes on as after a right password (the action `password.recover`). */
export async function recoverPassword(
  environment: Environment,
  flow: Flow,
  { recoveryCode, newPassword, ...input }: { recoveryCode: string; newPassword: string } & StepInput,
): Promise<SignedOn> {
  const { userId } = await requireCode(environment, flow, 'recovery', recoveryCode);
  const user = await findActiveUser(environment, userId);
  // Somebody who was disabled meanwhile gets what an outdated code gets.
  if (!user) await requireCode(environment, { ...flow, sentCode: undefined }, 'recovery', recoveryCode);
  await setPassword(environment, userId, newPassword);
  return advance(environment, await withPassword(environment, flow, user as User), input);
}
