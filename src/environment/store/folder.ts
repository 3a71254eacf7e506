import type { Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { createExpiring } from '../../lib/collections/expiring.js';
import type { Collection, Index, Item } from '../../lib/collections/types.js';
import { DataFolderError } from './damage.js';
import { explaining, inDataFolder, makeFolder } from './data-folder.js';
import { createEnvironmentFolder, type EnvironmentFolder, type FolderOptions, removedPrefix } from './environment-folder.js';
import { type CollectionFactory, isStoreName, requireStoreName, serverWide } from './factory.js';
import { lockFolder } from './folder-lock.js';
import { createPresence } from './presence.js';

/**
 * Collections that survive a restart, and after a resolved write also a `kill -9`: one folder an environment with one
 * readable JSON file a collection. Reads everything before it resolves.
 */
export async function openFolder(folder: string, options: FolderOptions): Promise<CollectionFactory> {
  const here = createPresence(folder);
  const unlock = await inDataFolder(folder, async () => {
    await makeFolder(folder);
    const unlockFolder = await lockFolder(folder);
    await here.learn();
    return unlockFolder;
  });
  const environments = new Map<string, EnvironmentFolder>();
  const removals = new Map<string, Promise<void>>();
  let isClosed = false;

  const strangers = new Set<string>();
  /**
   * A link to a folder is refused: it could lead into the folder of another environment or of another server, which
   * nothing would keep from writing the same files. The data folder as a whole may be a link.
   */
  const refuseLink = async (entry: Dirent) => {
    const place = path.join(folder, entry.name);
    const target = await stat(place).catch((error: unknown) => error);
    if (target instanceof Error || !('isFile' in (target as object)) || !(target as { isFile(): boolean }).isFile())
      throw new DataFolderError(
        `${folder} cannot be used: ${place} is a symbolic link. Put the folder itself in its place, or make ${folder} the link.`,
      );
  };

  const loadAll = async () => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isSymbolicLink() && isStoreName(entry.name)) await refuseLink(entry);
      if (!entry.isDirectory()) strangers.add(entry.name);
      if (!entry.isDirectory()) continue;
      if (entry.name.startsWith(removedPrefix)) await rm(path.join(folder, entry.name), { recursive: true });
      if (!isStoreName(entry.name)) continue;
      const environment = createEnvironmentFolder(path.join(folder, entry.name), options, here);
      await environment.load();
      environments.set(entry.name, environment);
    }
  };
  try {
    await inDataFolder(folder, loadAll);
  } catch (error) {
    await unlock();
    throw error;
  }

  /** Waits for all of them, then throws the first error. */
  const settle = async (promises: Promise<void>[]) => {
    for (const result of await Promise.allSettled(promises)) if (result.status === 'rejected') throw result.reason;
  };

  return {
    get failure() {
      for (const { failure } of environments.values()) if (failure) return failure;
      return undefined;
    },
    environmentIds: async () =>
      [...environments]
        .filter(([id, environment]) => id !== serverWide && !environment.isEmpty)
        .map(([id]) => id)
        .sort(),
    collection<T extends Item>(environmentId: string, name: string, indexes?: readonly Index<T>[]): Collection<T> {
      requireStoreName(environmentId);
      requireStoreName(name);
      if (isClosed) throw new DataFolderError('the data folder is closed');
      const environment =
        environments.get(environmentId) ??
        createEnvironmentFolder(path.join(folder, environmentId), options, here, removals.get(environmentId));
      if (strangers.has(environmentId))
        throw new DataFolderError(
          `${folder} cannot be used: ${path.join(folder, environmentId)} is a file where a folder is expected. Put the folder back, or move the file away.`,
        );
      environments.set(environmentId, environment);
      return explaining(folder, () => environment.collection(name, indexes));
    },
    expiring: (_environmentId, _name, options) => createExpiring(options),
    async removeEnvironment(environmentId) {
      const environment = environments.get(environmentId);
      if (!environment) return removals.get(environmentId);
      environments.delete(environmentId);
      const removal = environment.remove().catch((error: unknown) => {
        if (!environments.has(environmentId)) environments.set(environmentId, environment);
        throw error;
      });
      // The next one for this name waits, and starts even if this one failed: each caller gets its own outcome.
      const done = removal.catch(() => {}).finally(() => removals.delete(environmentId));
      removals.set(environmentId, done);
      await removal;
    },
    flush: () => settle([...environments.values()].map((environment) => environment.flush())),
    async close() {
      if (isClosed) return;
      isClosed = true;
      try {
        await settle([...removals.values(), ...[...environments.values()].map((environment) => environment.close())]);
      } finally {
        await unlock();
      }
    },
  };
}
