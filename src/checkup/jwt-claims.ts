import { membersOf, parseJson } from '../lib/unknown.js';

/** The claims of a JWT, unverified; undefined if it is none. */
export function claimsOf(token: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof token !== 'string') return undefined;
  try {
    return membersOf(parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
  } catch {
    return undefined;
  }
}
