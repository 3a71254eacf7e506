/** A set of characters, by code point. */
export type CharacterSet = (code: number) => boolean;

export const isBetween =
  (least: number, most: number): CharacterSet =>
  (code) =>
    code >= least && code <= most;

export const isAnyOf =
  (sets: readonly CharacterSet[]): CharacterSet =>
  (code) =>
    sets.some((has) => has(code));

export const isNot =
  (has: CharacterSet): CharacterSet =>
  (code) =>
    !has(code);

const among =
  (characters: string): CharacterSet =>
  (code) =>
    characters.includes(String.fromCodePoint(code));

const digit = isBetween(48, 57);
const upper = isBetween(65, 90);
const lower = isBetween(97, 122);
export const isWord = isAnyOf([digit, upper, lower, (code) => code === 95]);
const space = among(' \t\n\u000b\f\r');
const blank = among(' \t');
/** What ends a line, which `.` does not match. */
export const endsLine = among('\n\r\u0085\u2028\u2029');

/** `\d` and the like, by their letter. */
export const classesByLetter: Readonly<Record<string, CharacterSet>> = {
  d: digit,
  D: isNot(digit),
  w: isWord,
  W: isNot(isWord),
  s: space,
  S: isNot(space),
  h: blank,
  H: isNot(blank),
};

/** Single characters by the letter of their escape. */
export const charactersByLetter: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

const posix: Readonly<Record<string, CharacterSet>> = {
  Lower: lower,
  Upper: upper,
  Alpha: isAnyOf([lower, upper]),
  Digit: digit,
  Alnum: isAnyOf([lower, upper, digit]),
  Punct: among('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'),
  Space: space,
  Blank: blank,
  ASCII: isBetween(0, 127),
  XDigit: isAnyOf([digit, isBetween(65, 70), isBetween(97, 102)]),
};

/** `\p{L}`, `\p{Alpha}`: undefined for a name that we do not know. */
export function classByProperty(name: string): CharacterSet | undefined {
  if (Object.hasOwn(posix, name)) return posix[name];
  const category = name.replace(/^Is(?=[LMNPSZC][a-z]?$)/, '');
  if (!/^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfosn]?)$/.test(category)) return undefined;
  // Only ever applied to one character.
  const pattern = new RegExp(`^\\p{${category}}$`, 'u');
  return (code) => pattern.test(String.fromCodePoint(code));
}

/** The same set, whatever the case. */
export const ignoringCase =
  (has: CharacterSet): CharacterSet =>
  (code) => {
    if (has(code)) return true;
    const character = String.fromCodePoint(code);
    return [character.toLowerCase(), character.toUpperCase()].some(
      (other) => other.length === character.length && has(other.codePointAt(0) ?? code),
    );
  };
