import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { toSeconds } from '../lib/clock.js';
import { pingOneApiAudience } from '../pingone/predefined.js';
import { type Check, check } from '../protocol/check.js';
import type { RuleName } from '../protocol/rules/index.js';
import type { Environment, Environments } from './context.js';
import { applicationOfToken } from './test-worker.js';

/** The claims of an access token of ours (docs/fidelity.md, 6.2). */
export interface AccessTokenClaims extends JWTPayload {
  client_id: string;
  iss: string;
  iat: number;
  exp: number;
  aud: string[];
  scope?: string;
  sid?: string;
  auth_time?: number;
  acr?: string;
  env: string;
  org: string;
  'p1.rid'?: string;
}

/** A presented access token, judged. `claims` only where every check held. */
export interface PresentedAccessToken {
  readonly checks: readonly Check<RuleName>[];
  readonly claims?: AccessTokenClaims;
}

/** The environment that a token says it comes from, or undefined: nothing is verified yet. */
export function environmentOfToken(environments: Environments, token: string): Environment | undefined {
  try {
    const { env } = decodeJwt<AccessTokenClaims>(token);
    return typeof env === 'string' ? environments.get(env) : undefined;
  } catch {
    return undefined;
  }
}

/** What was issued for PingOne's own API, or without a session, cannot be revoked (docs/fidelity.md, 7.3). */
export const isRevocable = ({ sid, aud }: AccessTokenClaims): boolean => sid !== undefined && !aud?.includes?.(pingOneApiAudience);

/**
 * Judges an access token that was presented to this environment: made by one of its keys, not expired, not revoked, of
 * an application that is there and enabled (docs/fidelity.md, 7.2: inferred).
 * The issuer's host does not matter: the key and the environment decide, so that a token got through one name of this
 * server works through another.
 */
export async function verifyAccessToken(environment: Environment, token: string): Promise<PresentedAccessToken> {
  const { keys, clock, store, id } = environment;
  let kid: string | undefined;
  try {
    kid = decodeProtectedHeader(token).kid;
  } catch {
    return { checks: [check('token_readable', false)] };
  }
  const key = keys.find(kid);
  const checks: Check<RuleName>[] = [check('token_key', key !== undefined, { got: kid })];
  if (!key) return { checks };
  let claims: AccessTokenClaims;
  try {
    const { payload } = await jwtVerify<AccessTokenClaims>(token, key.publicKey(), {
      algorithms: ['RS256'],
      // Times are judged below, so that the check can say what it expected.
      currentDate: new Date(0),
    });
    claims = payload;
    checks.push(check('token_signature', true));
  } catch {
    return { checks: [...checks, check('token_signature', false)] };
  }
  const now = toSeconds(clock.now());
  checks.push(check('token_environment', claims.env === id, { expected: id, got: claims.env }));
  checks.push(
    check('token_fresh', typeof claims.exp === 'number' && now < claims.exp, {
      expected: `before ${claims.exp}`,
      got: `${now}`,
    }),
  );
  checks.push(check('token_is_access_token', typeof claims.client_id === 'string' && Array.isArray(claims.aud)));
  const application = await applicationOfToken(environment, String(claims.client_id));
  checks.push(check('token_application_enabled', application?.enabled === true, { got: String(claims.client_id) }));
  const revoked =
    isRevocable(claims) &&
    ((claims.jti !== undefined && (await store.revocations.get(claims.jti)) !== undefined) ||
      (claims['p1.rid'] !== undefined && (await store.revocations.get(claims['p1.rid'])) !== undefined));
  checks.push(check('token_not_revoked', !revoked));
  return checks.every(({ ok }) => ok) ? { checks, claims } : { checks };
}
