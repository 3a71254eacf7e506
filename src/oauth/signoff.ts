import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../environment/context.js';
import type { Application } from '../environment/model/application.js';
import { beginTransaction, recordFailure } from '../environment/record.js';
import { clientParty, recordUserActivity } from '../environment/record-activity.js';
import { endSession } from '../environment/sessions.js';
import { sendRedirect } from '../http/answers.js';
import { formOf } from '../http/bodies.js';
import { clearSession, sessionOf } from '../http/browser-session.js';
import { object, secret, string } from '../lib/schema/types.js';
import { membersOf } from '../lib/unknown.js';
import { refusalOf } from '../pingone/errors.js';
import { decideByAll } from '../protocol/check.js';
import { refuseOtherBody } from './authorize/read.js';
import { sendUnredirectable, withParameters } from './authorize/respond.js';
import { type JudgedSignOff, judgeIdpSignOff, judgeSignOff, type SignOffRequest } from './sign-off.js';

const signOffParameters = object({}, { id_token_hint: secret(string), client_id: string, post_logout_redirect_uri: string, state: string });

/** The parameters of query and form together. An empty one counts as absent, and so does one that was sent twice. */
function readSignOff(request: FastifyRequest): SignOffRequest {
  const wire: Readonly<Record<string, unknown>> = { ...membersOf(request.query), ...formOf(request) };
  const text = (name: string): string | undefined => {
    const value = wire[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    idTokenHint: text('id_token_hint'),
    clientId: text('client_id'),
    postLogoutRedirectUri: text('post_logout_redirect_uri'),
    state: text('state'),
  };
}

interface SignOff {
  readonly environment: Environment;
  readonly baseUrl: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly judged: JudgedSignOff;
  readonly sessionId: string | undefined;
}

/** Ends the session, or shows a page that says why not. Returns whether the sign-off was accepted and is still to be answered. */
async function signOff({ environment, baseUrl, request, reply, judged, sessionId }: SignOff): Promise<boolean> {
  const { exchange } = request;
  const { application, checks } = judged;
  const transaction = beginTransaction(environment, { application, baseUrl });
  const decision = decideByAll(checks);
  if (decision.refusedBy) {
    const title = `Sign-off refused by ${decision.refusedBy.rule}`;
    recordFailure(environment, transaction, { kind: 'logout', title, checks, exchange });
    sendUnredirectable(request, reply, environment, refusalOf(decision), { baseUrl, application });
    return false;
  }
  const ended = sessionId === undefined ? undefined : await endSession(environment, sessionId, 'sign_off');
  const user = ended && (await environment.store.users.get(ended.userId));
  transaction.user = user?.username;
  transaction.state = 'succeeded';
  const title = ended ? `Signed off ${user?.username ?? ended.userId}` : 'Signed off: there was no session';
  environment.transactions.step(transaction, { kind: 'logout', ok: true, title, checks, exchange });
  const client = application && clientParty(environment, application);
  const description = `Deleted Session ${ended?.id}`;
  if (ended && user) recordUserActivity(environment, user, { type: 'SESSION.DELETED', description, isActor: true, client, exchange });
  return true;
}

/** Where the browser goes after the sign-off. */
const destinationOf = (
  environment: Environment,
  { postLogoutRedirectUri, state }: SignOffRequest,
  application: Application | undefined,
  baseUrl: string,
): string => {
  if (postLogoutRedirectUri !== undefined) return withParameters(postLogoutRedirectUri, 'query', state === undefined ? {} : { state });
  const { loginPageUrl } = application ?? {};
  // The application's own page learns the environment (docs/fidelity.md, 7.4).
  return loginPageUrl ? withParameters(loginPageUrl, 'query', { environmentId: environment.id }) : `${baseUrl}/as/signon`;
};

/** Sign-off by the application, through the browser (OpenID Connect RP-Initiated Logout §2; docs/fidelity.md, 7.4). */
export const signoff: Endpoint = (app, context) => {
  app.route({
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    url: '/signoff',
    config: { parameters: signOffParameters },
    handler: async (request, reply) => {
      const environment = environmentOf(context, request);
      const baseUrl = context.baseUrl(request, environment);
      refuseOtherBody(request);
      const asked = readSignOff(request);
      const session = await sessionOf(environment, request);
      const judged = await judgeSignOff(environment, asked, { issuer: `${baseUrl}/as`, session });
      if (!(await signOff({ environment, baseUrl, request, reply, judged, sessionId: session?.id }))) return reply;
      clearSession(context, environment, request, reply);
      return sendRedirect(reply, destinationOf(environment, asked, judged.application, baseUrl));
    },
  });

  // Without a cookie: the ID token says whose session it is.
  app.get('/idpSignoff', { exposeHeadRoute: false, config: { parameters: signOffParameters } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const baseUrl = context.baseUrl(request, environment);
    const asked = readSignOff(request);
    const judged = await judgeIdpSignOff(environment, asked, `${baseUrl}/as`);
    const own = await sessionOf(environment, request);
    if (!(await signOff({ environment, baseUrl, request, reply, judged, sessionId: judged.sessionId }))) return reply;
    if (own && own.id === judged.sessionId) clearSession(context, environment, request, reply);
    if (asked.postLogoutRedirectUri === undefined && /\bapplication\/json\b/i.test(request.headers.accept ?? ''))
      return reply.code(204).send();
    const location =
      asked.postLogoutRedirectUri === undefined ? `${baseUrl}/as/signon` : destinationOf(environment, asked, undefined, baseUrl);
    return sendRedirect(reply, location);
  });

  // The page that a browser shows after a sign-off without a destination.
  app.get('/signon', async (request, reply) => {
    const { record } = environmentOf(context, request);
    const { pageHeaders, signedOffPage } = await import('../signon/pages/page.js');
    return reply.headers(pageHeaders).send(signedOffPage({ stylesheet: '../signon/style.css', environmentName: record.name }));
  });
};
