/** The verifier that was hashed and the one that was sent are not the same text. */
import { s256, transform } from '../pkce.js';
import { type Candidate, eitherWay, isRight, makes, normal, percentDecoded, percentEncoded } from './pkce-evidence.js';

/** White space and marks that programs put around a text unasked. */
export const ends: readonly string[] = ['\n', '\r\n', '\r', ' ', '\t', '\0', '\ufeff'];

/** A text in base64 in all of its spellings. */
export const base64Forms = (text: string): string[] => {
  const inUrl = normal(text);
  return [inUrl, inUrl.replaceAll('-', '+').replaceAll('_', '/')].flatMap((form) => [
    form,
    form.padEnd(Math.ceil(form.length / 4) * 4, '='),
  ]);
};

export const altered: readonly Candidate[] = [
  {
    code: 'trailing_newline',
    title: 'There is a line break or a space around the verifier',
    why: 'What was hashed and what was sent differ in white space: the shell’s echo, or reading a file, adds a line break.',
    fix: 'Trim the verifier once, before you compute the challenge from it (printf instead of echo).',
    fits: (evidence) =>
      makes((verifier) => ends.flatMap((end) => [s256(verifier + end), s256(end + verifier)]))(evidence) ||
      isRight(evidence.verifier.trim(), evidence),
  },
  {
    code: 'json_quoted',
    title: 'There are quotes around the verifier',
    why: 'The verifier went through JSON in only one of the two steps: its text was hashed or sent with the quotes.',
    fix: 'Parse what you read from storage (JSON.parse), or store the plain text.',
    fits: (evidence) =>
      makes((verifier) => [s256(JSON.stringify(verifier))])(evidence) || isRight(evidence.verifier.replace(/^"(.*)"$/s, '$1'), evidence),
  },
  {
    code: 'percent_encoded',
    title: 'The verifier was percent-encoded in only one of the two steps',
    why: 'Characters such as ~ became %7E before hashing, or the verifier was encoded twice before it was sent.',
    fix: 'Hash the verifier as it is, and encode the form once, with the function that builds the whole form.',
    fits: (evidence) =>
      makes((verifier) => [/[~]/g, /[-._~]/g].map((characters) => s256(verifier.replace(characters, percentEncoded))))(evidence) ||
      isRight(percentDecoded(evidence.verifier), evidence),
  },
  {
    code: 'verifier_alphabet',
    title: 'The verifier was hashed in one form of base64 and sent in another',
    why: 'base64 has +, / and padding where base64url has -, _ and none. The text that is sent must be the text that was hashed, character for character.',
    fix: 'Encode the verifier in base64url once, before it is hashed, and send that.',
    fits: eitherWay(base64Forms, base64Forms),
  },
  {
    code: 'case_changed',
    title: 'Upper and lower case were lost',
    why: 'Except for upper and lower case this is the right pair. Base64url has both, and something on the way (a database, a cookie, toLowerCase) keeps only one.',
    fix: 'Keep the verifier and the challenge exactly as they were made.',
    fits: (evidence) => {
      const { challenge, method, verifier } = evidence;
      const spellings = [verifier.toLowerCase(), verifier.toUpperCase()];
      const right = transform(verifier, method);
      const sameLetters = right !== challenge && right.toLowerCase() === challenge.toLowerCase();
      return sameLetters || spellings.some((spelling) => isRight(spelling, evidence));
    },
  },
  {
    code: 'verifier_extended',
    title: 'Only the beginning of the verifier was hashed',
    why: 'The challenge is the right hash of the beginning of what was sent: it was cut before it was hashed, or something was added before it was sent.',
    fix: 'Hash and send the same text.',
    fits: (evidence) => {
      const { verifier } = evidence;
      const lengths = Array.from({ length: Math.min(verifier.length, 160) - 16 }, (_, at) => at + 16);
      // White space and padding have rows of their own.
      const right = lengths.find((length) => /[^\s=]/.test(verifier.slice(length)) && isRight(verifier.slice(0, length), evidence));
      return right === undefined ? false : `the first ${right} of ${verifier.length} characters were hashed`;
    },
  },
];
