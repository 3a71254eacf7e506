import { writeFileSync } from 'node:fs';
import { checkWritable, isFolder, whyUnwritable } from '../lib/text-file.js';
import type { LineStream } from '../server/log.js';
import { SettingsError } from '../settings/read.js';

type Write = (text: string) => void;

/**
 * Writes the file that a flag names. It is checked at once, before a command does its work.
 * @throws SettingsError what is wrong with the file, and what to do
 */
export function outputFile(flag: string, path: string, { overwrites = true } = {}): Write {
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      const isTaken = !overwrites && (error as NodeJS.ErrnoException).code === 'EEXIST' && !isFolder(path);
      throw isTaken ? error : new SettingsError(`${flag}: ${path} ${whyUnwritable(path, error)}`);
    }
  };
  attempt(() => checkWritable(path));
  return (text) => attempt(() => writeFileSync(path, text, { flag: overwrites ? 'w' : 'wx' }));
}

/** Writes to the file that a flag names, or without one to standard output. */
export const outputTo = (flag: string, path: string | undefined, output: LineStream): Write =>
  path === undefined ? (text) => void output.write(text) : outputFile(flag, path);
