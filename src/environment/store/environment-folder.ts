import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Change, collectionOver } from '../../lib/collections/memory.js';
import { createTable } from '../../lib/collections/table.js';
import { type Collection, type Index, type Item, UniquenessError } from '../../lib/collections/types.js';
import { createChangeLog, formatChange, formatLine, isMissing, syncFolder } from './change-log.js';
import { type CollectionFile, collectionFile } from './collection-file.js';
import { DataFolderError, type OnDamage } from './damage.js';
import { loadFolder } from './load-folder.js';
import { createMetaFile, metaName } from './meta-file.js';
import { createPresence, Gone, type Presence } from './presence.js';
import { currentUnit, type Unit } from './unit.js';
import { WriteFailure, writing } from './write-failure.js';

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
  /** How many items the readable file holds. */
  count: number;
  /** Whether the readable file is behind. */
  isBehind: boolean;
  declared?: Collection<Item>;
}

/** An item that the collection cannot hold, because the file was edited: invalid, or not unique. */
interface UnusableItem {
  index: number;
  reason: string;
}

const reasonOf = (error: unknown) =>
  error instanceof UniquenessError
    ? `the item ${JSON.stringify(error.existingId)} has the same ${error.index}`
    : `a member is missing or has the wrong type (${error instanceof Error ? error.message : error})`;

/** Changes that are written with one append, and that are all refused where that fails. */
interface Batch {
  /** The changes of one tick belong together: none is kept without the others. */
  groups: string[][];
  undos: (() => void)[];
  units: Set<Unit>;
  /** Its outcome, once the write has begun. */
  outcome?: Promise<void>;
  written: Promise<void>;
}

