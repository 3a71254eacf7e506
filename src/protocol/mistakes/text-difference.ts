/** Where two texts begin to differ, for people: `character 25: "/" where nothing was expected`. */
export function textDifference(got: string, expected: string): string {
  let at = 0;
  while (at < got.length && got[at] === expected[at]) at += 1;
  const show = (text: string): string => (at < text.length ? JSON.stringify(text.slice(at, at + 12)) : 'the end');
  return `character ${at + 1}: ${show(got)} where ${show(expected)} was expected`;
}

/** The first eight different characters of a text that do not belong there. */
export const strangeCharacters = (text: string, strange: RegExp): string =>
  [...new Set(text.match(strange))]
    .slice(0, 8)
    .map((character) => JSON.stringify(character))
    .join(' ');
