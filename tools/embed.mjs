// Writes files of the program as text, so that the package reads nothing beside itself: src/embedded.ts has what every start
// needs; src/embedded-inspector.ts the inspector's pages and their data; src/embedded-docs.ts the documents, which only agents
// read (src/cli/mcp).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { checkSources } from './check-sources.mjs';
import { readWorksheet } from './worksheet.mjs';

/** The screens that have a script of their own: src/inspector/pages/NAME.js. `screens` in src/inspector/routes.ts gives them addresses. */
const inspectorScreens = ['calculator', 'callback', 'checkup', 'lab', 'live', 'playground', 'setup', 'sheet', 'state', 'tokens'];

const root = new URL('..', import.meta.url).pathname;
const text = (path) => readFileSync(join(root, path), 'utf8');

const packing = { bundle: true, write: false, minify: true, format: 'esm', charset: 'utf8', legalComments: 'none', logLevel: 'warning' };

/**
 * A page's script or style sheet with all that it imports, as one file without comments and blanks. The sources are what a
 * browser could run as they are; in one piece they are loaded in one go, and half as large.
 */
const packed = (path, format = 'esm') => buildSync({ ...packing, format, entryPoints: [join(root, path)] }).outputFiles[0].text;

/** The inspector's scripts by name: one for each screen, and what several of them share in files of its own. */
function inspectorScripts() {
  const { outputFiles } = buildSync({
    ...packing,
    entryPoints: inspectorScreens.map((name) => join(root, `src/inspector/pages/${name}.js`)),
    splitting: true,
    chunkNames: 'shared-[hash]',
    outdir: join(root, 'assets'),
  });
  const scripts = Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text]));
  return { ...scripts, 'theme.js': packed('src/inspector/pages/theme.js', 'iife') };
}

const pages = {
  'signon.css': packed('src/signon/pages/signon.css'),
  'passkey.js': packed('src/signon/pages/passkey.js'),
  'check-session.js': text('src/oauth/check-session.js'),
};

const inspectorPages = {
  'inspector.css': packed('src/inspector/pages/inspector.css'),
  'checkup.css': packed('src/inspector/pages/checkup.css'),
  'icon.svg': text('src/inspector/pages/icon.svg'),
  'inspector.html': text('src/inspector/pages/shell.html'),
};

const { version } = JSON.parse(text('package.json'));
const minified = (path) => JSON.stringify(JSON.parse(text(path)));

/** How many rows of tools/fidelity there are of each evidence, and the inferred ones, for the report of `pingone-mock verify`. */
function fidelityRows() {
  const count = { documented: 0, recorded: 0, inferred: 0 };
  const inferred = [];
  for (const file of readdirSync(join(root, 'tools/fidelity')).sort())
    for (const { id: section, rows } of JSON.parse(text(`tools/fidelity/${file}`)).sections)
      for (const { fact, evidence } of rows) {
        count[evidence] += 1;
        if (evidence === 'inferred') inferred.push({ section, fact });
      }
  return { count, inferred };
}

const parts = {
  version,
  defaultSeedJson: minified('fixtures/default.json'),
  signingKeysJson: minified('fixtures/signing-keys.json'),
  fidelityRowsJson: JSON.stringify(fidelityRows()),
};
const inspectorParts = {
  worksheetJson: JSON.stringify(readWorksheet(text('docs/lab.md'))),
  vectorsJson: minified('docs/vectors.json'),
  postmanCollectionJson: minified('examples/postman/pkce.postman_collection.json'),
  checkSourcesJson: JSON.stringify(checkSources(join(root, 'src'))),
};
const notice = '// Made by tools/embed.mjs; not kept in version control.';
const constants = (values) => Object.entries(values).map(([name, value]) => `export const ${name}: string = ${JSON.stringify(value)};`);
const texts = (name, byFile) => `export const ${name}: Readonly<Record<string, string>> = ${JSON.stringify(byFile, null, 2)};`;
const lines = [notice, ...constants(parts), texts('pages', pages)];
const inspectorLines = [
  notice,
  ...constants(inspectorParts),
  texts('inspectorScripts', inspectorScripts()),
  texts('inspectorPages', inspectorPages),
];

/** docs/*.md by name; the tables that are made from rows are left to the rows. */
const documents = () =>
  Object.fromEntries(
    [
      'README.md',
      ...readdirSync(join(root, 'docs'))
        .sort()
        .map((name) => `docs/${name}`),
    ]
      .filter((path) => path.endsWith('.md') && path !== 'docs/fidelity.md')
      .map((path) => [basename(path), text(path)]),
  );

const fidelitySections = () =>
  readdirSync(join(root, 'tools/fidelity'))
    .sort()
    .flatMap((file) => JSON.parse(text(`tools/fidelity/${file}`)).sections)
    .map(({ id, title, rows }) => ({ id, title, rows: rows.map(({ fact, evidence, notDone }) => ({ fact, evidence, notDone })) }));

const docLines = [
  notice,
  texts('documents', documents()),
  'interface Section {',
  '  readonly id: string;',
  '  readonly title: string;',
  '  readonly rows: readonly { readonly fact: string; readonly evidence: string; readonly notDone?: string }[];',
  '}',
  `export const fidelity: readonly Section[] = ${JSON.stringify(fidelitySections(), null, 2)};`,
];

for (const [file, made] of [
  ['src/embedded.ts', lines],
  ['src/embedded-inspector.ts', inspectorLines],
  ['src/embedded-docs.ts', docLines],
].map(([file, parts]) => [join(root, file), `${parts.join('\n')}\n`]))
  if (!existsSync(file) || readFileSync(file, 'utf8') !== made) writeFileSync(file, made);
