// Builds dist/, which needs no other package: cli.js is the command; index and testcontainers are the library, each as
// CommonJS with its types and as an ES module that passes the former on, so that both share one state. The rest are what these
// load (`files`).
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { noticesOf, partsOf } from './notices.mjs';
import { split } from './split.mjs';

process.chdir(new URL('..', import.meta.url).pathname);

// Imports of a bundle are loaded before its first statement, however deep they stood. In the command's first file, Node's own modules
// are made to wait as well, until they are needed: as process 1 of a container the program must take signals from its first moment.
const lazyBuiltins = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) => (kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined));
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: `module.exports = require(${JSON.stringify(path)});` }));
  },
};

/** What libraries load and the program never uses, with what they get in its place; a use that was overlooked throws. */
const leftOut = {
  // The framework loads these where an app has no compilers of its own; ours has (src/http/route-schemas.ts). A fifth of the bundle.
  '@fastify/ajv-compiler': (path) => `throw new Error('${path} is left out of the bundle');`,
  '@fastify/fast-json-stringify-compiler': (path) => `throw new Error('${path} is left out of the bundle');`,
  // For plugins that name the version of the framework that they need. There are none.
  semver: (path) => `module.exports = new Proxy({}, { get() { throw new Error('${path} is left out of the bundle'); } });`,
  // For pino's transports (src/server/log.ts).
  'thread-stream': (path) => `module.exports = class { constructor() { throw new Error('${path} is left out of the bundle'); } };`,
  // Asked for logs that pino opens itself; the program gives it streams.
  worker_threads: () => 'module.exports = { isMainThread: false };',
  // Judges the expressions of the router and of routes, which are the same in every start: the tests run with it.
  'safe-regex2': () => 'module.exports = () => true;',
};

/** Node's modules that libraries load in any case and the program seldom needs: loaded with their first use. */
const seldom = ['node:dns', 'node:http2', 'node:https'];
const seldomUsed = (path) => `module.exports = new Proxy({}, { get: (_, name) => require(${JSON.stringify(path)})[name] });`;
/** What holds needs no words. */
const failing = `
const load = () => require('node:assert');
module.exports = new Proxy((value, ...more) => value || load()(value, ...more), { get: (_, name) => load()[name] });
`;

const standIns = {
  name: 'stand-ins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind, namespace }) => {
      if (kind !== 'require-call' || namespace !== 'file') return undefined;
      if (path === 'light-my-request') return { path: './inject.cjs', external: true };
      if (Object.hasOwn(leftOut, path)) return { path, namespace: 'left-out' };
      if (path === 'assert' || path === 'node:assert') return { path: 'assert', namespace: 'seldom' };
      return seldom.includes(path) ? { path, namespace: 'seldom' } : undefined;
    });
    onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({ contents: leftOut[path](path) }));
    onLoad({ filter: /./, namespace: 'seldom' }, ({ path }) => ({ contents: path === 'assert' ? failing : seldomUsed(path) }));
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

/** The other files of the program, each with the sources that need it: what an earlier one has is in none of the later. */
const files = {
  library: Object.values(entries),
  command: ['src/cli/run.ts'],
  // All that a start needs, and signing on.
  server: ['src/cli/start.ts'],
  // What is built with the first request for it.
  'interface-texts': ['src/pingone/interface-texts/index.ts'],
  'sign-on': ['src/server/sign-on-folders.ts'],
  management: ['src/configuration/routes.ts'],
  inspector: ['src/control/index.ts', 'src/inspector/index.ts', 'src/inspector/routes.ts'],
  'in-process': ['src/library/in-process.ts'],
  // What only some settings and commands need.
  'data-folder': ['src/environment/store/folder.ts', 'src/environment/store/damage.ts', 'src/configuration/stored/validate.ts'],
  store: ['src/environment/shared/open-store.ts'],
  redis: ['src/environment/shared/redis/redis-client.ts'],
  workers: ['src/cli/workers/entry.ts'],
  tls: ['src/server/tls/index.ts'],
  webauthn: ['src/configuration/devices/webauthn.ts'],
  mcp: ['src/cli/mcp/apart.ts'],
  checkup: ['src/checkup/entry.ts'],
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

/** All but the first lines of the command. */
const buildParts = () =>
  split({
    entries: { ...entries, 'run-command': 'src/cli/run.ts' },
    files,
    rest: 'commands',
    outdir: 'dist',
    options: { ...common, plugins: [standIns] },
  });

// Of the command, cli.js has only what must be there before the rest is loaded. Where there is V8's code cache, Node's own is not
// needed; where there is neither, on Node.js 20, the loader of the former needs 6 MB less than require.
const loadingTheRest = `
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
const folder = import.meta.dirname;
const byNode = enableCompileCache !== undefined && !existsSync(folder + '/cache');
const { load } = byNode ? { load: require } : require('./code-cache.cjs').loaderOf(folder, require);
export const { runCommand } = load('./run-command.cjs');
`;
const fromParts = {
  name: 'from-parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/run\.js$/ }, () => ({ path: 'run-command', namespace: 'parts' }));
    onResolve({ filter: /\/code-cache\.cjs$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace: 'parts' }, () => ({ contents: loadingTheRest, resolveDir: '.' }));
  },
};

/** What the framework answers requests with that come over no socket: it loads it with the first of them. */
const buildInject = () => build({ ...common, entryPoints: ['light-my-request'], outfile: 'dist/inject.cjs', format: 'cjs' });

const buildCodeCache = () => build({ ...common, entryPoints: ['src/cli/code-cache.ts'], outfile: 'dist/code-cache.cjs', format: 'cjs' });

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
    plugins: [lazyBuiltins, fromParts],
  });

/** Rolls the types of an entry up into one file. `declarations` is the folder that the compiler wrote them to. */
async function rollTypes(declarations, name, source) {
  const input = join(declarations, source.replace(/^src\//, '').replace(/ts$/, 'd.ts'));
  const apart = {
    name: 'library-apart',
    resolveId: (id) => (name !== 'index' && /^\.\.\/library\//.test(id) ? { id: './index.cjs', external: true } : null),
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
const [command, parts, inject] = await Promise.all([buildCommand(), buildParts(), buildInject(), buildTypes(), buildCodeCache()]);
const problem = needsNode('throw new Error(problem)');
for (const name of Object.keys(entries)) {
  const file = `dist/${name}.cjs`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^'use strict';/, `$&${problem}`));
}
for (const name of Object.keys(entries)) {
  const names = Object.keys(createRequire(import.meta.url)(`../dist/${name}.cjs`));
  writeFileSync(`dist/${name}.js`, `import library from './${name}.cjs';\n\nexport const { ${names.join(', ')} } = library;\n`);
  writeFileSync(`dist/${name}.d.ts`, `export * from './${name}.cjs';\n`);
}
const bundles = [command.metafile, parts, inject.metafile];
writeFileSync('dist/THIRD-PARTY-NOTICES', noticesOf(bundles));
writeFileSync('dist/sbom.cdx.json', `${JSON.stringify(partsOf(bundles, JSON.parse(readFileSync('package.json', 'utf8'))), null, 2)}\n`);
chmodSync('dist/cli.js', 0o755);
// One of them, and V8 holds the whole text in two bytes a character: some MB more in every process.
for (const file of ['library', 'command', 'server', 'management', 'inspector']) {
  const [wide] = /[^\0-\xff].{0,40}/.exec(readFileSync(`dist/${file}.cjs`, 'utf8')) ?? [];
  if (wide !== undefined) throw new Error(`${file}.cjs holds a character above U+00FF: write it as an escape: ${wide}`);
}
