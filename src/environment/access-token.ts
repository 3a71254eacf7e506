import { type KeyObject, verify } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { toSeconds } from '../lib/clock.js';
import { textOf } from '../lib/text-of.js';
import { isObject, type Members, membersOf, parseJson } from '../lib/unknown.js';
import { pingOneApiAudience } from '../pingone/predefined.js';
import { type Check, check } from '../protocol/check.js';
import type { RuleName } from '../protocol/rules/index.js';
import type { Environment, Environments } from './context.js';
import { applicationOfToken } from './test-worker.js';

/** The claims of our access tokens (docs/fidelity.md, 6.2). Nothing is known of any other claim. */
export interface AccessTokenClaims extends Readonly<Record<string, unknown>> {
  readonly client_id: string;
  readonly exp: number;
  readonly aud: readonly string[];
  readonly sub: string | undefined;
  readonly scope: string | undefined;
  readonly sid: string | undefined;
  readonly jti: string | undefined;
  readonly 'p1.rid': string | undefined;
  readonly 'p1.userId': string | undefined;
  readonly 'p1.permissions': readonly string[] | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const texts = (value: readonly unknown[]): readonly string[] => value.filter((each) => typeof each === 'string');

/**
 * Reads the claims of a token that we signed: tests put anything into it. A claim of the wrong type counts as absent,
 * without those that make it an access token it is none.
 */
function readClaims(payload: Readonly<Record<string, unknown>>): AccessTokenClaims | undefined {
  const { client_id, exp, aud, 'p1.permissions': permissions } = payload;
  if (typeof client_id !== 'string' || typeof exp !== 'number' || !Array.isArray(aud)) return undefined;
  return {
    ...payload,
    client_id,
    exp,
    aud: texts(aud),
    sub: text(payload.sub),
    scope: text(payload.scope),
    sid: text(payload.sid),
    jti: text(payload.jti),
    'p1.rid': text(payload['p1.rid']),
    'p1.userId': text(payload['p1.userId']),
    'p1.permissions': Array.isArray(permissions) ? texts(permissions) : undefined,
  };
}

/** The verdict on a presented access token. `claims` is set only if every check passed. */
export interface PresentedAccessToken {
  readonly checks: readonly Check<RuleName>[];
  readonly claims?: AccessTokenClaims;
}

/** The environment that a token names, unverified; undefined if it names none of ours. */
export function environmentOfToken(environments: Environments, token: string): Environment | undefined {
  try {
    const { env } = decodeJwt(token);
    return typeof env === 'string' ? environments.get(env) : undefined;
  } catch {
    return undefined;
  }
}

/** Tokens for PingOne's own API, and tokens without a session, cannot be revoked (docs/fidelity.md, 7.3). */
export const isRevocable = ({ sid, aud }: AccessTokenClaims): boolean => sid !== undefined && !aud.includes(pingOneApiAudience);

const fromBase64url = (part: string): string => Buffer.from(part, 'base64url').toString();

/** Whether a time claim is absent, or a number for which something holds. */
const isTime = (value: unknown, holds: (seconds: number) => boolean): boolean =>
  value === undefined || (typeof value === 'number' && holds(value));

/** Times that count at any moment. Whether a token has expired is checked apart, so that the check can name the times. */
const hasUsableTimes = ({ iat, nbf, exp }: Members): boolean =>
  isTime(iat, () => true) && isTime(nbf, (seconds) => seconds <= 0) && isTime(exp, (seconds) => seconds > 0);

/** The payload of a token in compact form that a key signed with RS256 (RFC 7515 §5.2); undefined for any other text. */
function verifiedPayload(token: string, key: KeyObject): Members | undefined {
  // Not a decoder's lenience: nothing but the characters of base64url.
  const [, header = '', payload = '', signature = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
  if (header === '') return undefined;
  try {
    const { alg, crit, b64 } = membersOf(parseJson(fromBase64url(header)));
    if (alg !== 'RS256' || crit !== undefined || b64 !== undefined) return undefined;
    if (!verify('sha256', Buffer.from(`${header}.${payload}`, 'latin1'), key, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = parseJson(fromBase64url(payload));
    return isObject(claims) && hasUsableTimes(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Verifies an access token: signed by a key of this environment, not expired, not revoked, and issued to an application
 * that exists and is enabled (docs/fidelity.md, 7.2: inferred).
 * It does not check the issuer: a token issued under one host name of this server is valid under another.
 */
export async function verifyAccessToken(environment: Environment, token: string): Promise<PresentedAccessToken> {
  const { keys, clock, store, id } = environment;
  let kid: string | undefined;
  try {
    kid = text(decodeProtectedHeader(token).kid);
  } catch {
    return { checks: [check('token_readable', false)] };
  }
  const key = keys.find(kid);
  const checks: Check<RuleName>[] = [check('token_key', key !== undefined, { got: kid })];
  if (!key) return { checks };
  const payload = verifiedPayload(token, key.publicKey());
  checks.push(check('token_signature', payload !== undefined));
  if (!payload) return { checks };
  const now = toSeconds(clock.now());
  checks.push(check('token_environment', payload.env === id, { expected: id, got: textOf(payload.env) }));
  checks.push(
    check('token_fresh', typeof payload.exp === 'number' && now < payload.exp, {
      expected: `before ${textOf(payload.exp)}`,
      got: `${now}`,
    }),
  );
  const claims = readClaims(payload);
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
