import { decide } from '../check.js';
import { type CodeChallenge, transform, verifyPkce } from '../pkce.js';
import type { RefusalRule } from '../rules/index.js';
import { diagnoseChallengeForm } from './challenge-form.js';
import type { Diagnosis } from './diagnosis.js';
import { diagnoseNoValue } from './not-a-value.js';
import { candidates, differentVerifier, methodPlain } from './pkce-candidates.js';
import type { OtherTransaction, PkceEvidence } from './pkce-evidence.js';
import { pkceSnippets } from './snippets.js';
import { strangeCharacters } from './text-difference.js';

export interface PkceAttempt {
  /** What was recorded with the code; absent if the authorization request had no challenge. */
  readonly challenge?: string | undefined;
  readonly method?: CodeChallenge['method'] | undefined;
  /** The request named its method. */
  readonly methodNamed?: boolean | undefined;
  readonly verifier?: string | undefined;
  readonly otherTransactions?: readonly OtherTransaction[] | undefined;
}

const snippet = pkceSnippets.javascript;

/** Names the mistake behind a verifier that was refused; undefined if it is right. */
export function diagnosePkce({ challenge, method = 'S256', methodNamed, verifier, otherTransactions }: PkceAttempt): Diagnosis | undefined {
  const { refusedBy } = decide(verifyPkce(challenge === undefined ? undefined : { value: challenge, method }, verifier));
  if (!refusedBy) return undefined;
  if (challenge === undefined)
    return {
      code: 'challenge_missing',
      title: 'A code_verifier was sent, but the authorization request had no code_challenge',
      why: 'The code was requested without PKCE, so there is nothing to compare the verifier with. A server must refuse this, because an attacker’s downgrade looks the same (RFC 9700 §2.1.1).',
      fix: 'Send code_challenge and code_challenge_method=S256 with the authorization request.',
      snippet,
      confidence: 'exact',
    };
  if (verifier === undefined || verifier === '')
    return {
      code: 'verifier_missing',
      title: 'No code_verifier was sent',
      why: 'The authorization request had a code_challenge, so its code is worthless without the verifier (RFC 7636 §4.5).',
      fix: 'Send code_verifier with the token request. If you already do, check whether it is empty: it may be stored where it does not survive the redirect.',
      confidence: 'exact',
    };
  const evidence: PkceEvidence = { challenge, method, verifier, otherTransactions };
  const noValue = diagnoseNoValue('verifier', verifier) ?? diagnoseNoValue('challenge', challenge);
  if (noValue) return noValue;
  return (
    diagnoseByComputation(evidence, methodNamed) ??
    diagnoseVerifierForm(refusedBy.rule, verifier) ??
    diagnoseChallengeForm({ challenge, method }) ?? { ...differentVerifier, snippet, confidence: 'possible' }
  );
}

/** Longer than what any mistake makes of 128 characters: the work must not grow with the input. */
const longestTried = 2048;

/** The first mistake that turns this verifier into this challenge. */
function diagnoseByComputation(evidence: PkceEvidence, methodNamed: boolean | undefined): Diagnosis | undefined {
  const { challenge, method, verifier } = evidence;
  // A pair that matches and was refused only for its length is not a mix-up.
  if (transform(verifier, method) === challenge || verifier.length > longestTried || challenge.length > longestTried) return undefined;
  for (const candidate of candidates) {
    const fits = candidate.fits(evidence);
    if (fits === false) continue;
    const { code, title, why, fix } = candidate.code === 'method_missing' && methodNamed ? methodPlain : candidate;
    const shown = fits === true ? why : `${why} Here ${fits}.`;
    return { code, title, why: shown, fix, snippet, confidence: candidate.confidence ?? 'exact' };
  }
  return undefined;
}

/** What is wrong with a verifier by its form alone (RFC 7636 §4.1). */
function diagnoseVerifierForm(rule: RefusalRule, verifier: string): Diagnosis | undefined {
  if (rule === 'verifier_length')
    return {
      code: 'verifier_length',
      title: `The verifier has ${verifier.length} characters; it must have 43 to 128`,
      why: 'RFC 7636 §4.1 requires 43 to 128 characters: long enough that it cannot be guessed.',
      fix: 'Generate it from 32 random bytes in base64url: 43 characters.',
      snippet,
      confidence: 'exact',
    };
  if (rule !== 'verifier_characters') return undefined;
  return {
    code: 'verifier_characters',
    title: `The verifier has characters that are not allowed: ${strangeCharacters(verifier, /[^A-Za-z0-9\-._~]/gu)}`,
    why: `RFC 7636 §4.1 allows only A-Z a-z 0-9 - . _ ~.${/[+/= ]/.test(verifier) ? ' This one looks like base64: PKCE uses base64url without padding.' : ''}`,
    fix: 'Generate it from 32 random bytes in base64url.',
    snippet,
    confidence: 'exact',
  };
}
