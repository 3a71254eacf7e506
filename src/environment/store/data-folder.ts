import { type Stats, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DataFolderError } from './damage.js';

const statsOf = (place: string): Stats | undefined => {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch {
    // Something above it is a file, or shut: that is found further up.
    return undefined;
  }
};

/** What there is of a path: itself, or the nearest folder or file above it. */
function nearestThere(place: string): { place: string; stats: Stats | undefined } {
  for (let each = path.resolve(place); ; each = path.dirname(each)) {
    const stats = statsOf(each);
    if (stats || each === path.dirname(each)) return { place: each, stats };
  }
}

/** A fault of the system, as one message that says what is wrong with the folder, and what to do. */
function explain(folder: string, error: NodeJS.ErrnoException): DataFolderError {
  const { place, stats } = nearestThere(error.path ?? folder);
  const refuse = (why: string, fix?: string) =>
    new DataFolderError(`${folder} can not be used: ${why}. ${fix ? `${fix}, or choose` : 'Choose'} another data folder.`, {
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
  if (error.code === 'EROFS') return refuse(`${place} can only be read`, 'Mount it for writing');
  if (error.code === 'ENOENT') return refuse(`nothing can be made in ${place}`);
  return refuse(error.message);
}

const isOfTheSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';

/** Does work on the data folder; what the system refuses is told as a fault of that. */
export async function inDataFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isOfTheSystem(error) ? explain(folder, error) : error;
  }
}

/** Makes a folder and those above it, one by one: in /proc, mkdir's own `recursive` tries for ever (Node 20). */
export async function makeFolder(folder: string): Promise<void> {
  const there = nearestThere(folder);
  if (!there.stats?.isDirectory())
    throw new DataFolderError(`${folder} can not be used: ${there.place} is a file, not a folder. Choose another data folder.`);
  let each = there.place;
  for (const name of path.relative(there.place, path.resolve(folder)).split(path.sep).filter(Boolean)) {
    each = path.join(each, name);
    await mkdir(each).catch((error: NodeJS.ErrnoException) => {
      // Another process may be as fast.
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
