import { type Checks, check, decide, need } from './check.js';
import { type CodeChallenge, type PkcePolicy, verifyPkce } from './pkce.js';

/** What was recorded with a code, as far as its redemption depends on it. */
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

/** What a redemption depends on besides the code. */
export interface RedemptionPlace {
  readonly now: number;
  /** Of a code that is gone: whether it once existed. */
  readonly usedBefore: boolean;
  readonly policy: PkcePolicy;
}

/** A code that may be redeemed. */
export interface RedeemedCode<Code> {
  readonly code: Code;
  /** It passed only because the policy ignores the challenge. */
  readonly challengeIgnored: boolean;
}

/** Judges the redemption of a code (RFC 6749 §4.1.3, RFC 7636 §4.6). */
export function* checkRedemption<Code extends IssuedCode>(
  found: Code | undefined,
  { clientId, redirectUri, codeVerifier }: Redemption,
  { now, usedBefore, policy }: RedemptionPlace,
): Checks<RedeemedCode<Code>> {
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
  const pkce = verifyPkce(code.codeChallenge, codeVerifier);
  if (policy.challenge === 'verified') {
    yield* pkce;
    return { code, challengeIgnored: false };
  }
  const { checks, refusedBy } = decide(pkce);
  yield* checks.filter(({ ok }) => ok);
  return { code, challengeIgnored: refusedBy !== undefined };
}
