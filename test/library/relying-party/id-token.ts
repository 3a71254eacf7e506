import { createHash, createHmac, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { membersOf, parseOwn } from '../../../src/lib/unknown.js';
import { type Does, require } from './checks.js';
import type { Provider } from './provider.js';

type Members = Record<string, unknown>;

/** What the relying party expects of an ID token. */
export interface Expected {
  readonly nonce: string;
  readonly maxAge: number;
  readonly acr: string | undefined;
  /** Beside the token. */
  readonly accessToken?: unknown;
  readonly code?: string | undefined;
}

const part = (token: string, at: number) => parseOwn<Members>(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString());

const halfHash = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

/** How often in a row it asks for the JWKS in vain. */
const mostUseless = 4;

function isSigned(token: string, key: JsonWebKey, alg: unknown): boolean {
  const at = token.lastIndexOf('.');
  const [data, signature] = [token.slice(0, at), Buffer.from(token.slice(at + 1), 'base64url')];
  const publicKey = createPublicKey({ key, format: 'jwk' });
  if (alg === 'HS256')
    return createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
      .update(data)
      .digest()
      .equals(signature);
  return verify('sha256', Buffer.from(data), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}

function checkTimes({ exp, iat, nbf }: Members, does: Does): void {
  const now = Date.now() / 1000;
  const leeway = does('leeway') ? 120 : 0;
  if (does('exp required')) require(typeof exp === 'number', 'exp');
  if (does('exp') && typeof exp === 'number') require(exp > now - leeway, 'exp');
  if (does('iat required')) require(typeof iat === 'number', 'iat');
  if (does('iat in the past') && typeof iat === 'number') require(iat < now + leeway + 5, 'iat');
  if (!does('iat of some time ago')) require(Number(iat) > now - 30, 'iat');
  if (does('nbf')) require(nbf === undefined || Number(nbf) < now + leeway, 'nbf');
}

function checkAudience({ iss, aud, azp, sub }: Members, { issuer, clientId }: Provider, does: Does): void {
  const audiences = [aud].flat();
  if (does('iss')) require(iss === issuer, 'iss');
  if (does('aud')) require(audiences.includes(clientId), 'aud');
  if (does('no other aud')) require(audiences.length < 2, 'aud');
  if (does('azp')) require(azp === undefined || azp === clientId, 'azp');
  if (does('sub')) require(typeof sub === 'string', 'sub');
}

function checkContext(claims: Members, { nonce, maxAge, acr, accessToken, code }: Expected, does: Does): void {
  const { at_hash: atHash, c_hash: cHash, auth_time: authTime } = claims;
  if (does('nonce')) require(claims.nonce === nonce || (claims.nonce === undefined && !does('nonce required')), 'nonce');
  if (does('at_hash') && atHash !== undefined && typeof accessToken === 'string') require(atHash === halfHash(accessToken), 'at_hash');
  if (does('c_hash') && cHash !== undefined && code !== undefined) require(cHash === halfHash(code), 'c_hash');
  if (does('acr') && acr !== undefined) require(claims.acr === acr, 'acr');
  if (does('auth_time required')) require(typeof authTime === 'number', 'auth_time');
  if (does('auth_time') && typeof authTime === 'number') require(authTime > Date.now() / 1000 - maxAge - 120, 'auth_time');
}

/** Reads ID tokens, with the keys of their issuer. */
export function createIdTokenReader(does: Does) {
  let keys: JsonWebKey[] | undefined;
  let useless = 0;

  /** Undefined if they cannot be had. */
  async function fetchKeys({ jwksUrl }: Provider): Promise<JsonWebKey[] | undefined> {
    const answer = await fetch(jwksUrl);
    const { keys: got } = membersOf(answer.ok ? await answer.json() : {});
    const found = Array.isArray(got) && got.length > 0 ? (got as JsonWebKey[]) : undefined;
    if (found || does('keys or nothing')) keys = found ?? [];
    return found;
  }
  /** The keys with which a token may be signed; undefined where the relying party does without. */
  async function keysFor(provider: Provider, { jwk, jku, kid }: Members): Promise<JsonWebKey[] | undefined> {
    if (jwk !== undefined && !does('key of the issuer')) return [jwk as JsonWebKey];
    if (jku !== undefined && !does('address of the issuer')) return membersOf(await (await fetch(String(jku))).json()).keys as JsonWebKey[];
    const named = (all: JsonWebKey[] = []) => all.filter((key) => key.kid === kid);
    let found = named(keys ?? (await fetchKeys(provider)));
    const mayAsk = useless < mostUseless || !does('refetch now and then');
    if (found.length === 0 && does('fresh keys') && mayAsk) {
      useless += 1;
      const fetched = await fetchKeys(provider);
      if (!fetched && !does('keys or nothing')) return undefined;
      found = named(fetched);
    }
    if (found.length > 0) useless = 0;
    else require(!does('known key'), 'unknown key');
    return found.length > 0 ? found.slice(0, does('every key of a name') ? found.length : 1) : (keys ?? []);
  }

  return async function readIdToken(token: string, provider: Provider, expected: Expected): Promise<Members> {
    const [header, claims] = [part(token, 0), part(token, 1)];
    if (does('asymmetric algorithm')) require(/^(RS|ES)256$/.test(String(header.alg)), 'algorithm');
    if (header.alg !== 'none') {
      const candidates = await keysFor(provider, header);
      if (does('signature') && candidates) require(candidates.some((key) => isSigned(token, key, header.alg)), 'signature');
    }
    checkTimes(claims, does);
    checkAudience(claims, provider, does);
    checkContext(claims, expected, does);
    return claims;
  };
}
