import { type Stats, statSync } from 'node:fs';
import { lstat, mkdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { DataFolderError } from './damage.js';
import { isSystemError, refusalOf, WriteFailure } from './write-failure.js';

const statsOf = (place: string): Stats | undefined => {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch {
    // A parent is a file or inaccessible, which the caller finds out next.
    return undefined;
  }
};

/** The path itself if it exists, or else its nearest existing parent. */
function nearestExisting(place: string): { place: string; stats: Stats | undefined } {
  for (let each = path.resolve(place); ; each = path.dirname(each)) {
    const stats = statsOf(each);
    if (stats || each === path.dirname(each)) return { place: each, stats };
  }
}

/** Turns a system error into a message that says what is wrong with the folder, and how to fix it. */
function explain(folder: string, error: NodeJS.ErrnoException): DataFolderError {
  const { place, stats } = nearestExisting(error.path ?? folder);
  const refuse = (why: string, fix?: string) =>
    new DataFolderError(`${folder} cannot be used: ${why}. ${fix ? `${fix}, or choose` : 'Choose'} another data folder.`, {
      cause: error,
    });
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    const mode = ((stats?.mode ?? 0) & 0o7777).toString(8).padStart(4, '0');
    const user = process.geteuid?.();
    const owner = user === undefined ? '' : `, its owner ${stats?.uid}, this user ${user}`;
    return refuse(
      `this user may not read and write ${place} (its mode is ${mode}${owner})`,
      `Run chmod a+rwx ${place}${user === undefined ? '' : `, or chown ${user} ${place}`}`,
    );
  }
  if (error.code === 'EROFS') return refuse(`${place} is read-only`, 'Mount it writable');
  if (error.code === 'ELOOP') return refuse(`${error.path ?? folder} is a symbolic link that leads back to itself`);
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return refuse(`${refusalOf(error)} (${error.message})`, 'Make room there');
  if (error.code === 'ENOENT') return refuse(`nothing can be created in ${place}`);
  return refuse(error.message);
}

function explained(folder: string, error: unknown): unknown {
  const cause = error instanceof WriteFailure ? error.cause : error;
  return isSystemError(cause) ? explain(folder, cause) : error;
}

/** Runs work on the data folder. System errors become DataFolderErrors. */
export async function inDataFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explained(folder, error);
  }
}

/** The same for what is done at once. */
export function explaining<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(folder, error);
  }
}

/** Creates a folder and its parents, one by one: below /proc, mkdir's `recursive` never returns (Node 20). */
export async function makeFolder(folder: string): Promise<void> {
  const there = nearestExisting(folder);
  if (!there.stats?.isDirectory())
    throw new DataFolderError(`${folder} cannot be used: ${there.place} is a file, not a folder. Choose another data folder.`);
  let each = there.place;
  for (const name of path.relative(there.place, path.resolve(folder)).split(path.sep).filter(Boolean)) {
    each = path.join(each, name);
    await mkdir(each).catch((error: NodeJS.ErrnoException) => {
      // Another process may have created it meanwhile.
      if (error.code !== 'EEXIST') throw error;
    });
    if (!statsOf(each) && (await lstat(each)).isSymbolicLink())
      throw new DataFolderError(
        `${folder} cannot be used: ${each} is a symbolic link to ${await readlink(each)}, which does not exist. Fix the link, or choose another data folder.`,
      );
  }
}
