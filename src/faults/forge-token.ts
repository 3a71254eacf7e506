import { createHmac, sign } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Environment } from '../environment/context.js';
import type { WrongToken } from '../environment/faults/registry.js';
import { toSeconds } from '../lib/clock.js';
import { attacker, attackerKeysPath } from './attacker.js';

/** A decoded token. */
export interface TokenParts {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
}

export function takeApart(token: string): TokenParts | undefined {
  try {
    return { header: { ...decodeProtectedHeader(token) }, payload: { ...decodeJwt(token) } };
  } catch {
    return undefined;
  }
}

/** Signs with the environment's key that the header names, or else with its current one. */
export function signParts({ keys }: Environment, { header, payload }: TokenParts): Promise<string> {
  const key = keys.find(typeof header.kid === 'string' ? header.kid : undefined) ?? keys.current;
  return key.sign(header, payload);
}

const hour = 3600;

/** Flips one bit in the middle of the signature. */
function withBrokenSignature(token: string): string {
  const end = token.lastIndexOf('.') + 1;
  const signature = Buffer.from(token.slice(end), 'base64url');
  const middle = signature.length >> 1;
  signature[middle] = (signature[middle] ?? 0) ^ 1;
  return token.slice(0, end) + signature.toString('base64url');
}

/** Signs with HMAC, and the public key's PEM as the secret: a client that takes the algorithm from the header verifies it. */
function signedByPublicKey({ keys }: Environment, { header, payload }: TokenParts): string {
  const key = keys.find(typeof header.kid === 'string' ? header.kid : undefined) ?? keys.current;
  const text = `${encoded({ ...header, alg: 'HS256' })}.${encoded(payload)}`;
  const pem = key.publicKey().export({ type: 'spki', format: 'pem' });
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
}

/** Signs with the attacker's key. The header brings the key itself (RFC 7515 §4.1.3), or says where it is (§4.1.2). */
function signedByAttacker({ header, payload }: TokenParts, bring: 'jwk' | 'jku'): string {
  const { key, kid, privateKey } = attacker();
  const brought = bring === 'jwk' ? { jwk: key } : { jku: `${String(payload.iss)}/${attackerKeysPath}` };
  const text = `${encoded({ ...header, alg: 'RS256', kid, ...brought })}.${encoded(payload)}`;
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const changes: Readonly<
  Record<
    Exclude<WrongToken, 'signature' | 'alg-none' | 'hs256' | 'embedded-key' | 'key-url'>,
    (parts: TokenParts, environment: Environment, now: number) => TokenParts
  >
> = {
  kid: ({ header, payload }, { random }) => ({ header: { ...header, kid: random.uuid() }, payload }),
  expired: ({ header, payload }, _environment, now) => ({ header, payload: { ...payload, iat: now - 2 * hour, exp: now - hour } }),
  'not-yet-valid': ({ header, payload }, _environment, now) => ({
    header,
    payload: { ...payload, iat: now, nbf: now + hour, exp: now + 2 * hour },
  }),
  issuer: ({ header, payload }) => ({ header, payload: { ...payload, iss: 'https://another-issuer.example.com/as' } }),
  audience: ({ header, payload }) => ({
    header,
    payload: {
      ...payload,
      aud: Array.isArray(payload.aud) ? ['https://another-audience.example.com'] : 'https://another-audience.example.com',
    },
  }),
  // An access token has no nonce, so it gets none.
  nonce: ({ header, payload }, { random }) => ({
    header,
    payload: payload.at_hash === undefined && payload.nonce === undefined ? payload : { ...payload, nonce: random.uuid() },
  }),
};

/** Makes a token that is wrong in one way and right in every other. */
export async function forgeToken(environment: Environment, parts: TokenParts, wrong: WrongToken): Promise<string> {
  if (wrong === 'signature') return withBrokenSignature(await signParts(environment, parts));
  if (wrong === 'alg-none') return `${encoded({ ...parts.header, alg: 'none' })}.${encoded(parts.payload)}.`;
  if (wrong === 'hs256') return signedByPublicKey(environment, parts);
  if (wrong === 'embedded-key') return signedByAttacker(parts, 'jwk');
  if (wrong === 'key-url') return signedByAttacker(parts, 'jku');
  const changed = changes[wrong](parts, environment, toSeconds(environment.clock.now()));
  return signParts(environment, changed);
}
