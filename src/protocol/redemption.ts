import { type Checks, check, need } from './check.js';
import { type CodeChallenge, verifyPkce } from './pkce.js';

/** What was recorded with a code, and its redemption is judged by. */
export interface IssuedCode {
  readonly clientId: string;
  readonly redirectUri?: string | undefined;
  readonly codeChallenge?: CodeChallenge | undefined;
  readonly expiresAt: number;
}

/** What a token request sends with the code. */
export interface Redemption {
  readonly clientId: string;
  readonly redirectUri?: string | undefined;
  readonly codeVerifier?: string | undefined;
}

/**
 * Judges the redemption of a code (RFC 6749 §4.1.3, RFC 7636 §4.6).
 * `usedBefore` says of a code that is gone that it once existed.
 */
export function* checkRedemption<Code extends IssuedCode>(
  found: Code | undefined,
  { clientId, redirectUri, codeVerifier }: Redemption,
  now: number,
  usedBefore = false,
): Checks<Code> {
  const code = yield* need(!found && usedBefore ? 'code_unused' : 'code_known', found);
  yield check('code_unused', true);
  yield check('code_fresh', now < code.expiresAt, {
    expected: `before ${new Date(code.expiresAt).toISOString()}`,
    got: new Date(now).toISOString(),
  });
  yield check('code_client', code.clientId === clientId, { expected: code.clientId, got: clientId });
  // Required whenever the authorization request carried one, and then the same to the character.
  yield check('redirect_uri_repeated', code.redirectUri === redirectUri, {
    expected: code.redirectUri ?? 'none',
    got: redirectUri ?? 'none',
  });
  yield* verifyPkce(code.codeChallenge, codeVerifier);
  return code;
}
