import { sendHal } from '../answers.js';
import { sessionOf } from '../browser-session.js';
import { type Endpoint, environmentOf } from '../context.js';
import { finishAuthorization } from '../domain/authorization.js';
import { describeFlow, transactionOf } from '../domain/flows.js';
import { OAuthError, PingOneError } from '../pingone/errors.js';
import { sendErrorToClient, sendToClient, sendUnredirectable } from './authorization-response.js';

/** Goes on after a flow: PingOne's own endpoint between sign-on and authorization response (docs/fidelity.md, 3.9). */
export const resume: Endpoint = (app, context) => {
  app.get('/resume', async (request, reply) => {
    const environment = environmentOf(context, request);
    const baseUrl = context.baseUrl(request, environment);
    const { exchange } = request;
    const { flowId } = request.query as { flowId?: unknown };

    const flow = await environment.store.flows.get(typeof flowId === 'string' ? flowId : '');
    if (!flow) return sendUnredirectable(request, reply, baseUrl, new PingOneError(404, 'NOT_FOUND', [], undefined, `no flow ${flowId}`));
    const { request: asked, status } = flow;

    if (asked.responseMode === 'pi.flow') {
      if (status !== 'COMPLETED') return sendHal(reply, await describeFlow(environment, flow));
      const response = await finishAuthorization(environment, flow.id, {
        codeLifetimeSeconds: context.settings.codeLifetimeSeconds,
        exchange,
      });
      return sendHal(reply, await describeFlow(environment, flow, response));
    }

    const target = { mode: asked.responseMode, redirectUri: asked.redirectUri as string };
    if (status === 'FAILED') {
      await environment.store.flows.take(flow.id);
      const refused = new OAuthError('user_not_refused', [{ rule: 'user_not_refused', spec: 'RFC 6749 §4.1.2.1', ok: false }]);
      environment.transactions.step(transactionOf(environment, flow), {
        kind: 'redirect',
        ok: false,
        title: 'Sign-on failed',
        checks: refused.checks,
        exchange,
      });
      return sendErrorToClient(request, reply, target, refused, asked.state);
    }
    if (status !== 'COMPLETED' || !flow.authentication)
      return reply.code(302).header('location', `${baseUrl}/signon/?flowId=${flow.id}`).send();

    // Only the browser that signed on may take the code away; the flow stays for it.
    const session = await sessionOf(environment, request);
    const same = session?.id === flow.authentication.sessionId;
    if (!same) {
      environment.transactions.step(transactionOf(environment, flow), {
        kind: 'redirect',
        ok: null,
        title: 'Resume refused: not the browser that signed on',
        checks: [
          {
            rule: 'session_cookie',
            ok: false,
            spec: 'PingOne sessions',
            expected: 'the cookie ST or ST-NO-SS of the sign-on',
            got: request.headers.cookie === undefined ? 'no cookie' : 'another session',
          },
        ],
        exchange,
      });
      return sendUnredirectable(
        request,
        reply,
        baseUrl,
        new PingOneError(403, 'ACCESS_FAILED', [], undefined, 'resume needs the cookie ST or ST-NO-SS of the browser that signed on'),
      );
    }
    const response = await finishAuthorization(environment, flow.id, {
      codeLifetimeSeconds: context.settings.codeLifetimeSeconds,
      exchange,
    });
    return sendToClient(reply, target, response);
  });
};
