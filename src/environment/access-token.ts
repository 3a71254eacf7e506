import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { toSeconds } from '../lib/clock.js';
import { pingOneApiAudience } from '../pingone/predefined.js';
import { type Check, check } from '../protocol/check.js';
import type { RuleName } from '../protocol/rules/index.js';
import type { Environment, Environments } from './context.js';
import { applicationOfToken } from './test-worker.js';

/** The claims of our access tokens (docs/fidelity.md, 6.2). */
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

/** The verdict on a presented access token. `claims` is set only if every check passed. */
export interface PresentedAccessToken {
  readonly checks: readonly Check<RuleName>[];
  readonly claims?: AccessTokenClaims;
}

/** The environment that a token names, unverified; undefined if it names none of ours. */
export function environmentOfToken(environments: Environments, token: string): Environment | undefined {
  try {
    const { env } = decodeJwt<AccessTokenClaims>(token);
    return typeof env === 'string' ? environments.get(env) : undefined;
  } catch {
    return undefined;
  }
}

/** Tokens for PingOne's own API, and tokens without a session, cannot be revoked (docs/fidelity.md, 7.3). */
export const isRevocable = ({ sid, aud }: AccessTokenClaims): boolean => sid !== undefined && !aud?.includes?.(pingOneApiAudience);

/**
 * Verifies an access token: signed by a key of this environment, not expired, not revoked, and issued to an application
 * that exists and is enabled (docs/fidelity.md, 7.2: inferred).
 * It does not check the issuer: a token issued under one host name of this server is valid under another.
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
      // Expiry is checked below, so that the check can name the times.
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
