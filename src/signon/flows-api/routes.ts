import type { FastifyError, FastifyRequest } from 'fastify';
import { findUserByUsername } from '../../configuration/directory/users.js';
import { recordRefusal } from '../../diagnosis/unmatched.js';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { User } from '../../environment/model/user.js';
import { serializeOn } from '../../environment/serialize.js';
import { sendHal, sendPingOneError } from '../../http/answers.js';
import { refusalOf } from '../../http/refusals.js';
import { isObject, textMember } from '../../lib/unknown.js';
import { actionMediaType, actionOf } from '../../pingone/media-types.js';
import { malformed, type PingOneError, unsupportedMediaType } from '../../pingone/pingone-error.js';
import type { Diagnosis } from '../../protocol/mistakes/index.js';
import { type ActionName, actionNames, actions, diagnoseAction, requireOffered } from '../actions.js';
import { findFlow } from '../flows.js';
import { secondFactorAnswer } from '../mfa/bodies.js';
import { perform, readFlow } from '../perform.js';
import { describeFlow } from './flow-body.js';

/** PingOne's flows API, under /{environmentId}/flows: a flow's state, and the actions on it (docs/fidelity.md, 4.1 and 4.3). */
export const flows: Endpoint = (app, context) => {
  app.setErrorHandler(async (error: FastifyError | PingOneError, request, reply) => {
    const refused = refusalOf(error);
    if (!refused) throw error;
    recordRefusal(context, request, reply, refused, await diagnosisOf(context, request, refused));
    return sendPingOneError(request, reply, refused);
  });

  app.get('/:flowId', { config: { answer: secondFactorAnswer } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const flowId = textMember(request.params, 'flowId') ?? '';
    const flow = await readFlow({ context, environment, request, reply }, flowId);
    return sendHal(reply, await describeFlow(environment, flow));
  });

  const bodies = Object.fromEntries(actionNames.map((name) => [actionMediaType(name), actions[name].input]));
  app.post('/:flowId', { config: { bodies, answer: secondFactorAnswer } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const flowId = textMember(request.params, 'flowId') ?? '';
    // One at a time: of two actions at once, the second finds the flow as the first left it.
    const flow = await serializeOn(
      environment,
      `flow ${flowId}`,
      () => Promise.all([findFlow(environment, flowId), findNamed(environment, request)]),
      async ([found, named]) => {
        const name = actionNamed(request);
        requireOffered(found, name);
        return perform({ context, environment, flow: found, named, request, reply }, name, readBody(request));
      },
    );
    return sendHal(reply, await describeFlow(environment, flow));
  });
};

/** The user whose name is sent with a password. */
async function findNamed(environment: Environment, request: FastifyRequest): Promise<User | undefined> {
  const username = actionAsked(request) === 'usernamePassword.check' ? textMember(request.body, 'username') : undefined;
  return username === undefined ? undefined : findUserByUsername(environment, username);
}

/** Why a flow refused the action of a request: it does not offer it. Undefined if something else was wrong. */
async function diagnosisOf({ environments }: Context, request: FastifyRequest, { code }: PingOneError): Promise<Diagnosis | undefined> {
  const { params } = request;
  const name = code === 'INVALID_DATA' ? actionAsked(request) : undefined;
  const environment = environments.get(textMember(params, 'environmentId') ?? '');
  const flow = name && (await environment?.store.flows.get(textMember(params, 'flowId') ?? ''));
  return flow && diagnoseAction(flow, name);
}

/** The action that the media type names, in any case. */
function actionAsked({ headers }: FastifyRequest): ActionName | undefined {
  const asked = actionOf(headers['content-type'])?.toLowerCase();
  return actionNames.find((known) => known.toLowerCase() === asked);
}

function actionNamed(request: FastifyRequest): ActionName {
  const name = actionAsked(request);
  if (name) return name;
  const known = actionNames.map(actionMediaType).join(', ');
  throw unsupportedMediaType(`Content-Type must be one of ${known}`);
}

/** The body as an object; an empty one counts as one without members. */
function readBody({ body }: FastifyRequest): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  if (isObject(body)) return body;
  throw malformed('the body is not a JSON object');
}
