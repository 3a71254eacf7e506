import { type KeyObject, verify } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { createRecent, type Recent } from '../lib/collections/recent.js';
import { isObject, type Members, membersOf, parseJson } from '../lib/unknown.js';
import type { EnvironmentKeys } from './keys/environment-keys.js';
import type { SigningKey } from './keys/types.js';

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

/** What a token says whose signature is right. It is shared by all who ask: never change it. */
export interface Signed {
  readonly payload: Members;
  /** Absent where the token is signed, but no access token. */
  readonly claims: AccessTokenClaims | undefined;
}

/** A token as far as it can be read. */
interface ReadToken {
  readonly kid: string | undefined;
  /** The key that it names, if there is one. */
  readonly key: SigningKey | undefined;
  /** Absent unless that key signed it. */
  readonly signed?: Signed | undefined;
}

/** A client sends one token with many requests: so many are remembered for an environment, up to this length. */
const rememberedTokens = 128;
const longestToken = 4096;

const verified = new WeakMap<EnvironmentKeys, Recent<ReadToken>>();

function remember(keys: EnvironmentKeys, token: string, read: ReadToken): void {
  if (!read.signed || token.length > longestToken) return;
  let known = verified.get(keys);
  if (!known) {
    known = createRecent<ReadToken>(rememberedTokens);
    verified.set(keys, known);
  }
  known.set(token, read);
}

/**
 * Reads a token and verifies its signature. That the same text was signed by the same key stays true, so it is verified once, as long
 * as the environment has the key; whatever changes with time or configuration is for the caller to check.
 * @returns undefined where the token has no header that can be read
 */
export function readSigned(keys: EnvironmentKeys, token: string): ReadToken | undefined {
  const before = verified.get(keys)?.get(token);
  if (before && keys.find(before.kid) === before.key) return before;
  let kid: string | undefined;
  try {
    kid = text(decodeProtectedHeader(token).kid);
  } catch {
    return undefined;
  }
  const key = keys.find(kid);
  const payload = key && verifiedPayload(token, key.publicKey());
  const read = { kid, key, signed: payload && { payload, claims: readClaims(payload) } };
  remember(keys, token, read);
  return read;
}
