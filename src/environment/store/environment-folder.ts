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
  /** Told of everything that could not be read. */
  onDamage: OnDamage;
  /** What an item of a collection has wrong, by which it can not be used: it is set aside then. */
  judge?: (collection: string, item: Item) => string | undefined;
  /** Told when the log could not be folded while idle (the disk is full): nothing is lost, the log stays. */
  onFailure?: (error: unknown) => void;
  /** How long nothing has been written when the log is folded into the readable files. */
  idleMilliseconds?: number;
}

/** A collection as this folder knows it: until somebody declares it, what was read is kept as it is. */
interface Kept {
  file: CollectionFile;
  items(): Item[];
  /** Whether the readable file is behind. */
  isBehind: boolean;
  declared?: Collection<Item>;
}

/** An item that a person changed so that the collection can not hold it: what an index reads is missing, or taken. */
interface Refusal {
  position: number;
  reason: string;
}

const reasonOf = (error: unknown) =>
  error instanceof UniquenessError
    ? `the item ${JSON.stringify(error.existingId)} has the same ${error.index}`
    : `something is missing or of another type here (${error instanceof Error ? error.message : error})`;

/** One environment: a readable file for each collection, and the log of what they do not hold yet. */
export interface EnvironmentFolder {
  readonly isEmpty: boolean;
  load(): Promise<void>;
  collection<T extends Item>(name: string, indexes?: readonly Index<T>[]): Collection<T>;
  flush(): Promise<void>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

/** A log of this size is folded even when it is never idle, so that the disk does not fill and a start does not drag. */
const longestLog = 32 * 1024 * 1024;

/** What `remove` calls a folder before it empties it, so that a kill leaves all of an environment or nothing. */
export const removedPrefix = '.removed-';

/** `ready` settles when the folder may be used: when one of the same name is gone. */
export function createEnvironmentFolder(
  folder: string,
  options: FolderOptions,
  ready: Promise<void> = Promise.resolve(),
): EnvironmentFolder {
  const { onDamage, judge, onFailure = () => {}, idleMilliseconds = 1000 } = options;
  const kept = new Map<string, Kept>();
  const log = createChangeLog(folder);
  let state: 'open' | 'closed' | 'removed' = 'open';
  let timer: NodeJS.Timeout | undefined;
  let batch: { lines: string[]; written: Promise<void> } | undefined;

  // Appends and folds take turns: a fold must not remove lines that came after it read memory.
  let turn: Promise<unknown> = ready;
  const serialize = (job: () => Promise<void>): Promise<void> => {
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
    // A kill before this line is harmless: replayed, the log leads to what the files say.
    await log.remove();
  };
  const foldSoon = () => {
    clearTimeout(timer);
    if (state !== 'open') return;
    timer = setTimeout(() => void serialize(fold).catch(onFailure), idleMilliseconds);
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
    if (log.bytes > longestLog) void serialize(fold).catch(onFailure);
  };
  const record = (name: string, one: Kept, change: Change<Item>): Promise<void> => {
    if (state === 'closed') throw new DataFolderError('the data folder is closed');
    // Removed together with all it holds: there is nothing left to keep.
    if (state === 'removed') return Promise.resolve();
    const line = formatLine({ collection: name, change });
    one.isBehind = true;
    batch ??= { lines: [], written: serialize(writeBatch) };
    batch.lines.push(line);
    return batch.written;
  };

  const keep = (name: string, one: Kept): Kept => {
    kept.set(name, one);
    return one;
  };
  const refuse = (one: Kept, refused: Refusal[]) => {
    if (refused.length === 0) return;
    const { setAside, placeOf } = one.file.keepAside(one.items());
    for (const { position, reason } of refused) onDamage({ file: one.file.path, ...placeOf(position), reason, setAside });
    one.isBehind = true;
    foldSoon();
  };

  return {
    get isEmpty() {
      return [...kept.values()].every(({ declared, items }) => (declared ? declared.size : items().length) === 0);
    },
    load: () =>
      serialize(async () => {
        const { collections, isDamaged } = await loadFolder(folder, log, onDamage);
        for (const [name, { file, items, isBehind }] of collections) keep(name, { file, items: () => [...items.values()], isBehind });
        if (isDamaged) await fold();
        else if (log.bytes > 0) foldSoon();
      }),
    collection<T extends Item>(name: string, indexes?: readonly Index<T>[]): Collection<T> {
      const one = kept.get(name) ?? keep(name, { file: collectionFile(folder, name), items: () => [], isBehind: false });
      if (one.declared) return one.declared as Collection<T>;
      const table = createTable(indexes);
      const refused: Refusal[] = [];
      for (const [position, item] of (one.items() as T[]).entries()) {
        const fault = judge?.(name, item);
        if (fault !== undefined) {
          refused.push({ position, reason: fault });
          continue;
        }
        try {
          table.prepare(item).apply();
        } catch (error) {
          refused.push({ position, reason: reasonOf(error) });
        }
      }
      refuse(one, refused);
      one.items = () => table.list();
      const declared = collectionOver<T>(table, (change) => record(name, one, change));
      one.declared = declared as Collection<Item>;
      return declared;
    },
    flush: () => serialize(fold),
    async close() {
      clearTimeout(timer);
      if (state === 'open') state = 'closed';
      await serialize(state === 'closed' ? fold : async () => {}).finally(log.close);
    },
    remove() {
      clearTimeout(timer);
      state = 'removed';
      return serialize(async () => {
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
