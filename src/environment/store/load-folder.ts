import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Item } from '../../lib/collections/types.js';
import type { ChangeLog, LoggedChange } from './change-log.js';
import { type CollectionFile, collectionFile, isTemporaryName } from './collection-file.js';
import { type OnDamage, setAside } from './damage.js';
import { isStoreName } from './factory.js';

export interface LoadedCollection {
  file: CollectionFile;
  items: Map<string, Item>;
  /** Whether the file differs from `items`. */
  isBehind: boolean;
}

/** The collections of a folder, by name. */
export interface LoadedFolder {
  collections: Map<string, LoadedCollection>;
  isDamaged: boolean;
}

/**
 * Applies the log to the items of the files. These may already have some or all of its changes: `add` moves an existing
 * item to the end, so that the result, including the order, is the same.
 */
function replay(changes: LoggedChange[], collectionOf: (name: string) => LoadedCollection): void {
  for (const { collection, change } of changes) {
    const loaded = collectionOf(collection);
    const { items } = loaded;
    loaded.isBehind = true;
    if ('take' in change) items.delete(change.take);
    else if ('put' in change) items.set(change.put.id, change.put);
    else {
      items.delete(change.add.id);
      items.set(change.add.id, change.add);
    }
  }
}

export async function loadFolder(folder: string, log: ChangeLog, onDamage: OnDamage): Promise<LoadedFolder> {
  const collections = new Map<string, LoadedCollection>();
  const load = (name: string, file = collectionFile(folder, name)): LoadedCollection => {
    const loaded = { file, items: new Map<string, Item>(), isBehind: false };
    collections.set(name, loaded);
    return loaded;
  };

  for (const entry of (await readdir(folder)).sort()) {
    if (isTemporaryName(entry)) await rm(path.join(folder, entry));
    const name = path.basename(entry, '.json');
    if (!entry.endsWith('.json') || !isStoreName(name)) continue;
    const loaded = load(name);
    const { items, isDamaged } = await loaded.file.read(onDamage);
    for (const item of items) loaded.items.set(item.id, item);
    loaded.isBehind = isDamaged;
  }
  const isAnyDamaged = [...collections.values()].some(({ isBehind }) => isBehind);

  const { changes, problems } = await log.read();
  replay(changes, (name) => collections.get(name) ?? load(name));
  if (problems.length === 0) return { collections, isDamaged: isAnyDamaged };
  const aside = setAside(log.path, 'copy');
  for (const { position, message } of problems) onDamage({ file: log.path, ...position, reason: message, setAside: aside });
  return { collections, isDamaged: true };
}
