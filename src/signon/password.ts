import { checkPassword, setPassword, tryPassword } from '../configuration/directory/passwords.js';
import { findUserByUsername } from '../configuration/directory/users.js';
import { recordUserActivity } from '../environment/record-activity.js';
import { findActiveUser, isActive } from '../environment/sessions.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { invalidData, type PingOneError } from '../pingone/pingone-error.js';
import { advance, awaitProvider, withPassword } from './engine.js';
import { actionOf, authoritativeProvider, discoveredProvider } from './external/offered.js';
import { refusedCredentials, refusedPassword, saveFlow, userOfFlow } from './flows.js';
import type { Step, StepResult } from './step.js';

const refusedAsLocked = (username: string, secondsUntilUnlock: number): PingOneError =>
  invalidData(
    { code: 'PASSWORD_LOCKED_OUT', message: flowTexts.lockedOut.text, innerError: { secondsUntilUnlock } },
    refusedPassword(`the password of ${username} is locked after too many wrong attempts`),
  );

/** Ties a flow to the user with this name, who then signs on (`user.lookup`; docs/fidelity.md, 4.3); or finds their provider. */
export async function lookUpUser(step: Step, { username }: { username: string }): Promise<StepResult> {
  const { environment, flow } = step;
  const action = await actionOf(environment, flow);
  const provider = action && (await discoveredProvider(environment, action, username));
  if (provider) return { flow: await awaitProvider(environment, flow, provider) };
  const user = await findUserByUsername(environment, username);
  if (!user || !(await findActiveUser(environment, user.id))) throw refusedCredentials(`there is no active user ${username}`);
  // Whatever was proved before may have been proved by another person.
  return advance({ ...step, flow: { ...flow, userId: user.id, amr: undefined, passed: undefined } });
}

/** Signs a user on by name and password (`usernamePassword.check`; docs/fidelity.md, 4.3 and 4.4). */
export async function signOnWithPassword(step: Step, { username, password }: { username: string; password: string }): Promise<StepResult> {
  const { environment, flow, exchange } = step;
  const user = step.named ?? (await findUserByUsername(environment, username));
  if (!user) throw refusedCredentials(`there is no user ${username}`);
  if (flow.userId !== undefined && flow.userId !== user.id) throw refusedCredentials('the flow is tied to another user');
  const { verdict, user: current } = await tryPassword(environment, user.id, password, user);
  const isRight = verdict.kind === 'right';
  recordUserActivity(environment, user, {
    type: isRight ? 'PASSWORD.CHECK_SUCCEEDED' : 'PASSWORD.CHECK_FAILED',
    description: `Check ${isRight ? 'Succeeded' : 'Failed'} Password ${user.id}`,
    exchange,
  });
  if (verdict.kind === 'locked') throw refusedAsLocked(username, verdict.secondsUntilUnlock);
  if (verdict.kind === 'none')
    throw invalidData({ code: 'NO_PASSWORD', message: flowTexts.noPassword.text }, refusedPassword(`${username} has no password`));
  if (verdict.kind === 'wrong') throw refusedCredentials(`wrong password for ${username}`);
  // As it is now: checking may have had to wait.
  if (!current || !isActive(current)) throw refusedCredentials(`${username} is disabled or locked`);
  const authority = flow.external && (await authoritativeProvider(environment, user));
  if (authority && authority.id !== flow.external?.providerId)
    throw refusedCredentials(`${username} signs on at ${authority.name}: only accounts of PingOne’s own users are linked`);
  if (verdict.status !== 'OK') return { flow: await saveFlow(environment, { ...flow, status: verdict.status, userId: user.id }) };
  const next = await withPassword(environment, flow, current);
  // Linking an account of an external provider may change the user.
  return advance({ ...step, user: flow.external ? undefined : current, flow: next });
}

/** Replaces a password that has expired or must be changed, and signs its user on (`password.reset`; docs/fidelity.md, 4.3 and 4.4). */
export async function changePassword(
  step: Step,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<StepResult> {
  const { environment, flow } = step;
  const user = await userOfFlow(environment, flow);
  const verdict = await checkPassword(environment, user.id, currentPassword);
  if (verdict.kind === 'locked') throw refusedAsLocked(user.username, verdict.secondsUntilUnlock);
  if (verdict.kind !== 'right')
    throw invalidData(
      { code: 'INVALID_VALUE', message: flowTexts.currentPassword.text, target: 'currentPassword' },
      refusedPassword(`wrong current password for ${user.username}`),
    );
  await setPassword(environment, user.id, newPassword);
  const description = `Reset Password ${user.id}`;
  recordUserActivity(environment, user, { type: 'PASSWORD.RESET', description, isActor: true, exchange: step.exchange });
  return advance({ ...step, flow: await withPassword(environment, flow, user) });
}
