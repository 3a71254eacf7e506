import { sendHal } from '../answers.js';
import { sendSession, sessionOf } from '../browser-session.js';
import { type Endpoint, environmentOf } from '../context.js';
import { describeFlow, findFlow } from '../domain/flows.js';
import { PingOneError } from '../pingone/errors.js';
import { actionsOf } from '../pingone/flow.js';
import { actionOf } from '../pingone/media-types.js';
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
    const found = await findFlow(environment, flowId);
    const name = actionOf(request.headers['content-type']);
    const action = name === undefined ? undefined : actions[name];
    if (!action)
      throw new PingOneError(
        415,
        'INVALID_REQUEST',
        [],
        undefined,
        `Content-Type must be one of ${Object.keys(actions)
          .map((known) => `application/vnd.pingidentity.${known}+json`)
          .join(', ')}`,
      );
    if (!(actionsOf[found.status] ?? []).includes(name as string))
      throw new PingOneError(
        400,
        'INVALID_DATA',
        [{ code: 'INVALID_VALUE', message: `The action is not allowed in status ${found.status}` }],
        undefined,
        `${name} is not allowed in status ${found.status}`,
      );
    const body =
      typeof request.body === 'object' && request.body !== null && !Array.isArray(request.body)
        ? (request.body as Record<string, unknown>)
        : {};
    if (request.body !== undefined && body !== request.body)
      throw new PingOneError(400, 'INVALID_REQUEST', [], undefined, 'the body is no JSON object');
    const session = await sessionOf(environment, request);
    const done = await action({ environment, flow: found, body, session, exchange: request.exchange });
    if (done.session) sendSession(context, environment, request, reply, done.session);
    return sendHal(reply, await describeFlow(environment, done.flow));
  });
};
