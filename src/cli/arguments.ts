import { readCommandLine } from '../lib/command-line.js';
import { SettingsError } from '../settings/read.js';

type OwnFlags = Readonly<Record<string, 'text' | 'alone'>>;

type Values<F extends OwnFlags> = { readonly [Name in keyof F]?: F[Name] extends 'text' ? string : true };

/** Reads a command's own flags and words. Anything unreadable ends the command with exit code 2. */
export function readArguments<const F extends OwnFlags>(argv: readonly string[], flags: F, maxWords: number) {
  const { values, words, problems } = readCommandLine(argv, flags, maxWords);
  if (problems.length > 0) throw new SettingsError(problems.join('\n'));
  return { values: Object.fromEntries(values) as Values<F>, words };
}
