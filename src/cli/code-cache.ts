import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { wrap } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** A folder with code caches, beside the files of the program that they are of. Only the container image has one. */
export const cacheFolder = 'cache';

const digestOf = (source: string, data: Buffer): Buffer => createHash('sha256').update(source).update(data).digest();
const digestBytes = 32;

/** What a file in the folder holds: a digest, then V8's data. */
export const kept = (source: string, data: Buffer): Buffer => Buffer.concat([digestOf(source, data), data]);

/** V8's data, if they are whole and of this source: V8 itself compares its version, its flags and the length of the source only. */
function dataOf(file: string, source: string): Buffer | undefined {
  let all: Buffer;
  try {
    all = readFileSync(file);
  } catch {
    return undefined;
  }
  const data = all.subarray(digestBytes);
  return digestOf(source, data).equals(all.subarray(0, digestBytes)) ? data : undefined;
}

/** The files of the program that were loaded, by their names. */
export type Loaded = ReadonlyMap<string, { readonly script: Script; readonly exports: unknown }>;

/** Loads a file of the program, or a module of Node.js. */
type Load = (specifier: string) => unknown;

/**
 * Loads the CommonJS files in a folder, which require each other as ./NAME.cjs and else only Node's own modules, with the code
 * caches beside them. Where there is none that fits, a file is compiled as usual.
 * @param ofNode what loads Node's own modules
 */
export function loaderOf(folder: string, ofNode: Load): { load: Load; loaded: Loaded } {
  const loaded = new Map<string, { script: Script; exports: unknown }>();
  function load(specifier: string): unknown {
    if (!specifier.startsWith('./')) return ofNode(specifier);
    const name = specifier.slice(2);
    const known = loaded.get(name);
    if (known) return known.exports;
    const filename = join(folder, name);
    // As text only: beside it, the bytes would stay in memory for long.
    const source = readFileSync(filename, 'utf8');
    const cachedData = dataOf(join(folder, cacheFolder, name), source);
    const script = new Script(wrap(source), { filename, ...(cachedData && { cachedData }) });
    const module = { script, exports: {} };
    loaded.set(name, module);
    const run = script.runInThisContext() as (...of: unknown[]) => void;
    run.call(module.exports, module.exports, load, module, filename, folder);
    return module.exports;
  }
  return { load, loaded };
}
