import { compactVerify, decodeProtectedHeader } from 'jose';
import type { Environment } from '../../environment/context.js';
import { isObject, parseJson } from '../../lib/unknown.js';

/** The claims of an ID token of this environment, even if it has expired; undefined if it is not one. */
export async function readIdToken({ keys }: Environment, token: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const key = keys.find(decodeProtectedHeader(token).kid);
    if (!key) return undefined;
    const { payload } = await compactVerify(token, key.publicKey(), { algorithms: ['RS256'] });
    const claims = parseJson(new TextDecoder().decode(payload));
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** The user of an ID token, whatever `sub` is mapped to; undefined for other tokens, whose `aud` is a list. */
export function userOfIdToken(claims: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (!claims || typeof claims.aud !== 'string') return undefined;
  const id = claims['p1.userId'] ?? claims.sub;
  return typeof id === 'string' ? id : undefined;
}
