import type { Dirent } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Item } from '../../lib/collections/types.js';
import type { ChangeLog, LoggedChange } from './change-log.js';
import { type CollectionFile, collectionFile } from './collection-file.js';
import { DataFolderError, type OnDamage, setAside, Unreadable } from './damage.js';
import { isStoreName } from './factory.js';
import { type Meta, metaName, readMeta } from './meta-file.js';
import { isTemporaryName } from './replace-file.js';

export interface LoadedCollection {
  file: CollectionFile;
  items: Map<string, Item>;
  /** How many items the file holds: `items` may have more of the log. */
  count: number;
  /** Whether the file says something else than `items`. */
  isBehind: boolean;
}

/** The collections of a folder, by name. */
export interface LoadedFolder {
  collections: Map<string, LoadedCollection>;
  meta: Meta | undefined;
  /** Whether the folder must be rewritten before use: something was damaged, or the log ends in half a write. */
  isUnsound: boolean;
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

/**
 * Refuses anything that is not a regular file, links above all: replacing the file would replace the link, and the server
 * and what the link leads to would silently part.
 */
function requireFile(folder: string, entry: Dirent): void {
  if (entry.isFile()) return;
  const kind = entry.isSymbolicLink() ? 'a symbolic link' : entry.isDirectory() ? 'a folder' : 'something else';
  throw new DataFolderError(`${path.join(folder, entry.name)} is ${kind} where a file is expected. Put the file itself in its place.`);
}

export async function loadFolder(folder: string, log: ChangeLog, onDamage: OnDamage): Promise<LoadedFolder> {
  const collections = new Map<string, LoadedCollection>();
  const load = (name: string): LoadedCollection => {
    const loaded = { file: collectionFile(folder, name), items: new Map<string, Item>(), count: 0, isBehind: false };
    collections.set(name, loaded);
    return loaded;
  };
  let isUnsound = false;
  const onProblem: OnDamage = (damage) => {
    isUnsound = true;
    onDamage(damage);
  };

  const entries = (await readdir(folder, { withFileTypes: true })).sort((one, other) => (one.name < other.name ? -1 : 1));
  const isRead = ({ name }: Dirent) =>
    name === path.basename(log.path) || (name.endsWith('.json') && isStoreName(path.basename(name, '.json')));
  for (const entry of entries) if (isRead(entry)) requireFile(folder, entry);

  const meta = entries.some(({ name }) => name === metaName) ? await readMeta(folder, onProblem) : undefined;
  for (const { name: entry } of entries) {
    if (isTemporaryName(entry)) await rm(path.join(folder, entry));
    const name = path.basename(entry, '.json');
    if (!entry.endsWith('.json') || !isStoreName(name) || entry === metaName) continue;
    const loaded = load(name);
    const { items, isDamaged } = await loaded.file.read(onProblem);
    for (const item of items) loaded.items.set(item.id, item);
    loaded.count = items.length;
    loaded.isBehind = isDamaged;
  }
  for (const [name, count] of Object.entries(meta?.collections ?? {}))
    if (count > 0 && isStoreName(name) && !collections.has(name))
      onProblem({ file: load(name).file.path, reason: `${count} items were in it` });

  const found = await log.read();
  if (!found) {
    if (meta?.log) onProblem({ file: log.path, reason: 'the last changes were in it' });
    return { collections, meta, isUnsound };
  }
  const { changes, isEmpty, isWhole } = found;
  const problems =
    meta?.log && isEmpty ? [new Unreadable({ line: 1, column: 1 }, 'it is empty, and the last changes were in it')] : found.problems;
  replay(changes, (name) => collections.get(name) ?? load(name));
  if (problems.length > 0) {
    const aside = setAside(log.path, 'copy');
    for (const { position, message } of problems) onProblem({ file: log.path, ...position, reason: message, setAside: aside });
  }
  return { collections, meta, isUnsound: isUnsound || !isWhole };
}
