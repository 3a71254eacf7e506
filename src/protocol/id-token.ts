import type { JWK } from 'jose';
import { type Checks, check, need } from './check.js';
import { halfHash, type Jwt, readJwt, timeClaim } from './jwt.js';
import type { RuleName } from './rules/index.js';
import { isIssuerAlgorithm, isSignedByIssuer, keysFitting } from './trusted-issuer.js';

/** What a relying party expects of an ID token (OpenID Connect Core §3.1.3.7). */
export interface ExpectedIdToken {
  readonly issuer: string;
  readonly clientId: string;
  readonly nonce: string;
  /** The access token that was issued with it. */
  readonly accessToken?: string | undefined;
  /** In seconds since 1970. */
  readonly now: number;
}

/** An ID token, and what its provider's keys say about it. */
export interface ReceivedIdToken {
  /** Undefined if there is none, or it cannot be read. */
  readonly jwt: Jwt | undefined;
  /** Whether the provider has a key that may have signed it. */
  readonly hasKey: boolean;
  readonly isSigned: boolean;
}

/** How far two clocks may differ, in seconds. */
const leeway = 60;

/** Reads an ID token, and tries the provider's keys on it. */
export async function readIdToken(token: unknown, keys: readonly JWK[]): Promise<ReceivedIdToken> {
  const jwt = typeof token === 'string' ? readJwt(token) : undefined;
  if (!jwt || typeof token !== 'string') return { jwt: undefined, hasKey: false, isSigned: false };
  return { jwt, hasKey: keysFitting(jwt, keys).length > 0, isSigned: await isSignedByIssuer(token, jwt, keys) };
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value));

/** Checks an ID token in the order of OpenID Connect Core §3.1.3.7; the claims of one that is right. */
export function* checkIdToken(
  { jwt, hasKey, isSigned }: ReceivedIdToken,
  { issuer, clientId, nonce, accessToken, now }: ExpectedIdToken,
): Checks<Jwt['claims'], RuleName> {
  const { alg, kid, claims } = yield* need('external_id_token', jwt);
  yield check('external_algorithm', isIssuerAlgorithm(alg), { got: alg });
  yield check('external_key', hasKey, { got: `kid ${kid ?? 'missing'}, alg ${alg}` });
  yield check('external_signature', isSigned);
  const { iss, aud, azp, exp, iat, nbf } = claims;
  yield check('external_issuer', iss === issuer, { expected: issuer, got: shown(iss) });
  const audiences = [aud].flat();
  yield check('external_audience', audiences.includes(clientId), { expected: clientId, got: shown(aud) });
  yield check('external_azp', azp === undefined ? audiences.length === 1 : azp === clientId, { expected: clientId, got: shown(azp) });
  const [expires, issued, from] = [timeClaim(exp), timeClaim(iat), timeClaim(nbf)];
  yield check('external_fresh', expires !== undefined && now < expires + leeway, { expected: `after ${now}`, got: shown(exp) });
  const isPast = (time: number | undefined): boolean => time !== undefined && time <= now + leeway;
  yield check('external_issued', isPast(issued) && (from === undefined || isPast(from)), {
    expected: `no later than ${now}`,
    got: shown(isPast(issued) ? nbf : iat),
  });
  yield check('external_nonce', claims.nonce === nonce, { expected: nonce, got: shown(claims.nonce) });
  const hash = accessToken === undefined ? undefined : halfHash(accessToken, alg);
  yield check('external_at_hash', claims.at_hash === undefined || claims.at_hash === hash, {
    expected: hash ?? 'none, as there is no access token',
    got: shown(claims.at_hash),
  });
  return claims;
}
