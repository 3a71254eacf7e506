/** What the form of a challenge suggests about the mistake behind it, while the verifier is not known yet. */
import type { Diagnosis } from './diagnosis.js';
import { diagnoseNoValue } from './not-a-value.js';
import { candidates } from './pkce-candidates.js';
import { isDigest, normal, plainHex, unwrapped } from './pkce-evidence.js';
import { pkceSnippets } from './snippets.js';
import { strangeCharacters } from './text-difference.js';

interface SentChallenge {
  readonly challenge: string;
  readonly method: string;
}

/** The bytes of a text in base64 or base64url, as text. */
const decode = (text: string): string => Buffer.from(text, 'base64').toString('latin1');

const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/_ -]+=*$/.test(text);

/** Whether bytes are UTF-8 text of about as many characters as a SHA-256 has bytes, with some that are not ASCII. */
function readsAsText(challenge: string): boolean {
  if (!isBase64(challenge)) return false;
  const bytes = Buffer.from(normal(challenge), 'base64url');
  const text = bytes.toString('utf8');
  return bytes.length > 32 && text.length >= 24 && text.length <= 32 && /[\x80-\uffff]/.test(text) && Buffer.from(text).equals(bytes);
}

interface Form {
  /** The row of `candidates` that the form suggests. */
  readonly code: string;
  /** After "The challenge": what can be seen. */
  readonly looks: string;
  readonly suggests: (challenge: string) => boolean;
}

/** Forms of a challenge, in the order in which they are tried. */
const forms: readonly Form[] = [
  {
    code: 'challenge_wrapped',
    looks: 'has white space or quotes around it',
    suggests: (challenge) => challenge !== unwrapped(challenge) && isDigest(unwrapped(challenge)),
  },
  { code: 'challenge_percent_encoded', looks: 'is still percent-encoded', suggests: (challenge) => /%[0-9a-f]{2}/i.test(challenge) },
  { code: 'hex_digest', looks: 'is 32 bytes in hex', suggests: (challenge) => /^[0-9a-f]{64}$/.test(plainHex(challenge)) },
  { code: 'sha1', looks: 'has the 20 bytes of a SHA-1, in hex', suggests: (challenge) => /^[0-9a-f]{40}$/.test(plainHex(challenge)) },
  { code: 'other_hash', looks: 'has the 16 bytes of an MD5, in hex', suggests: (challenge) => /^[0-9a-f]{32}$/.test(plainHex(challenge)) },
  {
    code: 'other_hash',
    looks: 'has the 48 bytes of a SHA-384, in hex',
    suggests: (challenge) => /^[0-9a-f]{96}$/.test(plainHex(challenge)),
  },
  { code: 'sha512', looks: 'has the 64 bytes of a SHA-512, in hex', suggests: (challenge) => /^[0-9a-f]{128}$/.test(plainHex(challenge)) },
  {
    code: 'hex_text',
    looks: 'is base64 of the hex text of 32 bytes',
    suggests: (challenge) => isBase64(challenge) && /^[0-9a-f]{64}$/.test(plainHex(decode(challenge))),
  },
  {
    code: 'unhashed_base64url',
    looks: 'is base64 of a text that may be a verifier',
    suggests: (challenge) => isBase64(challenge) && challenge.length >= 58 && /^[A-Za-z0-9\-._~]{43,128}$/.test(decode(challenge)),
  },
  {
    code: 'double_encoding',
    looks: 'is base64 of a text in base64',
    suggests: (challenge) => isBase64(challenge) && isDigest(normal(decode(challenge))) && decode(challenge).length < 45,
  },
  { code: 'digest_as_text', looks: 'is base64 of text, not of bytes', suggests: readsAsText },
  { code: 'sha1', looks: 'has the 20 bytes of a SHA-1', suggests: (challenge) => /^[A-Za-z0-9+/_-]{27}=?$/.test(challenge) },
  { code: 'other_hash', looks: 'has the 16 bytes of an MD5', suggests: (challenge) => /^[A-Za-z0-9+/_-]{22}(==)?$/.test(challenge) },
  { code: 'other_hash', looks: 'has the 48 bytes of a SHA-384', suggests: (challenge) => /^[A-Za-z0-9+/_-]{64}$/.test(challenge) },
  { code: 'sha512', looks: 'has the 64 bytes of a SHA-512', suggests: (challenge) => /^[A-Za-z0-9+/_-]{86}(==)?$/.test(challenge) },
  {
    code: 'base64_standard',
    looks: 'has + or /, which base64 uses and base64url does not',
    suggests: (challenge) => /[+/ ]/.test(challenge) && /^[A-Za-z0-9+/ ]{43}=?$/.test(challenge),
  },
  { code: 'padding', looks: 'ends in =', suggests: (challenge) => /^[A-Za-z0-9_-]{43}=$/.test(challenge) },
  {
    code: 'plain',
    looks: 'has the length of a verifier, not of a hash',
    suggests: (challenge) => challenge.length >= 44 && challenge.length <= 128 && /^[A-Za-z0-9\-._~]+$/.test(challenge),
  },
  {
    code: 'challenge_cut',
    looks: 'is shorter than a SHA-256',
    suggests: (challenge) => challenge.length >= 8 && challenge.length < 43 && /^[A-Za-z0-9_-]+$/.test(challenge),
  },
];

const tried = [...new Set(forms.map(({ code }) => code))].join(', ');

/** In characters: longer than a challenge of any form. For longer ones, only the length is given. */
const longestRead = 1024;

/**
 * What may be wrong with a malformed challenge; undefined if it is well formed. Exact only if the challenge itself shows the
 * mistake: without the verifier, nothing else can be computed.
 */
export function diagnoseChallengeForm({ challenge, method }: SentChallenge): Diagnosis | undefined {
  if (method !== 'S256' || /^[A-Za-z0-9_-]{43}$/.test(challenge)) return undefined;
  const snippet = pkceSnippets.javascript;
  const isRead = challenge.length <= longestRead;
  const noValue = isRead ? diagnoseNoValue('challenge', challenge) : undefined;
  if (noValue) return noValue;
  const form = isRead ? forms.find(({ suggests }) => suggests(challenge)) : undefined;
  const candidate = candidates.find(({ code }) => code === form?.code);
  if (form && candidate)
    return {
      code: candidate.code,
      title: `The challenge ${form.looks} (${challenge.length} characters; a SHA-256 in base64url has 43)`,
      why: `Possible cause: ${candidate.title}. Without the verifier only the form can be judged; ${form.code} is the first match among these: ${tried}.`,
      fix: candidate.fix,
      snippet,
      confidence: 'possible',
    };
  return {
    code: 'challenge_form',
    title:
      challenge.length === 43
        ? `The challenge has characters that are not base64url: ${strangeCharacters(challenge, /[^A-Za-z0-9\-_]/gu)}`
        : `The challenge has ${challenge.length} characters; a SHA-256 in base64url has 43`,
    why: `32 bytes in base64url without padding are 43 characters of A-Z a-z 0-9 - _, whatever was hashed (RFC 7636 §4.2). ${
      isRead ? `None of the usual mistakes has this form. Tried: ${tried}.` : 'None of the usual mistakes makes one this long.'
    }`,
    fix: 'Send BASE64URL(SHA256(verifier)) as code_challenge.',
    snippet,
    confidence: 'possible',
  };
}
