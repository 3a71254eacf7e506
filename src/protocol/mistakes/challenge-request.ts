import { decide } from '../check.js';
import { checkCodeChallenge, type PkceEnforcement, soundPolicies } from '../pkce.js';
import { diagnoseChallengeForm } from './challenge-form.js';
import type { Diagnosis } from './diagnosis.js';
import { pkceSnippets } from './snippets.js';
import { strangeCharacters } from './text-difference.js';

export interface ChallengeRequest {
  readonly challenge?: string | undefined;
  readonly method?: string | undefined;
  readonly enforcement: PkceEnforcement;
}

const snippet = pkceSnippets.javascript;

/** What is wrong with the PKCE part of an authorization request; undefined if nothing is. */
export function diagnoseChallengeRequest({ challenge, method, enforcement }: ChallengeRequest): Diagnosis | undefined {
  const { refusedBy } = decide(checkCodeChallenge(challenge, method, soundPolicies[enforcement]));
  switch (refusedBy?.rule) {
    case undefined:
      return undefined;
    case 'challenge_present':
      return {
        code: 'challenge_missing',
        title: 'The application requires PKCE, but the request has no code_challenge',
        why: `pkceEnforcement of the application is ${enforcement}.`,
        fix: 'Send code_challenge and code_challenge_method=S256, and code_verifier with the token request.',
        snippet,
        confidence: 'exact',
      };
    case 'no_method_without_challenge':
      return {
        code: 'challenge_missing',
        title: 'code_challenge_method was sent without code_challenge',
        why: 'The challenge is missing or empty: the client believes it is protected, but it is not.',
        fix: 'Send code_challenge as well, and check that it is computed before the URL is built.',
        snippet,
        confidence: 'exact',
      };
    case 'method_known':
      return {
        code: 'method_unknown',
        title: `code_challenge_method is ${JSON.stringify(method)}; it must be S256`,
        why: `The methods are S256 and plain, spelled exactly like that (RFC 7636 §4.3).${/256/.test(method ?? '') ? ' The name of the hash is not the name of the method.' : ''}`,
        fix: 'Send code_challenge_method=S256.',
        confidence: 'exact',
      };
    case 'method_is_s256':
      return {
        code: method === undefined ? 'method_missing' : 'method_plain',
        title:
          method === undefined
            ? 'code_challenge_method was not sent, so plain is assumed'
            : 'The application accepts only S256, but plain was sent',
        why: `pkceEnforcement of the application is S256_REQUIRED${method === undefined ? ', and without code_challenge_method the method is plain (RFC 7636 §4.3)' : ''}.`,
        fix: 'Send code_challenge_method=S256, with the SHA-256 of the verifier as the challenge.',
        snippet,
        confidence: 'exact',
      };
    default:
      return (
        diagnoseChallengeForm({ challenge: challenge as string, method: method ?? 'plain' }) ?? {
          code: 'challenge_form',
          title: `A plain challenge is the verifier itself: 43 to 128 characters of A-Z a-z 0-9 - . _ ~; this one has ${
            refusedBy?.rule === 'challenge_length' ? challenge?.length : strangeCharacters(challenge ?? '', /[^A-Za-z0-9\-._~]/gu)
          }`,
          why:
            method === undefined
              ? 'code_challenge_method was not sent, so plain is assumed (RFC 7636 §4.3).'
              : 'code_challenge_method is plain.',
          fix: 'Send code_challenge_method=S256, with the SHA-256 of the verifier as the challenge.',
          snippet,
          confidence: 'possible',
        }
      );
  }
}
