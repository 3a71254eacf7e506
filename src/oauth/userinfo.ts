import type { FastifyRequest } from 'fastify';
import { verifyAccessToken } from '../environment/access-token.js';
import { type Endpoint, environmentOf } from '../environment/context.js';
import { recordUse } from '../environment/record.js';
import { findActiveUser } from '../environment/sessions.js';
import { sendJson } from '../http/answers.js';
import { object, secret, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { accessFailed } from '../pingone/pingone-error.js';
import { words } from '../protocol/authorization-request.js';
import { userClaims } from './tokens/claims.js';

/** The token of the Authorization header, or of the form (RFC 6750 §2.1, §2.2). */
function readBearer(request: FastifyRequest): string | undefined {
  const header = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(request.headers.authorization ?? '');
  if (header) return header[1];
  return request.headers.authorization === undefined ? textMember(request.body, 'access_token') : undefined;
}

const refused = (status: 401 | 403, code: string, message: string, reason: string) =>
  accessFailed({ status, details: { code, message }, reason });

/** The user's claims that the granted scopes allow (OpenID Connect Core §5.3; docs/fidelity.md, 7.1). */
export const userinfo: Endpoint = (app, context) => {
  app.route({
    method: ['GET', 'POST'],
    url: '/userinfo',
    config: { parameters: object({}, { access_token: secret(string) }) },
    handler: async (request, reply) => {
      const environment = environmentOf(context, request);
      const bearer = readBearer(request);
      const presented = bearer === undefined ? undefined : await verifyAccessToken(environment, bearer);
      const claims = presented?.claims;
      if (!claims) {
        // RFC 6750 §3.1: without a token only the scheme, with an invalid one the error as well.
        reply.header('www-authenticate', bearer === undefined ? 'Bearer realm="PingOne"' : 'Bearer realm="PingOne", error="invalid_token"');
        const failing = presented?.checks.find(({ ok }) => !ok);
        const expired = failing?.rule === 'token_fresh';
        throw refused(
          401,
          'INVALID_TOKEN',
          expired ? 'Access token expired' : 'The access token is missing or invalid',
          failing?.rule ?? 'no access token was sent',
        );
      }
      const scopes = words(claims.scope);
      const user = claims.sid === undefined ? undefined : await findActiveUser(environment, claims['p1.userId'] ?? claims.sub ?? '');
      if (!user || !scopes.includes('openid')) {
        reply.header('www-authenticate', 'Bearer realm="PingOne", error="insufficient_scope", scope="openid"');
        throw refused(
          403,
          'INSUFFICIENT_PERMISSIONS',
          'The access token does not give access to user information',
          user ? 'the token lacks the scope openid' : 'the token belongs to no user',
        );
      }
      const { record } = environment;
      const application = await environment.store.applications.get(claims.client_id);
      const { subject, claims: told } = await userClaims(environment, { application, user, scopes, target: 'userInfo' });
      const { exchange } = request;
      recordUse(environment, claims['p1.rid'] ?? claims.jti, { kind: 'userinfo', title: `Claims of ${user.username} given`, exchange });
      const body = { sub: subject, ...told, env: record.id, org: record.organization.id, 'p1.region': record.region };
      return sendJson(reply, body);
    },
  });
};
