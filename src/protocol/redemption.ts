import { type Check, check } from './check.js';
import { type CodeChallenge, verifyPkce } from './pkce.js';

/** What was recorded with a code, as far as its redemption is judged by it. */
export interface IssuedCode {
  readonly clientId: string;
  readonly redirectUri?: string | undefined;
  readonly codeChallenge?: CodeChallenge | undefined;
  readonly expiresAt: number;
}

/** What a token request brings. */
export interface Redemption {
  readonly clientId: string;
  readonly redirectUri?: string | undefined;
  readonly codeVerifier?: string | undefined;
}

/**
 * Judges the redemption of a code (RFC 6749 §4.1.3, RFC 7636 §4.6); stops at the first rule that fails.
 * `usedBefore` says, of a code that is not there, that it once was.
 */
export function checkRedemption(code: IssuedCode | undefined, redemption: Redemption, now: number, usedBefore = false): Check[] {
  const spec = 'RFC 6749 §4.1.2';
  if (!code) return [{ rule: usedBefore ? 'code_unused' : 'code_known', spec, ok: false }];
  const checks: Check[] = [
    check('code_known', true),
    check('code_unused', true),
    check('code_fresh', now < code.expiresAt, {
      expected: `before ${new Date(code.expiresAt).toISOString()}`,
      got: new Date(now).toISOString(),
    }),
    check('code_client', code.clientId === redemption.clientId, { expected: code.clientId, got: redemption.clientId }),
    // Required whenever the authorization request carried one, and then the same to the character.
    check('redirect_uri_repeated', code.redirectUri === redemption.redirectUri, {
      expected: code.redirectUri ?? 'none',
      got: redemption.redirectUri ?? 'none',
    }),
  ];
  const first = checks.findIndex(({ ok }) => !ok);
  return first >= 0 ? checks.slice(0, first + 1) : [...checks, ...verifyPkce(code.codeChallenge, redemption.codeVerifier)];
}
