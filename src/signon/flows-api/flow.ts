import type { FastifyRequest } from 'fastify';
import { type Endpoint, environmentOf } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { serialize } from '../../environment/serialize.js';
import { sendHal } from '../../http/answers.js';
import { sendSession, sessionOf } from '../../http/browser-session.js';
import { actionMediaType, actionOf } from '../../pingone/media-types.js';
import { invalidData, malformed, unsupportedMediaType } from '../../pingone/pingone-error.js';
import { actionsOf } from '../flow-view.js';
import { describeFlow, findFlow, saveFlow } from '../flows.js';
import type { Action } from './action.js';
import { actions } from './actions.js';

/** A flow's state, and the actions on it, chosen by media type (docs/fidelity.md, 4.1 and 4.3). */
export const flow: Endpoint = (app, context) => {
  app.get('/:flowId', async (request, reply) => {
    const environment = environmentOf(context, request);
    const { flowId } = request.params as { flowId: string };
    const found = await findFlow(environment, flowId);
    return sendHal(reply, await describeFlow(environment, found));
  });

  app.post('/:flowId', async (request, reply) => {
    const environment = environmentOf(context, request);
    const { flowId } = request.params as { flowId: string };
    // One after the other: of two actions at once the second sees what the first has made of the flow.
    const done = await serialize(environment, `flow ${flowId}`, async () => {
      const found = await findFlow(environment, flowId);
      const action = allowedAction(request, found);
      const body = readBody(request);
      const session = await sessionOf(environment, request);
      // What is refused is activity all the same: the lifetime begins anew.
      const touched = await saveFlow(environment, found);
      return action({ environment, flow: touched, body, session, exchange: request.exchange });
    });
    if (done.session) sendSession(context, environment, request, reply, done.session);
    return sendHal(reply, await describeFlow(environment, done.flow));
  });
};

/** The action that the media type names. One that is none: 415; one that the flow's status does not offer: 400. */
function allowedAction(request: FastifyRequest, flow: Flow): Action {
  const asked = actionOf(request.headers['content-type'])?.toLowerCase();
  const name = Object.keys(actions).find((known) => known.toLowerCase() === asked) ?? '';
  const action = actions[name];
  if (!action) {
    const known = Object.keys(actions).map(actionMediaType).join(', ');
    throw unsupportedMediaType(`Content-Type must be one of ${known}`);
  }
  if (!actionsOf(flow).includes(name))
    throw invalidData(
      { code: 'INVALID_VALUE', message: `The action is not allowed in status ${flow.status}` },
      { reason: `${name} is not allowed in status ${flow.status}` },
    );
  return action;
}

/** The body as an object; an empty one counts as one without members. */
function readBody({ body }: FastifyRequest): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw malformed('the body is not a JSON object');
}
