/** What the form of a challenge reveals about the mistake behind it, while the verifier is not known yet. */
import type { Diagnosis } from './diagnosis.js';
import { candidates, isDigest, unwrapped } from './pkce-candidates.js';
import { pkceSnippets } from './snippets.js';
import { strangeCharacters } from './text-difference.js';

interface SentChallenge {
  readonly challenge: string;
  readonly method: string;
}

/** The bytes of a text in base64 or base64url, as text. */
const decode = (text: string): string => Buffer.from(text, 'base64').toString('latin1');

/** Forms of a challenge and the rows of `candidates` that they suggest, in the order in which they are tried. */
const forms: readonly (readonly [code: string, suggests: (challenge: string) => boolean])[] = [
  ['challenge_wrapped', (challenge) => challenge !== unwrapped(challenge) && isDigest(unwrapped(challenge))],
  ['percent_encoded', (challenge) => /%[0-9a-f]{2}/i.test(challenge)],
  ['hex_digest', (challenge) => /^[0-9a-f]{64}$/i.test(challenge)],
  ['sha1', (challenge) => /^([0-9a-f]{40}|[A-Za-z0-9+/_-]{27}=?)$/i.test(challenge)],
  ['sha512', (challenge) => /^[0-9a-f]{128}$/i.test(challenge)],
  ['hex_text', (challenge) => /^[A-Za-z0-9+/_-]{86}(==)?$/.test(challenge) && /^[0-9a-f]{64}$/i.test(decode(challenge))],
  ['sha512', (challenge) => /^[A-Za-z0-9+/_-]{86}(==)?$/.test(challenge)],
  ['base64_standard', (challenge) => /[+/ ]/.test(challenge) && /^[A-Za-z0-9+/ ]{43}=?$/.test(challenge)],
  ['padding', (challenge) => /^[A-Za-z0-9_-]{43}=$/.test(challenge)],
  ['unhashed_base64url', (challenge) => challenge.length >= 58 && /^[A-Za-z0-9\-._~]{43,128}$/.test(decode(challenge))],
  ['plain', (challenge) => challenge.length >= 44 && challenge.length <= 128 && /^[A-Za-z0-9\-._~]+$/.test(challenge)],
  ['challenge_cut', (challenge) => challenge.length >= 8 && challenge.length < 43 && /^[A-Za-z0-9_-]+$/.test(challenge)],
];

/** The most likely mistake behind a malformed challenge; undefined if it is well formed. */
export function diagnoseChallengeForm({ challenge, method }: SentChallenge): Diagnosis | undefined {
  if (method !== 'S256' || /^[A-Za-z0-9_-]{43}$/.test(challenge)) return undefined;
  const snippet = pkceSnippets.javascript;
  const code = forms.find(([, suggests]) => suggests(challenge))?.[0];
  const candidate = candidates.find((each) => each.code === code);
  if (candidate) {
    const { title, why, fix } = candidate;
    return { code: candidate.code, title, why: `By its form (${challenge.length} characters): ${why}`, fix, snippet, confidence: 'likely' };
  }
  return {
    code: 'challenge_form',
    title:
      challenge.length === 43
        ? `The challenge has characters that are not base64url: ${strangeCharacters(challenge, /[^A-Za-z0-9\-_]/gu)}`
        : `The challenge has ${challenge.length} characters; a SHA-256 in base64url has 43`,
    why: '32 bytes in base64url without padding are 43 characters of A-Z a-z 0-9 - _, whatever was hashed (RFC 7636 §4.2).',
    fix: 'Send BASE64URL(SHA256(verifier)) as code_challenge.',
    snippet,
    confidence: 'likely',
  };
}
