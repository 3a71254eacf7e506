import type { FastifyReply, FastifyRequest } from 'fastify';
import { flowPolicyInForce } from '../../configuration/flow-policies/in-force.js';
import type { Context, Environment } from '../../environment/context.js';
import type { Exchange } from '../../environment/journal/exchange.js';
import type { Application } from '../../environment/model/application.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { recordFailure } from '../../environment/record.js';
import { clientParty, recordUserActivity } from '../../environment/record-activity.js';
import { sendHal, sendJson } from '../../http/answers.js';
import { sendBrowserState } from '../../http/browser-session.js';
import { sessionState } from '../../http/session-state.js';
import { completedBody as completedInteraction, deniedBody } from '../../pingone/davinci.js';
import { OAuthError } from '../../pingone/errors.js';
import { interactionOf } from '../../signon/davinci/refusals.js';
import { transactionOf } from '../../signon/flows.js';
import { describeFlow } from '../../signon/flows-api/flow-body.js';
import type { SilentSignOn } from '../../signon/silent.js';
import { isRestricted, refuseAccess } from './access-control.js';
import { type AuthorizationResponse, finishAuthorization } from './issue-code.js';
import { sendRefusal, sendToClient, targetOf } from './respond.js';

interface Ending {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Set where the flow began with this request: then it is not stored. */
  readonly silent?: SilentSignOn | undefined;
}

/** Ends a completed flow: the client gets what it asked for, or learns that this user may not have it. */
export async function finish(
  context: Context,
  environment: Environment,
  flow: Flow,
  { request, reply, silent }: Ending,
): Promise<FastifyReply> {
  const { exchange } = request;
  const asked = flow.request;
  const target = targetOf(asked);
  const { store } = environment;
  const application = await store.applications.get(flow.applicationId);
  const denied = application && isRestricted(application) ? await refuseAccess(environment, flow, application) : undefined;
  // All at once: none depends on another.
  const [user, made] = await Promise.all([
    silent?.user ?? (flow.authentication && store.users.get(flow.authentication.userId)),
    denied ?? makeResponse(context, environment, flow, { exchange, isStored: silent === undefined }),
    silent?.begun?.limited,
  ]);
  if (application && user) recordAccess(environment, { application, user, isAllowed: denied === undefined, exchange });
  if (made instanceof OAuthError) {
    const title = `Refused by ${made.rule}`;
    recordFailure(environment, transactionOf(environment, flow), { kind: 'code', title, checks: made.checks, exchange });
    if (flow.davinci) return sendJson(reply.code(400), deniedBody(interactionOf(flow), made.error, made.detail));
    return sendRefusal(request, reply, target, made, asked.state);
  }
  const response = made;
  if (application?.opSessionCheckEnabled === true) addSessionState(context, environment, flow, { request, reply }, response);
  if (target) return sendToClient(reply, target, response);
  const flowPolicy = await flowPolicyInForce(environment, flow.applicationId, asked.acrValues);
  return flowPolicy ? sendJson(reply, completedBody(flow, response)) : sendHal(reply, await describeFlow(environment, flow, response));
}

/** What a client of DaVinci gets: also where a session stood in for the flow. */
const completedBody = (flow: Flow, response: AuthorizationResponse): object =>
  completedInteraction({
    environmentId: flow.environmentId,
    sessionId: flow.authentication?.sessionId,
    response,
    ...(flow.davinci && { interaction: interactionOf(flow), interactionToken: flow.davinci.interactionToken }),
  });

interface Access {
  readonly application: Application;
  readonly user: User;
  readonly isAllowed: boolean;
  readonly exchange: Exchange;
}

/** Records that a user was let into an application, or kept out of it. */
const recordAccess = (environment: Environment, { application, user, isAllowed, exchange }: Access): void =>
  recordUserActivity(environment, user, {
    type: isAllowed ? 'USER.ACCESS_ALLOWED' : 'USER.ACCESS_DENIED',
    description: `${isAllowed ? 'Passed' : 'Failed'} role access control`,
    isActor: true,
    client: clientParty(environment, application),
    exchange,
  });

/** The response, or why one of its tokens could not be made. */
async function makeResponse(
  { settings: { codeLifetimeSeconds } }: Context,
  environment: Environment,
  flow: Flow,
  { exchange, isStored }: { exchange: Exchange; isStored: boolean },
): Promise<AuthorizationResponse | OAuthError> {
  try {
    return await finishAuthorization(environment, flow, { codeLifetimeSeconds, exchange, isStored });
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
}

/** `session_state`, for an application that watches the session (PingOne's `opSessionCheckEnabled`). */
function addSessionState(
  context: Context,
  environment: Environment,
  { applicationId, request: { redirectUri = '' }, authentication }: Flow,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  response: Record<string, string>,
): void {
  if (!authentication) return;
  const origin = /^https?:/.test(redirectUri) && URL.canParse(redirectUri) ? new URL(redirectUri).origin : undefined;
  if (origin === undefined) return;
  const { sessionId } = authentication;
  const salt = environment.random.bytes(12).toString('base64url');
  response.session_state = sessionState({ clientId: applicationId, origin, sessionId, salt });
  sendBrowserState(context, environment, request, reply, sessionId);
}
