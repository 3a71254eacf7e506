// Builds dist/, which needs no other package: cli.js is the command; index and testcontainers are the library, each as
// CommonJS with its types and as an ES module that passes the former on, so that both share one state.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { noticesOf, partsOf } from './notices.mjs';

process.chdir(new URL('..', import.meta.url).pathname);

// Imports of a bundle are loaded before its first statement, however deep they stood. Node's own modules are made to wait
// as well, until they are needed: as process 1 of a container the program must take signals from its first moment.
const lazyBuiltins = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) => (kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined));
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: `module.exports = require(${JSON.stringify(path)});` }));
  },
};

// The framework loads these where an app has no compilers of its own; ours has (src/http/route-schemas.ts). A fifth of the bundle.
const leftOut = {
  name: 'left-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@fastify\/(ajv-compiler|fast-json-stringify-compiler)$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({ contents: `throw new Error('${path} is left out of the bundle');` }));
  },
};

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const [oldestMajor, oldestMinor] = engines.node.match(/\d+/g).map(Number);

/** The first statement of a bundle: on a Node.js that is too old it says so, before anything fails for want of something newer. */
const needsNode = (complain) => `{
  const [major, minor] = process.versions.node.split('.').map(Number);
  const problem = 'pingone-mock needs Node.js ${oldestMajor}.${oldestMinor} or newer; this is ' + process.version + '.';
  if (major < ${oldestMajor} || (major === ${oldestMajor} && minor < ${oldestMinor})) ${complain};
}`;

// The public names of the library, and the file of the package that each entry becomes.
const entries = { index: 'src/index.ts', testcontainers: 'src/testcontainers/index.ts' };

// The module for Testcontainers takes the library from the other entry.
const fromLibrary = /^\.\.\/library\//;
const libraryApart = {
  name: 'library-apart',
  setup({ onResolve }) {
    onResolve({ filter: fromLibrary }, ({ importer }) =>
      importer.replaceAll('\\', '/').includes('/src/testcontainers/') ? { path: './index.cjs', external: true } : undefined,
    );
  },
};

// What a single feature needs and is half as large as all the rest: a file of its own, which is read when it is used. The library
// for passkeys, with the first passkey; the one for the Model Context Protocol and the documents, with the command for agents; the
// cases of a checkup and its reports, which the command, the library and the control API share.
const apart = {
  'webauthn.cjs': 'src/configuration/devices/webauthn.ts',
  'mcp.cjs': 'src/cli/mcp/apart.ts',
  'checkup.cjs': 'src/checkup/entry.ts',
};
const readWhenUsed = {
  name: 'read-when-used',
  setup({ onResolve }) {
    for (const [file, source] of Object.entries(apart)) {
      const name = basename(source, '.ts');
      onResolve({ filter: new RegExp(`/${name}\\.js$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: `./${file}`, external: true } : undefined,
      );
    }
  },
};

// The library in two halves: Node.js reads all of a CommonJS file that an ES module imports, in search of its exports, and the
// half with the server is nearly all of it. The error is of both, so that there is one class of that name.
const parts = { 'in-process': 'src/library/in-process.ts', 'mock-error': 'src/library/mock-error.ts' };
const halves = {
  name: 'halves',
  setup({ onResolve }) {
    onResolve({ filter: /\/in-process\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './in-process.cjs', external: true } : undefined,
    );
    onResolve({ filter: /\/mock-error\.js$/ }, () => ({ path: './mock-error.cjs', external: true }));
  },
};

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

const buildCommand = () =>
  build({
    ...common,
    entryPoints: ['src/cli.ts'],
    outfile: 'dist/cli.js',
    format: 'esm',
    banner: {
      js: `#!/usr/bin/env node
import { createRequire as createRequireHere } from 'node:module';
${needsNode('{ console.error(problem); process.exit(1); }')}
const require = createRequireHere(import.meta.url);`,
    },
    plugins: [lazyBuiltins, leftOut, readWhenUsed],
  });

const buildLibrary = () =>
  build({
    ...common,
    entryPoints: { ...entries, ...parts },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    banner: { js: needsNode('throw new Error(problem)') },
    // Test runners that load CommonJS in a context of their own, as Jest does, have no import() there.
    supported: { 'dynamic-import': false },
    plugins: [leftOut, libraryApart, halves, readWhenUsed],
  });

const buildApart = ([file, source]) =>
  build({ ...common, entryPoints: [source], outfile: `dist/${file}`, format: 'cjs', plugins: [readWhenUsed] });

/** Rolls the types of an entry up into one file. `declarations` is the folder that the compiler wrote them to. */
async function rollTypes(declarations, name, source) {
  const input = join(declarations, source.replace(/^src\//, '').replace(/ts$/, 'd.ts'));
  const apart = {
    name: 'library-apart',
    resolveId: (id) => (name !== 'index' && fromLibrary.test(id) ? { id: './index.cjs', external: true } : null),
  };
  // Libraries are in the types of the source, never in the public ones: they are not there when the package is used.
  const external = (id) => !/^[./]/.test(id);
  const bundle = await rollup({ input, external, plugins: [apart, dts()] });
  const { output } = await bundle.write({ file: `dist/${name}.d.cts`, format: 'es' });
  await bundle.close();
  const [library] = output[0].imports.filter(external);
  if (library !== undefined) throw new Error(`The public types of ${name} need the types of ${library}`);
}

async function buildTypes() {
  const declarations = mkdtempSync(join(tmpdir(), 'types-'));
  const compiler = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', declarations];
  try {
    execFileSync(process.execPath, compiler, { stdio: 'inherit' });
    for (const [name, source] of Object.entries(entries)) await rollTypes(declarations, name, source);
  } finally {
    rmSync(declarations, { recursive: true, force: true });
  }
}

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['tools/embed.mjs'], { stdio: 'inherit' });
const [command, library, , ...whenUsed] = await Promise.all([
  buildCommand(),
  buildLibrary(),
  buildTypes(),
  ...Object.entries(apart).map(buildApart),
]);
for (const name of Object.keys(entries)) {
  const names = Object.keys(createRequire(import.meta.url)(`../dist/${name}.cjs`));
  writeFileSync(`dist/${name}.js`, `import library from './${name}.cjs';\n\nexport const { ${names.join(', ')} } = library;\n`);
  writeFileSync(`dist/${name}.d.ts`, `export * from './${name}.cjs';\n`);
}
const bundles = [command, library, ...whenUsed].map(({ metafile }) => metafile);
writeFileSync('dist/THIRD-PARTY-NOTICES', noticesOf(bundles));
writeFileSync('dist/sbom.cdx.json', `${JSON.stringify(partsOf(bundles, JSON.parse(readFileSync('package.json', 'utf8'))), null, 2)}\n`);
chmodSync('dist/cli.js', 0o755);
// One of them, and V8 holds the whole text in two bytes a character: some MB more in every process.
for (const file of ['dist/cli.js', 'dist/in-process.cjs']) {
  const [wide] = /[^\0-\xff].{0,40}/.exec(readFileSync(file, 'utf8')) ?? [];
  if (wide !== undefined) throw new Error(`${file} holds a character above U+00FF: write it as an escape: ${wide}`);
}
