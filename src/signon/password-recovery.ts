import { setPassword } from '../configuration/directory/passwords.js';
import { findUserByUsername } from '../configuration/directory/users.js';
import type { Environment } from '../environment/context.js';
import type { Flow } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { findActiveUser } from '../environment/sessions.js';
import { advance, withPassword } from './engine.js';
import { saveFlow } from './flows.js';
import { refusedCode, requireCode, sendCode } from './one-time-codes.js';
import type { Step, StepResult } from './step.js';

const withCodeSent = async (environment: Environment, flow: Flow, user: User | undefined): Promise<Flow> => ({
  ...flow,
  sentCode: user?.email ? await sendCode(environment, flow, user, 'recovery', { channel: 'email', to: user.email }) : flow.sentCode,
});

/**
 * Sends a recovery code to the user with this name (`password.forgot`). An unknown name gets the same answer, so that
 * the answer does not reveal which names exist: the flow is not tied to the user until the code is entered.
 */
export async function forgetPassword({ environment, flow }: Step, { username }: { username: string }): Promise<StepResult> {
  const found = await findUserByUsername(environment, username);
  const only = flow.request.userId;
  const user = found && (only === undefined || only === found.id) ? await findActiveUser(environment, found.id) : undefined;
  const waiting: Flow = { ...flow, status: 'RECOVERY_CODE_REQUIRED', userId: undefined, sentCode: undefined };
  return { flow: await saveFlow(environment, await withCodeSent(environment, waiting, user)) };
}

/** Sends another code in place of the last one (`password.sendRecoveryCode`). */
export async function sendRecoveryCode({ environment, flow }: Step): Promise<StepResult> {
  const user = flow.sentCode && (await findActiveUser(environment, flow.sentCode.userId));
  return { flow: await saveFlow(environment, await withCodeSent(environment, flow, user)) };
}

/** Sets a new password if the recovery code is right, and continues as after a right password (`password.recover`). */
export async function recoverPassword(
  step: Step,
  { recoveryCode, newPassword }: { recoveryCode: string; newPassword: string },
): Promise<StepResult> {
  const { environment, flow } = step;
  const { userId } = await requireCode(environment, flow, 'recovery', recoveryCode);
  const user = await findActiveUser(environment, userId);
  // A user who was disabled since then gets the answer to an expired code.
  if (!user) throw refusedCode('recovery', 'the user is disabled or deleted');
  await setPassword(environment, userId, newPassword);
  return advance({ ...step, flow: await withPassword(environment, flow, user) });
}
