import { writeFileSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { type Adapter, Low } from 'lowdb';
import type { Item } from '../../lib/collections/types.js';
import { decode, freeName, type OnDamage, setAside, Unreadable } from './damage.js';
import { type Place, placeAt, placeOfItem, scanJson } from './json-place.js';

/** `{ "users": [ … ] }`. Other members, such as a note that a person put there, stay. */
type Contents = Record<string, unknown>;

/** For whoever runs the server alone; what the others are for says the umask. */
export const ownersOnly = 0o600;

/** Collections with passwords, secrets or private keys. */
const secret: ReadonlySet<string> = new Set(['passwords', 'secrets', 'configuredKeys', 'keyRotationPolicies']);

/** Deeper than this, indentation would be most of the file. */
const deepest = 100;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isShallow = (value: unknown, levels: number): boolean =>
  !isObject(value) || (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));

export const isItem = (value: unknown): value is Item =>
  isObject(value) && Object.hasOwn(value, 'id') && 'id' in value && typeof value.id === 'string' && value.id !== '';

/** One line for each item where one of them is too deep to be shown in lines of its own. */
function format(contents: Contents): string {
  if (isShallow(contents, deepest)) return `${JSON.stringify(contents, null, 2)}\n`;
  const members = Object.entries(contents).map(([name, value]) => {
    const lines = Array.isArray(value) ? `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]` : JSON.stringify(value);
    return `${JSON.stringify(name)}: ${lines}`;
  });
  return `{\n${members.join(',\n')}\n}\n`;
}

/** A lowdb adapter that replaces the file in one step: whoever reads it, or is killed, finds the old or the new one. */
const atomicFile = (file: string, mode: number): Adapter<Contents> => ({
  async read() {
    const text = decode(await readFile(file));
    try {
      return JSON.parse(text);
    } catch (error) {
      const fault = scanJson(text);
      throw new Unreadable(placeAt(text, fault?.offset ?? 0), fault?.reason ?? String(error));
    }
  },
  async write(contents) {
    const text = format(contents);
    const fresh = temporaryName(file);
    const handle = await open(fresh, 'w', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  },
});

const temporaryName = (file: string) => path.join(path.dirname(file), `.${path.basename(file)}.new`);
export const isTemporaryName = (name: string): boolean => name.startsWith('.') && name.endsWith('.json.new');

/** The readable file of one collection. */
export interface CollectionFile {
  readonly path: string;
  /** The items that can be read. Each that can not is reported, with the whole file set aside. */
  read(onDamage: OnDamage): Promise<{ items: Item[]; isDamaged: boolean }>;
  /** Sets aside what the file holds or would hold: some of it may stand in the log only. */
  keepAside(items: Item[]): { setAside: string; placeOf(position: number): Place };
  write(items: Item[]): Promise<void>;
}

export function collectionFile(folder: string, name: string): CollectionFile {
  const file = path.join(folder, `${name}.json`);
  const mode = secret.has(name) ? ownersOnly : 0o666;
  const defaults: Contents = { [name]: [] };
  // lowdb reads and writes the file but holds no items in between: they live in the collection's table, and a second list
  // would be held in memory for as long, and could differ. So `data` is filled for each write and emptied again.
  const low = new Low<Contents>(atomicFile(file, mode), structuredClone(defaults));

  const readWhole = async () => {
    await low.read();
    const items = isObject(low.data) && Object.hasOwn(low.data, name) ? low.data[name] : undefined;
    if (!Array.isArray(items))
      throw new Unreadable({ line: 1, column: 1 }, `an object with a list called ${JSON.stringify(name)} is expected`);
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
        onDamage({ file, ...error.place, reason: error.message, setAside: setAside(file, 'move') });
        return { items: [], isDamaged: true };
      }
      const items = new Map<string, Item>();
      let aside: string | undefined;
      for (const [position, item] of found.entries()) {
        if (isItem(item) && !items.has(item.id)) {
          items.set(item.id, item);
          continue;
        }
        aside ??= setAside(file, 'copy');
        const reason = isItem(item) ? `an item before this has the id ${JSON.stringify(item.id)} too` : 'this is no object with an id';
        onDamage({ file, ...placeOfItem(decode(await readFile(file)), name, position), reason, setAside: aside });
      }
      return { items: [...items.values()], isDamaged: aside !== undefined };
    },
    keepAside(items) {
      const text = format({ [name]: items });
      const aside = freeName(file);
      writeFileSync(aside, text, { mode });
      return { setAside: aside, placeOf: (position) => placeOfItem(text, name, position) };
    },
    async write(items) {
      low.data[name] = items;
      const written = low.write();
      // The text to write exists by now.
      low.data[name] = [];
      await written;
    },
  };
}
