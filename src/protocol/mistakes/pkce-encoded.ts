/** The hash is right, but was encoded wrongly. */
import { s256, transform } from '../pkce.js';
import { type Candidate, hex, hexTexts, normal, percentDecoded, plainHex, sha256, unpadded, unwrapped, url } from './pkce-evidence.js';

/** The decoders by which programs turn bytes into characters. */
const decoders: readonly (readonly [name: string, decode: (bytes: Buffer) => string])[] = [
  ['Latin-1', (bytes) => bytes.toString('latin1')],
  ['Windows-1252', (bytes) => new TextDecoder('windows-1252').decode(bytes)],
  ['UTF-8', (bytes) => bytes.toString('utf8')],
  ['ASCII with seven bits', (bytes) => bytes.toString('ascii')],
  ['ASCII with a question mark for other bytes', (bytes) => bytes.toString('latin1').replaceAll(/[\x80-\xff]/g, '?')],
  ['ASCII with U+FFFD for other bytes', (bytes) => bytes.toString('latin1').replaceAll(/[\x80-\xff]/g, '\ufffd')],
  ['UTF-16', (bytes) => bytes.toString('utf16le')],
];

/** What each decoder makes of bytes read as text: the text itself, and its encodings in base64url. */
export const readAsText = (bytes: Buffer): (readonly [how: string, texts: readonly string[]])[] =>
  decoders.map(([name, decode]) => {
    const text = decode(bytes);
    const encodings = (['utf8', 'latin1', 'utf16le'] as const)
      .map((encoding) => Buffer.from(text, encoding))
      .filter((each) => !each.equals(bytes));
    return [`they were read as ${name}`, [text, ...encodings.map(url)]];
  });

export const wronglyEncoded: readonly Candidate[] = [
  {
    code: 'base64_standard',
    title: 'The challenge is in base64, not in base64url',
    why: 'The hash is right, but written with + and /, where base64url has - and _ (RFC 7636 appendix A).',
    fix: 'Encode with base64url: replace + with - and / with _, and leave out =.',
    fits: ({ challenge, verifier }) => /[+/ ]/.test(challenge) && normal(challenge) === s256(verifier),
  },
  {
    code: 'padding',
    title: 'The challenge has padding',
    why: 'The hash is right, but ends in =. PKCE uses base64url without padding (RFC 7636 appendix A).',
    fix: 'Remove the = from the challenge.',
    fits: ({ challenge, verifier }) => challenge !== unpadded(challenge) && unpadded(challenge) === s256(verifier),
  },
  {
    code: 'hex_digest',
    title: 'The challenge is the hash in hex',
    why: 'The hash is right, but written in hexadecimal digits. The bytes of the hash must be written in base64url.',
    fix: 'Take the bytes of the hash, not its hex text, and encode them with base64url.',
    fits: ({ challenge, verifier }) => plainHex(challenge) === hex(sha256(verifier)),
  },
  {
    code: 'hex_text',
    title: 'The challenge is base64url of the hex text of the hash',
    why: 'The hash was written in hex first, and that text was encoded: base64url of 64 letters instead of 32 bytes. Many libraries return a hash as hex text by default.',
    fix: 'Take the bytes of the hash (in Python digest() instead of hexdigest(), in Node digest() without "hex") and encode those.',
    fits: ({ challenge, verifier }) => hexTexts(verifier).some((text) => url(text) === normal(challenge)),
  },
  {
    code: 'double_encoding',
    title: 'The hash was encoded twice',
    why: 'The challenge is base64url of the base64 text of the hash: a library that returns base64 was followed by one more encoding.',
    fix: 'Encode the bytes of the hash once, with base64url.',
    fits: ({ challenge, verifier }) => normal(Buffer.from(normal(challenge), 'base64url').toString('latin1')) === s256(verifier),
  },
  {
    code: 'digest_as_text',
    title: 'The bytes of the hash were treated as text',
    why: 'The hash is right, but its bytes were read as characters, and these were encoded as text: bytes from 0x80 on become two bytes, or get lost.',
    fix: 'Pass the bytes of the hash to base64url, not a string made from them (no TextDecoder, no "binary" or "latin1" string as text).',
    fits: ({ challenge, verifier }) =>
      readAsText(sha256(verifier)).find(([, texts]) => texts.includes(challenge) || texts.includes(normal(challenge)))?.[0] ?? false,
  },
  {
    code: 'challenge_wrapped',
    title: 'The challenge has white space or quotes around it',
    why: 'Without them it would be correct. Usual causes: reading a file, the shell’s echo, or JSON.stringify.',
    fix: 'Trim the challenge, and send only the text (printf instead of echo).',
    fits: ({ challenge, method, verifier }) => unwrapped(challenge) !== challenge && unwrapped(challenge) === transform(verifier, method),
  },
  {
    code: 'challenge_percent_encoded',
    title: 'The challenge was percent-encoded twice',
    why: 'Decoded once more it is correct: it was encoded by hand before the function that makes the whole query encoded it again.',
    fix: 'Pass the challenge unchanged to URLSearchParams or the like; base64url needs no percent-encoding.',
    fits: ({ challenge, method, verifier }) =>
      percentDecoded(challenge) !== challenge && normal(percentDecoded(challenge)) === transform(verifier, method),
  },
  {
    code: 'challenge_cut',
    title: 'The challenge was cut short',
    why: 'The challenge is the beginning of the right one: a column or a cookie is too short for it, or characters were left out.',
    fix: 'Send all 43 characters of the challenge.',
    fits: ({ challenge, method, verifier }) =>
      challenge.length >= 8 && challenge.length < transform(verifier, method).length && transform(verifier, method).startsWith(challenge),
  },
];
