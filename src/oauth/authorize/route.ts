import type { FastifyReply, FastifyRequest } from 'fastify';
import { flowPolicyInForce } from '../../configuration/flow-policies/in-force.js';
import { diagnoseAuthorizationRequest } from '../../diagnosis/authorization.js';
import { warn, warnOfScopes } from '../../diagnosis/warnings.js';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import { type Application, toClient } from '../../environment/model/application.js';
import type { Flow, Session } from '../../environment/model/lifetimes.js';
import { beginTransaction, recordFailure } from '../../environment/record.js';
import { sendHal, sendRedirect } from '../../http/answers.js';
import { sendSession, sessionOf } from '../../http/browser-session.js';
import { OAuthError, refusalOf } from '../../pingone/errors.js';
import {
  type AuthorizationParameters,
  type AuthorizationRequest,
  type ResponseMode,
  responseModes,
  words,
} from '../../protocol/authorization-request.js';
import { type Check, failed } from '../../protocol/check.js';
import { davinciNodesNotShown, nonceMissing } from '../../protocol/mistakes/index.js';
import { beginInteraction, type Outcome } from '../../signon/davinci/run.js';
import { beginSignOn } from '../../signon/engine.js';
import { newFlow, transactionOf } from '../../signon/flows.js';
import { describeFlow } from '../../signon/flows-api/flow-body.js';
import { signOnPage } from '../../signon/sign-on-page.js';
import { authenticateWithoutPage } from '../../signon/silent.js';
import { sendOutcome, warnWithoutHeader } from '../davinci/outcome.js';
import { finish } from './finish.js';
import { judgeClient } from './judge-client.js';
import { judgeAuthorizationRequest } from './judge-request.js';
import { authorizationAnswer, authorizationParameters, readAuthorizationParameters, refuseOtherBody } from './read.js';
import { environmentOfCallback, relateToSignOn } from './related.js';
import { sendRefusal, sendUnredirectable, targetOf } from './respond.js';

/** The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2), by GET and POST. */
export const authorize: Endpoint = (app, context) => {
  app.route({
    method: ['GET', 'POST'],
    url: '/authorize',
    exposeHeadRoute: false,
    config: { parameters: authorizationParameters, answer: authorizationAnswer },
    handler: (request, reply) => answer(context, request, reply),
  });
};

async function answer(context: Context, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const environment = environmentOf(context, request);
  const baseUrl = context.baseUrl(request, environment);
  const issuer = `${baseUrl}/as`;
  refuseOtherBody(request);
  const { parameters: sent, repeated } = readAuthorizationParameters(request);

  // Client and redirect_uri first: until both are right, nothing may be sent to the redirect_uri.
  const judged = await judgeClient(environment, { parameters: sent, repeated, issuer });
  const { decision, application, parameters, transactionId } = judged;
  const transaction = beginTransaction(environment, { transactionId, application, baseUrl });
  if (decision.refusedBy) {
    await recordRefusal(environment, transaction, { request, checks: decision.checks, application, parameters });
    return sendUnredirectable(request, reply, environment, refusalOf(decision), {
      baseUrl,
      application,
      json: parameters.responseMode === 'pi.flow',
    });
  }

  const accepted = decision.value;
  const target = targetOf({ responseMode: modeOf(parameters.responseMode, parameters.responseType), redirectUri: accepted.redirectUri });
  const asked = await judgeAuthorizationRequest(environment, {
    application: accepted.application,
    resolving: accepted.resolving,
    parameters,
    repeated,
    issuer,
  });
  const checks = [...decision.checks, ...asked.checks];
  const { exchange } = request;
  if (asked.refusedBy) {
    await recordRefusal(environment, transaction, { request, checks, application, parameters });
    return sendRefusal(request, reply, target, refusalOf(asked), parameters.state);
  }
  environment.transactions.step(transaction, { kind: 'authorize', ok: true, title: 'Authorization request parsed', checks, exchange });
  recordChallenge(environment, transaction, asked.value);
  const asking = environmentOfCallback(context, accepted.redirectUri);
  if (asking) await relateToSignOn(context, asking, environment, { transaction, state: asked.value.state });
  if (isWithoutNonce(asked.value)) warn(environment, transaction, exchange, nonceMissing);
  if (getsOtherScopes(parameters, asked.value)) {
    const scopes = { asked: words(parameters.scope), granted: asked.value.scopes, application: accepted.application.name };
    await warnOfScopes(environment, transaction, { ...scopes, exchange });
  }
  return continueAuthorization(
    context,
    { environment, application: accepted.application, transaction, baseUrl, request, reply },
    asked.value,
  );
}

