import { readFileSync, statSync } from 'node:fs';

/** Reads a file that the user named. The error says which file, why, and what to do. */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} ${whyUnreadable(path, error)}`);
  }
}

/** Why a file or folder could not be read, to follow its path in a message. */
export function whyUnreadable(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder, not a file';
  if (code === 'ENOTDIR') return 'is not a folder';
  if (code !== 'EACCES') return `cannot be read (${code ?? String(error)})`;
  const mode = modeOf(path);
  return mode === undefined
    ? 'cannot be reached by this user: run chmod a+x on the folders above it'
    : `cannot be read by this user (its mode is ${mode.toString(8).padStart(4, '0')}): run chmod a+r ${path}`;
}

/** Undefined if a folder above hides the file. */
function modeOf(path: string): number | undefined {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return undefined;
  }
}
