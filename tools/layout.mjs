// The layout of src/, as one ordered list: a folder may import from those above it, never from those below.
// test/package/layout.test.ts holds it, types included; ARCHITECTURE.md describes it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** In reading order, which is the order of dependency. `packages` limits what a folder may import from outside of src/. */
export const folders = [
  { name: 'lib', packages: [/^node:/, /^json-schema-to-ts$/] },
  { name: 'settings', packages: [/^node:/] },
  { name: 'protocol', packages: [/^node:crypto$/, /^jose$/] },
  { name: 'pingone', packages: [/^node:(crypto|util)$/, /^jose$/] },
  { name: 'environment' },
  { name: 'http' },
  { name: 'diagnosis' },
  { name: 'faults' },
  { name: 'configuration' },
  { name: 'signon' },
  { name: 'oauth' },
  { name: 'checkup' },
  { name: 'control' },
  { name: 'inspector' },
  { name: 'server' },
  { name: 'library' },
  { name: 'testcontainers' },
  { name: 'cli' },
];

/** The only files right under src/. */
export const looseFiles = ['index.ts', 'cli.ts', 'embedded.ts', 'embedded-inspector.ts', 'embedded-docs.ts'];

/** Made by tools/embed.mjs; may be imported from everywhere. */
const made = ['embedded.ts', 'embedded-inspector.ts', 'embedded-docs.ts'];

/** Files that register routes: only their own folder imports them, and server/, which puts the lists together. */
const ofTheirList = /(^|\/)(routes(-[a-z-]+)?)\.ts$/;

/** @returns {{ specifier: string, line: number }[]} every import, re-export and dynamic import of a TypeScript file */
export function importsOf(text) {
  const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)(['"`])([^'"`\n]+)\1/gm);
  return Array.from(found, (match) => ({
    specifier: match[2],
    line: text.slice(0, match.index + match[0].length).split('\n').length,
  }));
}

/** Where a relative import leads, as a path below src/. */
const targetOf = (file, specifier) => normalize(join(dirname(file), specifier)).replace(/\.js$/, '.ts');

/** A way from a file back to itself, or undefined. */
function cycleIn(graph) {
  const state = new Map();
  const path = [];
  const visit = (file) => {
    if (state.get(file) === 'done') return undefined;
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file];
    state.set(file, 'open');
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const found = visit(next);
      if (found) return found;
    }
    path.pop();
    state.set(file, 'done');
    return undefined;
  };
  for (const file of graph.keys()) {
    const found = visit(file);
    if (found) return found;
  }
  return undefined;
}

/**
 * What in a source tree goes against the layout, one sentence each.
 * @param {ReadonlyMap<string, string>} files the text of each TypeScript file, by its path below src/
 */
export function layoutProblems(files) {
  const rank = new Map(folders.map(({ name }, at) => [name, at]));
  const problems = [];
  const graph = new Map();
  for (const [file, text] of files) {
    const [folder, ...rest] = file.split('/');
    const isLoose = rest.length === 0;
    if (isLoose && !looseFiles.includes(file)) problems.push(`src/${file} is outside of every folder`);
    if (!isLoose && !rank.has(folder)) problems.push(`src/${file}: the layout has no folder ${folder}/`);
    const targets = [];
    for (const { specifier, line } of importsOf(text)) {
      const place = `src/${file}:${line}`;
      if (!specifier.startsWith('.')) {
        const { packages } = folders[rank.get(folder)] ?? {};
        if (packages && !packages.some((allowed) => allowed.test(specifier)))
          problems.push(`${place}: ${folder}/ may not import ${specifier}`);
        continue;
      }
      const target = targetOf(file, specifier);
      if (target.startsWith('../')) problems.push(`${place}: imports ${specifier}, which is outside of src/`);
      if (target.startsWith('../') || made.includes(target)) continue;
      targets.push(target);
      const other = target.split('/')[0];
      if (!isLoose && (rank.get(other) ?? Infinity) > (rank.get(folder) ?? Infinity))
        problems.push(`${place}: ${folder}/ may not import ${target}`);
      if (ofTheirList.test(target) && other !== folder && folder !== 'server')
        problems.push(`${place}: only ${other}/ may import ${target}`);
    }
    graph.set(file, targets);
  }
  const cycle = cycleIn(graph);
  if (cycle) problems.push(`imports go in a circle: ${cycle.join(' → ')}`);
  return problems;
}

/** Every file right under a folder, whatever it is, and every TypeScript file further below, by its path there. */
export function readSources(root) {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.parentPath === root || /\.[cm]?tsx?$/.test(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(root, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]));
}
