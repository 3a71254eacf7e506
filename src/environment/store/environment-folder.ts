import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Change, collectionOver } from '../../lib/collections/memory.js';
import { createTable } from '../../lib/collections/table.js';
import { type Collection, type Index, type Item, UniquenessError } from '../../lib/collections/types.js';
import { createChangeLog, formatLine, isMissing, syncFolder } from './change-log.js';
import { type CollectionFile, collectionFile } from './collection-file.js';
import { DataFolderError, type OnDamage } from './damage.js';
import { loadFolder } from './load-folder.js';

export interface FolderOptions {
  /** Called for everything that could not be read. */
  onDamage: OnDamage;
  /** Returns why a stored item is unusable (it is then set aside), or undefined. */
  validate?: (collection: string, item: Item) => string | undefined;
  /** Called if the log could not be folded, as when the disk is full. Nothing is lost: the log stays. */
  onFailure?: (error: unknown) => void;
  /** The idle time after which the log is folded into the readable files. */
  idleMilliseconds?: number;
}

/** A collection in this folder. Until it is declared with its indexes, its items are kept as they were read. */
interface FolderCollection {
  file: CollectionFile;
  items(): Item[];
  /** Whether the readable file lacks changes. */
  isBehind: boolean;
  declared?: Collection<Item>;
}

/** An item that the collection cannot hold, since somebody edited the file: invalid, or not unique. */
interface UnusableItem {
  index: number;
  reason: string;
}

const reasonOf = (error: unknown) =>
  error instanceof UniquenessError
    ? `the item ${JSON.stringify(error.existingId)} has the same ${error.index}`
    : `a member is missing or has the wrong type (${error instanceof Error ? error.message : error})`;

/** The folder of one environment: a readable file a collection, and the log of later changes. */
export interface EnvironmentFolder {
  readonly isEmpty: boolean;
  load(): Promise<void>;
  collection<T extends Item>(name: string, indexes?: readonly Index<T>[]): Collection<T>;
  flush(): Promise<void>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

/** A log of this size is folded at once, to limit its size on disk and the time of the next start. */
const maxLogBytes = 32 * 1024 * 1024;

/** `remove` renames the folder to this before it deletes files, so that a kill leaves all of an environment or nothing. */
export const removedPrefix = '.removed-';

/** @param ready resolves once a folder of the same name has been removed */
export function createEnvironmentFolder(
  folder: string,
  options: FolderOptions,
  ready: Promise<void> = Promise.resolve(),
): EnvironmentFolder {
  const { onDamage, validate, onFailure = () => {}, idleMilliseconds = 1000 } = options;
  const kept = new Map<string, FolderCollection>();
  const log = createChangeLog(folder);
  let state: 'open' | 'closed' | 'removed' = 'open';
  let timer: NodeJS.Timeout | undefined;
  let batch: { lines: string[]; written: Promise<void> } | undefined;

  // Appends and folds must not overlap: a fold would delete lines that were appended after it read the items.
  let turn: Promise<unknown> = ready;
  const enqueue = (job: () => Promise<void>): Promise<void> => {
    const done = turn.then(job);
    turn = done.catch(() => {});
    return done;
  };

  const fold = async () => {
    const behind = [...kept.values()].filter(({ isBehind }) => isBehind);
    if (behind.length > 0) await mkdir(folder, { recursive: true });
    for (const one of behind) {
      one.isBehind = false;
      try {
        await one.file.write(one.items());
      } catch (error) {
        one.isBehind = true;
        throw error;
      }
    }
    if (behind.length > 0) await syncFolder(folder);
    // A kill before this is harmless: replaying the log on the new files changes nothing.
    await log.remove();
  };
  const foldSoon = () => {
    clearTimeout(timer);
    if (state !== 'open') return;
    timer = setTimeout(() => void enqueue(fold).catch(onFailure), idleMilliseconds);
    timer.unref();
  };

  const writeBatch = async () => {
    const lines = batch?.lines ?? [];
    batch = undefined;
    try {
      await log.write(lines.join(''));
    } finally {
      foldSoon();
    }
    if (log.bytes > maxLogBytes) void enqueue(fold).catch(onFailure);
  };
  const logChange = (name: string, one: FolderCollection, change: Change<Item>): Promise<void> => {
    if (state === 'closed') throw new DataFolderError('the data folder is closed');
    // The environment is gone, and so is this change.
    if (state === 'removed') return Promise.resolve();
    const line = formatLine({ collection: name, change });
    one.isBehind = true;
    batch ??= { lines: [], written: enqueue(writeBatch) };
    batch.lines.push(line);
    return batch.written;
  };

  const keep = (name: string, one: FolderCollection): FolderCollection => {
    kept.set(name, one);
    return one;
  };
  const reportUnusable = (one: FolderCollection, unusable: UnusableItem[]) => {
    if (unusable.length === 0) return;
    const { setAside, positionOf } = one.file.keepAside(one.items());
    for (const { index, reason } of unusable) onDamage({ file: one.file.path, ...positionOf(index), reason, setAside });
    one.isBehind = true;
    foldSoon();
  };

  return {
    get isEmpty() {
      return [...kept.values()].every(({ declared, items }) => (declared ? declared.size : items().length) === 0);
    },
    load: () =>
      enqueue(async () => {
        const { collections, isDamaged } = await loadFolder(folder, log, onDamage);
        for (const [name, { file, items, isBehind }] of collections) keep(name, { file, items: () => [...items.values()], isBehind });
        if (isDamaged) await fold();
        else if (log.bytes > 0) foldSoon();
      }),
    collection<T extends Item>(name: string, indexes?: readonly Index<T>[]): Collection<T> {
      const one = kept.get(name) ?? keep(name, { file: collectionFile(folder, name), items: () => [], isBehind: false });
      if (one.declared) return one.declared as Collection<T>;
      const table = createTable(indexes);
      const unusable: UnusableItem[] = [];
      for (const [index, item] of (one.items() as T[]).entries()) {
        const problem = validate?.(name, item);
        if (problem !== undefined) {
          unusable.push({ index, reason: problem });
          continue;
        }
        try {
          table.prepare(item).apply();
        } catch (error) {
          unusable.push({ index, reason: reasonOf(error) });
        }
      }
      reportUnusable(one, unusable);
      one.items = () => table.list();
      const declared = collectionOver<T>(table, (change) => logChange(name, one, change));
      one.declared = declared as Collection<Item>;
      return declared;
    },
    flush: () => enqueue(fold),
    async close() {
      clearTimeout(timer);
      if (state === 'open') state = 'closed';
      await enqueue(state === 'closed' ? fold : async () => {}).finally(log.close);
    },
    remove() {
      clearTimeout(timer);
      state = 'removed';
      return enqueue(async () => {
        await log.close();
        const removed = path.join(path.dirname(folder), `${removedPrefix}${path.basename(folder)}`);
        await rm(removed, { recursive: true, force: true });
        try {
          await rename(folder, removed);
        } catch (error) {
          // Nothing was ever written there.
          if (isMissing(error)) return;
          throw error;
        }
        await rm(removed, { recursive: true });
      });
    },
  };
}