/** An ID token from the front channel that nothing ties to this request. */
const isWithoutNonce = ({ responseTypes, nonce }: AuthorizationRequest): boolean =>
  nonce === undefined && responseTypes.includes('id_token');

/** Mostly all scopes are granted. */
const getsOtherScopes = ({ scope }: AuthorizationParameters, { scopes }: AuthorizationRequest): boolean =>
  scope !== undefined && scope !== scopes.join(' ');

interface Accepted {
  readonly environment: Environment;
  readonly application: Application;
  readonly transaction: Transaction;
  readonly baseUrl: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The request is valid: the user is signed on already, or is sent to sign on. */
async function continueAuthorization(context: Context, accepted: Accepted, asked: AuthorizationRequest): Promise<FastifyReply> {
  const { environment, application, transaction, baseUrl, request, reply } = accepted;
  const { exchange } = request;
  const session = await sessionOf(environment, request);
  const silent = await authenticateWithoutPage(environment, {
    request: asked,
    session,
    autoLogin: context.settings.autoLogin,
    log: context.log,
    exchange,
  });
  if (!silent && asked.prompts.includes('none')) {
    const refused = new OAuthError('signed_on');
    const title = 'No active session, and prompt=none forbids showing the sign-on page';
    recordFailure(environment, transaction, { kind: 'login', title, checks: refused.checks, exchange });
    return sendRefusal(request, reply, targetOf(asked), refused, asked.state);
  }

  const started = newFlow(environment, { baseUrl, transaction, request: asked, authentication: silent?.authentication });
  const interaction = silent ? undefined : await interactionFor(environment, started, request, session);
  const flow = silent ? started : (interaction?.flow ?? (await beginSignOn(environment, started, session)));
  if (silent) {
    transaction.user = silent.user.username;
    environment.transactions.step(transaction, { kind: 'login', ok: true, title: silent.title, checks: [], exchange });
    if (silent.begun) sendSession(context, environment, request, reply, silent.begun.session);
    return finish(context, environment, flow, { request, reply, silent });
  }
  if (interaction) return sendOutcome({ context, environment, request, reply }, interaction);
  if (asked.responseMode === 'pi.flow') return sendHal(reply, await describeFlow(environment, flow));
  return sendRedirect(reply, signOnPage(environment, application, { baseUrl, flowId: flow.id }));
}

/** Begins a flow of DaVinci, if the application uses one and reads JSON (docs/fidelity.md, 4.6). */
async function interactionFor(
  environment: Environment,
  flow: Flow,
  request: FastifyRequest,
  session: Session | undefined,
): Promise<Outcome | undefined> {
  const flowPolicy = await flowPolicyInForce(environment, flow.applicationId, flow.request.acrValues);
  if (!flowPolicy) return undefined;
  if (flow.request.responseMode !== 'pi.flow') {
    warn(environment, transactionOf(environment, flow), request.exchange, davinciNodesNotShown);
    return undefined;
  }
  warnWithoutHeader(environment, flow, request);
  return beginInteraction({ environment, flow, session, exchange: request.exchange }, flowPolicy);
}

interface Refused {
  readonly request: FastifyRequest;
  readonly checks: readonly Check[];
  readonly application: Application | undefined;
  readonly parameters: AuthorizationParameters;
}

async function recordRefusal(environment: Environment, transaction: Transaction, refused: Refused): Promise<void> {
  const { checks, application, parameters, request } = refused;
  const title = `Authorization request refused by ${failed(checks)?.rule}`;
  const diagnosis = await diagnoseAuthorizationRequest(environment, parameters, application && toClient(application), checks);
  recordFailure(environment, transaction, { kind: 'authorize', checks, exchange: request.exchange, title }, diagnosis);
}

const recordChallenge = ({ transactions }: Environment, transaction: Transaction, { codeChallenge }: AuthorizationRequest): void => {
  if (!codeChallenge) return;
  const { value: challenge, method } = codeChallenge;
  Object.assign(transaction.pkce, { challenge, method });
  const title = `Challenge recorded, method ${method}`;
  transactions.step(transaction, { kind: 'pkce.recorded', ok: true, title, checks: [], data: { challenge, method } });
};

/** Where even an error goes: as requested if that mode exists, or else by the response type. */
const modeOf = (asked: string | undefined, responseType: string | undefined): ResponseMode => {
  const tokens = /token/.test(responseType ?? '');
  if (asked === 'query' && tokens) return 'fragment';
  if ((responseModes as readonly string[]).includes(asked ?? '')) return asked as ResponseMode;
  return tokens ? 'fragment' : 'query';
};
