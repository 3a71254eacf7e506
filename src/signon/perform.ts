import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Environment } from '../environment/context.js';
import type { Flow } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { serializeOn } from '../environment/serialize.js';
import { sendSession, sessionOf } from '../http/browser-session.js';
import { PingOneError } from '../pingone/pingone-error.js';
import { titleOfAction } from './action-titles.js';
import { type ActionName, actions } from './actions.js';
import { findFlow, saveFlow, touchFlow, transactionOf, withActivity } from './flows.js';
import { pollPush } from './mfa/actions.js';

/** A request that acts on a flow. */
export interface FlowRequest {
  readonly context: Context;
  readonly environment: Environment;
  readonly flow: Flow;
  /** The user whose name the request sends, where it was read together with the flow. */
  readonly named?: User | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A flow that waits for a phone goes on if that has answered. Then the answer may carry the cookies of the session. */
async function poll({ context, environment, flow, request, reply }: FlowRequest): Promise<Flow> {
  const result = await pollPush({ environment, flow, session: await sessionOf(environment, request), exchange: request.exchange });
  if (result.session) sendSession(context, environment, request, reply, result.session);
  return result.flow;
}

const waitsForPhone = ({ status }: Flow): boolean => status === 'PUSH_CONFIRMATION_REQUIRED';

/** A flow as it is read. Only one that waits for a phone may go on by that, and has to be alone for it. */
export async function readFlow(asked: Omit<FlowRequest, 'flow'>, flowId: string): Promise<Flow> {
  const { environment } = asked;
  const read = () => findFlow(environment, flowId);
  const found = await read();
  if (!waitsForPhone(found)) return found;
  return serializeOn(environment, `flow ${flowId}`, read, async (flow) => (waitsForPhone(flow) ? poll({ ...asked, flow }) : flow));
}

/** Takes one action in a flow. If it signs the person on, the answer carries the cookies of the session. */
export async function perform(
  { context, environment, flow, named, request, reply }: FlowRequest,
  name: ActionName,
  body: Readonly<Record<string, unknown>>,
): Promise<Flow> {
  const session = await sessionOf(environment, request);
  const touched = withActivity(environment, flow);
  const { exchange } = request;
  const result = await actions[name].run({ environment, flow: touched, named, session, exchange }, body).catch(async (error: unknown) => {
    // A refused action is activity all the same. It may have stored the flow itself, with what it has counted.
    if (error instanceof PingOneError) await touchFlow(environment, touched);
    if (error instanceof PingOneError && error.check)
      environment.transactions.step(transactionOf(environment, flow), {
        kind: 'login',
        // A refused action ends nothing: the next one may be right.
        ok: null,
        title: `Sign-on refused: ${error.message}`,
        checks: [error.check],
        exchange,
      });
    throw error;
  });
  // An action that leaves the flow as it was has not stored it.
  if (result.flow === touched) await saveFlow(environment, touched);
  const transaction = transactionOf(environment, result.flow);
  // What ends a sign-on, or leads elsewhere, has a step of its own.
  if (transaction.steps.at(-1)?.exchange !== exchange)
    environment.transactions.step(transaction, { kind: 'login', ok: true, title: titleOfAction(name, result.flow), checks: [], exchange });
  if (result.session) sendSession(context, environment, request, reply, result.session);
  return result.flow;
}
