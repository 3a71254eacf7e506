import { compactVerify, importJWK, type JWK } from 'jose';
import { timeClaim } from './jwt.js';

/** What a registered third party's tokens have to be (docs/fidelity.md, management 5.6). */
export interface IssuerRules {
  /** One of them has to be in `aud`; without them, `aud` is ignored. */
  readonly audiences?: readonly string[] | undefined;
  /** In seconds. */
  readonly clockSkew?: number | undefined;
  readonly expRequired?: boolean | undefined;
  readonly iatRequired?: boolean | undefined;
  readonly nbfRequired?: boolean | undefined;
  /** How far ahead `exp` may be, in seconds. */
  readonly maxFutureValidity?: number | undefined;
}

const algorithms: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  EC: ['ES256', 'ES384', 'ES512'],
};

/** Whether a JWK is a public key that can verify an issuer's signatures, by its form (RFC 7518 §6.2.1 and §6.3.1). */
export function isIssuerKey({ kty, use = 'sig', n, e, crv, x, y }: Readonly<Record<string, unknown>>): boolean {
  const has = (...members: readonly unknown[]) => members.every((member) => typeof member === 'string' && member !== '');
  if (use !== 'sig') return false;
  return kty === 'RSA' ? has(n, e) : kty === 'EC' && has(x, y) && ['P-256', 'P-384', 'P-521'].some((curve) => curve === crv);
}

/** The public members alone: a set may hold others, even a private half. */
const publicHalf = ({ kty, n, e, crv, x, y }: JWK): JWK => (kty === 'RSA' ? { kty, n: n ?? '', e: e ?? '' } : { kty, crv, x, y });

type Header = { readonly alg: string; readonly kid?: string | undefined };

/** Whether an issuer may sign with this algorithm: with a private key, never with a shared secret (RFC 8725 §3.1). */
export const isIssuerAlgorithm = (alg: string): boolean => Object.values(algorithms).some((names) => names.includes(alg));

/** The keys that may have signed a token, by its header. */
export const keysFitting = ({ alg, kid }: Header, keys: readonly JWK[]): JWK[] =>
  keys.filter(
    (key) =>
      algorithms[key.kty ?? '']?.includes(alg) === true &&
      (key.use ?? 'sig') === 'sig' &&
      (key.alg ?? alg) === alg &&
      (key.kid === undefined || kid === undefined || key.kid === kid),
  );

/** Whether a token is signed by one of these keys: public RSA or EC keys, never a shared secret (RFC 8725 §3.1). */
export async function isSignedByIssuer(token: string, header: Header, keys: readonly JWK[]): Promise<boolean> {
  const { alg } = header;
  for (const candidate of keysFitting(header, keys))
    try {
      await compactVerify(token, await importJWK(publicHalf(candidate), alg), { algorithms: [alg] });
      return true;
    } catch {
      // Another key may fit.
    }
  return false;
}

type Claims = Readonly<Record<string, unknown>>;

/** What is wrong with a time claim, in words; undefined if nothing is. */
function timeProblem({ exp, nbf, iat }: Claims, rules: IssuerRules, now: number): string | undefined {
  const { clockSkew = 0, maxFutureValidity } = rules;
  const [expires, from, issued] = [timeClaim(exp), timeClaim(nbf), timeClaim(iat)];
  if ([expires, from, issued].some((time) => Number.isNaN(time))) return 'a claim of time is not a number';
  if (expires === undefined && rules.expRequired) return 'it has no exp';
  if (from === undefined && rules.nbfRequired) return 'it has no nbf';
  if (issued === undefined && rules.iatRequired) return 'it has no iat';
  if (expires !== undefined && now >= expires + clockSkew) return `it expired at ${expires}, and it is ${now}`;
  if (from !== undefined && now + clockSkew < from) return `it is not valid before ${from}, and it is ${now}`;
  if (issued !== undefined && now + clockSkew < issued) return `it was issued at ${issued}, in the future: it is ${now}`;
  if (maxFutureValidity !== undefined && expires !== undefined && expires > now + maxFutureValidity + clockSkew)
    return `it expires at ${expires}, more than ${maxFutureValidity} seconds ahead`;
  return undefined;
}

/**
 * What is wrong with the claims of a third party's token, in words; undefined if nothing is.
 * @param now in seconds since 1970
 */
export function issuerClaimsProblem(claims: Claims, rules: IssuerRules, now: number): string | undefined {
  const { audiences } = rules;
  const named = [claims.aud].flat();
  if (audiences && !named.some((name) => typeof name === 'string' && audiences.includes(name)))
    return `its aud is none of ${audiences.join(', ')}`;
  return timeProblem(claims, rules, now);
}
