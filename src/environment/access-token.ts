import { decodeJwt } from 'jose';
import { toSeconds } from '../lib/clock.js';
import { createRecent, type Recent } from '../lib/collections/recent.js';
import { textOf } from '../lib/text-of.js';
import { pingOneApiAudience } from '../pingone/predefined.js';
import { type Check, check } from '../protocol/check.js';
import type { RuleName } from '../protocol/rules/index.js';
import type { Environment, Environments } from './context.js';
import { type AccessTokenClaims, readSigned } from './signed-token.js';
import { applicationOfToken } from './test-worker.js';

/** The checks of a presented access token. `claims` is set only if all of them passed. */
export interface PresentedAccessToken {
  readonly checks: readonly Check<RuleName>[];
  readonly claims?: AccessTokenClaims;
}

/** How many tokens are cached, with the id of the environment that each names. */
const rememberedNames = 128;
const longestToken = 4096;

const named = new WeakMap<Environments, Recent<string>>();

/** The id in the token's `env` claim, unverified. */
function environmentIdOf(token: string): string | undefined {
  try {
    const { env } = decodeJwt(token);
    return typeof env === 'string' ? env : undefined;
  } catch {
    return undefined;
  }
}

/** The environment that a token names, unverified; undefined if this server has no such environment. */
export function environmentOfToken(environments: Environments, token: string): Environment | undefined {
  let known = named.get(environments);
  if (!known) {
    known = createRecent<string>(rememberedNames);
    named.set(environments, known);
  }
  const id = known.get(token) ?? environmentIdOf(token);
  if (id === undefined) return undefined;
  if (token.length <= longestToken) known.set(token, id);
  return environments.get(id);
}

/** Tokens for PingOne's own API, and tokens without a session, cannot be revoked (docs/fidelity.md, 7.3). */
export const isRevocable = ({ sid, aud }: AccessTokenClaims): boolean => sid !== undefined && !aud.includes(pingOneApiAudience);

/**
 * Verifies an access token: signed by a key of this environment, not expired, not revoked, and issued to an application
 * that exists and is enabled (docs/fidelity.md, 7.2: inferred).
 * It does not check the issuer: a token issued under one host name of this server is valid under another.
 */
export async function verifyAccessToken(environment: Environment, token: string): Promise<PresentedAccessToken> {
  const { keys, clock, store, id } = environment;
  const read = readSigned(keys, token);
  if (!read) return { checks: [check('token_readable', false)] };
  const { kid, key, signed } = read;
  const checks: Check<RuleName>[] = [check('token_key', key !== undefined, { got: kid })];
  if (!key) return { checks };
  checks.push(check('token_signature', signed !== undefined));
  if (!signed) return { checks };
  const { payload, claims } = signed;
  const now = toSeconds(clock.now());
  checks.push(check('token_environment', payload.env === id, { expected: id, got: textOf(payload.env) }));
  checks.push(
    check('token_fresh', typeof payload.exp === 'number' && now < payload.exp, {
      expected: `before ${textOf(payload.exp)}`,
      got: `${now}`,
    }),
  );
  checks.push(check('token_is_access_token', claims !== undefined));
  const application = claims && (await applicationOfToken(environment, claims.client_id));
  checks.push(check('token_application_enabled', application?.enabled === true, { got: textOf(payload.client_id) }));
  const revoked =
    claims !== undefined &&
    isRevocable(claims) &&
    ((claims.jti !== undefined && (await store.revocations.get(claims.jti)) !== undefined) ||
      (claims['p1.rid'] !== undefined && (await store.revocations.get(claims['p1.rid'])) !== undefined));
  checks.push(check('token_not_revoked', !revoked));
  return claims && checks.every(({ ok }) => ok) ? { checks, claims } : { checks };
}
