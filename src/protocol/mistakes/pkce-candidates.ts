/**
 * The mistakes that clients make with PKCE, one row each. A row that fits accounts for the recorded challenge to the
 * character, so its diagnosis is exact unless the row says otherwise. Rows are tried only after the real check has failed.
 */
import { s256, transform } from '../pkce.js';
import { altered } from './pkce-altered.js';
import { wronglyEncoded } from './pkce-encoded.js';
import { type Candidate, isDigest, normal } from './pkce-evidence.js';
import { wronglyHashed } from './pkce-hashed.js';
import { severalMistakes } from './pkce-several.js';

/** Nothing was computed wrongly: the values went to the wrong places, or the method was forgotten. */
const mixedUp: readonly Candidate[] = [
  {
    code: 'method_missing',
    title: 'The challenge is a SHA-256, but code_challenge_method=S256 was not sent',
    why: 'Without code_challenge_method the method is plain (RFC 7636 §4.3), so the server compared the verifier itself with the challenge. The challenge is the right hash of this verifier.',
    fix: 'Send code_challenge_method=S256 with the authorization request.',
    fits: ({ challenge, method, verifier }) => method === 'plain' && s256(verifier) === challenge,
  },
  {
    code: 'challenge_as_verifier',
    title: 'The challenge was sent as the code_verifier, or the verifier as the challenge',
    why: 'code_verifier has the same value as code_challenge. The server hashes what it gets as the verifier, so with S256 the two are never equal. The value has the form of a SHA-256, but a verifier of 32 random bytes looks the same, so the values cannot show whether the challenge was sent twice or the verifier was never hashed (the mistake `plain`).',
    fix: 'Send BASE64URL(SHA256(verifier)) as code_challenge to the authorization endpoint, and the verifier it was made from as code_verifier to the token endpoint.',
    confidence: 'possible',
    fits: ({ challenge, method, verifier }) => method === 'S256' && verifier === challenge && isDigest(verifier),
  },
  {
    code: 'plain',
    title: 'The verifier itself was sent as the challenge, with method S256',
    why: 'code_challenge equals code_verifier: it was never hashed, although the method says S256.',
    fix: 'Send BASE64URL(SHA256(verifier)) as code_challenge.',
    fits: ({ challenge, method, verifier }) => method === 'S256' && normal(verifier) === normal(challenge) && !isDigest(verifier),
  },
  {
    code: 'swapped',
    title: 'Verifier and challenge were swapped',
    why: 'What was sent as code_verifier is the hash of what was sent as code_challenge: the secret went out first, the hash second.',
    fix: 'Send the hash as code_challenge to /as/authorize, and the text it was made from as code_verifier to /as/token.',
    fits: ({ challenge, verifier }) => s256(challenge) === verifier,
  },
];

const last: readonly Candidate[] = [
  {
    code: 'verifier_of_other_transaction',
    title: 'The verifier belongs to another sign-on of the same application',
    why: 'This verifier fits the challenge of another authorization request: your application made a second verifier and lost the first. That happens with two tabs, a component that is rendered twice, or one storage key for all sign-ons.',
    fix: 'Keep one verifier for each authorization request, under its state, and start a sign-on only once.',
    fits: ({ verifier, otherTransactions = [] }) =>
      otherTransactions.some(({ challenge, method = 'S256' }) => challenge !== undefined && transform(verifier, method) === challenge),
  },
  {
    code: 'several_mistakes',
    title: 'Two mistakes combined turn this verifier into this challenge',
    why: 'No single mistake explains the pair, but these two do.',
    fix: 'Fix both: hash the verifier exactly as you send it, once, with SHA-256, and encode the bytes of the hash in base64url.',
    fits: severalMistakes,
  },
];

/** Every mistake, in the order in which they are tried. */
export const candidates: readonly Candidate[] = [...mixedUp, ...wronglyEncoded, ...wronglyHashed, ...altered, ...last];

/** `method_missing`, if the request itself named the method plain. */
export const methodPlain = {
  code: 'method_plain',
  title: 'The challenge is a SHA-256, but code_challenge_method=plain was sent',
  why: 'With plain the server compares the verifier itself with the challenge (RFC 7636 §4.6). The challenge is the right hash of this verifier.',
  fix: 'Send code_challenge_method=S256 with the authorization request.',
} as const;

/** If no row fits. */
export const differentVerifier = {
  code: 'different_verifier',
  title: 'The challenge was made from a different verifier',
  why: `None of the usual mistakes turns this verifier into this challenge, so they may have been made separately: the page was reloaded between the two steps, or another instance of the application answered the callback. Tried: ${candidates.map(({ code }) => code).join(', ')}.`,
  fix: 'Keep the verifier where it survives the redirect (session storage, a server session), and read the same one after it.',
} as const;
