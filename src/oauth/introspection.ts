import { type AccessTokenClaims, verifyAccessToken } from '../environment/access-token.js';
import type { Environment } from '../environment/context.js';
import type { Application } from '../environment/model/application.js';
import type { Resource } from '../environment/model/configuration.js';
import type { RefreshToken } from '../environment/model/lifetimes.js';
import { findActiveUser } from '../environment/sessions.js';
import { toSeconds } from '../lib/clock.js';
import { enforce } from '../pingone/errors.js';
import { check, decideByAll } from '../protocol/check.js';
import { checkRefreshTokenForm } from './tokens/refresh-tokens.js';

/** Who asks: the application that a token may have been issued to, or the resource that it may be for. */
export type Caller =
  | { readonly application: Application; readonly resource?: undefined }
  | { readonly resource: Resource; readonly application?: undefined };

/** RFC 7662 §2.2: PingOne's core claims, none of those that an attribute mapping adds. */
export type Introspection = { readonly active: false } | ({ readonly active: true } & Readonly<Record<string, unknown>>);

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
  // A worker that asks about another client's token was seen to be refused; others hear that it is not active.
  if (application?.type === 'WORKER')
    enforce(decideByAll([check('introspection_own_token', own === true, { expected: claims.client_id, got: application.id })]));
  if (!own) return inactive;
  // A person's, like a refresh token, for as long as the person may sign on.
  const { 'p1.userId': userId = claims.sub } = claims;
  if (claims.sid !== undefined && !(await findActiveUser(environment, String(userId)))) return inactive;
  const { scope, client_id, exp, iat, sub, aud, iss, jti } = claims;
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
  };
}

/** Whether a token of this caller's is good, and what it says. What is not, or belongs to somebody else, is just not active. */
export async function introspectToken(environment: Environment, caller: Caller, token: string): Promise<Introspection> {
  const refreshToken = await environment.store.refreshTokens.get(token);
  if (refreshToken) return introspectRefreshToken(environment, caller, refreshToken);
  const { claims } = await verifyAccessToken(environment, token);
  return claims ? introspectAccessToken(environment, caller, claims) : inactive;
}
