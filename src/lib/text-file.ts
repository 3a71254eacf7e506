import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

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
  const code = codeOf(error);
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder, not a file';
  if (code === 'ENOTDIR')
    return modeOf(path) === undefined ? 'cannot be read: a part of this path is a file, not a folder' : 'is not a folder';
  if (code !== 'EACCES') return `cannot be read (${code ?? String(error)})`;
  const mode = modeOf(path);
  return mode === undefined
    ? 'cannot be reached by this user: run chmod a+x on the folders above it'
    : `cannot be read by this user (its mode is ${mode.toString(8).padStart(4, '0')}): run chmod a+r ${path}`;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Undefined if there is no such file, or a folder above hides it. */
function modeOf(path: string): number | undefined {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return undefined;
  }
}

export const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/** Why a file could not be written, and what to do, to follow its path in a message. */
export function whyUnwritable(path: string, error: unknown): string {
  const code = codeOf(error);
  const folder = dirname(path);
  if (isFolder(path)) return 'is a folder: name a file in it';
  if (code === 'ENOENT' && !isFolder(folder))
    return `cannot be written: the folder ${folder} does not exist. Run mkdir -p ${folder}, or choose another file`;
  if (code === 'ENOTDIR') return 'cannot be written: a part of this path is a file, not a folder. Choose another file';
  if (code === 'EROFS') return 'cannot be written: the file system is read-only. Choose another file';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'cannot be written: there is no space left. Make room, or choose another file';
  if (code !== 'EACCES' && code !== 'EPERM') return `cannot be written (${code ?? String(error)}). Choose another file`;
  const locked = modeOf(path) === undefined ? folder : path;
  return `cannot be written by this user: run chmod a+w ${locked}, or choose another file`;
}

/** Throws what writing a file would, as far as that can be known before. */
export function checkWritable(path: string): void {
  if (isFolder(path)) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
  // With the slash, a file in place of the folder is an error.
  accessSync(modeOf(path) === undefined ? `${dirname(path)}/` : path, constants.W_OK);
}
