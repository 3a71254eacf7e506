import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { recordRefusal } from '../../diagnosis/unmatched.js';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { beginTransaction, recordFailure } from '../../environment/record.js';
import { serialize } from '../../environment/serialize.js';
import { sendJson, sendPingOneError } from '../../http/answers.js';
import { sessionOf } from '../../http/browser-session.js';
import { refusalOf } from '../../http/refusals.js';
import { sameSecret } from '../../lib/same-secret.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { textMember } from '../../lib/unknown.js';
import { connections, formCapability, shownNodeId } from '../../pingone/davinci.js';
import { readForm } from '../../signon/davinci/form-data.js';
import { DavinciRefusal, outOfOrder, refusedChallenge, unknownInteraction, wrongToken } from '../../signon/davinci/refusals.js';
import { challengeStatus, submitForm } from '../../signon/davinci/run.js';
import { saveFlow, transactionOf } from '../../signon/flows.js';
import { pushOutcome } from '../../signon/mfa/answers.js';
import { authorizationAnswer } from '../authorize/read.js';
import { type Asked, header, sendOutcome, warnWithoutHeader } from './outcome.js';

/** DaVinci's runtime, under /{environmentId}/davinci, as Ping's SDKs drive it (docs/fidelity.md, 4.6). */

const body = object(
  {},
  {
    id: string,
    eventName: string,
    interactionId: string,
    // Which of the values are secret, only the form knows.
    parameters: object({}, { eventType: string, data: object({}, { actionKey: string, formData: secret({ type: 'object' } as const) }) }),
  },
);

export const davinci: Endpoint = (app, context) => {
  app.setErrorHandler(async (error: FastifyError | DavinciRefusal, request, reply) => {
    if (error instanceof DavinciRefusal) {
      await recordDavinciRefusal(context, request, error);
      return sendJson(reply.code(error.status), error.body);
    }
    const refused = refusalOf(error);
    if (!refused) throw error;
    recordRefusal(context, request, reply, refused);
    return sendPingOneError(request, reply, refused);
  });

  const config = { bodies: { 'application/json': body }, answer: authorizationAnswer };
  app.post('/connections/:connectionId/capabilities/:capabilityName', { config }, async (request, reply) => {
    const asked: Asked = { context, environment: environmentOf(context, request), request, reply };
    const flowId = header(request, 'interactionid') ?? '';
    // One at a time: if two forms arrive at once, the second finds the flow as the first left it.
    return serialize(asked.environment, `flow ${flowId}`, async () => capability(asked, await interaction(asked, flowId)));
  });

  app.post('/user/credentials/challenge/:challenge/status', async (request, reply) => {
    const environment = environmentOf(context, request);
    const flow = await findInteraction(environment, header(request, 'interactionid') ?? '');
    const { challenge } = flow.davinci ?? {};
    const sent = textMember(request.params, 'challenge') ?? '';
    if (challenge === undefined || !sameSecret(challenge, sent)) throw refusedChallenge(false);
    if (flow.status !== 'PUSH_CONFIRMATION_REQUIRED') throw refusedChallenge(flow.status === 'PUSH_CONFIRMATION_TIMED_OUT');
    const status = challengeStatus(await pushOutcome(environment, flow));
    return sendJson(reply, { isChallengeComplete: status !== undefined, ...(status !== undefined && { status }) });
  });
};

/** The flow of an interaction that has not ended. */
async function findInteraction({ store }: Environment, id: string): Promise<Flow> {
  const flow = await store.flows.get(id);
  if (!flow?.davinci) throw unknownInteraction(id);
  return flow;
}

/** The same, for a request that proves that the interaction is its own. */
async function interaction({ environment, request }: Asked, id: string): Promise<Flow> {
  const flow = await findInteraction(environment, id);
  const token = header(request, 'interactiontoken');
  if (token === undefined || !sameSecret(token, flow.davinci?.interactionToken ?? '')) throw wrongToken(token);
  return flow;
}

async function capability(asked: Asked, found: Flow): Promise<FastifyReply> {
  const { environment, request } = asked;
  const { params, exchange } = request;
  const [connectionId, name] = [textMember(params, 'connectionId'), textMember(params, 'capabilityName')];
  if (connectionId !== connections.forms.id || name !== formCapability)
    throw outOfOrder(found, { got: `${connectionId}/${name}`, expected: `${connections.forms.id}/${formCapability}` });
  warnWithoutHeader(environment, found, request);
  const sent = readForm(request.body);
  const { policyId = '', nodeId = '' } = found.davinci ?? {};
  const expected = shownNodeId(policyId, nodeId);
  if (sent.id !== expected) throw outOfOrder(found, { got: sent.id ?? 'no id', expected });
  if (sent.interactionId !== undefined && sent.interactionId !== found.id)
    throw outOfOrder(found, { got: `interactionId ${sent.interactionId}`, expected: found.id });
  const policy = await environment.store.flowPolicies.get(policyId);
  if (!policy) throw unknownInteraction(found.id);
  const session = await sessionOf(environment, request);
  // A refused form is activity all the same: the lifetime of the flow starts over.
  const flow = await saveFlow(environment, found);
  return sendOutcome(asked, await submitForm({ environment, flow, session, exchange }, policy, sent));
}

/** Puts a refusal into the transaction of its interaction, which goes on; or records it by itself. */
async function recordDavinciRefusal(context: Context, request: FastifyRequest, refusal: DavinciRefusal): Promise<void> {
  const { exchange } = request;
  // The engine has recorded it.
  if (exchange.transactionId !== undefined) return;
  const environment = context.environments.get(textMember(request.params, 'environmentId') ?? '');
  if (!environment || context.requestOrigin(request.raw) === undefined) return;
  const checks = [refusal.check];
  const title = `Refused by ${refusal.check.rule}`;
  const flow = await environment.store.flows.get(header(request, 'interactionid') ?? '');
  if (flow?.davinci) environment.transactions.step(transactionOf(environment, flow), { kind: 'login', ok: null, title, checks, exchange });
  else {
    exchange.environmentId = environment.id;
    const transaction = beginTransaction(environment, { baseUrl: context.baseUrl(request, environment) });
    recordFailure(environment, transaction, { kind: 'login', title, checks, exchange });
  }
}
