import { hash } from 'node:crypto';
import { compactVerify, importJWK, type JWK } from 'jose';
import { excessIn } from '../lib/json-size.js';
import { hostOf } from '../lib/origin.js';
import { isObject, type Members, parseJson } from '../lib/unknown.js';

/** A JSON Web Token, decoded (RFC 7519 §7.2). Nothing in it is verified. */
export interface Jwt {
  readonly alg: string;
  readonly kid?: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The algorithms that clients may sign with (docs/fidelity.md, 2). */
export const clientAlgorithms: readonly string[] = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512'];

/** More than any token has: deeper could exhaust the stack where a claim is shown, and more could only keep the server busy. */
export const largestJwt = { levels: 100, members: 1000, values: 10_000 } as const;

const jsonObject = (part: string): Members | undefined => {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  try {
    const json = Buffer.from(part, 'base64url').toString();
    if (excessIn(json, largestJwt)) return undefined;
    const value = parseJson(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Decodes a token in compact form; undefined if it is not one. Critical extensions are refused, since we support none
 * (RFC 7515 §4.1.11), and so is an unencoded payload, which a JWT must not have (RFC 7797 §7).
 */
export function readJwt(text: string): Jwt | undefined {
  const parts = text.split('.');
  if (parts.length !== 3) return undefined;
  const [header, claims] = [jsonObject(parts[0] as string), jsonObject(parts[1] as string)];
  if (!header || !claims || typeof header.alg !== 'string') return undefined;
  if (header.crit !== undefined || header.b64 === false) return undefined;
  return { alg: header.alg, kid: typeof header.kid === 'string' ? header.kid : undefined, claims };
}

/** What a client may sign with. */
export interface VerificationKeys {
  readonly secrets: readonly string[];
  readonly keys: readonly JWK[];
}

const encoder = new TextEncoder();

const verifies = async (text: string, alg: string, key: () => Promise<Parameters<typeof compactVerify>[1]>): Promise<boolean> => {
  try {
    await compactVerify(text, await key(), { algorithms: [alg] });
    return true;
  } catch {
    return false;
  }
};

/** Whether a key may have signed a token: public RSA, for signing, with the token's `kid` and `alg` if both have them. */
const fits = (key: JWK, alg: string, kid: string | undefined): boolean =>
  key.kty === 'RSA' &&
  (key.use ?? 'sig') === 'sig' &&
  (key.alg ?? alg) === alg &&
  (key.kid === undefined || kid === undefined || key.kid === kid);

/**
 * Whether a token's signature is the client's. The algorithm chooses the kind of key: HS with the client's secrets only,
 * RS with its public keys only, so that a public key cannot be used as if it were a secret (RFC 8725 §2.1, §3.1).
 */
export async function isSignedByClient(text: string, { alg, kid }: Pick<Jwt, 'alg' | 'kid'>, own: VerificationKeys): Promise<boolean> {
  if (!clientAlgorithms.includes(alg)) return false;
  const candidates = alg.startsWith('HS')
    ? own.secrets.filter((secret) => secret !== '').map((secret) => async () => encoder.encode(secret))
    : // Built from the public members only: a set may hold others, even a private half.
      own.keys
        .filter((key) => fits(key, alg, kid))
        .map(
          ({ n = '', e = '' }) =>
            () =>
              importJWK({ kty: 'RSA', n, e }, alg),
        );
  for (const candidate of candidates) if (await verifies(text, alg, candidate)) return true;
  return false;
}

/** The seconds of a time claim; undefined if it is absent, NaN if it is not a number. */
export const timeClaim = (value: unknown): number | undefined =>
  value === undefined ? undefined : typeof value === 'number' ? value : Number.NaN;

/** The issuer that an audience must name. */
export interface IssuerNames {
  readonly issuer: string;
  readonly environmentId: string;
  /** Whether the server answers under a host name. */
  servesHost(name: string): boolean;
}

/** The host and port of an http(s) URL. */
const authorityOf = (url: string): string => /^https?:\/\/([^/?#]*)/.exec(url)?.[1] ?? '';

/**
 * Whether an audience names an environment's issuer, and no host that is not the server's: what was signed for another
 * server as well does not count here. An environment has one issuer for each host name of the server, and a
 * back end and a browser may use different ones. The environment's id in the path identifies all of them.
 */
export function audienceNames(audience: unknown, { issuer, environmentId, servesHost }: IssuerNames): boolean {
  const isServed = (authority: string): boolean => {
    const host = hostOf(authority);
    return host !== undefined && servesHost(host);
  };
  const names = (Array.isArray(audience) ? audience : [audience]).map((name) => (typeof name === 'string' ? name : ''));
  const isForeign = (name: string): boolean => name !== issuer && /^https?:\/\//.test(name) && !isServed(authorityOf(name));
  const isOurs = (name: string): boolean =>
    name === issuer || /^https?:\/\/[^/?#@]+(?:\/[^?#]*)?\/([^/?#]+)\/as$/.exec(name)?.[1] === environmentId;
  return names.some(isOurs) && !names.some(isForeign);
}

/** Base64url of the left half of a hash (OpenID Connect Core §3.1.3.6), that of the signature's algorithm: at_hash, c_hash. */
export function halfHash(text: string, alg = 'RS256'): string {
  const whole = hash(`sha${alg.slice(2)}`, text, 'buffer');
  return whole.toString('base64url', 0, whole.length / 2);
}
