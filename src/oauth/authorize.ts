import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendHal } from '../answers.js';
import { sendSession, sessionOf } from '../browser-session.js';
import { type Context, type Endpoint, environmentOf } from '../context.js';
import { type ResponseMode, responseModes } from '../core/authorization-request.js';
import { finishAuthorization } from '../domain/authorization.js';
import { judgeAuthorizationRequest, judgeClient } from '../domain/authorization-request.js';
import { describeFlow, startFlow } from '../domain/flows.js';
import { authenticateWithoutPage } from '../domain/silent-sign-on.js';
import { OAuthError } from '../pingone/errors.js';
import { readAuthorizationParameters } from './authorization-parameters.js';
import { sendErrorToClient, sendToClient, sendUnredirectable } from './authorization-response.js';

/** The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2), by GET and POST. */
export const authorize: Endpoint = (app, context) => {
  app.route({ method: ['GET', 'POST'], url: '/authorize', handler: (request, reply) => answer(context, request, reply) });
};

async function answer(context: Context, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const environment = environmentOf(context, request);
  const { transactions } = environment;
  const baseUrl = context.baseUrl(request, environment);
  const { parameters, repeated } = readAuthorizationParameters(request);
  const asksForFlow = parameters.responseMode === 'pi.flow';
  const { exchange } = request;

  // Client and redirect_uri first: until both are right, nothing may be sent to the redirect_uri.
  const judged = await judgeClient(environment, parameters, repeated);
  const transaction = transactions.start({
    application: judged.client && { id: judged.client.id, name: judged.client.name, pkceEnforcement: judged.client.pkceEnforcement },
  });
  transaction.via.push(baseUrl);
  if (judged.refused) {
    transactions.step(transaction, {
      kind: 'authorize',
      ok: false,
      title: `Authorization request refused by ${judged.refused.rule}`,
      checks: judged.checks,
      exchange,
    });
    return sendUnredirectable(request, reply, baseUrl, judged.refused, { json: asksForFlow });
  }

  const target = { mode: modeOf(parameters.responseMode, parameters.responseType), redirectUri: judged.redirectUri };
  const refuse = (error: OAuthError) =>
    target.mode === 'pi.flow' || target.redirectUri === undefined
      ? sendUnredirectable(request, reply, baseUrl, error, { json: true })
      : sendErrorToClient(request, reply, { mode: target.mode, redirectUri: target.redirectUri }, error, parameters.state);

  const found = await judgeAuthorizationRequest(environment, judged.application, parameters, repeated);
  const checks = [...judged.checks, ...found.checks];
  if (found.refused) {
    transactions.step(transaction, {
      kind: 'authorize',
      ok: false,
      title: `Authorization request refused by ${found.refused.rule}`,
      checks,
      exchange,
    });
    return refuse(found.refused);
  }
  const { authorizationRequest } = found;
  transactions.step(transaction, { kind: 'authorize', ok: true, title: 'Authorization request parsed', checks, exchange });
  if (authorizationRequest.codeChallenge) {
    const { value, method } = authorizationRequest.codeChallenge;
    Object.assign(transaction.pkce, { challenge: value, method });
    transactions.step(transaction, {
      kind: 'pkce.recorded',
      ok: true,
      title: `Challenge recorded, method ${method}`,
      checks: [],
      data: { challenge: value, method },
    });
  }

  const session = await sessionOf(environment, request);
  const silent = await authenticateWithoutPage(environment, {
    request: authorizationRequest,
    session,
    autoLogin: context.settings.autoLogin,
    log: context.log,
  });
  if (!silent && authorizationRequest.prompts.includes('none')) {
    const refused = new OAuthError('signed_on', [{ rule: 'signed_on', spec: 'OpenID Connect Core §3.1.2.1', ok: false }]);
    transactions.step(transaction, {
      kind: 'login',
      ok: false,
      title: 'Nobody is signed on, and prompt=none forbids to ask',
      checks: refused.checks,
      exchange,
    });
    return refuse(refused);
  }

  const flow = await startFlow(environment, {
    baseUrl,
    transaction,
    request: authorizationRequest,
    authentication: silent?.authentication,
  });
  if (silent) {
    transaction.user = silent.username;
    transactions.step(transaction, { kind: 'login', ok: true, title: silent.title, checks: [], exchange });
    if (silent.begun) sendSession(context, environment, request, reply, silent.begun);
    const response = await finishAuthorization(environment, flow.id, {
      codeLifetimeSeconds: context.settings.codeLifetimeSeconds,
      exchange,
    });
    if (authorizationRequest.responseMode === 'pi.flow') return sendHal(reply, await describeFlow(environment, flow, response));
    return sendToClient(reply, { mode: authorizationRequest.responseMode, redirectUri: judged.redirectUri as string }, response);
  }
  if (authorizationRequest.responseMode === 'pi.flow') return sendHal(reply, await describeFlow(environment, flow));
  const { loginPageUrl } = judged.application;
  const page = loginPageUrl === undefined ? `${baseUrl}/signon/` : loginPageUrl;
  const query = new URLSearchParams({ ...(loginPageUrl !== undefined && { environmentId: environment.id }), flowId: flow.id });
  return reply
    .code(302)
    .header('location', `${page}${page.includes('?') ? '&' : '?'}${query}`)
    .send();
}

/** Where even an error goes: as asked where that exists, else as the response type has it. */
const modeOf = (asked: string | undefined, responseType: string | undefined): ResponseMode => {
  const tokens = /token/.test(responseType ?? '');
  if (asked === 'query' && tokens) return 'fragment';
  if ((responseModes as readonly string[]).includes(asked ?? '')) return asked as ResponseMode;
  return tokens ? 'fragment' : 'query';
};
