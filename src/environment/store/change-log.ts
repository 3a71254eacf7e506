import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Change } from '../../lib/collections/memory.js';
import type { Item } from '../../lib/collections/types.js';
import { isItem, ownersOnly } from './collection-file.js';
import { decode, Unreadable } from './damage.js';
import { isStoreName } from './factory.js';
import { placeAt, scanJson } from './json-place.js';

/** One line of the log. */
export interface LoggedChange {
  collection: string;
  change: Change<Item>;
}

export const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const formatLine = ({ collection, change }: LoggedChange): string => `${JSON.stringify({ collection, ...change })}\n`;

function parseLine(text: string): LoggedChange {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = scanJson(text);
    throw new Unreadable({ line: 1, column: placeAt(text, problem?.offset ?? 0).column }, problem?.reason ?? String(error));
  }
  if (typeof value === 'object' && value !== null && 'collection' in value) {
    const { collection } = value;
    if (typeof collection === 'string' && isStoreName(collection)) {
      if ('add' in value && isItem(value.add)) return { collection, change: { add: value.add } };
      if ('put' in value && isItem(value.put)) return { collection, change: { put: value.put } };
      if ('take' in value && typeof value.take === 'string') return { collection, change: { take: value.take } };
    }
  }
  throw new Unreadable({ line: 1, column: 1 }, 'this is no change of a collection');
}

/** The changes since the readable files were written, one on a line: what a write costs does not grow with the data. */
export interface ChangeLog {
  readonly path: string;
  readonly bytes: number;
  /**
   * What the log holds. A last line without its end is what a kill leaves of a write that nobody was told of: it is
   * dropped. Any other line that does not read is a problem.
   */
  read(): Promise<{ changes: LoggedChange[]; problems: Unreadable[] }>;
  /** Settles when the lines are on disk. */
  write(lines: string): Promise<void>;
  /** Ends the log: all of it stands in the readable files. */
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** Makes the names in a folder safe: a new file, a renamed one. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and needs none of this.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function createChangeLog(folder: string): ChangeLog {
  const file = path.join(folder, 'changes.log');
  let bytes = 0;
  let handle: FileHandle | undefined;

  const close = async () => {
    const closing = handle;
    handle = undefined;
    await closing?.close();
  };
  const start = async () => {
    await mkdir(folder, { recursive: true });
    // It holds changes of all collections, of the secret ones too.
    const opened = await open(file, 'a', ownersOnly);
    handle = opened;
    // What stands behind the last whole line was never answered for.
    await opened.truncate(bytes);
    if (bytes === 0) await syncFolder(folder);
    return opened;
  };

  return {
    path: file,
    get bytes() {
      return bytes;
    },
    async read() {
      const changes: LoggedChange[] = [];
      const problems: Unreadable[] = [];
      const contents = await readFile(file).catch((error: unknown) => {
        if (isMissing(error)) return Buffer.alloc(0);
        throw error;
      });
      bytes = contents.lastIndexOf(0x0a) + 1;
      for (let from = 0, line = 1; from < bytes; line += 1) {
        const to = contents.indexOf(0x0a, from);
        try {
          changes.push(parseLine(decode(contents.subarray(from, to))));
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          problems.push(new Unreadable({ line, column: error.place.column }, error.message));
        }
        from = to + 1;
      }
      return { changes, problems };
    },
    async write(lines) {
      try {
        const opened = handle ?? (await start());
        await opened.appendFile(lines);
        await opened.datasync();
        bytes += Buffer.byteLength(lines);
      } catch (error) {
        // Opened anew by the next write, which cuts off what this one left half done.
        await close();
        throw error;
      }
    },
    async remove() {
      await close();
      bytes = 0;
      await rm(file, { force: true });
    },
    close,
  };
}
