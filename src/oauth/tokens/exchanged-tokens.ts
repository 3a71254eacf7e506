import { verifyAccessToken } from '../../environment/access-token.js';
import type { Environment } from '../../environment/context.js';
import type { Authentication } from '../../environment/model/lifetimes.js';
import { toSeconds } from '../../lib/clock.js';
import { isWithinTime } from '../../lib/moment.js';
import { type Check, check } from '../../protocol/check.js';
import { readIdToken } from './id-token.js';

/** The kinds of tokens that may be exchanged (RFC 8693 §3; docs/fidelity.md, 5.1). */
export const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
} as const;

export const exchangeableTypes: readonly string[] = Object.values(tokenTypes);

export type TokenClaims = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The claims of a valid token of this environment, of the given type; undefined for any other. */
export async function claimsOfToken(environment: Environment, token: string, type: string): Promise<TokenClaims | undefined> {
  if (type === tokenTypes.accessToken) return (await verifyAccessToken(environment, token)).claims;
  const claims = await readIdToken(environment, token);
  const fresh = typeof claims?.exp === 'number' && toSeconds(environment.clock.now()) < claims.exp;
  return claims?.env === environment.id && typeof claims.aud === 'string' && fresh ? claims : undefined;
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
    // Neither is one of ours where a test put something else into the token.
    authenticatedAt: momentOf(claims.auth_time) ?? momentOf(claims.iat) ?? 0,
    acr: text(claims.acr) ?? '',
    amr: Array.isArray(claims.amr) ? claims.amr.filter((method) => typeof method === 'string') : [],
  };
}

const isObject = (value: unknown): value is TokenClaims => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The actor: the user of the actor token, or the application that it was issued to. */
const actorName = ({ sub, client_id, aud }: TokenClaims): string => text(sub) ?? text(client_id) ?? text(aud) ?? '';

/** Whether the subject's `may_act` names the actor: each of its members must be the actor's (RFC 8693 §4.4). */
export function checkMayAct(subject: TokenClaims, actor: TokenClaims): Check[] {
  const { may_act: mayAct } = subject;
  if (mayAct === undefined) return [];
  const own: TokenClaims = { ...actor, sub: actorName(actor) };
  const entries = isObject(mayAct) ? Object.entries(mayAct) : [];
  const ok = entries.length > 0 && entries.every(([name, value]) => own[name] === value);
  return [check('may_act_matches', ok, { expected: JSON.stringify(mayAct), got: `sub ${actorName(actor)}` })];
}

/** The `act` of the new token: the actor, with the previous actor nested in it (RFC 8693 §4.1). */
export const actOf = (subject: TokenClaims, actor: TokenClaims | undefined): TokenClaims | undefined => {
  const before = isObject(subject.act) ? subject.act : undefined;
  return actor ? { sub: actorName(actor), ...(before && { act: before }) } : before;
};
