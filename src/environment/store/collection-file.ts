import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Adapter, Low } from 'lowdb';
import type { Item } from '../../lib/collections/types.js';
import { positionAt, positionOfItem, scanJson, type TextPosition } from '../../lib/json-position.js';
import { parseJson } from '../../lib/unknown.js';
import { decodeUtf8, freeName, type OnDamage, setAside, Unreadable } from './damage.js';
import { replaceFile } from './replace-file.js';
import { writing } from './write-failure.js';

/** `{ "users": [ … ] }`. Other members, such as a note that a person added, are kept. */
type Contents = Record<string, unknown>;

/** The mode of files that only their owner may read; the umask decides for the others. */
export const ownersOnly = 0o600;

/** Collections with passwords, secrets or private keys. */
const secret: ReadonlySet<string> = new Set(['passwords', 'secrets', 'configuredKeys', 'keyRotationPolicies']);

/** In deeper objects most of an indented file would be indentation. */
const maxDepth = 100;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isShallow = (value: unknown, levels: number): boolean =>
  !isObject(value) || (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));

export const isItem = (value: unknown): value is Item =>
  isObject(value) && Object.hasOwn(value, 'id') && 'id' in value && typeof value.id === 'string' && value.id !== '';

/** Indented JSON, or one line an item if the items are nested too deeply. */
function format(contents: Contents): string {
  if (isShallow(contents, maxDepth)) return `${JSON.stringify(contents, null, 2)}\n`;
  const members = Object.entries(contents).map(([name, value]) => {
    const lines = Array.isArray(value) ? `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]` : JSON.stringify(value);
    return `${JSON.stringify(name)}: ${lines}`;
  });
  return `{\n${members.join(',\n')}\n}\n`;
}

/** A lowdb adapter that replaces the file atomically: after a kill there is either the old or the new one. */
const atomicFile = (file: string, name: string, mode: number): Adapter<Contents> => ({
  async read() {
    const text = decodeUtf8(await readFile(file));
    let value: unknown;
    try {
      value = parseJson(text);
    } catch (error) {
      const problem = scanJson(text);
      throw new Unreadable(positionAt(text, problem?.offset ?? 0), problem?.reason ?? String(error));
    }
    // Checked here: lowdb takes null for a file that is not there.
    if (!isObject(value) || !Array.isArray((value as Contents)[name]))
      throw new Unreadable({ line: 1, column: 1 }, `expected an object with a list called ${JSON.stringify(name)}`);
    return value as Contents;
  },
  write: (contents) => writing(file, () => replaceFile(file, format(contents), mode)),
});

/** The readable file of one collection. */
export interface CollectionFile {
  readonly path: string;
  /** Reads the items. Unreadable ones are reported, and a copy of the file is set aside. */
  read(onDamage: OnDamage): Promise<{ items: Item[]; isDamaged: boolean }>;
  /** Sets a file with these items aside; some of them may have been in the log only. */
  keepAside(items: Item[]): { setAside: string; positionOf(index: number): TextPosition };
  write(items: Item[]): Promise<void>;
}

export function collectionFile(folder: string, name: string): CollectionFile {
  const file = path.join(folder, `${name}.json`);
  const mode = secret.has(name) ? ownersOnly : 0o666;
  const defaults: Contents = { [name]: [] };
  // lowdb reads and writes the file but holds no items in between: they live in the collection's table, and a second list
  // would be held in memory for as long, and could differ. So `data` is filled for each write and emptied again.
  const low = new Low<Contents>(atomicFile(file, name, mode), structuredClone(defaults));

  const readWhole = async () => {
    await low.read();
    const items = low.data[name];
    low.data[name] = [];
    return items as unknown[];
  };

  return {
    path: file,
    async read(onDamage) {
      let found: unknown[];
      try {
        found = await readWhole();
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        low.data = structuredClone(defaults);
        onDamage({ file, ...error.position, reason: error.message, setAside: setAside(file, 'move') });
        return { items: [], isDamaged: true };
      }
      const items = new Map<string, Item>();
      let aside: string | undefined;
      for (const [index, item] of found.entries()) {
        if (isItem(item) && !items.has(item.id)) {
          items.set(item.id, item);
          continue;
        }
        aside ??= setAside(file, 'copy');
        const reason = isItem(item) ? `an earlier item has the id ${JSON.stringify(item.id)} too` : 'not an object with an id';
        onDamage({ file, ...positionOfItem(decodeUtf8(await readFile(file)), name, index), reason, setAside: aside });
      }
      return { items: [...items.values()], isDamaged: aside !== undefined };
    },
    keepAside(items) {
      const text = format({ [name]: items });
      const aside = freeName(file);
      writeFileSync(aside, text, { mode });
      return { setAside: aside, positionOf: (index) => positionOfItem(text, name, index) };
    },
    async write(items) {
      low.data[name] = items;
      const written = low.write();
      // lowdb has serialized the list by now: do not keep a second copy.
      low.data[name] = [];
      await written;
    },
  };
}
