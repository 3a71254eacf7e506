import type { Environment } from '../../environment/context.js';
import type { UserCode } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { serialize } from '../../environment/serialize.js';
import { sameSecret } from '../../lib/same-secret.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidValue, type PingOneError, requestFailed } from '../../pingone/pingone-error.js';
import { renderMessage } from '../notifications/messages.js';
import { lockPassword, passwordStateOf, setPassword } from './passwords.js';
import { changeUser } from './users.js';

/** Codes that a user is sent outside of a flow. They are found in the outbox. */

const alphanumeric = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const recoveryMilliseconds = 5 * 60_000;
/** A century: a verification code does not expire (docs/fidelity.md, management 6.3). */
const verificationMilliseconds = 36_500 * 86_400_000;
const attempts = 5;

const failed = (message: string, target = 'email'): PingOneError => requestFailed({ code: 'CONSTRAINT_VIOLATION', target, message });

async function send(environment: Environment, user: User, purpose: 'recovery' | 'verification', lifetime: number): Promise<void> {
  const { random, outbox, clock, store } = environment;
  const { id: userId, email: to } = user;
  if (to === undefined) throw failed(texts.addressMissing.text);
  const value = random.text(8, alphanumeric);
  const rendered = await renderMessage(environment, { template: `${purpose}_code_template`, channel: 'email', user, code: value });
  await outbox.add({ channel: 'email', to, ...rendered, code: value, userId });
  const expiresAt = clock.now() + lifetime;
  await store.userCodes.put({ id: `${purpose} ${userId}`, value, to, failures: 0, expiresAt }, expiresAt);
}

/** Redeems a code; wrong ones are counted. Codes are case-insensitive (docs/fidelity.md, management 6.5). */
const spend = (
  { store }: Environment,
  id: string,
  presented: string,
  refusals: { wrong: PingOneError; tooMany: PingOneError; exhausted?: () => Promise<unknown> },
): Promise<UserCode> => {
  const spendNow = async () => {
    const code = await store.userCodes.take(id);
    if (!code) throw refusals.wrong;
    if (code.failures < attempts && sameSecret(code.value, presented.trim().toUpperCase())) return code;
    await store.userCodes.put({ ...code, failures: code.failures + 1 }, code.expiresAt);
    if (code.failures + 1 === attempts) await refusals.exhausted?.();
    throw code.failures >= attempts ? refusals.tooMany : refusals.wrong;
  };
  return spendNow();
};

/** Sends a code for setting a new password. */
export async function sendUserRecoveryCode(environment: Environment, user: User): Promise<void> {
  const { status } = await passwordStateOf(environment, user);
  if (!user.enabled || status === 'NO_PASSWORD' || status === 'PASSWORD_LOCKED_OUT')
    throw failed(texts.recoveryImpossible.text, 'password');
  await send(environment, user, 'recovery', recoveryMilliseconds);
}

/** Sets a new password by a recovery code. Too many wrong ones lock the password. The code remains valid if the password does not satisfy the policy. */
export const recoverUserPassword = (environment: Environment, user: User, presented: string, newPassword: string): Promise<void> =>
  serialize(environment, `recovery ${user.id}`, async () => {
    const code = await spend(environment, `recovery ${user.id}`, presented, {
      wrong: invalidValue('recoveryCode', texts.recoveryCode.text),
      tooMany: invalidValue('recoveryCode', texts.recoveryFailures.text),
      exhausted: () => lockPassword(environment, user.id),
    });
    try {
      await setPassword(environment, user.id, newPassword);
    } catch (error) {
      await environment.store.userCodes.put(code, code.expiresAt);
      throw error;
    }
  });

/** Sends a code that verifies the e-mail address; the account is pending verification until it is used. */
export async function sendUserVerificationCode(environment: Environment, user: User): Promise<User> {
  await send(environment, user, 'verification', verificationMilliseconds);
  return changeUser(environment, user, { lifecycle: { status: 'VERIFICATION_REQUIRED' } });
}

/** Verifies the account, and its address if the code was sent to it. */
export async function verifyUserAccount(environment: Environment, user: User, presented: string): Promise<User> {
  const wrong = invalidValue('verificationCode', texts.verificationCode.text);
  const { to } = await spend(environment, `verification ${user.id}`, presented, { wrong, tooMany: wrong });
  return changeUser(environment, user, { lifecycle: { status: 'ACCOUNT_OK' }, ...(to === user.email && { emailVerified: true }) });
}
