import { existsSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import * as modules from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const [writableByGroup, writableByOthers, sticky] = [0o020, 0o002, 0o1000];

const isWritableByOthers = ({ mode }: Stats): boolean => (mode & (writableByGroup | writableByOthers)) !== 0;

/** Whether no other user can write to a folder, nor put another one in its place. */
function isPrivate(folder: string, user: number): boolean {
  const [own, around] = [lstatSync(folder), lstatSync(dirname(folder))];
  if (!own.isDirectory() || own.uid !== user || isWritableByOthers(own)) return false;
  return (around.uid === user || around.uid === 0) && (!isWritableByOthers(around) || (around.mode & sticky) !== 0);
}

/** This user's folder in the temporary folder, which is made if need be; undefined where it cannot be, or another user can write to it. */
export function privateFolder(temporary: string): string | undefined {
  const user = process.getuid?.();
  // Windows has a temporary folder for each user.
  const folder = join(temporary, user === undefined ? 'pingone-mock' : `pingone-mock-${user}`);
  try {
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    return user === undefined || isPrivate(folder, user) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Lets Node.js 22.1 and later keep compiled code, so that the next start compiles less: in the folder that NODE_COMPILE_CACHE
 * names, else in one for this user. It runs what it finds there, so that must be a folder that no other user can write to; where
 * there is none, nothing is kept, silently.
 */
export function enableCompileCache(): void {
  const { enableCompileCache: enable } = modules as { enableCompileCache?: (folder: string) => unknown };
  // Node.js itself follows the variable.
  if (!enable || process.env.NODE_COMPILE_CACHE) return;
  const folder = privateFolder(tmpdir());
  if (folder !== undefined) enable(folder);
}
