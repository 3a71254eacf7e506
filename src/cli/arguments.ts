import { nearest } from '../lib/nearest.js';
import { SettingsError } from '../settings/read.js';

/** A flag of a command: with a value, or alone. */
export type Flags = Readonly<Record<string, 'text' | 'alone'>>;

type Values<F extends Flags> = { readonly [Name in keyof F]?: F[Name] extends 'text' ? string : boolean };

/**
 * Reads a command's own flags and its words. What cannot be read ends the command with exit code 2. One dash begins a
 * word, as a verifier may; behind "--" everything is a word.
 */
export function readArguments<const F extends Flags>(
  argv: readonly string[],
  flags: F,
  mostWords: number,
): { values: Values<F>; words: string[] } {
  const values: Record<string, string | boolean> = {};
  const words: string[] = [];
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') words.push(...rest.splice(0));
    else if (!argument.startsWith('--')) words.push(argument);
    else {
      const [, flag = argument, inline] = /^(--[^=]*)=(.*)$/s.exec(argument) ?? [];
      const name = flag.slice(2);
      if (!Object.hasOwn(flags, name))
        throw new SettingsError(`unknown flag ${JSON.stringify(flag)}; the nearest known one is ${nearestFlag(flag, flags)}`);
      if (values[name] !== undefined) throw new SettingsError(`${flag} is given twice`);
      if (flags[name] === 'alone' && inline !== undefined) throw new SettingsError(`${flag} takes no value`);
      const value = flags[name] === 'alone' ? true : (inline ?? rest.shift());
      if (value === undefined) throw new SettingsError(`${flag} needs a value`);
      values[name] = value;
    }
  }
  if (words.length > mostWords) throw new SettingsError(`unexpected argument ${JSON.stringify(words[mostWords])}`);
  return { values: values as Values<F>, words };
}

const nearestFlag = (flag: string, flags: Flags): string | undefined =>
  nearest(
    flag,
    Object.keys(flags).map((name) => `--${name}`),
  );
