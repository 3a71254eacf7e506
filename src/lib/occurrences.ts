/** For each length of the start of a text, how long the longest shorter start is that it ends with (Knuth, Morris and Pratt). */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length + 1);
  borders[0] = -1;
  let length = -1;
  for (let at = 0; at < text.length; at += 1) {
    while (length >= 0 && text.charCodeAt(at) !== text.charCodeAt(length)) length = borders[length] as number;
    length += 1;
    borders[at + 1] = length;
  }
  return borders;
}

/**
 * Where a text occurs in another one, from left to right and without overlaps. The steps are as many as the characters of both,
 * whatever they are; `indexOf` may take their product.
 */
export function* occurrencesOf(sought: string, text: string): Generator<number> {
  if (sought === '' || sought.length > text.length) return;
  const borders = bordersOf(sought);
  let matched = 0;
  for (let at = 0; at < text.length; at += 1) {
    while (matched >= 0 && text.charCodeAt(at) !== sought.charCodeAt(matched)) matched = borders[matched] as number;
    matched += 1;
    if (matched === sought.length) {
      yield at + 1 - matched;
      matched = 0;
    }
  }
}
