import { policyOfFlow } from '../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../environment/context.js';
import type { Exchange } from '../environment/journal/exchange.js';
import type { Flow, Session } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { authenticationOf, startSession } from '../environment/sessions.js';
import { deviceStatus } from './decoupled/device-authorization.js';
import { saveFlow, transactionOf } from './flows.js';

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
  const completed = await saveFlow(environment, {
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
