import type { FastifyRequest } from 'fastify';
import { verifyAccessToken } from '../environment/access-token.js';
import { type Context, type Endpoint, type Environment, environmentOf } from '../environment/context.js';
import type { Application } from '../environment/model/application.js';
import type { Resource } from '../environment/model/configuration.js';
import type { RefreshToken } from '../environment/model/lifetimes.js';
import { recordUse } from '../environment/record.js';
import { findActiveUser } from '../environment/sessions.js';
import type { AccessTokenClaims } from '../environment/signed-token.js';
import { sendJson } from '../http/answers.js';
import { toSeconds } from '../lib/clock.js';
import { object, secret, string } from '../lib/schema/types.js';
import { enforce } from '../pingone/errors.js';
import { check, decide, decideByAll, need } from '../protocol/check.js';
import { authenticateResource, type ClientParameters } from './client/authenticate.js';
import { checkOnce, clientMembers, readClientRequest, readForm } from './client/form-request.js';
import { readIdToken, userOfIdToken } from './tokens/id-token.js';
import { checkRefreshTokenForm } from './tokens/refresh-tokens.js';

/** The caller: the application that a token may have been issued to, or the resource that it may be for. */
type Caller =
  | { readonly application: Application; readonly resource?: undefined }
  | { readonly resource: Resource; readonly application?: undefined };

/** RFC 7662 §2.2: PingOne's core claims and `p1.permissions`, without those that an attribute mapping adds. */
type Introspection = { readonly active: false } | ({ readonly active: true } & Readonly<Record<string, unknown>>);

const inactive: Introspection = { active: false };

async function introspectRefreshToken(environment: Environment, { application }: Caller, token: RefreshToken): Promise<Introspection> {
  if (application?.id !== token.clientId) return inactive;
  enforce(decideByAll([checkRefreshTokenForm(environment, token.id)]));
  const { store } = environment;
  const { userId, sessionId } = token.authentication;
  const usable =
    (await findActiveUser(environment, userId)) !== undefined &&
    (await store.sessions.get(sessionId)) !== undefined &&
    (await store.revocations.get(token.familyId)) === undefined;
  if (!usable) return inactive;
  return {
    active: true,
    scope: token.scopes.join(' '),
    client_id: token.clientId,
    token_type: 'Bearer',
    exp: toSeconds(token.expiresAt),
    iat: toSeconds(token.issuedAt),
    sub: userId,
  };
}

async function introspectAccessToken(
  environment: Environment,
  { application, resource }: Caller,
  claims: AccessTokenClaims,
): Promise<Introspection> {
  const own = claims.client_id === application?.id || (resource && claims.aud.includes(resource.audience ?? resource.name));
  // A worker that asks about another client's token was seen to be refused; for others it is just not active.
  if (application?.type === 'WORKER')
    enforce(decideByAll([check('introspection_own_token', own === true, { expected: claims.client_id, got: application.id })]));
  if (!own) return inactive;
  // A user's token, like a refresh token, is active for as long as the user may sign on.
  const { 'p1.userId': userId = claims.sub } = claims;
  if (claims.sid !== undefined && !(await findActiveUser(environment, userId ?? ''))) return inactive;
  const { scope, client_id, exp, iat, sub, aud, iss, jti, 'p1.permissions': permissions } = claims;
  return {
    active: true,
    ...(scope !== undefined && { scope }),
    client_id,
    token_type: 'Bearer',
    exp,
    iat,
    ...(sub !== undefined && { sub }),
    aud,
    iss,
    jti,
    ...(permissions && { 'p1.permissions': permissions }),
  };
}

/** An ID token, which only the application that it was issued to may ask about (docs/fidelity.md, 7.2). */
async function introspectIdToken(environment: Environment, { application }: Caller, token: string): Promise<Introspection> {
  const claims = await readIdToken(environment, token);
  const { iss, sub, aud, iat, exp, env } = claims ?? {};
  const fresh = typeof exp === 'number' && toSeconds(environment.clock.now()) < exp;
  if (!application || env !== environment.id || aud !== application.id || !fresh) return inactive;
  // Like the other tokens, it is active for as long as the user may sign on.
  if (!(await findActiveUser(environment, userOfIdToken(claims) ?? ''))) return inactive;
  return { active: true, client_id: application.id, exp, iat, sub, aud, iss };
}

interface Introspected {
  readonly answer: Introspection;
  /** The family of the token, if it has one. */
  readonly familyId?: string | undefined;
}

/** Whether a token of this caller is valid, and what it says. An invalid one, or one of another client, is just not active. */
async function introspectToken(environment: Environment, caller: Caller, token: string): Promise<Introspected> {
  const refreshToken = await environment.store.refreshTokens.get(token);
  if (refreshToken) return { answer: await introspectRefreshToken(environment, caller, refreshToken), familyId: refreshToken.familyId };
  const { claims } = await verifyAccessToken(environment, token);
  if (!claims) return { answer: await introspectIdToken(environment, caller, token) };
  return { answer: await introspectAccessToken(environment, caller, claims), familyId: claims['p1.rid'] ?? claims.jti };
}

const introspectionRequest = object({}, { ...clientMembers, token: secret(string), token_type_hint: string });

/** Token introspection (RFC 7662; docs/fidelity.md, 7.2), by the client that got the token or the resource that it is for. */
export const introspect: Endpoint = (app, context) => {
  app.post('/introspect', { config: { parameters: introspectionRequest } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { form, repeated } = readForm(request, introspectionRequest);
    enforce(decideByAll([checkOnce(repeated)]));
    const caller = await callerOf(context, environment, request, form);
    const presented = enforce(decide(need('token_present', form.token, { spec: 'RFC 7662 §2.1' })));
    const { answer, familyId } = await introspectToken(environment, caller, presented);
    const title = `Token introspected: ${answer.active ? 'active' : 'not active'}`;
    recordUse(environment, familyId, { kind: 'introspect', title, exchange: request.exchange });
    return sendJson(reply, answer);
  });
};

async function callerOf(context: Context, environment: Environment, request: FastifyRequest, form: ClientParameters): Promise<Caller> {
  const called = { issuer: `${context.baseUrl(request, environment)}/as`, endpoint: 'introspect' };
  const asResource = await authenticateResource(environment, request.headers.authorization, form, called);
  if (asResource) return { resource: enforce(asResource) };
  const { application } = await readClientRequest(context, request, { schema: introspectionRequest, endpoint: 'introspect' });
  return { application };
}
