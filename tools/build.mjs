// Builds dist/: cli.js (the command, one bundled file) and the library with its types.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

process.chdir(new URL('..', import.meta.url).pathname);
const node = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });

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

rmSync('dist', { recursive: true, force: true });
node('tools/embed.mjs');
node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
await build({
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.js',
  bundle: true,
  allowOverwrite: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
  },
  plugins: [lazyBuiltins, leftOut],
  logLevel: 'warning',
});
chmodSync('dist/cli.js', 0o755);
// One of them, and V8 holds the whole text in two bytes a character: some MB more in every process.
const [wide] = /[^\0-\xff].{0,40}/.exec(readFileSync('dist/cli.js', 'utf8')) ?? [];
if (wide !== undefined) throw new Error(`dist/cli.js holds a character above U+00FF: write it as an escape: ${wide}`);
