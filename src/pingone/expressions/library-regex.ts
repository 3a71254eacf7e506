import type { Call, Library, Returned } from './call.js';
import { expandReplacement, matchAt, matchWhole, type Pattern, parsePattern } from './pattern.js';

/** Every match from left to right, with the text between them; at most `most` of them. */
function* matches(call: Call, pattern: Pattern, input: string, most = Number.POSITIVE_INFINITY) {
  let from = 0;
  for (let count = 0; count < most && from <= input.length; ) {
    const groups = matchAt(pattern, input, from, call.budget);
    if (!groups) {
      from += 1;
      continue;
    }
    count += 1;
    yield groups;
    // After an empty match, the search goes on at the next character.
    from = groups.to > groups.from ? groups.to : groups.to + 1;
  }
}

function replace(call: Call, input: string, pattern: Pattern, replacement: string, most?: number): string {
  let made = '';
  let from = 0;
  for (const found of matches(call, pattern, input, most)) {
    made = call.budget.text(made + input.slice(from, found.from) + expandReplacement(replacement, found, call.budget));
    from = found.to;
  }
  return call.budget.text(made + input.slice(from));
}

function replaceFirst(call: Call): Returned {
  call.count(3);
  const [input, pattern, replacement] = [call.text(0), call.text(1), call.text(2)];
  if (input === null || pattern === null || replacement === null) return input;
  return replace(call, input, parsePattern(pattern, call.budget), replacement, 1);
}

function replaceAll(call: Call): Returned {
  call.count(3, 41);
  let input = call.text(0);
  if (input === null) return null;
  // A pattern without a replacement changes nothing.
  for (let at = 1; at + 1 < call.args.length; at += 2) {
    const [pattern, replacement] = [call.text(at), call.text(at + 1)];
    if (pattern !== null && replacement !== null) input = replace(call, input, parsePattern(pattern, call.budget), replacement);
  }
  return input;
}

/** `#regex` (docs/fidelity.md, 6.6). */
export const regexLibrary: Library = {
  replaceFirst,
  replaceAll,
  matches: (call) => {
    call.count(2);
    const [input, pattern] = [call.text(0), call.text(1)];
    return input !== null && pattern !== null && matchWhole(parsePattern(pattern, call.budget), input, call.budget);
  },
  findAllMatches: (call) => {
    call.count(2);
    const [input, pattern] = [call.text(0), call.text(1)];
    if (input === null || pattern === null) return [];
    const found: string[] = [];
    for (const { from, to } of matches(call, parsePattern(pattern, call.budget), input)) {
      found.push(input.slice(from, to));
    }
    return call.budget.list(found);
  },
};
