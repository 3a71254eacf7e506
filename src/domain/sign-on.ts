import type { Environment } from '../context.js';
import type { Exchange } from '../journal/exchange.js';
import { PingOneError } from '../pingone/errors.js';
import type { User } from '../pingone/user.js';
import type { Flow, Session } from '../store/lifetimes.js';
import { touchFlow, transactionOf } from './flows.js';
import { checkPassword } from './passwords.js';
import { authenticationOf, startSession, usableUser } from './sessions.js';
import { policyInForce } from './sign-on-policies.js';
import { findUserByUsername } from './users.js';

/** What a sign-on step needs to know of the request that carries it. */
export interface SignOnInput {
  readonly flow: Flow;
  readonly username: string;
  readonly password: string;
  /** The session that the browser has already. */
  readonly session?: Session | undefined;
  readonly exchange?: Exchange | undefined;
}

/** What became of the flow, and the session whose cookies go out. */
export interface SignedOn {
  readonly flow: Flow;
  readonly session?: Session | undefined;
}

const refusedCredentials = (reason: string): PingOneError =>
  new PingOneError(400, 'INVALID_DATA', [{ code: 'INVALID_CREDENTIALS', message: 'Invalid username and/or password' }], undefined, reason);

/** The user has been recognised: the session begins and the flow is complete. */
export async function completeSignOn(
  environment: Environment,
  flow: Flow,
  user: User,
  {
    session: earlier,
    exchange,
    amr = ['pwd'],
  }: { session?: Session | undefined; exchange?: Exchange | undefined; amr?: readonly string[] } = {},
): Promise<SignedOn> {
  const { name: acr } = await policyInForce(environment, flow.applicationId, flow.request.acrValues);
  const session = await startSession(environment, user, earlier, { acr, amr });
  const completed = await touchFlow(environment, {
    ...flow,
    status: 'COMPLETED',
    userId: user.id,
    authentication: authenticationOf(session),
  });
  const transaction = transactionOf(environment, flow);
  transaction.user = user.username;
  environment.transactions.step(transaction, { kind: 'login', ok: true, title: `Signed on as ${user.username}`, checks: [], exchange });
  return { flow: completed, session };
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
      checks: [{ rule: 'password_right', ok: false }],
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
      new PingOneError(
        400,
        'INVALID_DATA',
        [
          {
            code: 'PASSWORD_LOCKED_OUT',
            message: 'The password is locked out',
            innerError: { secondsUntilUnlock: verdict.secondsUntilUnlock },
          },
        ],
        undefined,
        `the password of ${username} is locked after too many wrong attempts`,
      ),
    );
  if (verdict.kind === 'none')
    return refuse(
      new PingOneError(
        400,
        'INVALID_DATA',
        [{ code: 'NO_PASSWORD', message: 'The user has no password' }],
        undefined,
        `${username} has no password`,
      ),
    );
  if (verdict.kind === 'wrong') return refuse(refusedCredentials(`wrong password for ${username}`));
  if (!(await usableUser(environment, user.id))) return refuse(refusedCredentials(`${username} is disabled or locked`));
  if (verdict.status !== 'OK') return { flow: await touchFlow(environment, { ...flow, status: verdict.status, userId: user.id }) };
  return completeSignOn(environment, flow, user, { session, exchange });
}
