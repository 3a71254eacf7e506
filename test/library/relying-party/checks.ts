/** Everything that the relying party does right. Each may be left out. */
export const checks = [
  'state',
  'state required',
  'state bound to the browser',
  'state sent',
  'state fresh',
  'sign-on of this browser',
  'sign-on used once',
  'redirect URI of each provider',
  'iss of the response',
  'pkce',
  'pkce S256',
  'pkce fresh',
  'verifier random',
  'verifier out of addresses',
  'verifier out of queries',
  'verifier out of Referer',
  'escape',
  'new session',
  'HttpOnly',
  'SameSite',
  'Secure',
  'own way back',
  'no token in addresses',
  'signature',
  'known key',
  'asymmetric algorithm',
  'key of the issuer',
  'address of the issuer',
  'fresh keys',
  'refetch now and then',
  'keys or nothing',
  'every key of a name',
  'iss',
  'aud',
  'no other aud',
  'azp',
  'exp',
  'exp required',
  'iat required',
  'iat in the past',
  'iat of some time ago',
  'nbf',
  'leeway',
  'sub',
  'nonce',
  'nonce required',
  'nonce fresh',
  'at_hash',
  'c_hash',
  'acr',
  'auth_time',
  'auth_time required',
  'sub of userinfo',
  'token_type',
  'access_token',
  'content type',
  'optional expires_in',
  'code sent once',
  'large answers',
  'patience',
  'catch',
  'newest refresh token',
  'one refresh at a time',
  'revoked means out',
  'hint',
  'session ends',
  'session ends on the server',
  'path of the cookie',
  'no-store',
  'issuer of discovery',
  'endpoints on HTTPS',
] as const;
export type Check = (typeof checks)[number];

/** What it needs to sign anyone on at all. */
export const basics = ['verifier long enough', 'keeps the session'] as const;
export type Basic = (typeof basics)[number];

/** Whether the relying party makes a check. */
export type Does = (check: Check | Basic) => boolean;

/** What the relying party does not accept. */
export class Refused extends Error {}

export function require(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Refused(why);
}