/** One environment: a readable file for each collection, and the log of what they do not hold yet. */
export interface EnvironmentFolder {
  readonly isEmpty: boolean;
  /** Why the last write failed; undefined again once one has succeeded. */
  readonly failure: WriteFailure | undefined;
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

/**
 * @param above the data folder, which has to be there
 * @param ready resolves once a folder of the same name has been removed
 */
export function createEnvironmentFolder(
  folder: string,
  options: FolderOptions,
  above: Presence,
  ready: Promise<void> = Promise.resolve(),
): EnvironmentFolder {
  const { onDamage, validate, onFailure = () => {}, idleMilliseconds = 1000 } = options;
  const kept = new Map<string, FolderCollection>();
  const meta = createMetaFile(folder);
  const writeMeta = (isLogged: boolean) => {
    const counts = [...kept].flatMap(([name, { count }]) => (count > 0 ? [[name, count] as const] : [])).sort();
    return meta.write({ collections: Object.fromEntries(counts), log: isLogged });
  };
  const here = createPresence(folder);
  /** Makes the folder before the first write; throws where it, or the one above, is gone. */
  const makeFolder = async () => {
    await above.require();
    // Made once: an empty one in the place of one that is gone would be taken for it.
    if (here.isKnown) return here.require();
    await mkdir(folder, { recursive: true });
    await here.learn();
  };
  const log = createChangeLog(folder, { makeFolder, onStart: () => writeMeta(true) });
  let state: 'open' | 'closed' | 'removed' = 'open';
  let timer: NodeJS.Timeout | undefined;
  let batch: Batch | undefined;
  let group: { readonly of: Batch; readonly changes: string[] } | undefined;
  let failure: WriteFailure | undefined;
  let isFoldFailing = false;

  // Appends and folds must not overlap: a fold would delete lines that were appended after it read the items.
  let turn: Promise<unknown> = ready;
  const enqueue = (job: () => Promise<void>): Promise<void> => {
    const done = turn.then(job);
    turn = done.catch(() => {});
    return done;
  };

  /** Undoes a batch that could not be written, and the changes since, which may build on it. */
  const refuseBatch = (refused: Batch, error: unknown) => {
    const later = batch;
    batch = undefined;
    for (const one of later ? [later, refused] : [refused]) {
      for (const undo of one.undos.reverse()) undo();
      for (const unit of one.units) unit.fail(error);
    }
    if (!later) return;
    later.outcome = Promise.reject(error);
    later.outcome.catch(() => {});
  };
  const writeOut = async (one: Batch) => {
    if (batch === one) batch = undefined;
    try {
      await log.write(one.groups.map(formatLine).join(''));
      failure = undefined;
    } catch (error) {
      if (error instanceof WriteFailure) failure = error;
      refuseBatch(one, error);
      throw error;
    } finally {
      foldSoon();
    }
    if (log.bytes > maxLogBytes) void enqueue(fold).catch(foldFailed);
  };
  const write = (one: Batch): Promise<void> => {
    one.outcome ??= writeOut(one);
    return one.outcome;
  };

  const fold = async () => {
    // Taken in one step with the batch that waits: the files never hold a change that may still be refused.
    const behind = [...kept.values()].filter(({ isBehind }) => isBehind).map((one) => ({ one, items: one.items() }));
    for (const { one } of behind) one.isBehind = false;
    const left = new Set(behind.map(({ one }) => one));
    try {
      if (batch) await write(batch);
      if (behind.length > 0 || meta.current?.log) await writing(folder, makeFolder);
      for (const { one, items } of behind) {
        await one.file.write(items);
        one.count = items.length;
        left.delete(one);
      }
      if (behind.length > 0 || meta.current?.log)
        await writing(path.join(folder, metaName), async () => {
          await writeMeta(false);
          await syncFolder(folder);
        });
      // A kill before this line is harmless: replayed, the log leads to what the files say.
      await log.remove();
      isFoldFailing = false;
    } catch (error) {
      for (const one of left) one.isBehind = true;
      throw error;
    }
  };
  const foldFailed = (error: unknown) => {
    // Once, until one succeeds. What a refused request has logged already is not repeated.
    if (!isFoldFailing && failure === undefined) onFailure(error);
    if (error instanceof Gone) failure = error;
    isFoldFailing = true;
    foldSoon(failure ? idleMilliseconds : 30 * idleMilliseconds);
  };
  /** After a failure, tries something small by itself, so that recovery does not have to wait for the next write. */
  const foldWhenWritable = async () => {
    if (failure)
      await writing(path.join(folder, metaName), async () => {
        await makeFolder();
        await writeMeta(log.bytes > 0);
      });
    failure = undefined;
    await fold();
  };
  const foldSoon = (milliseconds = idleMilliseconds) => {
    clearTimeout(timer);
    if (state !== 'open') return;
    timer = setTimeout(() => void enqueue(foldWhenWritable).catch(foldFailed), milliseconds);
    timer.unref();
  };

  const startBatch = (): Batch => {
    const started: Batch = {
      groups: [],
      undos: [],
      units: new Set(),
      written: enqueue(() => write(started)),
    };
    return started;
  };
  const groupOf = (current: Batch): string[] => {
    if (group?.of === current) return group.changes;
    const started = { of: current, changes: [] as string[] };
    group = started;
    current.groups.push(started.changes);
    queueMicrotask(() => {
      if (group === started) group = undefined;
    });
    return started.changes;
  };
  const logChange = (name: string, one: FolderCollection, change: Change<Item>, undo: () => void): Promise<void> => {
    if (state === 'closed') throw new DataFolderError('the data folder is closed');
    one.isBehind = true;
    // Removed together with all it holds: there is nothing left to keep.
    if (state === 'removed') return Promise.resolve();
    const text = formatChange({ collection: name, change });
    const takeBack = () => {
      undo();
      one.isBehind = true;
      foldSoon();
    };
    const unit = currentUnit();
    unit?.add(takeBack);
    batch ??= startBatch();
    groupOf(batch).push(text);
    batch.undos.push(takeBack);
    if (unit) batch.units.add(unit);
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
      return [...kept.values()].every(({ items }) => items().length === 0);
    },
    get failure() {
      return failure;
    },
    load: () =>
      enqueue(async () => {
        const { collections, meta: found, isUnsound } = await loadFolder(folder, log, onDamage);
        meta.found(found);
        await here.learn();
        for (const [name, { file, items, count, isBehind }] of collections)
          keep(name, { file, items: () => [...items.values()], count, isBehind });
        if (isUnsound) {
          await fold();
          await writeMeta(false);
        } else if (log.bytes > 0) foldSoon();
      }),
    collection<T extends Item>(name: string, indexes?: readonly Index<T>[]): Collection<T> {
      const one = kept.get(name) ?? keep(name, { file: collectionFile(folder, name), items: () => [], count: 0, isBehind: false });
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
      const declared = collectionOver<T>(table, (change, undo) => logChange(name, one, change, undo));
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
        await log.close().catch(() => {});
        const removed = path.join(path.dirname(folder), `${removedPrefix}${path.basename(folder)}`);
        try {
          await writing(folder, async () => {
            await rm(removed, { recursive: true, force: true });
            await rename(folder, removed);
          });
        } catch (error) {
          // Nothing was ever written there.
          if (error instanceof WriteFailure && isMissing(error.cause)) return;
          state = 'open';
          foldSoon();
          throw error;
        }
        // It is gone under its name; what is left of it goes at the next start.
        await rm(removed, { recursive: true }).catch(onFailure);
      });
    },
  };
}
