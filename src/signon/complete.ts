import { policyOfFlow } from '../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../environment/context.js';
import type { Flow, Session } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { recordUserActivity } from '../environment/record-activity.js';
import { visitOf } from '../environment/session-records.js';
import { authenticationOf, startSession } from '../environment/sessions.js';
import { deviceStatus } from './decoupled/device-authorization.js';
import { saveFlow, transactionOf } from './flows.js';
import type { Step, StepResult } from './step.js';

/** The user has proved who they are: the session begins, and the flow is complete. */
export async function completeSignOn(
  environment: Environment,
  flow: Flow,
  user: User,
  { session: earlier, exchange, amr = ['pwd'] }: Pick<Step, 'session' | 'exchange'> & { amr?: readonly string[] } = {},
): Promise<StepResult> {
  const { id: policyId, name: acr } = await policyOfFlow(environment, flow);
  let completed: Flow = {
    ...flow,
    // A person who connects a device is not done with the sign-on.
    status: flow.deviceGrant ? deviceStatus(flow) : 'COMPLETED',
    userId: user.id,
  };
  const alongside = async (begun: Session) => {
    completed = await saveFlow(environment, { ...completed, authentication: authenticationOf(begun) });
  };
  const session = await startSession(environment, user, earlier, { acr, amr, policyId, visit: visitOf(exchange), alongside });
  const transaction = transactionOf(environment, flow);
  transaction.user = user.username;
  const title = `Signed on as ${user.username}`;
  environment.transactions.step(transaction, { kind: 'login', ok: true, title, checks: [], exchange, data: { amr, acr } });
  const isNew = session.id !== earlier?.id;
  recordUserActivity(environment, user, {
    type: isNew ? 'SESSION.CREATED' : 'SESSION.UPDATED',
    description: `${isNew ? 'Created' : 'Updated'} Session ${session.id}`,
    isActor: true,
    exchange,
  });
  return { flow: completed, session };
}
