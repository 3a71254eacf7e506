import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Flow, Session } from '../../environment/model/lifetimes.js';
import { beginTransaction } from '../../environment/record.js';
import { sendHal, sendRedirect } from '../../http/answers.js';
import { sessionOf } from '../../http/browser-session.js';
import { object, string } from '../../lib/schema/types.js';
import { textMember } from '../../lib/unknown.js';
import { OAuthError } from '../../pingone/errors.js';
import { accessFailed, notFound } from '../../pingone/pingone-error.js';
import { check } from '../../protocol/check.js';
import { transactionOf } from '../../signon/flows.js';
import { describeFlow } from '../../signon/flows-api/flow-body.js';
import { signOnPage } from '../../signon/sign-on-page.js';
import { finish } from './finish.js';
import { authorizationAnswer } from './read.js';
import { sendRefusal, sendUnredirectable, targetOf } from './respond.js';

/** PingOne's own endpoint between sign-on and authorization response (docs/fidelity.md, 3.9). */
export const resume: Endpoint = (app, context) => {
  // A HEAD must not spend the flow: it gets 405.
  const config = { parameters: object({}, { flowId: string }), answer: authorizationAnswer };
  app.get('/resume', { exposeHeadRoute: false, config }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const flowId = textMember(request.query, 'flowId');
    const [flow, session] = await Promise.all([environment.store.flows.get(flowId ?? ''), sessionOf(environment, request)]);
    const baseUrl = context.baseUrl(request, environment);
    // A flow of DaVinci ends by its own endpoints.
    if (!flow || flow.davinci) {
      const unknown = notFound({ reason: `no flow ${flowId}` });
      return sendUnredirectable(request, reply, environment, unknown, { baseUrl });
    }
    // The journal, faults and rules know whose request this is, also where no step of the transaction has it.
    request.exchange.transactionId ??= flow.transactionId;
    // No client waits for a flow that connects a device: its page says how it ended.
    if (flow.deviceGrant || flow.selfService) return sendRedirect(reply, signOnPage(environment, undefined, { baseUrl, flowId: flow.id }));
    if (flow.request.responseMode === 'pi.flow')
      return flow.status === 'COMPLETED' && flow.authentication
        ? finish(context, environment, flow, { request, reply })
        : sendHal(reply, await describeFlow(environment, flow));
    return redirectOn(context, { environment, baseUrl, request, reply, session }, flow);
  });
};

interface Resumed {
  readonly environment: Environment;
  readonly baseUrl: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The browser's. */
  readonly session: Session | undefined;
}

async function redirectOn(context: Context, { environment, baseUrl, request, reply, session }: Resumed, flow: Flow): Promise<FastifyReply> {
  const { transactions, store } = environment;
  const { exchange } = request;
  if (flow.status === 'FAILED') {
    await store.flows.take(flow.id);
    const refused = new OAuthError('user_not_refused');
    const title = 'Sign-on failed';
    transactions.step(transactionOf(environment, flow), { kind: 'redirect', ok: false, title, checks: refused.checks, exchange });
    return sendRefusal(request, reply, targetOf(flow.request), refused, flow.request.state);
  }
  const application = await store.applications.get(flow.applicationId);
  if (flow.status !== 'COMPLETED' || !flow.authentication)
    return sendRedirect(reply, signOnPage(environment, application, { baseUrl, flowId: flow.id }));

  // Only the browser that signed on gets the code; the flow remains for it.
  if (session?.id === flow.authentication.sessionId) return finish(context, environment, flow, { request, reply });
  const transaction = beginTransaction(environment, { transactionId: flow.transactionId, baseUrl });
  transactions.step(transaction, {
    kind: 'redirect',
    ok: null,
    title: 'Resume refused: not the browser that signed on',
    checks: [
      check('session_cookie', false, {
        expected: 'the cookie ST or ST-NO-SS of the sign-on',
        got: request.headers.cookie === undefined ? 'no cookie' : 'another session',
      }),
    ],
    exchange,
  });
  const refused = accessFailed({ reason: 'resume needs the cookie ST or ST-NO-SS of the browser that signed on' });
  return sendUnredirectable(request, reply, environment, refused, { baseUrl, application });
}
