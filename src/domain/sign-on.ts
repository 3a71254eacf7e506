import type { Environment } from '../context.js';
import type { Exchange } from '../journal/exchange.js';
import type { User } from '../pingone/user.js';
import type { Flow, Session } from '../store/lifetimes.js';
import { deviceStatus } from './device-authorization.js';
import { touchFlow, transactionOf } from './flows.js';
import { authenticationOf, startSession } from './sessions.js';
import { policyOfFlow } from './sign-on-policies.js';

/** What became of the flow, and the session whose cookies go out. */
export interface SignedOn {
  readonly flow: Flow;
  readonly session?: Session | undefined;
}

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
  const { name: acr } = await policyOfFlow(environment, flow);
  const session = await startSession(environment, user, earlier, { acr, amr });
  const completed = await touchFlow(environment, {
    ...flow,
    // Whoever connects a device has more to do than to sign on.
    status: flow.deviceGrant ? deviceStatus(flow) : 'COMPLETED',
    userId: user.id,
    authentication: authenticationOf(session),
  });
  const transaction = transactionOf(environment, flow);
  transaction.user = user.username;
  environment.transactions.step(transaction, { kind: 'login', ok: true, title: `Signed on as ${user.username}`, checks: [], exchange });
  return { flow: completed, session };
}
