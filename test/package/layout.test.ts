import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';

interface Layout {
  readonly folders: readonly { readonly name: string }[];
  layoutProblems(files: ReadonlyMap<string, string>): string[];
  readSources(root: string): Map<string, string>;
}

const root = process.cwd();
const { folders, layoutProblems, readSources } = (await import(pathToFileURL(join(root, 'tools/layout.mjs')).href)) as Layout;

t.test('src/ keeps to its layout', async (t) => {
  t.same(layoutProblems(readSources(join(root, 'src'))), []);
});

t.test('every violation of the layout is found', async (t) => {
  const cases: [string, Record<string, string>, RegExp | undefined][] = [
    ['a folder may import one above it', { 'oauth/a.ts': "import { b } from '../protocol/b.js';" }, undefined],
    [
      'no folder may import one below it',
      { 'protocol/a.ts': "import { b } from '../oauth/b.js';" },
      /src\/protocol\/a\.ts:1: protocol\/ may not import oauth\/b\.ts/,
    ],
    ['nor a type of it', { 'lib/a.ts': "import type { B } from '../pingone/b.js';" }, /lib\/ may not import pingone\/b\.ts/],
    ['nor export from it', { 'lib/a.ts': "export * from '../pingone/b.js';" }, /lib\/ may not import/],
    ['nor load it later', { 'lib/a.ts': "const b = await import('../pingone/b.js');" }, /lib\/ may not import/],
    ['nor in an import of several lines', { 'lib/a.ts': "import {\n  b,\n} from '../pingone/b.js';" }, /src\/lib\/a\.ts:3/],
    ['nor a type in an expression', { 'lib/a.ts': "type B = import('../pingone/b.js').B;" }, /lib\/ may not import/],
    ['nor between other quotes', { 'lib/a.ts': 'import { b } from "../pingone/b.js";' }, /lib\/ may not import/],
    ['nor in a template', { 'lib/a.ts': 'const b = await import(`../pingone/b.js`);' }, /lib\/ may not import/],
    ['nor load it over several lines', { 'lib/a.ts': "const b = await import(\n  '../pingone/b.js'\n);" }, /src\/lib\/a\.ts:2/],
    ['a file has a folder', { 'loose.ts': '' }, /src\/loose\.ts is outside of every folder/],
    ['a folder has a place in the list', { 'utils/a.ts': '' }, /the layout has no folder utils\//],
    ['rules import nothing that waits or listens', { 'protocol/a.ts': "import 'fastify';" }, /protocol\/ may not import fastify/],
    [
      'files do not import each other',
      { 'lib/a.ts': "import './b.js';", 'lib/b.ts': "import type { A } from './a.js';" },
      /lib\/a\.ts → lib\/b\.ts → lib\/a\.ts/,
    ],
    [
      'a folder registers its own routes',
      { 'oauth/a.ts': "import { b } from '../configuration/roles/routes.js';" },
      /only configuration\//,
    ],
    ['the server registers all of them', { 'server/a.ts': "import { b } from '../configuration/routes.js';" }, undefined],
    ['imports stay inside of src/', { 'cli/a.ts': "import '../../tools/layout.mjs';" }, /outside of src\//],
  ];
  for (const [name, files, problem] of cases) {
    const found = layoutProblems(new Map(Object.entries(files)));
    if (problem) t.match(found.join('\n'), problem, name);
    else t.same(found, [], name);
  }
});

t.test('no file right under src/ is overlooked, whatever it is called', async (t) => {
  const root = t.testdir({
    'index.ts': '',
    'x.js': '',
    'y.mts': '',
    lib: { 'a.ts': '', 'b.mts': '' },
    inspector: { pages: { 'page.js': '' } },
  });
  const files = readSources(root);
  t.same([...files.keys()].toSorted(), ['index.ts', 'lib/a.ts', 'lib/b.mts', 'x.js', 'y.mts']);
  t.same(layoutProblems(files), ['src/x.js is outside of every folder', 'src/y.mts is outside of every folder']);
});

t.test('ARCHITECTURE.md lists the folders in the order of the layout', async (t) => {
  const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const listed = [...page.matchAll(/^ {2}([a-z-]+)\/ /gm)].map(([, name]) => name);
  t.same(
    listed,
    folders.map(({ name }) => name),
  );
});
