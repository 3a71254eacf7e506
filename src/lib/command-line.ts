import { parseArgs } from 'node:util';
import { nearest } from './nearest.js';

/** A flag that takes a value of some kind. One with `bare` means that when no value of its kind follows. */
export interface ValueFlag {
  readonly expected: string;
  readonly bare?: string | undefined;
  parse(text: string): unknown;
}

/** What each flag takes, by its name without the dashes: any text, nothing, or a value of some kind. */
export type Flags = Readonly<Record<string, 'text' | 'alone' | ValueFlag>>;

export interface CommandLine {
  /** The flags that were given, by name without the dashes. */
  readonly values: ReadonlyMap<string, string | true>;
  /** Arguments that belong to no flag, in order. */
  readonly words: readonly string[];
  /** Everything that is wrong, a sentence each. */
  readonly problems: readonly string[];
}

/** The value of a flag without an equals sign; undefined if it lacks one. */
function valueAfter(flag: Flags[string], next: string | undefined): string | true | undefined {
  if (flag === 'alone') return true;
  if (typeof flag === 'object' && flag.bare !== undefined) return next !== undefined && flag.parse(next) !== undefined ? next : flag.bare;
  return next?.startsWith('--') ? undefined : next;
}

/**
 * Reads flags (`--name value`, `--name=value`) and words. A single dash begins a word, as a code_verifier may; after
 * "--" everything is a word. A value that begins with two dashes needs the equals sign.
 */
export function readCommandLine(argv: readonly string[], flags: Flags, maxWords: number): CommandLine {
  const names = Object.keys(flags);
  const { tokens } = parseArgs({
    // parseArgs would split "-a-b" into -a, -- and -b. The text itself is taken from argv below.
    args: argv.map((argument) => (/^-[^-]/.test(argument) ? 'word' : argument)),
    options: Object.fromEntries(
      names.map((name) => [name, { type: valueAfter(flags[name] as Flags[string], undefined) ? 'boolean' : 'string' }]),
    ),
    strict: false,
    tokens: true,
  });
  const unknownFlag = (flag: string): string => {
    const meant = nearest(
      flag,
      names.map((name) => `--${name}`),
    );
    return `unknown flag ${shorten(flag)}; did you mean ${meant}?`;
  };

  const values = new Map<string, string | true>();
  const words: string[] = [];
  const problems: string[] = [];
  let taken = -1;
  for (const token of tokens) {
    if (token.kind === 'positional' && token.index !== taken) words.push(argv[token.index] as string);
    if (token.kind !== 'option') continue;
    const { name, rawName, index, inlineValue } = token;
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) {
      problems.push(unknownFlag(rawName));
      continue;
    }
    const next = argv[index + 1];
    const value = inlineValue ? token.value : valueAfter(flag, next);
    if (!inlineValue && value === next) taken = index + 1;
    if (inlineValue && flag === 'alone') problems.push(`${rawName} takes no value`);
    else if (value === undefined) problems.push(`${rawName} needs a value${typeof flag === 'object' ? `: ${flag.expected}` : ''}`);
    else if (values.has(name)) problems.push(`${rawName} is given twice`);
    else values.set(name, value);
  }
  for (const word of words.slice(maxWords))
    problems.push(word.startsWith('-') ? unknownFlag(word) : `unexpected argument ${shorten(word)}`);
  return { values, words, problems };
}

/** A text in a message: quoted, and no longer than a line. */
export const shorten = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
