import { type CheckValues, invalidGrant, invalidRequest, type Rule } from './row.js';

/** What an authorization request says about PKCE. */
export const challengeRules = {
  challenge_present: {
    spec: 'RFC 7636 §4.4.1',
    ...invalidRequest('code_challenge', 'code_challenge is required'),
    title: 'code_challenge is missing',
    fix: 'Send code_challenge and code_challenge_method=S256.',
  },
  no_method_without_challenge: {
    spec: 'RFC 7636 §4.3',
    ...invalidRequest('code_challenge', 'code_challenge_method was sent without code_challenge'),
    title: 'code_challenge_method was sent without code_challenge',
    fix: 'Send code_challenge as well.',
  },
  method_known: {
    spec: 'RFC 7636 §4.3',
    ...invalidRequest('code_challenge_method', ({ got }) => `Unsupported code_challenge_method: ${got}`),
    title: 'code_challenge_method is unknown',
    fix: 'Send code_challenge_method=S256.',
  },
  method_is_s256: {
    spec: 'PingOne pkceEnforcement',
    ...invalidRequest('code_challenge_method', 'code_challenge_method must be S256'),
    title: 'The application accepts only S256',
    fix: 'Send code_challenge_method=S256, with the SHA-256 of the verifier as the challenge.',
  },
  challenge_length: {
    spec: 'RFC 7636 §4.2',
    ...invalidRequest('code_challenge', ({ expected }) => `code_challenge must have ${expected}`),
    title: 'code_challenge is too short or too long',
    fix: 'Send BASE64URL(SHA256(verifier)) as code_challenge.',
  },
  challenge_characters: {
    spec: 'RFC 7636 §4.2',
    ...invalidRequest('code_challenge', ({ expected }) => `code_challenge must consist of the characters ${expected}`),
    title: 'code_challenge contains characters that are not base64url',
    fix: 'Send BASE64URL(SHA256(verifier)) as code_challenge.',
  },
} as const satisfies Record<string, Rule>;

/** PingOne's text for a verifier that does not match. */
const verifierMismatch = ({ using }: CheckValues): string =>
  `The code_verifier sent does not match code_challenge included in the authorization request using the ${using} code_challenge_method`;

/** What a token request says about PKCE. */
export const verifierRules = {
  no_verifier_without_challenge: {
    spec: 'RFC 9700 §2.1.1',
    step: 'pkce.transform',
    ...invalidGrant('A code_verifier was sent, but the authorization request had no code_challenge'),
    title: 'A code_verifier was sent, but the authorization request had no code_challenge',
    fix: 'Send code_challenge and code_challenge_method=S256 with the authorization request.',
  },
  verifier_present: {
    spec: 'RFC 7636 §4.5',
    step: 'pkce.transform',
    error: 'invalid_grant',
    prefix: 'none',
    // PingFederate, which shares PingOne's sentence for a wrong verifier, has it for a missing one too (docs/fidelity.md, 5.4).
    detail: verifierMismatch,
    evidence: 'inferred',
    title: 'code_verifier is missing',
    fix: 'Send code_verifier with the token request.',
  },
  verifier_length: {
    spec: 'RFC 7636 §4.1',
    step: 'pkce.transform',
    ...invalidGrant('code_verifier must have 43 to 128 characters'),
    title: 'code_verifier must have 43 to 128 characters',
    fix: 'Generate it from 32 random bytes in base64url: 43 characters.',
  },
  verifier_characters: {
    spec: 'RFC 7636 §4.1',
    step: 'pkce.transform',
    ...invalidGrant('code_verifier must consist of unreserved characters'),
    title: 'code_verifier contains characters that are not allowed',
    fix: 'Generate it from 32 random bytes in base64url.',
  },
  verifier_matches_challenge: {
    spec: 'RFC 7636 §4.6',
    step: 'pkce.compare',
    error: 'invalid_grant',
    prefix: 'none',
    detail: verifierMismatch,
    evidence: 'recorded',
    title: 'code_verifier does not match code_challenge',
    fix: 'Send the verifier that the challenge of this sign-on was made from.',
  },
} as const satisfies Record<string, Rule>;
