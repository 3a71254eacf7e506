import { checkPassword } from '../configuration/directory/passwords.js';
import { findUserByUsername } from '../configuration/directory/users.js';
import type { Environment } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';
import type { Flow, Session } from '../environment/model/lifetimes.js';
import { findActiveUser } from '../environment/sessions.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { invalidData, type PingOneError } from '../pingone/pingone-error.js';
import { check } from '../protocol/check.js';
import type { SignedOn } from './complete.js';
import { advance, withPassword } from './engine.js';
import { saveFlow, transactionOf } from './flows.js';

/** What a sign-on step needs to know of the request that carries it. */
export interface SignOnInput {
  readonly flow: Flow;
  readonly username: string;
  readonly password: string;
  /** The session that the browser has already. */
  readonly session?: Session | undefined;
  readonly exchange?: Exchange | undefined;
}

const refusedCredentials = (reason: string): PingOneError =>
  invalidData({ code: 'INVALID_CREDENTIALS', message: flowTexts.credentials.text }, { reason });

/** Ties a flow to the user who says that name (the action `user.lookup`; docs/fidelity.md, 4.3). An unknown one is refused. */
export async function lookUpUser(environment: Environment, flow: Flow, username: string): Promise<SignedOn> {
  const user = await findUserByUsername(environment, username);
  if (!user || !(await findActiveUser(environment, user.id))) throw refusedCredentials(`there is no usable user ${username}`);
  // Whatever was proved before was proved by somebody else.
  return advance(environment, { ...flow, userId: user.id, amr: undefined, passed: undefined });
}

/** Checks a user name and a password in a flow (the action `usernamePassword.check`; docs/fidelity.md, 4.3 and 4.4). */
export async function signOnWithPassword(environment: Environment, input: SignOnInput): Promise<SignedOn> {
  const { flow, username, password, session, exchange } = input;
  const refuse = (error: PingOneError): never => {
    const transaction = transactionOf(environment, flow);
    environment.transactions.step(transaction, {
      kind: 'login',
      // A wrong password ends nothing: the person may try again.
      ok: null,
      title: `Sign-on refused: ${error.message}`,
      checks: [check('password_right', false)],
      exchange,
    });
    throw error;
  };

  const user = await findUserByUsername(environment, username);
  if (!user) return refuse(refusedCredentials(`there is no user ${username}`));
  if (flow.userId !== undefined && flow.userId !== user.id) return refuse(refusedCredentials('the flow is tied to another user'));
  const verdict = await checkPassword(environment, user.id, password);
  if (verdict.kind === 'locked')
    return refuse(
      invalidData(
        {
          code: 'PASSWORD_LOCKED_OUT',
          message: flowTexts.lockedOut.text,
          innerError: { secondsUntilUnlock: verdict.secondsUntilUnlock },
        },
        { reason: `the password of ${username} is locked after too many wrong attempts` },
      ),
    );
  if (verdict.kind === 'none')
    return refuse(invalidData({ code: 'NO_PASSWORD', message: flowTexts.noPassword.text }, { reason: `${username} has no password` }));
  if (verdict.kind === 'wrong') return refuse(refusedCredentials(`wrong password for ${username}`));
  if (!(await findActiveUser(environment, user.id))) return refuse(refusedCredentials(`${username} is disabled or locked`));
  if (verdict.status !== 'OK') return { flow: await saveFlow(environment, { ...flow, status: verdict.status, userId: user.id }) };
  return advance(environment, await withPassword(environment, flow, user), { session, exchange });
}
