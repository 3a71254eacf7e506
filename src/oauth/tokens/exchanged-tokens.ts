import { decodeJwt, decodeProtectedHeader } from 'jose';
import { verifyAccessToken } from '../../environment/access-token.js';
import type { Environment } from '../../environment/context.js';
import type { Authentication } from '../../environment/model/lifetimes.js';
import { toSeconds } from '../../lib/clock.js';
import { isWithinTime } from '../../lib/moment.js';
import { readIdToken } from './id-token.js';

/** The kinds of tokens that may be exchanged (RFC 8693 §3; docs/fidelity.md, 5.1). */
export const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
  /** A JWT of a trusted third party. */
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
} as const;

export const exchangeableTypes: readonly string[] = Object.values(tokenTypes);

export type TokenClaims = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A token that may be exchanged, taken apart and verified. */
export interface ExchangeableToken {
  readonly claims: TokenClaims;
  readonly header: TokenClaims;
  /** Whether a third party issued it: then neither its subject nor its session is ours. */
  readonly isForeign?: boolean;
}

/** A token that was read, or why it was not accepted. */
export interface ReadToken {
  readonly token?: ExchangeableToken | undefined;
  readonly problem?: string | undefined;
}

async function claimsOf(environment: Environment, token: string, type: string): Promise<TokenClaims | undefined> {
  // Verified, and then exactly what is in it: attribute mappings see the whole of a token.
  if (type === tokenTypes.accessToken) return (await verifyAccessToken(environment, token)).claims && decodeJwt(token);
  const claims = await readIdToken(environment, token);
  const fresh = typeof claims?.exp === 'number' && toSeconds(environment.clock.now()) < claims.exp;
  return claims?.env === environment.id && typeof claims.aud === 'string' && fresh ? claims : undefined;
}

/** A token of this environment, of the given type, verified. */
export async function readOwnToken(environment: Environment, token: string, type: string): Promise<ReadToken> {
  const claims = await claimsOf(environment, token, type);
  return claims
    ? { token: { claims, header: { ...decodeProtectedHeader(token) } } }
    : { problem: `it is not a valid ${type === tokenTypes.idToken ? 'ID token' : 'access token'} of this environment` };
}

/** Whether the session that a token names is alive; true for a token without one (docs/fidelity.md, 5.1). */
export async function isSessionAlive({ store, clock }: Environment, { sid }: TokenClaims): Promise<boolean> {
  if (typeof sid !== 'string') return true;
  const session = await store.sessions.get(sid);
  return session !== undefined && clock.now() < session.expiresAt;
}

/** A time claim as a moment; undefined for what no date can hold. */
const momentOf = (seconds: unknown): number | undefined =>
  typeof seconds === 'number' && isWithinTime(seconds * 1000) ? seconds * 1000 : undefined;

/** The sign-on behind a subject token; undefined for an application's own token. */
export function authenticationOfClaims(claims: TokenClaims): Authentication | undefined {
  const userId = text(claims['p1.userId']) ?? text(claims.sub);
  const sessionId = text(claims.sid);
  if (userId === undefined || sessionId === undefined) return undefined;
  return {
    userId,
    sessionId,
    // A test may have put other values into the token, so neither need be ours.
    authenticatedAt: momentOf(claims.auth_time) ?? momentOf(claims.iat) ?? 0,
    acr: text(claims.acr) ?? '',
    amr: Array.isArray(claims.amr) ? claims.amr.filter((method) => typeof method === 'string') : [],
  };
}
