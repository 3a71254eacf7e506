import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseJson } from '../../lib/unknown.js';
import { decodeUtf8, type OnDamage, setAside } from './damage.js';
import { replaceFile } from './replace-file.js';

/** What a folder has to hold, so that a start notices what is missing. */
export interface Meta {
  /** How many items the readable file of each collection holds. */
  readonly collections: Readonly<Record<string, number>>;
  /** Whether changes.log holds changes that the readable files do not. */
  readonly log: boolean;
}

export const metaName = 'meta.json';

const isMeta = (value: unknown): value is Meta => {
  if (typeof value !== 'object' || value === null || !('collections' in value) || !('log' in value)) return false;
  const { collections, log } = value;
  return (
    typeof log === 'boolean' &&
    typeof collections === 'object' &&
    collections !== null &&
    Object.values(collections).every((count) => Number.isSafeInteger(count))
  );
};

/** Undefined where there is none, as in a folder that a person made, or none that can be read. */
export async function readMeta(folder: string, onDamage: OnDamage): Promise<Meta | undefined> {
  const file = path.join(folder, metaName);
  const bytes = await readFile(file);
  try {
    const value = parseJson(decodeUtf8(bytes));
    if (isMeta(value)) return value;
  } catch {
    // Reported below.
  }
  const reason = 'it does not list the files that this folder must hold, so a missing one goes unnoticed';
  onDamage({ file, line: 1, column: 1, reason, setAside: setAside(file, 'move') });
  return undefined;
}

/** The meta file of a folder, written when what it says changes. */
export interface MetaFile {
  /** The meta as it is on disk. */
  readonly current: Meta | undefined;
  /** Takes over what was read. */
  found(meta: Meta | undefined): void;
  write(meta: Meta): Promise<void>;
}

export function createMetaFile(folder: string): MetaFile {
  let current: Meta | undefined;
  return {
    get current() {
      return current;
    },
    found(meta) {
      current = meta;
    },
    async write(meta) {
      await replaceFile(path.join(folder, metaName), `${JSON.stringify(meta, null, 2)}\n`, 0o666);
      current = meta;
    },
  };
}
