/**
 * Proof Key for Code Exchange, as a server sees it (RFC 7636).
 *
 * The client makes a secret, the code_verifier, and shows the server only its transform, the code_challenge, when it asks
 * for a code. Redeeming the code takes the verifier: a stolen code alone is worthless.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { type Checks, check, need } from './check.js';

/** How a verifier becomes a challenge (RFC 7636 §4.2). */
export type CodeChallengeMethod = 'S256' | 'plain';

/** What the server records with a code (RFC 7636 §4.4). */
export interface CodeChallenge {
  readonly value: string;
  readonly method: CodeChallengeMethod;
}

/** What an application demands at the authorization endpoint (PingOne's `pkceEnforcement`). */
export type PkceEnforcement = 'OPTIONAL' | 'REQUIRED' | 'S256_REQUIRED';

/** How PKCE is applied to a request: as the application demands it, unless a test broke it on purpose. */
export interface PkcePolicy {
  readonly enforcement: PkceEnforcement;
  /** accepted: a plain challenge passes even if the application demands S256. */
  readonly plain: 'enforced' | 'accepted';
  /** ignored: any verifier passes, or none. */
  readonly challenge: 'verified' | 'ignored';
  readonly codes: 'single-use' | 'reusable';
}

const sound = { plain: 'enforced', challenge: 'verified', codes: 'single-use' } as const;

/** The policies of a server that is not broken. */
export const soundPolicies: Readonly<Record<PkceEnforcement, PkcePolicy>> = {
  OPTIONAL: { enforcement: 'OPTIONAL', ...sound },
  REQUIRED: { enforcement: 'REQUIRED', ...sound },
  S256_REQUIRED: { enforcement: 'S256_REQUIRED', ...sound },
};

/** BASE64URL-ENCODE(SHA256(ASCII(code_verifier))) (RFC 7636 §4.2). */
export const s256 = (verifier: string): string => hash('sha256', Buffer.from(verifier, 'latin1'), 'base64url');

/** The transform of a method (RFC 7636 §4.2). */
export const transform = (verifier: string, method: CodeChallengeMethod): string => (method === 'S256' ? s256(verifier) : verifier);

/** Compares in constant time, so that the time does not tell where two texts differ. */
const equal = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const unreserved = /^[A-Za-z0-9\-._~]+$/;

/** What an authorization request says about PKCE, once it was found right. */
export interface AcceptedChallenge {
  readonly codeChallenge: CodeChallenge | undefined;
  /** It passed only because the policy accepts a plain challenge. */
  readonly plainAccepted: boolean;
}

/**
 * Judges what an authorization request says about PKCE, against what the application demands.
 * A method without a challenge is refused, because the client believes it is protected, but is not.
 */
export function* checkCodeChallenge(
  challenge: string | undefined,
  method: string | undefined,
  { enforcement, plain }: PkcePolicy,
): Checks<AcceptedChallenge> {
  if (challenge === undefined) {
    yield check('challenge_present', enforcement === 'OPTIONAL', { expected: enforcement });
    yield check('no_method_without_challenge', method === undefined, { got: method });
    return { codeChallenge: undefined, plainAccepted: false };
  }
  // RFC 7636 §4.3: the method defaults to "plain" when it is not in the request.
  const effective = method ?? 'plain';
  yield check('method_known', effective === 'S256' || effective === 'plain', { expected: 'S256 or plain', got: effective });
  const demandsS256 = enforcement === 'S256_REQUIRED';
  if (demandsS256 && (plain === 'enforced' || effective === 'S256'))
    yield check('method_is_s256', effective === 'S256', { expected: 'S256', got: method ?? 'plain (no method given)' });
  const got = `${challenge.length} characters`;
  if (effective === 'S256') {
    // 256 bits in base64url without padding are 43 characters, no more and no less.
    yield check('challenge_length', challenge.length === 43, { expected: '43 characters', got });
    yield check('challenge_characters', /^[A-Za-z0-9\-_]+$/.test(challenge), { expected: 'A-Z a-z 0-9 - _', got: challenge });
    return { codeChallenge: { value: challenge, method: 'S256' }, plainAccepted: false };
  }
  // A plain challenge is the verifier itself, so it has a verifier's form.
  yield check('challenge_length', challenge.length >= 43 && challenge.length <= 128, { expected: '43 to 128 characters', got });
  yield check('challenge_characters', unreserved.test(challenge), { expected: 'A-Z a-z 0-9 - . _ ~', got: challenge });
  return { codeChallenge: { value: challenge, method: 'plain' }, plainAccepted: demandsS256 };
}

/** A challenge as it would be recorded with a code, whether or not it is right. */
export const recordedChallenge = (challenge: string | undefined, method: string | undefined): CodeChallenge | undefined =>
  challenge === undefined ? undefined : { value: challenge, method: method === 'S256' ? 'S256' : 'plain' };

/** Judges the verifier of a token request against what was recorded (RFC 7636 §4.6). */
export function* verifyPkce(challenge: CodeChallenge | undefined, sent: string | undefined): Checks {
  if (!challenge) {
    // A verifier for a code without a challenge is the trace of a downgrade attack.
    yield check('no_verifier_without_challenge', sent === undefined);
    return;
  }
  const verifier = yield* need('verifier_present', sent, { using: challenge.method });
  yield check('verifier_length', verifier.length >= 43 && verifier.length <= 128, {
    expected: '43 to 128 characters',
    got: `${verifier.length} characters`,
  });
  yield check('verifier_characters', unreserved.test(verifier), { expected: 'A-Z a-z 0-9 - . _ ~', got: verifier });

  const derived = transform(verifier, challenge.method);
  yield check('verifier_matches_challenge', equal(derived, challenge.value), {
    using: challenge.method,
    expected: challenge.value,
    got: derived,
  });
}
