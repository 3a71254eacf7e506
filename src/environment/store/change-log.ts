import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Change } from '../../lib/collections/memory.js';
import type { Item } from '../../lib/collections/types.js';
import { isItem, ownersOnly } from './collection-file.js';
import { decodeUtf8, Unreadable } from './damage.js';
import { isStoreName } from './factory.js';
import { positionAt, scanJson } from './json-position.js';

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
    throw new Unreadable({ line: 1, column: positionAt(text, problem?.offset ?? 0).column }, problem?.reason ?? String(error));
  }
  if (typeof value === 'object' && value !== null && 'collection' in value) {
    const { collection } = value;
    if (typeof collection === 'string' && isStoreName(collection)) {
      if ('add' in value && isItem(value.add)) return { collection, change: { add: value.add } };
      if ('put' in value && isItem(value.put)) return { collection, change: { put: value.put } };
      if ('take' in value && typeof value.take === 'string') return { collection, change: { take: value.take } };
    }
  }
  throw new Unreadable({ line: 1, column: 1 }, 'not a change of a collection');
}

/** The changes since the readable files were written, one a line. The cost of a write does not depend on the amount of data. */
export interface ChangeLog {
  readonly path: string;
  readonly bytes: number;
  /**
   * Reads the log. An unterminated last line is dropped: the process was killed during a write that it had not
   * acknowledged. Any other unreadable line is a problem.
   */
  read(): Promise<{ changes: LoggedChange[]; problems: Unreadable[] }>;
  /** Resolves once the lines are on disk. */
  write(lines: string): Promise<void>;
  /** Deletes the log, once the readable files have all of it. */
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** Flushes a folder's entries to disk, after files in it were created or renamed. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and does not need it.
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
    // Readable by the owner only: it has changes of secret collections too.
    const opened = await open(file, 'a', ownersOnly);
    handle = opened;
    // Drops an unterminated line, which was never acknowledged.
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
          changes.push(parseLine(decodeUtf8(contents.subarray(from, to))));
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          problems.push(new Unreadable({ line, column: error.position.column }, error.message));
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
        // The next write reopens the file, and truncates what this one wrote.
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
