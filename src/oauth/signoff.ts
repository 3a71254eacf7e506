import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Context, type Endpoint, type Environment, environmentOf } from '../environment/context.js';
import { type Application, toClient } from '../environment/model/application.js';
import { recordFailure } from '../environment/record.js';
import { endSession } from '../environment/sessions.js';
import { formOf } from '../http/bodies.js';
import { clearSession, sessionOf } from '../http/browser-session.js';
import { OAuthError } from '../pingone/errors.js';
import { failed } from '../protocol/check.js';
import { pageHeaders, signedOffPage } from '../signon/pages/page.js';
import { refuseOtherBody } from './authorize/read.js';
import { sendUnredirectable, withParameters } from './authorize/respond.js';
import { type JudgedSignOff, judgeIdpSignOff, judgeSignOff, type SignOffRequest } from './sign-off.js';

/** The parameters of query and form together; one that is empty counts as absent, one that came twice as none of both. */
function readSignOff(request: FastifyRequest): SignOffRequest {
  const wire: Readonly<Record<string, unknown>> = { ...(request.query as object), ...formOf(request) };
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
  readonly context: Context;
  readonly environment: Environment;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly asked: SignOffRequest;
  readonly judged: JudgedSignOff;
  readonly sessionId: string | undefined;
}

/** Ends the session, or says on a page why not; undefined where the answer is still to be sent. */
async function signOff({ context, environment, request, reply, judged, sessionId }: SignOff): Promise<FastifyReply | undefined> {
  const { exchange } = request;
  const baseUrl = context.baseUrl(request, environment);
  const { application, checks } = judged;
  const client = application && toClient(application);
  const transaction = environment.transactions.start({
    application: client && { id: client.id, name: client.name, pkceEnforcement: client.pkceEnforcement },
  });
  transaction.baseUrls.push(baseUrl);
  const check = failed(checks);
  if (check) {
    recordFailure(environment, transaction, { kind: 'logout', title: `Sign-off refused by ${check.rule}`, checks, exchange });
    return sendUnredirectable(request, reply, environment, new OAuthError(check.rule, checks), { baseUrl, application });
  }
  const ended = sessionId === undefined ? undefined : await endSession(environment, sessionId, 'sign_off');
  const user = ended && (await environment.store.users.get(ended.userId));
  transaction.user = user?.username;
  transaction.state = 'succeeded';
  const title = ended ? `Signed off ${user?.username ?? ended.userId}` : 'Signed off: there was no session';
  environment.transactions.step(transaction, { kind: 'logout', ok: true, title, checks, exchange });
  return undefined;
}

/** Where the browser goes after it has been signed off. */
const destinationOf = (
  environment: Environment,
  { postLogoutRedirectUri, state }: SignOffRequest,
  application: Application | undefined,
  baseUrl: string,
): string => {
  if (postLogoutRedirectUri !== undefined) return withParameters(postLogoutRedirectUri, 'query', state === undefined ? {} : { state });
  const { loginPageUrl } = application ?? {};
  // The application's own page is told which environment it is (docs/fidelity.md, 7.4).
  return loginPageUrl ? withParameters(loginPageUrl, 'query', { environmentId: environment.id }) : `${baseUrl}/as/signon`;
};

/** Sign-off by the application, through the browser (OpenID Connect RP-Initiated Logout §2; docs/fidelity.md, 7.4). */
export const signoff: Endpoint = (app, context) => {
  app.route({
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    url: '/signoff',
    handler: async (request, reply) => {
      const environment = environmentOf(context, request);
      const baseUrl = context.baseUrl(request, environment);
      refuseOtherBody(request);
      const asked = readSignOff(request);
      const session = await sessionOf(environment, request);
      const judged = await judgeSignOff(environment, asked, { issuer: `${baseUrl}/as`, session });
      const refused = await signOff({ context, environment, request, reply, asked, judged, sessionId: session?.id });
      if (refused) return refused;
      clearSession(context, environment, request, reply);
      return reply
        .code(302)
        .header('location', destinationOf(environment, asked, judged.application, baseUrl))
        .send();
    },
  });

  // Without a cookie: the ID token says whose session it is.
  app.get('/idpSignoff', { exposeHeadRoute: false }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const baseUrl = context.baseUrl(request, environment);
    const asked = readSignOff(request);
    const judged = await judgeIdpSignOff(environment, asked, `${baseUrl}/as`);
    const own = await sessionOf(environment, request);
    const refused = await signOff({ context, environment, request, reply, asked, judged, sessionId: judged.sessionId });
    if (refused) return refused;
    if (own && own.id === judged.sessionId) clearSession(context, environment, request, reply);
    if (asked.postLogoutRedirectUri === undefined && /\bapplication\/json\b/i.test(request.headers.accept ?? ''))
      return reply.code(204).send();
    const location =
      asked.postLogoutRedirectUri === undefined ? `${baseUrl}/as/signon` : destinationOf(environment, asked, undefined, baseUrl);
    return reply.code(302).header('location', location).send();
  });

  // What a browser shows after a sign-off that leads nowhere else.
  app.get('/signon', (request, reply) => {
    const { record } = environmentOf(context, request);
    return reply.headers(pageHeaders).send(signedOffPage({ stylesheet: '../signon/style.css', environmentName: record.name }));
  });
};
