// The program as a few CommonJS files that share their modules: each module is in one file, with those that are needed when it is,
// so that a start reads little of what it does not need, and command and library have one server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { rollup } from 'rollup';

/** The file of each piece of esbuild's: the first of `files` one of whose sources needs it from the start. */
function filesOf(pieces, files) {
  const fileOf = new Map();
  const take = (name, piece) => {
    if (fileOf.has(piece)) return;
    fileOf.set(piece, name);
    for (const { path, kind, external } of pieces[piece].imports) if (kind === 'import-statement' && !external) take(name, path);
  };
  const pieceOf = (source) => {
    const found = Object.keys(pieces).find((piece) => pieces[piece].entryPoint === source);
    if (found === undefined) throw new Error(`${source} is no entry, and nothing imports it dynamically`);
    return found;
  };
  for (const [name, sources] of Object.entries(files)) for (const source of sources) take(name, pieceOf(source));
  return fileOf;
}

/**
 * Writes `outdir`/NAME.cjs for each entry and each of `files`. esbuild bundles into one piece for each set of entries that need
 * it, which are a hundred; rollup puts these together.
 * @param {{ entries: Record<string, string>, files: Record<string, string[]>, rest: string, outdir: string, options: object }} input
 * `files` names the sources of each file, which are entries or are imported dynamically; what belongs to none is in `rest`
 * @returns the metafile of esbuild
 */
export async function split({ entries, files, rest, outdir, options }) {
  const folder = mkdtempSync(join(tmpdir(), 'pieces-'));
  try {
    const { metafile } = await build({ ...options, entryPoints: entries, outdir: folder, format: 'esm', splitting: true });
    const fileOf = new Map(Array.from(filesOf(metafile.outputs, files), ([piece, name]) => [resolve(piece), name]));
    const bundle = await rollup({
      input: Object.fromEntries(Object.keys(entries).map((name) => [name, join(folder, `${name}.js`)])),
      treeshake: false,
      external: /^node:/,
      // find-my-way and others make functions of text.
      onwarn: ({ code, message }) => code === 'EVAL' || console.warn(message),
    });
    await bundle.write({
      dir: outdir,
      format: 'cjs',
      exports: 'named',
      interop: 'default',
      compact: true,
      generatedCode: { constBindings: true },
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
      manualChunks: (id) => fileOf.get(resolve(id)) ?? rest,
      hoistTransitiveImports: false,
      externalLiveBindings: false,
      // Test runners that load CommonJS in a context of their own, as Jest does, have no import() there.
      dynamicImportInCjs: false,
    });
    await bundle.close();
    return metafile;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
