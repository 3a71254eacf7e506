import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Context, type Endpoint, environmentOf } from '../../environment/context.js';
import { beginTransaction } from '../../environment/record.js';
import { sendRedirect } from '../../http/answers.js';
import { sendSession, sessionOf } from '../../http/browser-session.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { textMember } from '../../lib/unknown.js';
import { signOnUrl } from '../../pingone/hosts.js';
import { invalidData } from '../../pingone/pingone-error.js';
import { deviceStatus, findDeviceApplication, findWaitingDevice } from '../decoupled/device-authorization.js';
import { peerGuesser, tryUserCode } from '../decoupled/user-code-attempts.js';
import { beginSignOn } from '../engine.js';
import { newFlow, saveFlow, signOnOnly } from '../flows.js';
import { authenticateWithoutPage } from '../silent.js';

/** Where a person goes to connect a device (RFC 8628 §3.3; docs/fidelity.md, 7.6), under /{environmentId}/device. */
export const device: Endpoint = (app, context) => {
  for (const path of ['/', '/:identifier'])
    app.get(path, { exposeHeadRoute: false, config: { parameters: object({}, { user_code: secret(string) }) } }, async (request, reply) => {
      return sendRedirect(reply, await enter(context, request, reply));
    });
};

/** Begins a flow and returns the address of its page; for a path that names no application, that of the error page. */
async function enter(context: Context, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  const environment = environmentOf(context, request);
  const baseUrl = context.baseUrl(request, environment);
  const identifier = textMember(request.params, 'identifier');
  const userCode = textMember(request.query, 'user_code');
  const named = identifier === undefined ? undefined : await findDeviceApplication(environment, identifier);
  if (identifier !== undefined && !named?.grantTypes) {
    const refused = invalidData([], { reason: `no application has the id or devicePathId ${identifier}` });
    return `${signOnUrl(baseUrl)}?error=${encodeURIComponent(JSON.stringify(refused.envelope(request.id)))}`;
  }
  const session = await sessionOf(environment, request);
  const guesser = session?.id ?? peerGuesser(request.ip);
  const waiting =
    typeof userCode === 'string'
      ? (await tryUserCode(environment, guesser, () => findWaitingDevice(environment, userCode, named?.id ?? ''))).device
      : undefined;
  const application = waiting ? await environment.store.applications.get(waiting.clientId) : named;
  const transaction = beginTransaction(environment, { transactionId: waiting?.transactionId, application, baseUrl });

  const asked = signOnOnly(application?.id ?? '');
  const { autoLogin } = context.settings;
  const { exchange } = request;
  const silent = await authenticateWithoutPage(environment, { request: asked, session, autoLogin, log: context.log, exchange });
  const started = newFlow(environment, { baseUrl, transaction, request: asked, authentication: silent?.authentication });
  const flow = { ...started, deviceGrant: { deviceCode: waiting?.id } };
  if (silent) {
    transaction.user = silent.user.username;
    environment.transactions.step(transaction, { kind: 'login', ok: true, title: silent.title, checks: [], exchange });
    if (silent.begun) sendSession(context, environment, request, reply, silent.begun.session);
    await Promise.all([saveFlow(environment, { ...flow, status: deviceStatus(flow) }), silent.begun?.limited]);
  } else await beginSignOn(environment, flow, session);
  return `${signOnUrl(baseUrl)}?flowId=${flow.id}`;
}
