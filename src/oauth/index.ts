import type { FastifyError } from 'fastify';
import { recordRefusal } from '../diagnosis/unmatched.js';
import type { Endpoint } from '../environment/context.js';
import { attackerJwks } from '../faults/attacker.js';
import { sendJson, sendPingOneError } from '../http/answers.js';
import { refusalOf } from '../http/refusals.js';
import { OAuthError, PingOneError } from '../pingone/errors.js';
import { check } from '../protocol/check.js';
import type { RefusalRule } from '../protocol/rules/index.js';
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

/** The rules by which Fastify refuses what it does not pass on, by its status; `body_readable` for any other. */
const rulesOfFastify: Readonly<Record<number, RefusalRule>> = { 413: 'body_size', 415: 'content_type_form' };

/** OAuth 2.0 and OpenID Connect, under /{environmentId}/as. Errors follow RFC 6749 §5.2. */
export const oauth: Endpoint = (app, context) => {
  app.setErrorHandler((error: FastifyError | OAuthError | PingOneError, request, reply) => {
    const known = error instanceof OAuthError ? error : refusalOf(error);
    const isFastifys = known !== error;
    // Userinfo answers in PingOne's own format, even if Fastify refuses (docs/fidelity.md, 7.1).
    if (!known || (isFastifys && request.routeOptions.url?.endsWith('/userinfo'))) throw error;
    const rule = rulesOfFastify[known.status] ?? 'body_readable';
    const refused = isFastifys ? new OAuthError(rule, [check(rule, false, { got: known.message })]) : known;
    recordRefusal(context, request, reply, refused);
    if (refused instanceof PingOneError) return sendPingOneError(request, reply, refused);
    // RFC 6749 §5.2: a client that used the Authorization header learns which scheme to use.
    if (refused.status === 401 && request.headers.authorization !== undefined) reply.header('www-authenticate', 'Basic realm="PingOne"');
    return sendJson(reply.code(refused.status), refused.body(request.id));
  });
  for (const endpoint of [
    discovery,
    jwks,
    attackerJwks,
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
