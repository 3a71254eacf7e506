import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Change } from '../../lib/collections/memory.js';
import type { Item } from '../../lib/collections/types.js';
import { positionAt, scanJson } from '../../lib/json-position.js';
import { parseJson } from '../../lib/unknown.js';
import { isItem, ownersOnly } from './collection-file.js';
import { decodeUtf8, Unreadable } from './damage.js';
import { isStoreName } from './factory.js';
import { createPresence, Gone } from './presence.js';
import { writing } from './write-failure.js';

/** A change as the log keeps it. */
export interface LoggedChange {
  collection: string;
  change: Change<Item>;
}

export const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const formatChange = ({ collection, change }: LoggedChange): string => JSON.stringify({ collection, ...change });

/** Changes that belong together share a line: half of them can never be read. */
export const formatLine = (changes: readonly string[]): string => `${changes.length === 1 ? changes[0] : `[${changes.join(',')}]`}\n`;

/**
 * The first line: how many bytes have been acknowledged, itself included. What ends before was cut; what comes after it
 * was never answered for. It keeps its length when the number changes.
 */
const formatMark = (bytes: number): Buffer => Buffer.from(`{"acknowledged":${String(bytes).padStart(16)}}\n`);
const markLength = formatMark(0).length;
const markForm = /^\{"acknowledged": *(\d{1,16})\}\r?$/;

function readChange(value: unknown): LoggedChange {
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

function parseLine(text: string): LoggedChange[] {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const problem = scanJson(text);
    throw new Unreadable({ line: 1, column: positionAt(text, problem?.offset ?? 0).column }, problem?.reason ?? String(error));
  }
  return Array.isArray(value) && value.length > 0 ? value.map(readChange) : [readChange(value)];
}

/** What a log holds. */
interface LogContents {
  changes: LoggedChange[];
  problems: Unreadable[];
  isEmpty: boolean;
  /** Whether it can be appended to as it is. */
  isWhole: boolean;
}

function readContents(contents: Buffer): LogContents {
  const changes: LoggedChange[] = [];
  const problems: Unreadable[] = [];
  let acknowledged: number | undefined;
  let line = 0;
  let isCut = false;
  for (let from = 0; from < contents.length; ) {
    const feed = contents.indexOf(0x0a, from);
    const to = feed === -1 ? contents.length : feed;
    line += 1;
    try {
      const text = decodeUtf8(contents.subarray(from, to));
      const mark = line === 1 ? markForm.exec(text)?.[1] : undefined;
      if (mark === undefined) changes.push(...parseLine(text));
      else acknowledged = Number(mark);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      // Half a line at the end is what a kill leaves. It was never acknowledged.
      if (feed === -1 && acknowledged !== undefined && from >= acknowledged) break;
      isCut = feed === -1;
      problems.push(new Unreadable({ line, column: error.position.column }, error.message));
    }
    from = to + 1;
  }
  // Where only the last newline is gone, everything is there.
  const ends = contents.at(-1) === 0x0a ? contents.length : contents.length + 1;
  if (acknowledged !== undefined && ends < acknowledged && !isCut)
    problems.push(
      new Unreadable({ line: line + 1, column: 1 }, `${acknowledged - contents.length} bytes of acknowledged changes are missing here`),
    );
  return { changes, problems, isEmpty: contents.length === 0, isWhole: problems.length === 0 && acknowledged === contents.length };
}

/** The changes since the readable files were written, one on a line: what a write costs does not grow with the data. */
export interface ChangeLog {
  readonly path: string;
  readonly bytes: number;
  /** What the log holds; undefined where there is none. Every line that cannot be read is a problem. */
  read(): Promise<LogContents | undefined>;
  /** Settles when the lines are on disk. Where the system refuses that, the log is what it was. */
  write(lines: string): Promise<void>;
  /** Ends the log: all of it is in the readable files. */
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

async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

interface ChangeLogOptions {
  /** Makes the folder, or throws where it is gone. */
  readonly makeFolder?: () => Promise<unknown>;
  /** Called when a log has begun, before anything in it is acknowledged. */
  readonly onStart?: () => Promise<void>;
}

/** The change log of a folder; it throws Gone rather than write to a file that has been removed. */
export function createChangeLog(
  folder: string,
  { makeFolder = () => mkdir(folder, { recursive: true }), onStart = async () => {} }: ChangeLogOptions = {},
): ChangeLog {
  const file = path.join(folder, 'changes.log');
  const here = createPresence(file);
  let bytes = 0;
  let handle: FileHandle | undefined;

  const close = async () => {
    const closing = handle;
    handle = undefined;
    await closing?.close();
  };
  /** Cuts off what a failed write left. */
  const restore = async (opened: FileHandle) => {
    await opened.truncate(bytes);
    await writeAt(opened, formatMark(bytes), 0);
  };
  const start = async () => {
    await makeFolder();
    const isNew = bytes === 0;
    if (!isNew) await here.require();
    // It holds changes of all collections, of the secret ones too.
    const opened = await open(file, constants.O_RDWR | constants.O_CREAT, ownersOnly);
    handle = opened;
    if (isNew) {
      await here.learn();
      await opened.truncate(0);
      await writeAt(opened, formatMark(markLength), 0);
      await opened.datasync();
      await onStart();
      await syncFolder(folder);
      bytes = markLength;
    } else await restore(opened);
    return opened;
  };

  return {
    path: file,
    get bytes() {
      return bytes;
    },
    async read() {
      let contents: Buffer;
      try {
        contents = await readFile(file);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      const found = readContents(contents);
      bytes = contents.length;
      await here.learn();
      return found;
    },
    write: (lines) =>
      writing(file, async () => {
        try {
          const opened = handle ?? (await start());
          const text = Buffer.from(lines);
          await writeAt(opened, text, bytes);
          await writeAt(opened, formatMark(bytes + text.length), 0);
          await opened.datasync();
          // A file that was removed while it is open takes writes all the same.
          await here.require();
          bytes += text.length;
        } catch (error) {
          // At once, for a kill may be next; and again when the next write opens it, should this fail too.
          if (handle && bytes > 0) await restore(handle).catch(() => {});
          await close().catch(() => {});
          // If the folder is gone, that is why.
          await makeFolder().catch((gone: unknown) => {
            if (gone instanceof Gone) throw gone;
          });
          throw error;
        }
      }),
    async remove() {
      await close();
      bytes = 0;
      await rm(file, { force: true });
    },
    close,
  };
}
