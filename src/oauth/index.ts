import type { FastifyError } from 'fastify';
import { recordRefusal } from '../diagnosis/unmatched.js';
import type { Endpoint } from '../environment/context.js';
import { sendJson, sendPingOneError } from '../http/answers.js';
import { OAuthError, PingOneError } from '../pingone/errors.js';
import { par } from './authorize/par.js';
import { resume } from './authorize/resume.js';
import { authorize } from './authorize/route.js';
import { checksession } from './checksession.js';
import { cibaAuthorization } from './decoupled/route-ciba.js';
import { deviceAuthorization } from './decoupled/route-device.js';
import { discovery } from './discovery.js';
import { introspect } from './introspect.js';
import { jwks } from './jwks.js';
import { revoke } from './revoke.js';
import { signoff } from './signoff.js';
import { token } from './token/route.js';
import { userinfo } from './userinfo.js';

/** What the framework refused before an endpoint saw it, in the words of RFC 6749 §5.2. */
const toOAuthError = (error: FastifyError): OAuthError | undefined => {
  if (error.statusCode === 413) return new OAuthError('body_size');
  if (error.statusCode === 415) return new OAuthError('content_type_form');
  return error.statusCode !== undefined && error.statusCode < 500 ? new OAuthError('body_readable') : undefined;
};

/** OAuth 2.0 and OpenID Connect, under /{environmentId}/as. Errors follow RFC 6749 §5.2. */
export const oauth: Endpoint = (app, context) => {
  app.setErrorHandler((error: FastifyError | OAuthError | PingOneError, request, reply) => {
    if (error instanceof PingOneError) {
      recordRefusal(context, request, reply, error);
      return sendPingOneError(request, reply, error);
    }
    const refused = error instanceof OAuthError ? error : toOAuthError(error);
    // Userinfo speaks PingOne's own format, also where the framework refuses (docs/fidelity.md, 7.1).
    if (!refused || (refused !== error && request.routeOptions.url?.endsWith('/userinfo'))) throw error;
    recordRefusal(context, request, reply, refused);
    // RFC 6749 §5.2: a client that came by the Authorization header is told which scheme to use.
    if (refused.status === 401 && request.headers.authorization !== undefined) reply.header('www-authenticate', 'Basic realm="PingOne"');
    return sendJson(reply.code(refused.status), refused.body(request.id));
  });
  for (const endpoint of [
    discovery,
    jwks,
    authorize,
    par,
    resume,
    signoff,
    checksession,
    token,
    deviceAuthorization,
    cibaAuthorization,
    introspect,
    revoke,
    userinfo,
  ])
    endpoint(app, context);
};
